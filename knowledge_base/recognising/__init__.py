"""What rules recognise that editors write: danger, small talk, foreign subjects, requests."""
