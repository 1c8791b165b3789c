"""The command that takes articles out of pages in files."""

import json
from datetime import datetime
from pathlib import Path

import click

from aggregator.cli.context import Context, pass_context, print_json
from aggregator.cli.explained import lines_of
from aggregator.cli.own_files import refuse_own_file
from aggregator.cli.rules_found import FOLDER, rules_of, tell_unusable
from aggregator.model import Article, Entry
from aggregator.scrape.article import extract as extract_article
from aggregator.scrape.batch import extract_batch, to_record
from aggregator.scrape.explain import explain as explain_article
from aggregator.scrape.hint import read_hint, read_moment
from aggregator.text.urls import http_url

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUTPUT = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("page", type=_FILE, required=False)
@click.option("--url", help="The address of the page.")
@click.option("--explain", is_flag=True, help="Say what was taken, from where and why.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--hint",
    "hint_file",
    type=_FILE,
    help="The feed's entry: {title, summary, content, published, authors, language} in JSON.",
)
@click.option("--now", help="The time of the fetch, such as 2026-03-01T12:00:00Z; dates need it.")
@click.option(
    "--rules", "folder", type=FOLDER, help="Site rules of yours; default: as in feeds.yaml."
)
@click.option(
    "--batch", "listing", type=_FILE, help="Lines {id, url, path}; a page beside it each."
)
@click.option("--output", type=_OUTPUT, help="Where --batch writes one line for each page.")
@click.option("--workers", type=click.IntRange(1), help="Processes; default: one for each core.")
@pass_context
def extract(
    context: Context,
    page: Path | None,
    url: str | None,
    explain: bool,
    as_json: bool,
    hint_file: Path | None,
    now: str | None,
    folder: Path | None,
    listing: Path | None,
    output: Path | None,
    workers: int | None,
) -> None:
    """Take the article out of PAGE (HTML), or of many pages with --batch.

    \b
    Examples:
      aggregator extract page.html --url https://example.org/report --json
      aggregator extract page.html --url https://example.org/report --explain
      aggregator extract --batch pages.jsonl --output articles.jsonl
    """
    if (page is None) == (listing is None):
        raise click.UsageError("give either one PAGE with --url, or --batch with --output")
    loaded = rules_of(context, folder)
    tell_unusable(loaded)
    if listing is not None:
        if output is None:
            raise click.UsageError("--batch needs --output: where to write the articles")
        refuse_own_file(context, output)
        counts = extract_batch(listing, output, workers=workers, rules=loaded.rules)
        click.echo(f"{counts}", err=True)
        return
    assert page is not None
    address = http_url(url)
    if address is None:
        raise click.UsageError("PAGE needs --url: its absolute http or https address")
    hint = _hint(hint_file, address) if hint_file else None
    moment = _moment(now) if now else None
    if explain:
        reasons = explain_article(
            page.read_bytes(), address, hint=hint, now=moment, rules=loaded.rules
        )
        if as_json:
            print_json(reasons.to_record())
        else:
            click.echo("\n".join(lines_of(reasons)))
        return
    article = extract_article(page.read_bytes(), address, hint=hint, now=moment, rules=loaded.rules)
    if as_json:
        print_json(to_record(article))
    else:
        _print(article)


def _print(article: Article) -> None:
    click.echo(article.title)
    click.echo(
        f"{', '.join(article.authors) or 'no author'}; {article.published or 'no date'};"
        f" {article.language or 'language unknown'}; {article.verdict}"
    )
    click.echo(f"\n{article.body}" if article.body else f"\nno text: {article.body_reason}")


def _hint(path: Path, url: str) -> Entry:
    try:
        return read_hint(json.loads(path.read_bytes()), url)
    except ValueError as error:
        raise click.BadParameter(f"{path}: {error}", param_hint="--hint") from error


def _moment(text: str) -> datetime:
    try:
        return read_moment(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--now") from error
