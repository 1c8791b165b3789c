"""The one thread in which the database is read and written."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Final, TypeVar

from aggregator.errors import StoreBusy, StoreError
from aggregator.store import Store
from aggregator.store.sqlite_errors import translated

T = TypeVar("T")

_BUSY_ATTEMPTS: Final = 3
_HURRIED_TIMEOUT_MS: Final = 500

_log = logging.getLogger("aggregator")


class StoreThread:
    """An open `Store` and the thread that it belongs to; for one event loop.

    `on_failure` is told of every StoreError before it is raised.
    """

    def __init__(
        self, open_store: Callable[[], Store], on_failure: Callable[[StoreError], Awaitable[None]]
    ) -> None:
        self._open_store = open_store
        self._on_failure = on_failure
        self._store: Store | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._is_hurried = False

    async def open(self) -> None:
        """Open the database; raises StoreError."""
        self._store = await self._in_thread(self._open_store)

    async def close(self) -> None:
        """Move the log into the file and close it; the log stays where that cannot be done."""
        try:
            if self._store is not None:
                await self._called(Store.checkpoint)
        except StoreError as error:
            _log.error("checkpoint error=%s", error)
        finally:
            if self._store is not None:
                await self._in_thread(self._store.close)
            self._thread.shutdown()

    def hurry(self) -> None:
        """Wait for other processes a moment only from now on: the end has a deadline.

        What is not written then is not acknowledged, and comes again after the next start.
        """
        if not self._is_hurried:
            self._is_hurried = True
            self._thread.submit(self._shorten_waits)

    def _shorten_waits(self) -> None:
        if self._store is not None:
            self._store.connection.execute(f"PRAGMA busy_timeout = {_HURRIED_TIMEOUT_MS}")

    def ping(self, answered: Callable[[], None]) -> None:
        """Have `answered` called in the thread, behind what it has to do."""
        with suppress(RuntimeError):  # it is closed
            self._thread.submit(answered)

    async def read(self, function: Callable[..., T], *args: object) -> T:
        """Return `function(store, *args)`; raises StoreError."""
        try:
            return await self._called(function, *args)
        except StoreError as error:
            await self._on_failure(error)
            raise

    async def write(self, function: Callable[..., T], *args: object) -> T:
        """Return `function(store, *args)`, tried again when the file is busy; raises StoreError."""
        for attempt in range(1, _BUSY_ATTEMPTS):
            try:
                return await self._called(function, *args)
            except StoreBusy:
                if self._is_hurried:
                    raise
                _log.warning("store busy attempt=%d", attempt)
            except StoreError as error:
                await self._on_failure(error)
                raise
        return await self.read(function, *args)

    async def write_untold(self, function: Callable[..., T], *args: object) -> T:
        """Return `function(store, *args)`, tried once; of its StoreError nobody else is told."""
        return await self._called(function, *args)

    async def _called(self, function: Callable[..., T], *args: object) -> T:
        return await self._in_thread(partial(_called, self._store, function), *args)

    async def _in_thread(self, function: Callable[..., T], *args: object) -> T:
        loop = asyncio.get_running_loop()
        # A write that has begun is finished even when its task is cancelled.
        return await asyncio.shield(loop.run_in_executor(self._thread, partial(function, *args)))


def _called(store: Store | None, function: Callable[..., T], *args: object) -> T:
    if store is None:
        raise RuntimeError("the store is used before it is open")
    with translated(store.path):
        return function(store, *args)
