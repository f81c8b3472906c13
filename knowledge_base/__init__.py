"""What Udha knows, and how it understands a question. Imports nothing of the other rooms."""
