"""Changes of the tables, in order. "pre" runs before the new code, "post" after the old is gone."""
