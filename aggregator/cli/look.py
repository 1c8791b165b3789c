"""The command search."""

import click

from aggregator.cli.context import Context, json_option, pass_context, print_json
from aggregator.store import open_store, reading
from aggregator.store.search_terms import problem_with, search_terms


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@json_option
@pass_context
def search(context: Context, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Find articles that contain all WORDS.

    \b
    Examples:
      aggregator search ceasefire talks --limit 5
      aggregator search '"grain stores"' 'harb*'   # a phrase, the beginning of a word
      aggregator search harbour -- -drone          # without a word, behind --
    """
    asked = " ".join(words)
    if problem := problem_with(search_terms(asked)):
        raise click.UsageError(problem)
    with open_store(context.database()) as store:
        found = reading.search(store, asked, limit)
    if as_json:
        print_json(found)
        return
    if not found:
        click.echo("nothing found")
    for row in found:
        click.echo(f"{row['reported_at']}  {row['outlet']}: {row['title']}")
        click.echo(f"  story {row['story_id'] or '-'}  {row['url'] or ''}")
