"""The command that puts articles of a file into stories."""

from pathlib import Path

import click

from aggregator.cli.context import Context, pass_context
from aggregator.cli.own_files import refuse_own_file
from aggregator.group.stream import group_lines


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="Where to write {id, cluster} lines.",
)
@pass_context
def group(context: Context, source: Path, output: Path) -> None:
    """Group SOURCE, lines {id, title, text, url, source, lang, published}, into stories.

    Articles are taken in the order of the file, as the daemon takes them.

    \b
    Example:
      aggregator group articles.jsonl --output stories.jsonl
    """
    refuse_own_file(context, output)
    counts = group_lines(source, output)
    click.echo(f"{counts}", err=True)
