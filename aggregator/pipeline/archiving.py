"""Answers into the archive, together: what waits while some are written is the next to be.

An archive that cannot be written never costs an article: that is told as a trouble, and what came
is stored without it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from aggregator.archive.folder import ArchiveFolder, Kept, archive_folder
from aggregator.archive.record import Capture, captures_of
from aggregator.config import Config
from aggregator.errors import StoreError
from aggregator.model import Feed, FetchResult, Trouble
from aggregator.pipeline.store_thread import StoreThread
from aggregator.pipeline.trouble_desk import TroubleDesk
from aggregator.store import Store
from aggregator.store.archived import indexed_part, last_known_file

BYTES_AT_ONCE: Final = 16 * 2**20
"""Payloads that are written before the disk is asked to sync; one may be larger by itself."""

TROUBLE: Final = "archive"
"""What it is called when the archive cannot be written."""

_log: Final = logging.getLogger("aggregator")


@dataclass(frozen=True, slots=True)
class _Waiting:
    captures: tuple[Capture, ...]
    kept: asyncio.Future[tuple[Kept, ...]]

    @property
    def size(self) -> int:
        return sum(len(capture.payload) for capture in self.captures)


class Archivist:
    """Keeps the answers for the feeds whose settings want it, in a thread of its own."""

    def __init__(
        self, store: StoreThread, troubles: TroubleDesk, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._troubles = troubles
        self._now = now
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._folder: ArchiveFolder | None = None
        self._waiting: deque[_Waiting] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._by_default = False

    def follow(self, config: Config) -> None:
        """Keep what `config` wants kept, from now on."""
        self._by_default = config.settings.archive

    async def open(self, config: Config) -> None:
        """Keep what `config` wants kept; if any, cut off first what a crash left half written.

        What hinders that is told as soon as something is to be kept.
        """
        self.follow(config)
        if not (config.settings.archive or any(feed.archive for feed in config.feeds)):
            return
        try:
            await self._opened()
        except (OSError, StoreError) as error:
            _log.warning("archive not opened yet error=%s", error)
        except Exception:  # noqa: BLE001 -- a bug here must not cost the articles
            _log.exception("archive not opened yet")

    async def keep(self, feed: Feed, result: FetchResult) -> tuple[Kept, ...]:
        """Return where an answer is kept, once it is on disk, after the redirects that led to it.

        () where it is not.
        """
        if not (self._by_default if feed.archive is None else feed.archive):
            return ()
        captures = captures_of(result)
        if not captures:
            return ()
        waiting = _Waiting(captures, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._write_all())
        return await waiting.kept

    async def close(self) -> None:
        """Write what waits, and end."""
        if self._worker is not None:
            await self._worker
        self._thread.shutdown()

    async def _write_all(self) -> None:
        while self._waiting:
            batch = self._next_batch()
            captures = [capture for waiting in batch for capture in waiting.captures]
            kept = iter(await self._written(captures))
            for waiting in batch:
                mine = tuple(islice(kept, len(waiting.captures)))
                if not waiting.kept.done():
                    waiting.kept.set_result(mine)

    def _next_batch(self) -> list[_Waiting]:
        batch = [self._waiting.popleft()]
        size = batch[0].size
        while self._waiting:
            size += self._waiting[0].size
            if size > BYTES_AT_ONCE:
                break
            batch.append(self._waiting.popleft())
        return batch

    async def _written(self, captures: Sequence[Capture]) -> Sequence[Kept]:
        """Return where each of `captures` is kept; [] when they could not be."""
        try:
            folder = self._folder or await self._opened()
            loop = asyncio.get_running_loop()
            kept = await loop.run_in_executor(self._thread, folder.append, captures, self._now())
        except (OSError, StoreError) as error:
            await self._troubles.begin(_trouble(error))
        except Exception:  # noqa: BLE001 -- a bug here must not cost the articles
            _log.exception("archive failed for %s", captures[0].url)
        else:
            await self._troubles.end(TROUBLE)
            return kept
        return []

    async def _opened(self) -> ArchiveFolder:
        path = await self._store.read(_path)
        last_file = await self._store.read(last_known_file)
        folder = ArchiveFolder(archive_folder(path), path.stem, last_file=last_file)
        loop = asyncio.get_running_loop()
        newest = await loop.run_in_executor(self._thread, folder.newest, self._now())
        if newest is not None:
            indexed = await self._store.read(indexed_part, newest)
            resume = partial(folder.resume, newest, indexed)
            await loop.run_in_executor(self._thread, resume)
        self._folder = folder
        return folder


def _path(store: Store) -> Path:
    return store.path


def _trouble(error: OSError | StoreError) -> Trouble:
    what = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Trouble(
        TROUBLE,
        f"answers cannot be kept as evidence: {what}",
        "free some room on the disk, and let the program write to the folder beside the database;"
        " articles are stored meanwhile, without their evidence",
    )
