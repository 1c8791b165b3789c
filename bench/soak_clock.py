"""A clock that runs many times faster than the real one, and that can be set while it is read.

Where it stands is kept in a small file, so that several processes read the same time and a process
that starts anew goes on with it.
"""

import json
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Anchor:
    """What the clock showed at a moment: seconds of the epoch at seconds of the monotonic clock."""

    shown: float
    at: float
    factor: float

    def now(self) -> datetime:
        """Return what the clock shows at this moment."""
        passed = (time.monotonic() - self.at) * self.factor
        return datetime.fromtimestamp(self.shown + passed, UTC)


class ClockFile:
    """Sets the clock; one process does."""

    def __init__(self, path: Path, start: datetime, factor: float) -> None:
        self._path = path
        self._write(Anchor(start.timestamp(), time.monotonic(), factor))

    def now(self) -> datetime:
        """Return what the clock shows at this moment."""
        return self._anchor.now()

    def jump(self, by: timedelta) -> None:
        """Set the clock forward, or back by a negative span; it goes on as fast as before."""
        shown = (self.now() + by).timestamp()
        self._write(Anchor(shown, time.monotonic(), self._anchor.factor))

    def _write(self, anchor: Anchor) -> None:
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps(asdict(anchor)), encoding="utf-8")
        beside.replace(self._path)
        self._anchor = anchor


class ClockReader:
    """Shows what the file says, also when it is written anew; any number of processes read it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = (0, 0)

    def now(self) -> datetime:
        """Return what the clock shows at this moment."""
        return self._current().now()

    def running(self) -> float:
        """Return seconds that pass as fast as those of the clock, and that nobody sets."""
        return time.monotonic() * self._current().factor

    def _current(self) -> Anchor:
        status = self._path.stat()
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            self._anchor = Anchor(**json.loads(self._path.read_text(encoding="utf-8")))
            self._stamp = stamp
        return self._anchor
