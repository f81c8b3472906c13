"""Text as people write it → words that can be compared, and the language they are in."""
