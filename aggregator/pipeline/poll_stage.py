"""The first stage: feeds that are due, asked host by host, read, and stored together."""

import logging
from collections.abc import Callable, Coroutine, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from aggregator.config import Config
from aggregator.model import DueFeed, FetchKind, FetchRequest, FetchResult, Outcome
from aggregator.pipeline.archiving import Archivist
from aggregator.pipeline.feed_queues import FEEDS_AT_ONCE, FeedQueues
from aggregator.pipeline.network_watch import HOLD, PROBES, NetworkWatch, has_no_connection
from aggregator.pipeline.polling import FeedReader
from aggregator.pipeline.progress import Progress
from aggregator.pipeline.store_thread import StoreThread
from aggregator.pipeline.workers import Workers
from aggregator.pipeline.writer import PollWriter
from aggregator.poll.decide import PollDecision, decide, held_back
from aggregator.poll.outcome import AppliedPoll, PollOutcome
from aggregator.poll.requests import request_for
from aggregator.poll.schedule import Limits
from aggregator.store.feeds import due_feed, due_feeds
from aggregator.store.polls import PollWrite, apply_polls
from aggregator.web.client import WebClient
from aggregator.web.pace import lane_of

PUBLISHERS_UNDER_WAY: Final = 300
"""Publishers whose feeds are being polled at once, most of them waiting for an answer."""

Work = Callable[[], Coroutine[None, None, None]]
Guard = Callable[[str, Work], Coroutine[None, None, None]]
"""Runs a named unit of work; whatever it raises harms its record and no other."""

_log = logging.getLogger("aggregator")


class PollStage:
    """Polls feeds over one store; `guard` runs each feed's work."""

    def __init__(
        self,
        store: StoreThread,
        web: WebClient,
        workers: Workers,
        archivist: Archivist,
        guard: Guard,
        now: Callable[[], datetime],
        network: NetworkWatch,
    ) -> None:
        self._network = network
        self._store = store
        self._web = web
        self._reader = FeedReader(workers)
        self._archivist = archivist
        self._guard = guard
        self._now = now
        self._queues = FeedQueues(self._poll_guarded, PUBLISHERS_UNDER_WAY)
        self._writer = PollWriter(self._apply_polls)
        self._progress = Progress()
        self._polled: set[str] = set()
        self._is_filled = False
        self._probes: set[str] = set()
        self._config: Config | None = None

    def begin_anew(self) -> None:
        """Forget which feeds were polled, so that `everything` means all of them again."""
        self._polled.clear()

    async def begin(
        self, config: Config, progress: Progress, *, everything: bool, without: AbstractSet[str]
    ) -> list[tuple[str, Work]]:
        """Queue feeds that are due, up to a bound; return the hosts that begin, with their work.

        `everything` queues those that were not polled since `begin_anew`, due or not. No feed of
        `without` is queued.
        """
        if config is not self._config:
            self._network.publishers = len({lane_of(feed.url) for feed in config.feeds})
        self._config, self._progress = config, progress
        room = min(self._queues.room, PROBES if self._network.is_down else FEEDS_AT_ONCE)
        query = partial(
            due_feeds,
            now=self._now(),
            everything=everything,
            limit=room,
            without=without | (self._polled if everything else self._queues.queued),
        )
        due = await self._store.read(query)
        # How a feed wants to be asked may hold secrets and stands in feeds.yaml only.
        listed = {feed.id: feed for feed in config.feeds}
        added, lanes = self._queues.add(
            replace(d, feed=listed[d.feed.id]) for d in due if d.feed.id in listed
        )
        self._polled.update(d.feed.id for d in due)
        self._is_filled = len(due) == room and not self._network.is_down
        self._probes = {d.feed.id for d in due} if self._network.is_down else set()
        progress.feeds += added
        return [(lane, partial(self._queues.work, lane)) for lane in lanes]

    @property
    def wants_more(self) -> bool:
        """Whether feeds were left in the database that there is room for by now."""
        return self._is_filled and self._queues.room >= FEEDS_AT_ONCE // 2

    async def finish(self) -> None:
        """Wait until everything that was read is stored."""
        await self._writer.finish()
        self._reader.close()

    async def take_push(self, config: Config, feed_id: str, result: FetchResult) -> None:
        """Read and store what a hub sent for a feed, as if it had been asked for.

        Raises StoreError when it is not stored, so that the hub sends it again.
        """
        self._config = config
        due = await self._store.read(due_feed, feed_id)
        if due is not None:
            request = FetchRequest(due.url, FetchKind.FEED)
            await self._take(due, request, result, pushed=True)

    async def _poll_guarded(self, due: DueFeed) -> None:
        await self._guard(f"poll {due.feed.id}", partial(self._poll, due))

    async def _poll(self, due: DueFeed) -> None:
        if self._network.is_down and due.feed.id not in self._probes:
            # Still due, and asked as soon as anybody can be reached.
            return
        request = request_for(due, self._now())
        result = await self._web.fetch(request)
        self._network.saw(lane_of(due.url), result)
        await self._take(due, request, result)

    async def _take(
        self, due: DueFeed, request: FetchRequest, result: FetchResult, *, pushed: bool = False
    ) -> None:
        """Read and store an answer; further feeds wait when too many answers do."""
        has_body = result.outcome is Outcome.FRESH
        if has_body:
            self._queues.body_came()
        try:
            outcome = await self._reader.read(due, request, result)
            outcome = replace(outcome, is_push=True) if pushed else outcome
            kept = await self._archivist.keep(due.feed, result) if _is_news(due, outcome) else ()
            write = PollWrite(due, outcome, self._decision(due, outcome), kept)
            applied = await self._writer.store(write)
        finally:
            if has_body:
                self._queues.body_stored()
        self._count(outcome, applied)

    def _count(self, outcome: PollOutcome, applied: AppliedPoll) -> None:
        progress = self._progress
        progress.feeds_done += not outcome.is_push
        progress.feeds_failed += outcome.error is not None
        progress.entries_new += applied.new
        progress.entries_changed += applied.changed
        result = outcome.result
        _log.info(
            "%s feed=%s outcome=%s status=%s seen=%d new=%d changed=%d took=%.2fs%s",
            "push" if outcome.is_push else "poll",
            outcome.feed_id,
            result.outcome,
            result.status or "-",
            len(outcome.entries),
            applied.new,
            applied.changed,
            result.took.total_seconds(),
            f" error={outcome.error!r}" if outcome.error else "",
        )

    def _decision(
        self, due: DueFeed, outcome: PollOutcome
    ) -> Callable[[AppliedPoll, timedelta | None], PollDecision]:
        """Return what is decided about the feed, still to be told what was new."""
        assert self._config is not None  # it came with the feed
        settings = self._config.settings
        limits = Limits(settings.poll_interval_minimum, settings.poll_interval_maximum)
        now = self._now()
        if self._network.is_down and has_no_connection(outcome.result):
            held = held_back(due, now, HOLD)
            return lambda *_: held
        return lambda applied, push_wait: decide(
            due, outcome, applied, now=now, limits=limits, push_wait=push_wait
        )

    async def _apply_polls(self, writes: Sequence[PollWrite]) -> list[AppliedPoll | Exception]:
        return await self._store.write(apply_polls, writes, self._now())


def _is_news(due: DueFeed, outcome: PollOutcome) -> bool:
    """Tell whether it is another feed, or another refusal, than that of the last poll.

    Something that is no feed is as a refusal: a web page is another one at each poll.
    """
    if outcome.result.outcome is Outcome.FRESH and outcome.error is None:
        return outcome.body_hash != due.state.body_hash
    return not due.state.failures or outcome.error != due.last_error
