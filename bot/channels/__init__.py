"""Platforms, translated in and out. Nothing outside this room knows a platform's names."""
