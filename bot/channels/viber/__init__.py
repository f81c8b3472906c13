"""Viber: its events become messages, replies become messages with a keyboard. See docs/viber.md."""
