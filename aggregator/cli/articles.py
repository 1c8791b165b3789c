"""Commands over files: extract articles from pages, group articles into stories."""

from pathlib import Path

import click

from aggregator.cli.context import print_json
from aggregator.group.stream import group_lines
from aggregator.scrape.article import extract as extract_article
from aggregator.scrape.batch import extract_batch, to_record
from aggregator.text.urls import http_url

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUTPUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("page", type=_FILE, required=False)
@click.option("--url", help="The address of the page.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--batch", "listing", type=_FILE, help="Lines {id, url, path}; a page beside it each."
)
@click.option("--output", type=_OUTPUT, help="Where --batch writes one line for each page.")
@click.option("--workers", type=click.IntRange(1), help="Processes; default: one for each core.")
def extract(
    page: Path | None,
    url: str | None,
    as_json: bool,
    listing: Path | None,
    output: Path | None,
    workers: int | None,
) -> None:
    """Take the article out of PAGE (HTML), or of many pages with --batch.

    \b
    Examples:
      aggregator extract page.html --url https://example.org/report --json
      aggregator extract --batch pages.jsonl --output articles.jsonl
    """
    if (page is None) == (listing is None):
        raise click.UsageError("give either one PAGE with --url, or --batch with --output")
    if listing is not None:
        if output is None:
            raise click.UsageError("--batch needs --output: where to write the articles")
        counts = extract_batch(listing, output, workers=workers)
        click.echo(f"{counts}", err=True)
        return
    assert page is not None
    address = http_url(url)
    if address is None:
        raise click.UsageError("PAGE needs --url: its absolute http or https address")
    article = extract_article(page.read_bytes(), address)
    if as_json:
        print_json(to_record(article))
        return
    click.echo(article.title)
    click.echo(
        f"{', '.join(article.authors) or 'no author'}; {article.published or 'no date'};"
        f" {article.language or 'language unknown'}; {article.verdict}"
    )
    click.echo(f"\n{article.body}" if article.body else f"\nno text: {article.body_reason}")


@click.command()
@click.argument("source", type=_FILE)
@click.option("--output", type=_OUTPUT, required=True, help="Where to write {id, cluster} lines.")
def group(source: Path, output: Path) -> None:
    """Group SOURCE, lines {id, title, text, url, source, lang, published}, into stories.

    Articles are taken in the order of the file, as the daemon takes them.

    \b
    Example:
      aggregator group articles.jsonl --output stories.jsonl
    """
    counts = group_lines(source, output)
    click.echo(f"{counts}", err=True)
