"""The feeds that are due, host by host: what is polled now and what waits for its turn."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from aggregator.model import DueFeed
from aggregator.web.pace import lane_of

FEEDS_AT_ONCE: Final = 2000
"""Feeds whose state is held in memory; the database keeps the others until there is room."""

UNREAD_BODIES: Final = 16
"""Answers that wait to be parsed and stored; with more, no further feed is asked."""


class FeedQueues:
    """Feeds in order of arrival, one queue for each publisher; for one event loop.

    A publisher's feeds follow one another, so that ten thousand feeds need no more tasks than
    there are publishers. At most `publishers` are under way at once.
    """

    def __init__(self, poll: Callable[[DueFeed], Awaitable[None]], publishers: int) -> None:
        self._poll = poll
        self._lanes: dict[str, deque[DueFeed]] = {}
        self.queued: set[str] = set()
        self._places = asyncio.Semaphore(publishers)
        self._unread = 0
        self._has_room = asyncio.Event()
        self._has_room.set()

    @property
    def room(self) -> int:
        """How many more feeds can be queued."""
        return FEEDS_AT_ONCE - len(self.queued)

    def add(self, feeds: Iterable[DueFeed]) -> tuple[int, list[str]]:
        """Queue the feeds that are not queued; return how many, and the lanes that begin."""
        begun: list[str] = []
        added = 0
        for due in feeds:
            if due.feed.id in self.queued:
                continue
            self.queued.add(due.feed.id)
            added += 1
            lane = lane_of(due.url)
            if lane not in self._lanes:
                self._lanes[lane] = deque()
                begun.append(lane)
            self._lanes[lane].append(due)
        return added, begun

    async def work(self, lane: str) -> None:
        """Poll the feeds of one lane until none is left."""
        queue = self._lanes[lane]
        try:
            while queue:
                async with self._places:
                    await self._has_room.wait()
                    due = queue.popleft()
                    try:
                        await self._poll(due)
                    finally:
                        self.queued.discard(due.feed.id)
        finally:
            self.queued.difference_update(due.feed.id for due in queue)
            del self._lanes[lane]

    def body_came(self) -> None:
        """Note an answer that is to be read and stored."""
        self._unread += 1
        if self._unread >= UNREAD_BODIES:
            self._has_room.clear()

    def body_stored(self) -> None:
        """Note that one of them is done with."""
        self._unread -= 1
        if self._unread < UNREAD_BODIES:
            self._has_room.set()
