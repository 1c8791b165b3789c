"""One feed, from answered to ready to store."""

import asyncio
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

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
from aggregator.poll.broken_items import PARSE
from aggregator.poll.outcome import HashedEntry, PollOutcome
from aggregator.poll.parse import body_hash, entry_hash, parse, parse_quickly

QUICK_BYTES: Final = 2 * 2**20
"""A larger document is left to a worker, so that the others need not wait behind it."""


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """A parsed feed, ready to store; `error` says why there is none."""

    parsed: ParsedFeed | None
    entries: tuple[HashedEntry, ...]
    error: str | None


class FeedReader:
    """Reads the usual feed in a thread here, where it costs least, and any other in a worker.

    What a thread does cannot be ended; so it gets only what surely ends soon.
    """

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="read")

    async def read(self, due: DueFeed, request: FetchRequest, result: FetchResult) -> PollOutcome:
        """Return what an answer for a feed comes to; what its bytes do wrong is in the outcome."""
        feed_id = due.feed.id
        if result.outcome is not Outcome.FRESH:
            return PollOutcome(feed_id, request, result, None, None, (), result.error)
        digest = body_hash(result.body)
        then = result.received_at
        if digest == due.state.body_hash and not due.is_item_due(then):
            return PollOutcome(feed_id, request, result, digest, None, (), None)
        waiting = frozenset(
            item.name for item in due.aside if item.stage == PARSE and item.retry_at > then
        )
        how = (result, due.feed.language, due.state.identify_by, waiting)
        read = None
        if len(result.body) <= QUICK_BYTES:
            loop = asyncio.get_running_loop()
            read = await loop.run_in_executor(self._thread, read_quickly, *how)
        if read is None:
            read = await self._workers.run(read_feed, *how)
        return PollOutcome(feed_id, request, result, digest, read.parsed, read.entries, read.error)

    def close(self) -> None:
        """End the thread when it has read what it reads."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def read_quickly(
    result: FetchResult, language: str | None, by: IdentityKind, aside: Collection[str] = ()
) -> ReadFeed | None:
    """Parse a usual feed and hash its entries; pure, in linear time; None for an unusual one.

    `aside` names the items that are not tried.
    """
    parsed = parse_quickly(
        result.body,
        url=result.final_url or result.url,
        content_type=result.content_type,
        now=result.received_at,
        language=language,
        by=by,
        aside=aside,
    )
    return _hashed(parsed) if parsed is not None else None


def read_feed(
    result: FetchResult,
    language: str | None,
    by: IdentityKind = IdentityKind.GUID,
    aside: Collection[str] = (),
) -> ReadFeed:
    """Parse any feed and hash its entries; pure, and raises nothing expected."""
    url = result.final_url or HttpUrl(result.url)
    try:
        parsed = parse(
            result.body,
            url=url,
            content_type=result.content_type,
            now=result.received_at,
            language=language,
            by=by,
            aside=aside,
        )
    except ParseError as error:
        return ReadFeed(None, (), f"{type(error).__name__}: {error}")
    return _hashed(parsed)


def _hashed(parsed: ParsedFeed) -> ReadFeed:
    entries = tuple(HashedEntry(entry, entry_hash(entry)) for entry in parsed.entries)
    return ReadFeed(parsed, entries, None)
