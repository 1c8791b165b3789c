"""Whose turn it is: one request at a time for each publisher, starts apart, few in all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from aggregator.text.urls import registrable_domain

_LANES_KEPT: Final = 1000
"""Idle publishers whose last start is remembered; beyond this the oldest are forgotten."""

_LANE_IDLE_SECONDS: Final = 60.0
"""After this an idle publisher can be forgotten: no gap is longer (see `robots`)."""


def lane_of(url: str) -> str:
    """Return what requests must share to take turns: the registrable domain, or the address."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return str(ip_address(host))
    except ValueError:
        return registrable_domain(host)


@dataclass(slots=True)
class _Lane:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    started: float | None = None


class Pace:
    """Hands out turns in order of arrival; for one event loop.

    Waiting for the own turn does not occupy one of the `slots` that all publishers share.
    `monotonic` and `sleep` count seconds.
    """

    def __init__(
        self,
        slots: int,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._slots = asyncio.Semaphore(slots)
        self._monotonic = monotonic
        self._sleep = sleep
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def turn(self, key: str, gap: float) -> AsyncIterator[None]:
        """Hold the turn of `key`, starting at least `gap` seconds after its last start."""
        lane = self._lanes.setdefault(key, _Lane())
        lane.waiting += 1
        try:
            async with lane.lock:
                if lane.started is not None:
                    # A clock may wake us a little early; the gap is a promise.
                    while (wait := lane.started + gap - self._monotonic()) > 0:
                        await self._sleep(wait)
                async with self._slots:
                    lane.started = self._monotonic()
                    yield
        finally:
            lane.waiting -= 1
            self._forget_idle()

    def _forget_idle(self) -> None:
        if len(self._lanes) <= _LANES_KEPT:
            return
        horizon = self._monotonic() - _LANE_IDLE_SECONDS
        self._lanes = {
            key: lane
            for key, lane in self._lanes.items()
            if lane.waiting or (lane.started is not None and lane.started > horizon)
        }
