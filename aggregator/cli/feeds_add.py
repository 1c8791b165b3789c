"""The command that takes a feed into feeds.yaml once it is known to work."""

import asyncio
from dataclasses import dataclass

import click

from aggregator.cli.context import Context, json_option, pass_context, print_json
from aggregator.cli.feeds_listed import Listed, wanted_address, without_default_id
from aggregator.cli.feeds_report import advice
from aggregator.cli.feeds_trial import Search, Trial, open_web, search
from aggregator.config import Config, add_feed, read_text, write_atomically
from aggregator.errors import ConfigError, NotAFeed, Problem
from aggregator.model import HttpUrl, ParsedFeed, SourceKind
from aggregator.text.clean import plain_line
from aggregator.text.language import language_of

_NAME_LIMIT = 200
"""Characters; what feeds.yaml takes."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """What is to be listed, and what else the page offers that works or may."""

    url: HttpUrl
    parsed: ParsedFeed | None = None
    homepage: HttpUrl | None = None
    others: tuple[HttpUrl, ...] = ()


@click.command()
@click.argument("url")
@click.option("--name", help="The outlet, as readers are to see it; default: the feed's title.")
@click.option("--id", "feed_id", help="A short name; default: made from the name.")
@click.option("--homepage", help="The outlet's front page; default: URL, if it is a page.")
@click.option("--language", help="ISO 639-1 code, such as uk; default: the feed's.")
@click.option("--country", help="ISO 3166-1 code of the publisher's seat, such as UA.")
@click.option("--kind", type=click.Choice([str(kind) for kind in SourceKind]))
@click.option("--no-check", is_flag=True, help="List URL as it is, without asking it.")
@json_option
@pass_context
def add(
    context: Context,
    /,
    url: str,
    name: str | None,
    feed_id: str | None,
    no_check: bool,
    as_json: bool,
    **details: str | None,
) -> None:
    """Add the feed at URL to feeds.yaml; a running daemon takes it up by itself.

    URL is asked first: if it is a page, its best feed that works is added and the others are
    named; what has moved for good is listed where it is now. Without a feed nothing is changed.

    \b
    Examples:
      aggregator feeds add https://example.org/
      aggregator feeds add https://example.org/feed.xml --name "Example Courier" --language en
    """
    address = wanted_address(url)
    config = context.config()
    listed = Listed(config.feeds)
    _refuse_listed(listed, address, config)
    if no_check and name is None:
        raise click.UsageError("--no-check needs --name: the feed is not asked for its title")
    choice = _Choice(address) if no_check else _chosen(asyncio.run(_search(config, address)))
    _refuse_listed(listed, choice.url, config)
    title = name or (plain_line(choice.parsed.title, limit=_NAME_LIMIT) if choice.parsed else "")
    if not title:
        raise click.UsageError(f"the feed at {choice.url} has no title: give it a --name")
    new_id = feed_id or listed.free_id(None, title, choice.url)
    values = {
        "id": new_id,
        "name": title,
        "url": choice.url,
        "homepage": choice.homepage,
        "language": _language(choice.parsed) if choice.parsed else None,
        **{key: value for key, value in details.items() if value is not None},
    }
    text = read_text(context.config_path)
    edited = add_feed(text, without_default_id(values), context.config_path)
    write_atomically(context.config_path, edited)
    if as_json:
        added = {key: value for key, value in values.items() if value is not None}
        print_json({"added": added, "others": choice.others})
        return
    click.echo(f"added {choice.url} as {new_id}: {title}")
    for other in choice.others:
        click.echo(f"the page also offers {other}")


async def _search(config: Config, url: HttpUrl) -> Search:
    async with open_web(config.settings) as web:
        return await search(web, url)


def _chosen(found: Search) -> _Choice:
    """Return the feed at the address, or the best that works of the page there."""
    page = found.trial
    if page.parsed:
        return _Choice(page.address, page.parsed)
    working = [tried.trial for tried in found.tried if tried.trial and tried.trial.parsed]
    if not working:
        raise NotAFeed(_no_feed(page, len(found.tried)))
    best = working[0]
    others = tuple(
        tried.found.url
        for tried in found.tried
        if tried.trial is not best and not tried.found.is_guess and not tried.found.is_of_comments
        if tried.works or tried.trial is None
    )
    return _Choice(best.address, best.parsed, page.address, others)


def _no_feed(page: Trial, offered: int) -> str:
    if offered:
        return (
            f"{page.result.url} is no feed, and none that it may offer works:"
            f" `aggregator feeds discover {page.result.url}` shows what was asked;"
            " --no-check adds an address all the same"
        )
    return f"{page.result.url}: {page.error}; {advice(page)}; --no-check adds it all the same"


def _refuse_listed(listed: Listed, url: HttpUrl, config: Config) -> None:
    feed_id = listed.id_of(url)
    if feed_id is not None:
        known = next(feed.url for feed in config.feeds if feed.id == feed_id)
        message = f"{url} is listed already, as {feed_id} ({known}): edit that feed instead"
        raise ConfigError(config.path, [Problem(0, 0, message)])


def _language(parsed: ParsedFeed) -> str | None:
    titles = " ".join(entry.title for entry in parsed.entries)
    return parsed.language or language_of(titles)
