"""The staff of Telegram: a group with a topic for each case."""
