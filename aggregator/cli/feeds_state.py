"""Commands about how feeds are: all, those in trouble, one; and asking a paused one again."""

from datetime import UTC, datetime
from typing import Any

import click

from aggregator.cli.beside import open_beside_daemon
from aggregator.cli.context import Context, json_option, pass_context, print_json, print_table
from aggregator.store import open_store, reading
from aggregator.store.feed_details import feed_details
from aggregator.store.feeds import resume_feed


@click.command("list")
@json_option
@pass_context
def list_feeds(context: Context, as_json: bool) -> None:
    """Show each feed with its health; before the first poll, those of feeds.yaml."""
    database = context.database()
    if database.exists():
        with open_store(database) as store:
            rows = reading.feeds(store)
    else:
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


@click.command("health")
@json_option
@pass_context
def health(context: Context, as_json: bool) -> None:
    """Show what is wrong with which feed, since when, and what to do; the worst first.

    \b
    Example:
      aggregator feeds health
    """
    with open_store(context.database()) as store:
        found: list[dict[str, Any]] = reading.feeds_in_trouble(store)
    if as_json:
        print_json(found)
        return
    if not found:
        click.echo("nothing is wrong with any feed")
    for row in found:
        click.echo(f"{row['feed_id']}: {row['condition']} since {row['since']}")
        click.echo(f"    {row['detail']}")
        click.echo(f"    {row['remedy']}")


@click.command("show")
@click.argument("feed_id")
@json_option
@pass_context
def show(context: Context, feed_id: str, as_json: bool) -> None:
    """Show all that is known of one feed: when it is next due and why, health, rhythm, pages.

    \b
    Example:
      aggregator feeds show harbour-gazette
    """
    with open_store(context.database()) as store:
        record: dict[str, Any] = feed_details(store.connection, feed_id, datetime.now(UTC))
    if as_json:
        print_json(record)
        return
    polls, wrong = record.pop("latest_polls"), record.pop("wrong_with_it")
    pages = record.pop("pages")
    for name, value in record.items():
        shown = value if value not in (None, [], "[]", "") else "-"
        click.echo(f"{name.replace('_', ' '):30} {shown}")
    for found in wrong:
        click.echo(f"\n{found['condition']} since {found['since']}: {found['detail']}")
        click.echo(f"    {found['remedy']}")
    if pages:
        click.echo("\nwhat its pages usually give, in percent of them:")
        print_table(pages, list(pages[0]))
    if polls:
        click.echo("\nlatest polls, those answered 'unchanged' left out:")
        print_table(polls, list(polls[0]))


@click.command("resume")
@click.argument("feed_id")
@pass_context
def resume(context: Context, feed_id: str) -> None:
    """Ask a paused, dead or distrusted feed again at once; a running daemon takes it up itself.

    \b
    Example:
      aggregator feeds resume harbour-gazette
    """
    now = datetime.now(UTC)
    with open_beside_daemon(context.database(), now) as store:
        resume_feed(store, feed_id, now)
    click.echo(f"{feed_id} is due now")
