"""One feed, from due to stored."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aggregator.config import Settings
from aggregator.errors import ParseError
from aggregator.model import (
    DueFeed,
    FetchKind,
    FetchRequest,
    FetchResult,
    HttpUrl,
    Outcome,
    ParsedFeed,
)
from aggregator.pipeline.workers import Workers
from aggregator.poll.parse import body_hash, entry_hash, parse
from aggregator.poll.schedule import Schedule, next_due
from aggregator.store.outcomes import AppliedPoll, HashedEntry, PollOutcome
from aggregator.web.client import WebClient


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """A parsed feed, ready to store; `error` says why there is none."""

    parsed: ParsedFeed | None
    entries: tuple[HashedEntry, ...]
    error: str | None


async def poll_one(due: DueFeed, web: WebClient, workers: Workers) -> PollOutcome:
    """Fetch one feed and read it; what the network or the bytes do wrong is in the outcome."""
    request = FetchRequest(due.feed.url, FetchKind.FEED, due.state.validators)
    result = await web.fetch(request)
    if result.outcome is not Outcome.FRESH:
        return PollOutcome(due.feed.id, result, None, None, (), result.error)
    digest = body_hash(result.body)
    if digest == due.state.body_hash:
        return PollOutcome(due.feed.id, result, digest, None, (), None)
    read = await workers.run(read_feed, result, due.feed.language)
    return PollOutcome(due.feed.id, result, digest, read.parsed, read.entries, read.error)


def read_feed(result: FetchResult, language: str | None) -> ReadFeed:
    """Parse a fetched feed and hash its entries; runs in a worker and raises nothing expected."""
    url = result.final_url or HttpUrl(result.url)
    try:
        parsed = parse(
            result.body,
            url=url,
            content_type=result.content_type,
            now=result.received_at,
            language=language,
        )
    except ParseError as error:
        return ReadFeed(None, (), f"{type(error).__name__}: {error}")
    entries = tuple(HashedEntry(entry, entry_hash(entry)) for entry in parsed.entries)
    return ReadFeed(parsed, entries, None)


def scheduler_for(
    due: DueFeed, outcome: PollOutcome, settings: Settings, now: datetime
) -> Callable[[AppliedPoll], Schedule]:
    """Return the decision when this feed is next asked, still to be told what was new."""
    result = outcome.result
    if outcome.error and result.outcome is Outcome.FRESH:
        result = FetchResult(result.url, Outcome.FAILED, result.received_at, error=outcome.error)

    def schedule(applied: AppliedPoll) -> Schedule:
        return next_due(
            due.feed,
            due.state,
            result,
            new_entries=applied.new,
            ttl=outcome.parsed.ttl if outcome.parsed else None,
            now=now,
            minimum=settings.poll_interval_minimum,
            maximum=settings.poll_interval_maximum,
        )

    return schedule
