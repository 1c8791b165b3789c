"""Addresses asked for a feed as the daemon would ask; nothing is stored."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import click

from aggregator.cli.context import Context
from aggregator.config import Settings
from aggregator.errors import ParseError
from aggregator.model import (
    Access,
    FetchKind,
    FetchRequest,
    FetchResult,
    HttpUrl,
    Outcome,
    ParsedFeed,
)
from aggregator.pipeline.network import policy_of
from aggregator.poll.discovery import FoundFeed, discover
from aggregator.poll.parse import parse
from aggregator.text.clean import plain_line
from aggregator.text.urls import page_key
from aggregator.web.client import WebClient

TRIES: Final = 6
"""Feeds of one page that are asked, and as many guesses when none of them works."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of asking one address.

    `parsed` is the feed there; without one, `error` says why and `found` what the page offers.
    """

    result: FetchResult
    parsed: ParsedFeed | None = None
    error: str | None = None
    found: tuple[FoundFeed, ...] = ()

    @property
    def address(self) -> HttpUrl:
        """Return what to list: where it has moved for good, else what was asked."""
        return self.result.permanent_url or self.result.url


@dataclass(frozen=True, slots=True)
class TriedFeed:
    """A feed that a page offers, and what came of asking it; None: it was not asked."""

    found: FoundFeed
    trial: Trial | None

    @property
    def works(self) -> bool:
        """Return whether there is a feed."""
        return self.trial is not None and self.trial.parsed is not None


@dataclass(frozen=True, slots=True)
class Search:
    """What an address is; if it is a page, also its feeds, best first."""

    trial: Trial
    tried: tuple[TriedFeed, ...] = ()


def settings_of(context: Context) -> Settings:
    """Return the settings of feeds.yaml; where there is no such file, the defaults."""
    return context.config().settings if context.has_config() else Settings()


def open_web(settings: Settings) -> WebClient:
    """Return a client with the bounds and the manners of the daemon."""
    return WebClient(policy_of(settings))


async def try_address(
    web: WebClient, url: HttpUrl, *, language: str | None = None, access: Access | None = None
) -> Trial:
    """Ask for a feed at `url`; robots.txt is not asked, because a person wants it."""
    result = await web.fetch(FetchRequest(url, FetchKind.FEED, access=access or Access()))
    if result.outcome is not Outcome.FRESH:
        return Trial(result, error=result.error or result.outcome)
    final_url = result.final_url or url
    try:
        parsed = parse(
            result.body,
            url=final_url,
            content_type=result.content_type,
            now=result.received_at,
            language=language,
        )
    except ParseError as error:
        found = discover(result.body, final_url, result.content_type)
        return Trial(result, error=plain_line(str(error)), found=found)
    return Trial(result, parsed)


async def search(web: WebClient, url: HttpUrl) -> Search:
    """Ask for a feed at `url`, then for those that the page there offers.

    If none of them works, it may be that the page links to a list of feeds: the first such list
    is looked at. Guesses are asked last, until one works.
    """
    tell_asked(url)
    trial = await try_address(web, url)
    found = trial.found
    trials = await _tried(web, _named(found), enough=TRIES)
    if not _one_works(trials):
        listed = next(filter(None, map(_named, (each.found for each in trials.values()))), ())
        trials |= await _tried(
            web, [each for each in listed if each.url not in trials], enough=TRIES
        )
        found = (*listed, *found)
    if not _one_works(trials):
        guesses = [each for each in found if each.is_guess][:TRIES]
        trials |= await _tried(web, guesses, enough=1)
    return Search(trial, tuple(_unique(found, trials)))


def _named(found: Iterable[FoundFeed]) -> tuple[FoundFeed, ...]:
    named = (each for each in found if not each.is_guess and not each.is_of_comments)
    return tuple(named)[:TRIES]


def _one_works(trials: Mapping[HttpUrl, Trial]) -> bool:
    return any(trial.parsed for trial in trials.values())


async def _tried(
    web: WebClient, candidates: Iterable[FoundFeed], *, enough: int
) -> dict[HttpUrl, Trial]:
    trials: dict[HttpUrl, Trial] = {}
    for found in candidates:
        tell_asked(found.url)
        trials[found.url] = await try_address(web, found.url)
        if sum(trial.parsed is not None for trial in trials.values()) >= enough:
            break
    return trials


def _unique(found: Iterable[FoundFeed], trials: Mapping[HttpUrl, Trial]) -> Iterator[TriedFeed]:
    """Yield each feed once, though several addresses may lead to it."""
    ends: set[str] = set()
    for each in found:
        trial = trials.get(each.url)
        end = page_key((trial and trial.result.final_url) or each.url)
        if end not in ends:
            ends.add(end)
            yield TriedFeed(each, trial)


def tell_asked(url: HttpUrl) -> None:
    """Say on standard error what takes the time."""
    click.echo(f"asking {url}", err=True)
