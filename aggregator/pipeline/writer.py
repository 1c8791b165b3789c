"""Polls into the database, together: what waits while one transaction is written is the next."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from aggregator.poll.outcome import AppliedPoll
from aggregator.store.polls import PollWrite

POLLS_AT_ONCE: Final = 64
ENTRIES_AT_ONCE: Final = 1000
"""Bounds of one transaction: at most a second or so of work is repeated after a crash."""

Apply = Callable[[Sequence[PollWrite]], Awaitable[list[AppliedPoll | Exception]]]
"""Stores several polls in one transaction."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    write: PollWrite
    stored: asyncio.Future[AppliedPoll]


class PollWriter:
    """Groups polls into transactions: one sync of the disk acknowledges all that came together."""

    def __init__(self, apply: Apply) -> None:
        self._apply = apply
        self._waiting: deque[_Waiting] = deque()
        self._worker: asyncio.Task[None] | None = None

    async def store(self, write: PollWrite) -> AppliedPoll:
        """Return what the poll changed, once it is on disk; raises what storing it raised."""
        waiting = _Waiting(write, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._write_all())
        # The write goes on when the one who waits for it is cancelled.
        return await asyncio.shield(waiting.stored)

    async def finish(self) -> None:
        """Wait until all that was handed over is stored."""
        if self._worker is not None:
            await self._worker

    async def _write_all(self) -> None:
        while self._waiting:
            batch = self._next_batch()
            try:
                applied = await self._apply([waiting.write for waiting in batch])
            except Exception as error:  # noqa: BLE001 -- whoever waits for its poll is told
                applied = [error] * len(batch)
            for waiting, result in zip(batch, applied, strict=True):
                _settle(waiting.stored, result)

    def _next_batch(self) -> list[_Waiting]:
        batch = [self._waiting.popleft()]
        entries = len(batch[0].write.outcome.entries)
        while self._waiting and len(batch) < POLLS_AT_ONCE:
            entries += len(self._waiting[0].write.outcome.entries)
            if entries > ENTRIES_AT_ONCE:
                break
            batch.append(self._waiting.popleft())
        return batch


def _settle(stored: asyncio.Future[AppliedPoll], result: AppliedPoll | Exception) -> None:
    if isinstance(result, Exception):
        stored.set_exception(result)
        # Nobody may be left to ask for it.
        stored.exception()
    else:
        stored.set_result(result)
