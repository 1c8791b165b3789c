"""The clock that people set and the clock that only runs: when they part, the first was set."""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

JUMP_LEAST: Final = timedelta(seconds=5)
"""Less is a correction that harms no wait; time servers step for more than 0.128 s."""


def utc_now() -> datetime:
    """Return the time of the system's clock."""
    return datetime.now(UTC)


def running_seconds() -> float:
    """Return seconds of a clock that nobody sets, and that goes on while the machine sleeps.

    So a laptop that wakes up has no clock that was set. Of the clocks of time.monotonic Linux' one
    stands still meanwhile, and that of macOS in older Pythons.
    """
    names = {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}
    clock: int | None = getattr(time, names.get(sys.platform, ""), None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class ClockWatch:
    """Tells when the clock that `now` reads was set, and by how much."""

    def __init__(
        self, now: Callable[[], datetime], running: Callable[[], float] = running_seconds
    ) -> None:
        self._now = now
        self._running = running
        self._then = (now(), running())

    def look(self) -> tuple[datetime, datetime] | None:
        """Return what time it would be now had nobody set the clock, and what it says it is.

        None when the two agree. A jump is told once.
        """
        wall, running = self._now(), self._running()
        before_wall, before_running = self._then
        self._then = (wall, running)
        expected = before_wall + timedelta(seconds=running - before_running)
        return None if abs(wall - expected) < JUMP_LEAST else (expected, wall)
