"""What `udha doctor` looks at: a file for each question, and findings as their answers."""
