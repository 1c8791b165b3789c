"""Commands that ask an address and store nothing: discover, test."""

import asyncio
import re
from typing import Any, Final

import click

from aggregator.cli.context import Context, json_option, pass_context, print_json, print_table
from aggregator.cli.feeds_listed import Listed, wanted_address
from aggregator.cli.feeds_report import advice, print_trial, trial_record, tried_record
from aggregator.cli.feeds_trial import (
    Search,
    Trial,
    open_web,
    search,
    settings_of,
    tell_asked,
    try_address,
)
from aggregator.config import Config
from aggregator.model import Feed, HttpUrl
from aggregator.text.clean import plain_line

_ID: Final = re.compile("[a-z0-9_-]+")
"""An id as most are: without a full stop, and so no name of a host."""

_SHOWN = 40
"""Characters of a title or an error in the table."""


@click.command()
@click.argument("url")
@json_option
@pass_context
def discover(context: Context, url: str, as_json: bool) -> int:
    """Find the feeds of the page at URL, best first, and say which of them work.

    Asked are the feeds that the page names; if none of them works, the addresses where such sites
    usually have one. Nothing is stored. Exits with 1 when no feed works.

    \b
    Examples:
      aggregator feeds discover https://example.org/
      aggregator feeds discover example.org --json
    """
    address = wanted_address(url)
    found = asyncio.run(_search(context, address))
    works = found.trial.parsed is not None or any(tried.works for tried in found.tried)
    if as_json:
        print_json(_search_record(found))
    elif found.trial.parsed:
        click.echo(f"{address} is itself a feed: {found.trial.parsed.title or 'without a title'}")
        click.echo(f"\nadd it: aggregator feeds add {found.trial.address}")
    else:
        _print_search(found)
    return 0 if works else 1


@click.command()
@click.argument("feed")
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="Entries that are shown.",
)
@json_option
@pass_context
def test(context: Context, feed: str, limit: int, as_json: bool) -> int:
    """Show what would be stored of FEED, an address or an id of feeds.yaml.

    Shown are the answer and where it came from, what the feed says of itself, how each entry is
    known again and dated, and what is odd. Nothing is stored. Exits with 1 when it does not work.

    \b
    Examples:
      aggregator feeds test https://example.org/feed.xml
      aggregator feeds test example-courier --json
    """
    listed = _listed_feed(context, feed)
    trial = asyncio.run(_try(context, listed.url if listed else _address(feed), listed))
    if as_json:
        print_json(trial_record(trial))
    else:
        print_trial(trial, limit)
        hint = advice(trial)
        if hint:
            click.echo(f"what to do: {hint}")
    return 0 if trial.parsed else 1


async def _search(context: Context, url: HttpUrl) -> Search:
    async with open_web(settings_of(context)) as web:
        return await search(web, url)


async def _try(context: Context, url: HttpUrl, listed: Feed | None) -> Trial:
    async with open_web(settings_of(context)) as web:
        tell_asked(url)
        if listed is None:
            return await try_address(web, url)
        return await try_address(web, url, language=listed.language, access=listed.access)


def _listed_feed(context: Context, wanted: str) -> Feed | None:
    """Return the feed of feeds.yaml with this id or address, for its language and access."""
    if not context.has_config():
        return None
    config: Config = context.config()
    by_id = {feed.id: feed for feed in config.feeds}
    if wanted in by_id:
        return by_id[wanted]
    feed_id = Listed(config.feeds).id_of(_address(wanted))
    return by_id.get(feed_id or "")


def _address(wanted: str) -> HttpUrl:
    """Return the address that is to be tested; raises UsageError, also for an unknown id."""
    if _ID.fullmatch(wanted):
        raise click.UsageError(
            f"{wanted!r} is the id of no feed in feeds.yaml, and is no http or https address"
        )
    return wanted_address(wanted)


def _search_record(found: Search) -> dict[str, Any]:
    trial = found.trial
    return {
        "url": trial.result.url,
        "is_feed": trial.parsed is not None,
        "title": trial.parsed.title if trial.parsed else None,
        "error": trial.error,
        "feeds": [tried_record(tried) for tried in found.tried],
    }


def _print_search(found: Search) -> None:
    url = found.trial.result.url
    shown = [each for each in found.tried if each.works or not each.found.is_guess]
    guesses = sum(1 for each in found.tried if each.found.is_guess and each.trial)
    if not found.trial.found:
        click.echo(f"{url}: {found.trial.error}")
        click.echo(f"what to do: {advice(found.trial)}")
        return
    rows = []
    for tried in shown:
        record = tried_record(tried)
        state = "works" if tried.works else (record["error"] or "not asked")
        shortened = {"state": state, "title": record["title"]}
        rows.append(
            {**record, **{key: plain_line(text, limit=_SHOWN) for key, text in shortened.items()}}
        )
    if rows:
        print_table(rows, ["state", "url", "title", "format", "entries", "newest", "why"])
    best = next((each for each in found.tried if each.works), None)
    if best and best.trial:
        click.echo(f"\nadd the first that works: aggregator feeds add {best.trial.address}")
    else:
        click.echo(f"{url}: no feed found; {guesses} usual addresses were asked, too")
