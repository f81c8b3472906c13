"""Telegram: updates in, replies out. docs/telegram.md says how it maps, and why."""
