"""The command that takes a feed out of feeds.yaml."""

import click

from aggregator.cli.context import Context, pass_context
from aggregator.config import read_text, remove_feed, write_atomically


@click.command("remove")
@click.argument("feed_id")
@pass_context
def remove(context: Context, feed_id: str) -> None:
    """Remove a feed from feeds.yaml; what it brought stays in the database."""
    text = read_text(context.config_path)
    write_atomically(context.config_path, remove_feed(text, feed_id, context.config_path))
    click.echo(f"removed {feed_id}")
