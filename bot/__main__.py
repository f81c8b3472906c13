"""`python -m bot` is `udha`."""

from bot.cli import main

main()
