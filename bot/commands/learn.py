"""`udha learn`: what a start on new content would have to learn, learned before it."""

import click

from bot.commands import deployment, understanding


@click.command()
def learn() -> None:
    """Learn the content and keep what was learned, so that the next start is quick.

    A running server learns changed content by itself.
    """
    found = understanding.knowledge(deployment.settings())
    click.echo(f"Learned content {found.content.version}: {len(found.content.entries)} entries.")
