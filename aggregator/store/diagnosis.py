"""How the daemon is, judged from its vital signs: pure, the same for whoever asks.

The bounds are chosen so that a daemon that works never passes them: a page may wait long for the
turn of its host, a feed may fail for an afternoon.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from aggregator.store.daemon_state import DaemonState, StageState

BEAT_LEAST: Final = timedelta(minutes=2)
BEAT_TICKS: Final = 3
"""A daemon that was not heard of for three ticks, and at least two minutes, is no longer there."""

FAILING_SHARE: Final = 0.25
"""More of the feeds than this failing at once is rarely the feeds' own fault."""

ASIDE_LONG: Final = timedelta(hours=24)
"""What is set aside longer than this failed again and again."""

WAITING_LONG: Final = {
    "poll": timedelta(minutes=30),
    "scrape": timedelta(hours=6),
    "group": timedelta(hours=1),
    "alert": timedelta(hours=1),
}
"""How long the first of what is due may wait; a second look at a page may wait for ever."""

ROOM_LEAST: Final = 16 * 2**20
"""Bytes on the disk below which nothing may be stored any more: a large cycle needs as much."""

DISK_FULL: Final = "disk full"


class Status(StrEnum):
    """How the daemon is, the worst first."""

    FAILING = "failing"
    DEGRADED = "degraded"
    STOPPED = "stopped"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the daemon is not well: a stable name, since when, and one sentence without secrets."""

    name: str
    status: Status
    since: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class Health:
    """How the daemon is, since when, and why it is no better, the worst first."""

    status: Status
    since: datetime | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """What is known of the daemon at one moment.

    `troubles` are names with their beginnings; `aside` and `undelivered` count what has been set
    aside for long and what alerts do not work, each with the first time.
    """

    daemon: DaemonState | None
    troubles: tuple[tuple[str, datetime], ...] = ()
    feeds: int = 0
    feeds_failing: int = 0
    failing_since: datetime | None = None
    aside: int = 0
    aside_since: datetime | None = None
    undelivered: int = 0
    undelivered_since: datetime | None = None
    disk_free_bytes: int | None = None


def beat_bound(daemon: DaemonState) -> timedelta:
    """Return how long the daemon may be silent."""
    return max(BEAT_LEAST, timedelta(seconds=BEAT_TICKS * daemon.tick_seconds))


def is_up(daemon: DaemonState | None, now: datetime) -> bool:
    """Return whether a daemon works: not stopped, and heard of within its bound.

    A beat from the future is none: the clock was set back, and nobody has beaten since.
    """
    return (
        daemon is not None
        and daemon.stopped is None
        and abs(now - daemon.beat) <= beat_bound(daemon)
    )


def judge(signs: VitalSigns, now: datetime) -> Health:
    """Return how the daemon is; the worst reason decides."""
    found = (*_of_the_process(signs, now), *_of_the_work(signs, now))
    reasons = tuple(sorted(found, key=lambda reason: list(Status).index(reason.status)))
    status = min((reason.status for reason in reasons), key=list(Status).index, default=Status.OK)
    if status is Status.OK:
        return Health(status, signs.daemon.started if signs.daemon else None)
    begun = [reason.since for reason in reasons if reason.status is status and reason.since]
    return Health(status, min(begun, default=None), reasons)


def _of_the_process(signs: VitalSigns, now: datetime) -> Iterator[Reason]:
    daemon = signs.daemon
    if daemon is None:
        yield Reason("stopped", Status.STOPPED, None, "No daemon has run on this database yet.")
    elif daemon.stopped is not None:
        text = "The daemon was stopped; `aggregator run` starts it."
        yield Reason("stopped", Status.STOPPED, daemon.stopped, text)
    elif not is_up(daemon, now):
        text = "The daemon gives no sign of life; see its log and start it again."
        yield Reason("no heartbeat", Status.FAILING, daemon.beat, text)
    told = dict(signs.troubles)
    room = signs.disk_free_bytes
    if DISK_FULL in told or (room is not None and room < ROOM_LEAST):
        text = "The disk is full; free some room."
        yield Reason(DISK_FULL, Status.FAILING, told.get(DISK_FULL), text)
    for name, since in signs.troubles:
        if name != DISK_FULL:
            text = "`aggregator status` says more, and what to do."
            yield Reason(name, Status.DEGRADED, since, text)


def _of_the_work(signs: VitalSigns, now: datetime) -> Iterator[Reason]:
    if signs.feeds_failing > FAILING_SHARE * signs.feeds:
        text = f"{signs.feeds_failing} of {signs.feeds} feeds fail."
        yield Reason("feeds failing", Status.DEGRADED, signs.failing_since, text)
    if signs.aside:
        text = f"Set aside for more than a day after a fault of the program: {signs.aside}."
        yield Reason("set aside", Status.DEGRADED, signs.aside_since, text)
    if signs.undelivered:
        text = f"Ways of alerts that do not work: {signs.undelivered}."
        yield Reason("alerts not delivered", Status.DEGRADED, signs.undelivered_since, text)
    daemon = signs.daemon
    if daemon is None or daemon.stopped is not None:
        return
    for stage in daemon.stages:
        since = _waiting_since(stage, daemon)
        if since is not None and now - since > WAITING_LONG.get(stage.stage, timedelta.max):
            text = f"Work for the stage {stage.stage} waits for too long: {stage.pending}."
            yield Reason(f"{stage.stage} waits", Status.DEGRADED, since, text)


def _waiting_since(stage: StageState, daemon: DaemonState) -> datetime | None:
    """Return since when a daemon that was there could have done what waits."""
    return None if stage.waiting_since is None else max(stage.waiting_since, daemon.started)
