"""Who moves: few requests at once, while those that servers keep waiting stand aside.

While others wait, a request has a place for a quarter of a second. If it has no whole answer by
then, its place goes to the next in line, and it lines up again when it has something to read. So
what moves is bounded, a server that is silent, slow or hostile holds up nobody, and large bodies
share the places in turn.

Time is counted in ticks of the event loop, and only while somebody waits: when we ourselves are
too busy to read, it is not the servers that are slow.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from aggregator.waiting import waiting_for_a_turn

SHARE_SECONDS: Final = 0.25
"""How long a place is one's own; a server nearby has answered by then, body and all."""

_TICKS: Final = 5
"""Into how many ticks the share is divided."""


class Place:
    """The right of one request to move; `waited` counts the seconds in which it had to stand."""

    __slots__ = ("_places", "given_at", "is_moving", "waited")

    def __init__(self, places: "Places") -> None:
        self._places = places
        self.is_moving = False
        self.given_at = 0
        self.waited = 0.0

    async def reclaim(self) -> None:
        """Line up again after the place was lent."""
        await self._places.reclaim(self)

    def give_back(self) -> None:
        """Leave for good; the next in line may start."""
        self._places.leave(self)


class _Line:
    """Those who wait, in order; the number of the first tells which of two lines is older."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[int, Place, asyncio.Future[None]]] = deque()

    def add(self, number: int, place: Place) -> asyncio.Future[None]:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((number, place, turn))
        return turn

    def first(self) -> tuple[int, Place, asyncio.Future[None]] | None:
        """Return who is next, passing over those who have given up."""
        while self._waiting and self._waiting[0][2].done():
            self._waiting.popleft()
        return self._waiting[0] if self._waiting else None


class Places:
    """At most `moving` requests that move and `connections` that are open; for one event loop.

    `monotonic` counts the seconds that a place remembers having waited.
    """

    def __init__(self, moving: int, connections: int, monotonic: Callable[[], float]) -> None:
        self._free = moving
        self._unopened = connections
        self._monotonic = monotonic
        self._number = 0
        self._ticks = 0
        # In the order in which they were given: the first is the first to be lent.
        self._given: dict[Place, None] = {}
        self._starting = _Line()
        self._returning = _Line()
        self._timer: asyncio.TimerHandle | None = None

    async def take(self) -> Place:
        """Wait in line for a place to start a request with."""
        place = Place(self)
        if self._free and self._unopened and not self._first():
            self._give(place, is_new=True)
        else:
            await self._wait(self._starting, place)
        return place

    async def reclaim(self, place: Place) -> None:
        """Wait in line for a place to go on with; in one line with those who start."""
        since = self._monotonic()
        try:
            with waiting_for_a_turn():
                await self._wait(self._returning, place)
        finally:
            place.waited += self._monotonic() - since

    def leave(self, place: Place) -> None:
        """Take a place back at the end of its request."""
        self._unopened += 1
        self._withdraw(place)
        self._serve()

    async def _wait(self, line: _Line, place: Place) -> None:
        self._number += 1
        turn = line.add(self._number, place)
        self._serve()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and line is self._starting:
                self.leave(place)
            raise

    def _give(self, place: Place, *, is_new: bool) -> None:
        self._free -= 1
        self._unopened -= is_new
        place.is_moving = True
        place.given_at = self._ticks
        self._given[place] = None

    def _withdraw(self, place: Place) -> None:
        if place.is_moving:
            place.is_moving = False
            del self._given[place]
            self._free += 1

    def _first(self) -> tuple[int, Place, asyncio.Future[None]] | None:
        """Return who of both lines is next and may move as soon as a place is free."""
        returning = self._returning.first()
        starting = self._starting.first() if self._unopened else None
        if returning and starting:
            return min(returning, starting, key=lambda waiting: waiting[0])
        return returning or starting

    def _serve(self) -> None:
        """Give what is free, lend what is overdue, and look again at the next tick."""
        while first := self._first():
            if not self._free:
                longest = next(iter(self._given))
                if self._ticks - longest.given_at < _TICKS:
                    self._tick_later()
                    return
                self._withdraw(longest)
            _, place, turn = first
            self._give(place, is_new=self._starting.first() is first)
            turn.set_result(None)

    def _tick_later(self) -> None:
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(SHARE_SECONDS / _TICKS, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._ticks += 1
        self._serve()
