"""Commands for feeds.yaml: list, remove, and those of the modules beside."""

import click

from aggregator.cli import feeds_add, feeds_exchange, feeds_look, feeds_state
from aggregator.cli.context import Context, json_option, pass_context, print_json, print_table
from aggregator.config import read_text, remove_feed, write_atomically
from aggregator.errors import StoreError
from aggregator.store import open_store, reading


@click.group()
def feeds() -> None:
    """Find, test, list, add, remove and exchange feeds; see how they are."""


@feeds.command("list")
@json_option
@pass_context
def list_feeds(context: Context, as_json: bool) -> None:
    """Show each feed with its health; before the first poll, those of feeds.yaml."""
    try:
        with open_store(context.database()) as store:
            rows = reading.feeds(store)
    except StoreError:
        rows = [
            {
                "feed_id": feed.id,
                "name": feed.name,
                "kind": feed.kind,
                "language": feed.language,
                "country": feed.country,
                "health": "waiting",
                "url": feed.url,
            }
            for feed in context.config().feeds
        ]
    if as_json:
        print_json(rows)
        return
    print_table(rows, ["feed_id", "name", "kind", "language", "country", "health", "detail"])


@feeds.command("remove")
@click.argument("feed_id")
@pass_context
def remove(context: Context, feed_id: str) -> None:
    """Remove a feed from feeds.yaml; what it brought stays in the database."""
    text = read_text(context.config_path)
    write_atomically(context.config_path, remove_feed(text, feed_id, context.config_path))
    click.echo(f"removed {feed_id}")


for command in (
    feeds_add.add,
    feeds_look.discover,
    feeds_look.test,
    feeds_exchange.import_feeds,
    feeds_exchange.export_feeds,
    feeds_state.health,
    feeds_state.show,
    feeds_state.resume,
):
    feeds.add_command(command)
