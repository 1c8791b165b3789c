"""What the daemon says of itself: at a beat, and as it is read again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Usage:
    """What the daemon's process uses; None is what the system does not tell."""

    memory_bytes: int | None
    threads: int | None
    open_files: int | None


@dataclass(frozen=True, slots=True)
class Beat:
    """What the daemon says of itself at one moment.

    `under_way` counts what each stage works on, `ended` says when it last ended something.
    """

    at: datetime
    started: datetime
    pid: int
    version: str
    tick_seconds: float
    usage: Usage
    under_way: Mapping[str, int]
    ended: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class StageState:
    """One stage at the last beat.

    `pending` is what was due and waited, `waiting_since` when the first of it was due; `ended` is
    when something was last done, None when nothing ever was.
    """

    stage: str
    pending: int
    waiting_since: datetime | None
    under_way: int
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class DaemonState:
    """The daemon at its last beat; `stopped` is when it ended as it should, None when it did not.

    `database_free_bytes` are inside the file, for what comes next; `log_bytes` is the size of the
    write-ahead log.
    """

    pid: int
    version: str
    sqlite_version: str
    started: datetime
    beat: datetime
    tick_seconds: float
    stopped: datetime | None
    usage: Usage
    database_bytes: int
    database_free_bytes: int
    log_bytes: int
    disk_free_bytes: int | None
    stages: tuple[StageState, ...]
