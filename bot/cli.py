"""The command line: `udha` and its commands."""

import sys
from collections.abc import Mapping
from importlib import import_module
from io import TextIOWrapper

import click

from bot import logs
from bot.refused import Refused

COMMANDS: Mapping[str, str] = {
    "run": "Start Udha: server, workers and channels.",
    "chat": "Talk to Udha in the terminal.",
    "ask": "Ask one question; --explain says why it was answered so.",
    "match": "Read questions as JSON lines, write decisions as JSON lines.",
    "check": "Check the content folder; problems with file and line.",
    "learn": "Learn the content now, so that the next start is quick.",
    "evaluate": "Measure how well questions are understood.",
    "doctor": "Look at all that Udha needs, and say what to do.",
    "tickets": "See and answer what people asked a person.",
    "staff": "Say who may sign in to the console.",
    "keys": "Change the secret that all encryption is derived from.",
}


class Commands(click.Group):
    """Reads a command's file only when it is used: `udha ask` need not wait for the store's."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"bot.commands.{cmd_name}"), cmd_name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="udha")
def udha() -> None:
    """Short, true, sourced answers about migration to Belgium, and a person behind them."""


def main() -> None:
    """The program `udha`. Exit codes: 0 done; 1 problems found; 2 it cannot be done as set up."""
    _read_and_write_anything()
    logs.set_up("warning", "console", sys.stderr)
    try:
        udha()
    except Refused as refused:
        click.echo(f"udha: {refused}", err=True)
        sys.exit(2)


def _read_and_write_anything() -> None:
    """A byte that is no text, or a letter that this terminal does not know, ends no command."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
