"""One feed, from due to ready to store."""

from dataclasses import dataclass

from aggregator.errors import ParseError
from aggregator.model import (
    DueFeed,
    FetchRequest,
    FetchResult,
    HttpUrl,
    IdentityKind,
    Outcome,
    ParsedFeed,
)
from aggregator.pipeline.workers import Workers
from aggregator.poll.outcome import HashedEntry, PollOutcome
from aggregator.poll.parse import body_hash, entry_hash, parse


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """A parsed feed, ready to store; `error` says why there is none."""

    parsed: ParsedFeed | None
    entries: tuple[HashedEntry, ...]
    error: str | None


async def read_answer(
    due: DueFeed, request: FetchRequest, result: FetchResult, workers: Workers
) -> PollOutcome:
    """Return what an answer for a feed comes to; what its bytes do wrong is in the outcome."""
    feed_id = due.feed.id
    if result.outcome is not Outcome.FRESH:
        return PollOutcome(feed_id, request, result, None, None, (), result.error)
    digest = body_hash(result.body)
    if digest == due.state.body_hash:
        return PollOutcome(feed_id, request, result, digest, None, (), None)
    read = await workers.run(read_feed, result, due.feed.language, due.state.identify_by)
    return PollOutcome(feed_id, request, result, digest, read.parsed, read.entries, read.error)


def read_feed(
    result: FetchResult, language: str | None, by: IdentityKind = IdentityKind.GUID
) -> ReadFeed:
    """Parse a fetched feed and hash its entries; pure, and raises nothing expected."""
    url = result.final_url or HttpUrl(result.url)
    try:
        parsed = parse(
            result.body,
            url=url,
            content_type=result.content_type,
            now=result.received_at,
            language=language,
            by=by,
        )
    except ParseError as error:
        return ReadFeed(None, (), f"{type(error).__name__}: {error}")
    entries = tuple(HashedEntry(entry, entry_hash(entry)) for entry in parsed.entries)
    return ReadFeed(parsed, entries, None)
