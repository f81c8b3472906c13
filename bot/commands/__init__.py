"""The commands of `udha`, one a file."""
