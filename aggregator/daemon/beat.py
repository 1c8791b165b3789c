"""The beat: one job of APScheduler that neither a set clock nor a late tick can end."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    EVENT_JOB_SUBMITTED,
    JobEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

TICK: Final = "tick"

JOB_DEFAULTS: Final = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
"""Late is better than never, once is enough, and never twice at the same time: the defaults of the
scheduler drop a job that is a second late."""

LONGEST_TICK: Final = timedelta(minutes=10)
"""A tick that takes longer is broken off, so that the next one can begin."""

_BEATS_MISSED: Final = 1.5

_log = logging.getLogger("aggregator")


class Beat:
    """Calls `tick` every so often; `on_fault` is told what went wrong with a beat.

    APScheduler waits until a time of the wall clock. When that is set back, it would wait for all
    of the way; so whoever watches calls `keep_up` now and then.
    """

    def __init__(
        self,
        every: timedelta,
        tick: Callable[[], Awaitable[None]],
        on_fault: Callable[[str], None],
        *,
        longest: timedelta = LONGEST_TICK,
    ) -> None:
        self.every = every
        self._tick = tick
        self._on_fault = on_fault
        self._longest = longest
        self._begun = time.monotonic()
        self._is_running = False
        self._is_wanted = False
        self._is_skip_told = False
        self._is_stopped = False
        self.scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=JOB_DEFAULTS)
        self.scheduler.add_listener(self._on_begin, EVENT_JOB_SUBMITTED)
        self.scheduler.add_listener(self._on_end, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
        self.scheduler.add_listener(
            self._on_event, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES | EVENT_JOB_ERROR
        )

    def start(self) -> None:
        """Begin; the first tick is now."""
        self.scheduler.add_job(self._one, _Steady(self.every), id=TICK)
        self.scheduler.start()
        self.now()

    def now(self) -> None:
        """Let a tick begin now, or once the one under way has ended; the others follow on it."""
        if self._is_running:
            # The scheduler would skip it.
            self._is_wanted = True
            return
        self._begun = time.monotonic()
        # A time long past is due whatever the clock says.
        self.scheduler.modify_job(TICK, next_run_time=datetime(1970, 1, 2, tzinfo=UTC))

    def change(self, every: timedelta) -> None:
        """Take another rhythm; the next tick comes one interval from now."""
        if every != self.every:
            self.every = every
            self.scheduler.reschedule_job(TICK, trigger=_Steady(every))

    def keep_up(self) -> bool:
        """Let a tick begin if it should have by now; return whether that was so."""
        late = time.monotonic() - self._begun > _BEATS_MISSED * self.every.total_seconds()
        if late and not self._is_running:
            self.now()
            return True
        return False

    def stop(self) -> None:
        """End the beat, and a tick that is under way."""
        self._is_stopped = True
        if self.scheduler.running:
            self.scheduler.shutdown(wait=False)

    async def _one(self) -> None:
        self._begun = time.monotonic()
        self._is_skip_told = False
        try:
            async with asyncio.timeout(self._longest.total_seconds()):
                await self._tick()
        except asyncio.CancelledError:
            # The scheduler would tell of its own end as of an error.
            if self._is_stopped:
                return
            raise
        except TimeoutError:
            self._on_fault(f"a tick was broken off after {self._longest}")
        finally:
            self._is_running = False

    def _on_begin(self, _: JobEvent) -> None:
        self._is_running = True

    def _on_end(self, _: JobEvent) -> None:
        if self._is_wanted and not self._is_stopped:
            self._is_wanted = False
            self.now()

    def _on_event(self, event: JobEvent) -> None:
        if self._is_stopped:
            return
        if event.code == EVENT_JOB_MAX_INSTANCES:
            # However many a long tick keeps out, it is one fault.
            if self._is_skip_told:
                return
            self._is_skip_told = True
        what = {
            EVENT_JOB_MISSED: "a tick was missed",
            EVENT_JOB_MAX_INSTANCES: "a tick was skipped, for the one before has not ended",
            EVENT_JOB_ERROR: f"a tick failed: {getattr(event, 'exception', None)!r}",
        }
        self._on_fault(what[event.code])


class _Steady(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """An interval that neither steps through what was missed nor waits longer than one interval.

    The one of the library does both after the clock was set.
    """

    def __init__(self, every: timedelta) -> None:
        self._every = every

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        if previous is None:
            return now + self._every
        following = previous + self._every
        return following if now < following <= now + self._every else now + self._every
