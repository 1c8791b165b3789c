"""Commands for feeds.yaml: list, add, remove."""

import click

from aggregator.cli.context import Context, json_option, pass_context, print_json, print_table
from aggregator.cli.feed_state import health, resume, show
from aggregator.config import add_feed, read_text, remove_feed, write_atomically
from aggregator.errors import StoreError
from aggregator.model import SourceKind
from aggregator.store import open_store, reading


@click.group()
def feeds() -> None:
    """List, add and remove feeds; see how they are."""


for command in (health, show, resume):
    feeds.add_command(command)


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


@feeds.command("add")
@click.argument("url")
@click.option("--name", required=True, help="The outlet, as readers are to see it.")
@click.option("--id", "feed_id", help="A short name; default: made from the name.")
@click.option("--homepage", help="The outlet's front page.")
@click.option("--language", help="ISO 639-1 code, such as uk.")
@click.option("--country", help="ISO 3166-1 code of the publisher's seat, such as UA.")
@click.option("--kind", type=click.Choice([str(kind) for kind in SourceKind]))
@pass_context
def add(
    context: Context, /, url: str, name: str, feed_id: str | None, **details: str | None
) -> None:
    """Add the feed at URL to feeds.yaml; a running daemon takes it up by itself.

    \b
    Example:
      aggregator feeds add https://example.org/feed.xml --name "Example Courier" --language en
    """
    wanted = {"id": feed_id, "name": name, "url": url, **details}
    given = {key: value for key, value in wanted.items() if value is not None}
    text = read_text(context.config_path)
    write_atomically(context.config_path, add_feed(text, given, context.config_path))
    click.echo(f"added {url}")


@feeds.command("remove")
@click.argument("feed_id")
@pass_context
def remove(context: Context, feed_id: str) -> None:
    """Remove a feed from feeds.yaml; what it brought stays in the database."""
    text = read_text(context.config_path)
    write_atomically(context.config_path, remove_feed(text, feed_id, context.config_path))
    click.echo(f"removed {feed_id}")
