"""A word that stands nowhere else, to know an edit by."""

import random
from string import ascii_lowercase


def letters() -> str:
    """Eight letters: digits could be a telephone number that no contact has, and be refused."""
    return "".join(random.choices(ascii_lowercase, k=8))
