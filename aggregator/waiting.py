"""How long a unit of work may take, without the time that it only waits for its turn.

A page may rightly wait an hour behind the other pages of its publisher; but once it is its turn,
everything has a bound. So a unit runs `bounded`, and whoever hands out turns says when one waits.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from datetime import timedelta
from typing import Final

_limit: Final[ContextVar[asyncio.Timeout | None]] = ContextVar("limit", default=None)


@asynccontextmanager
async def bounded(span: timedelta) -> AsyncIterator[None]:
    """Raise TimeoutError in this task when it works, not counting waiting, longer than `span`."""
    async with asyncio.timeout(span.total_seconds()) as limit:
        token = _limit.set(limit)
        try:
            yield
        finally:
            _limit.reset(token)


@contextmanager
def waiting_for_a_turn() -> Iterator[None]:
    """Let the limit of the current unit stand still meanwhile."""
    limit = _limit.get()
    when = limit.when() if limit is not None else None
    if limit is None or when is None:
        yield
        return
    clock = asyncio.get_running_loop().time
    left = when - clock()
    _reschedule(limit, None)
    try:
        yield
    finally:
        _reschedule(limit, clock() + left)


def _reschedule(limit: asyncio.Timeout, when: float | None) -> None:
    # A task that outlives the unit which began it has a limit that is over.
    with suppress(RuntimeError):
        limit.reschedule(when)
