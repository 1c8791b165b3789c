"""The one thread in which the database is read and written."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, TypeVar

from aggregator.errors import StoreBusy
from aggregator.store import Store

T = TypeVar("T")

_BUSY_ATTEMPTS: Final = 3

_log = logging.getLogger("aggregator")


class StoreThread:
    """An open `Store` and the thread that it belongs to; for one event loop."""

    def __init__(self, open_store: Callable[[], Store]) -> None:
        self._open_store = open_store
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")

    async def open(self) -> None:
        """Open the database; raises StoreError."""
        self._store = await self._in_thread(self._open_store)

    async def close(self) -> None:
        """Move the log into the file and close it."""
        await self.read(Store.checkpoint)
        await self.read(Store.close)
        self._thread.shutdown()

    async def read(self, function: Callable[..., T], *args: object) -> T:
        """Return `function(store, *args)`."""
        return await self._in_thread(function, self._store, *args)

    async def write(self, function: Callable[..., T], *args: object) -> T:
        """Return `function(store, *args)`, tried again when the file is busy; raises StoreError."""
        for attempt in range(1, _BUSY_ATTEMPTS + 1):
            try:
                return await self.read(function, *args)
            except StoreBusy:
                if attempt == _BUSY_ATTEMPTS:
                    raise
                _log.warning("store busy attempt=%d", attempt)
        raise AssertionError

    async def _in_thread(self, function: Callable[..., T], *args: object) -> T:
        loop = asyncio.get_running_loop()
        # A write that has begun is finished even when its task is cancelled.
        return await asyncio.shield(loop.run_in_executor(self._thread, partial(function, *args)))
