"""The content folder's files → typed values, or what is wrong with them, with file and line."""
