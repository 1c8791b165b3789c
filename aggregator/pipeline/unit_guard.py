"""Runs units of work so that what one of them raises harms its own record and no other."""

import logging
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Final

from aggregator.errors import StoreError
from aggregator.pipeline.stages import Stages
from aggregator.pipeline.store_thread import StoreThread
from aggregator.pipeline.unstored import Unstored
from aggregator.store.aside import set_aside
from aggregator.waiting import bounded

UNIT_LIMIT: Final = timedelta(minutes=10)
"""For one feed or page: five redirects of a minute each, extraction and store, and as much again.

Each part has a shorter limit of its own; this one is for what should not happen."""

_log = logging.getLogger("aggregator")


class UnitGuard:
    """Guards units of work, each with a name of two words: its stage and its record.

    `unstored` learns what the database did not take, `stages` what is under way, `on_end` which
    stage has done one.
    """

    def __init__(
        self,
        store: StoreThread,
        unstored: Unstored,
        stages: Stages,
        on_end: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._unstored = unstored
        self._stages = stages
        self._on_end = on_end
        self._now = now

    async def run(
        self,
        name: str,
        begin: Callable[[], Coroutine[None, None, None]],
        limit: timedelta | None = UNIT_LIMIT,
    ) -> None:
        """Run one unit of work; a bug sets its record aside, the database's failure does not.

        One that works for longer than `limit`, waiting for its turn not counted, is broken off.
        """
        stage, record = name.split(" ", 1)
        try:
            with self._stages.unit(stage, record):
                if limit is None:
                    await begin()
                else:
                    async with bounded(limit):
                        await begin()
            self._on_end(stage)
        except StoreError as error:
            # Nothing was stored, so the record is still pending and comes again.
            self._unstored.hold(name)
            _log.error("%s record=%s error=%s", stage, record, error)
        except Exception as error:  # noqa: BLE001 -- a bug harms one record only
            await self.set_aside(stage, record, error)

    async def set_aside(self, stage: str, record: str, error: Exception) -> None:
        """Note that a stage failed on a record, which comes again ever later."""
        _log.exception("%s record=%s set aside", stage, record, exc_info=error)
        text = f"{type(error).__name__}: {error}"
        try:
            await self._store.write(set_aside, stage, record, text, self._now())
        except StoreError as failure:
            self._unstored.hold(f"{stage} {record}")
            _log.error("%s record=%s error=%s", stage, record, failure)
