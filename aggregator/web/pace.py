"""Whose turn it is: one request at a time for each publisher, starts apart, few in all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from aggregator.text.urls import registrable_domain
from aggregator.waiting import waiting_for_a_turn
from aggregator.web.places import Place, Places

_LANES_KEPT: Final = 1000
"""Publishers whose last start is remembered before the idle ones are forgotten."""

_LANE_IDLE_SECONDS: Final = 60.0
"""After this, and after its gap, an idle publisher can be forgotten: no Crawl-delay is longer."""


def lane_of(url: str) -> str:
    """Return what requests must share to take turns: the registrable domain, or the address."""
    return _lane_of_host(urlsplit(url).hostname or "")


@lru_cache(maxsize=4096)
def _lane_of_host(name: str) -> str:
    host = name.rstrip(".")
    try:
        return str(ip_address(host))
    except ValueError:
        return registrable_domain(host)


@dataclass(slots=True)
class _Lane:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    ended: float | None = None
    gap: float = 0.0


class Pace:
    """Hands out turns in order of arrival; for one event loop.

    Waiting for the own turn does not occupy one of the `moving` places that all publishers share.
    `monotonic` and `sleep` count seconds.
    """

    def __init__(
        self,
        moving: int,
        connections: int,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._places = Places(moving, connections, monotonic)
        self._monotonic = monotonic
        self._sleep = sleep
        self._lanes: dict[str, _Lane] = {}
        self._lanes_kept = _LANES_KEPT

    @asynccontextmanager
    async def turn(self, key: str, gap: float) -> AsyncIterator[Place]:
        """Hold the turn of `key`, starting at least `gap` seconds after its last one ended.

        A gap between starts would shrink at the server by what its first connection took.
        """
        lane = self._lanes.setdefault(key, _Lane())
        lane.waiting += 1
        try:
            with waiting_for_a_turn():
                await lane.lock.acquire()
            try:
                with waiting_for_a_turn():
                    place = await self._place(lane, gap)
                lane.gap = gap
                try:
                    yield place
                finally:
                    lane.ended = self._monotonic()
                    place.give_back()
            finally:
                lane.lock.release()
        finally:
            lane.waiting -= 1
            self._forget_idle()

    async def _place(self, lane: _Lane, gap: float) -> Place:
        if lane.ended is not None:
            # A clock may wake us a little early; the gap is a promise.
            while (wait := lane.ended + gap - self._monotonic()) > 0:
                await self._sleep(wait)
        return await self._places.take()

    def _forget_idle(self) -> None:
        if len(self._lanes) <= self._lanes_kept:
            return
        now = self._monotonic()
        self._lanes = {
            key: lane
            for key, lane in self._lanes.items()
            if lane.waiting
            or (lane.ended is not None and lane.ended + max(lane.gap, _LANE_IDLE_SECONDS) > now)
        }
        # Looking through all of them for each request would cost more than the request.
        self._lanes_kept = max(_LANES_KEPT, 2 * len(self._lanes))
