"""Commands that look: status, search."""

from typing import Any

import click

from aggregator.cli.context import Context, json_option, pass_context, print_json, print_table
from aggregator.store import open_store, reading


@click.command()
@json_option
@pass_context
def status(context: Context, as_json: bool) -> None:
    """Show what is there, what waits, and which feeds and alerts do not work."""
    with open_store(context.database()) as store:
        record = reading.status(store)
    if as_json:
        print_json(record)
        return
    for name, value in record.items():
        if not isinstance(value, list | dict):
            click.echo(f"{name.replace('_', ' '):34} {'-' if value is None else value}")
    health: Any = record["feeds_by_health"]
    click.echo(f"{'feeds by health':34} {', '.join(f'{n} {k}' for k, n in health.items())}")
    for title in ("feeds_in_trouble", "alerts_not_delivered", "records_set_aside"):
        rows: Any = record[title]
        if rows:
            click.echo(f"\n{title.replace('_', ' ')}:")
            print_table(rows, list(rows[0]))


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@json_option
@pass_context
def search(context: Context, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Find articles that contain all WORDS.

    \b
    Example:
      aggregator search ceasefire talks --limit 5
    """
    with open_store(context.database()) as store:
        found = reading.search(store, " ".join(words), limit)
    if as_json:
        print_json(found)
        return
    if not found:
        click.echo("nothing found")
    for row in found:
        click.echo(f"{row['reported_at']}  {row['outlet']}: {row['title']}")
        click.echo(f"  story {row['story_id'] or '-'}  {row['url'] or ''}")
