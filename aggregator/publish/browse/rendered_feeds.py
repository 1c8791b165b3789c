"""Feeds that were rendered, kept so that the same question costs no second rendering."""

import gzip
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final, Self

MOST_BYTES: Final = 32 * 2**20
"""Memory for rendered feeds, packed and plain together; what was asked for longest ago goes."""


@dataclass(frozen=True, slots=True)
class RenderedFeed:
    """A feed as bytes, plain and packed by gzip."""

    plain: bytes
    packed: bytes

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Pack a body; without a time, so that the same body gives the same bytes."""
        return cls(body, gzip.compress(body, compresslevel=6, mtime=0))

    @property
    def size(self) -> int:
        """Return how many bytes of memory it takes."""
        return len(self.plain) + len(self.packed)


class RenderedFeeds:
    """The feeds last asked for, by what their state is called. Several threads may use it."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._feeds: OrderedDict[str, RenderedFeed] = OrderedDict()
        self._most_bytes = most_bytes
        self._bytes = 0
        self._lock = Lock()

    def get(self, state: str) -> RenderedFeed | None:
        """Return the feed in this state, if it is kept."""
        with self._lock:
            feed = self._feeds.get(state)
            if feed is not None:
                self._feeds.move_to_end(state)
            return feed

    def keep(self, state: str, feed: RenderedFeed) -> None:
        """Keep a feed, and let go of others where there is no room."""
        with self._lock:
            if state not in self._feeds:
                self._feeds[state] = feed
                self._bytes += feed.size
            while self._bytes > self._most_bytes:
                _, gone = self._feeds.popitem(last=False)
                self._bytes -= gone.size
