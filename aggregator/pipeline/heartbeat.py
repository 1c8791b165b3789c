"""The daemon's heartbeat: that it works, and on what, told to the database now and then.

Whoever wants to know how the daemon is asks the database; a beat that is missing says the most.
"""

import logging
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from aggregator.errors import StoreError
from aggregator.pipeline.process_usage import process_usage
from aggregator.store.daemon_state import Beat
from aggregator.store.heartbeat import note_death, note_stop, write_beat
from aggregator.version import __version__

BEAT_PAUSE: Final = timedelta(seconds=30)
"""Beats are at least this far apart, however short the tick is."""

_log: Final = logging.getLogger("aggregator")


class Heartbeat:
    """Beats for one daemon.

    `stored` calls a function where the store lives, `under_way` names the units of work, each
    beginning with the name of its stage and a blank.
    """

    def __init__(
        self,
        *,
        stored: Callable[..., Awaitable[None]],
        under_way: Callable[[], Iterable[str]],
        now: Callable[[], datetime],
    ) -> None:
        self._stored = stored
        self._under_way = under_way
        self._now = now
        self._started: datetime | None = None
        self._beat: datetime | None = None
        self._ended: dict[str, datetime] = {}

    def stage_ended(self, stage: str) -> None:
        """Remember that a stage has just ended a unit of work."""
        self._ended[stage] = self._now()

    async def tick(self, tick: timedelta) -> None:
        """Beat, unless the last beat was just now; ticks come every `tick`.

        A beat that cannot be stored is in the log, and is missed by those who watch.
        """
        now = self._now()
        # A clock that was set back must not silence it.
        if self._beat is not None and self._beat <= now < self._beat + BEAT_PAUSE:
            return
        self._started = self._started or now
        self._beat = now
        beat = Beat(
            at=now,
            started=self._started,
            pid=os.getpid(),
            version=__version__,
            tick_seconds=tick.total_seconds(),
            usage=process_usage(),
            under_way=Counter(name.partition(" ")[0] for name in self._under_way()),
            ended=dict(self._ended),
        )
        await self._kept(write_beat, beat)

    async def stop(self) -> None:
        """Tell that the daemon ends as it should, if it was one."""
        if self._beat is not None:
            await self._kept(note_stop, os.getpid(), self._now())

    async def none_lives(self) -> None:
        """Tell that no daemon lives, as one that was killed could not; for who holds its lock."""
        await self._kept(note_death)

    async def _kept(self, write: Callable[..., None], *what: object) -> None:
        try:
            await self._stored(write, *what)
        except StoreError as error:
            _log.error("heartbeat error=%s", error)
        except Exception:  # noqa: BLE001 -- a bug here must not keep the daemon from its work
            _log.exception("heartbeat failed")
