"""What is wrong with the daemon as a whole: one log line when it begins and ends, and the database.

A trouble that cannot be stored (the disk may be the trouble) is in the log, and is stored when it
is told again.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from aggregator.errors import StoreError
from aggregator.model import Trouble
from aggregator.store.troubles import begin_trouble, end_all_troubles, end_trouble

_log: Final = logging.getLogger("aggregator")


class TroubleDesk:
    """Keeps what is wrong now; `stored` calls a function where the store lives."""

    def __init__(
        self, *, stored: Callable[..., Awaitable[None]], now: Callable[[], datetime]
    ) -> None:
        self._stored = stored
        self._now = now
        self._told: dict[str, Trouble] = {}
        self._kept: dict[str, Trouble] = {}

    @property
    def names(self) -> frozenset[str]:
        """What is wrong now, also where the database could not be told."""
        return frozenset(self._told)

    async def open(self) -> None:
        """Begin without what an earlier daemon found wrong; raises StoreError."""
        await self._stored(end_all_troubles)

    async def begin(self, trouble: Trouble) -> None:
        """Tell that something is wrong; telling the same again costs nothing."""
        is_new = trouble.name not in self._told
        if is_new:
            _log.error(
                "trouble name=%s detail=%r remedy=%r", trouble.name, trouble.detail, trouble.remedy
            )
        self._told[trouble.name] = trouble
        if self._kept.get(trouble.name) != trouble:
            try:
                await self._stored(begin_trouble, trouble, self._now())
                self._kept[trouble.name] = trouble
            except StoreError as error:
                # The same again and again for as long as the trouble is with the database.
                if is_new:
                    _log.error("trouble name=%s not stored error=%s", trouble.name, error)

    async def end(self, name: str) -> None:
        """Tell that it is over; of what was never wrong this costs nothing."""
        if self._told.pop(name, None) is not None:
            _log.info("trouble name=%s is over", name)
        await self._forget(name)

    async def settle(self) -> None:
        """Take those out of the database that were over when it could not be told."""
        for name in self._kept.keys() - self._told.keys():
            await self._forget(name)

    async def _forget(self, name: str) -> None:
        if name in self._kept:
            try:
                await self._stored(end_trouble, name)
                self._kept.pop(name, None)
            except StoreError as error:
                _log.error("trouble name=%s not stored error=%s", name, error)
