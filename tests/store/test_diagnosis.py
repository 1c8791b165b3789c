"""How the daemon is, judged; and the same, as one list of failures."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.store.daemon_state import DaemonState, StageState, Usage
from aggregator.store.diagnosis import Health, Status, VitalSigns, judge

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


DAEMON = DaemonState(
    pid=4711,
    version="0.1.0",
    sqlite_version="3.51.3",
    started=ago(days=3),
    beat=ago(seconds=20),
    tick_seconds=30,
    stopped=None,
    usage=Usage(100, 4, 20),
    database_bytes=1000,
    database_free_bytes=0,
    log_bytes=0,
    disk_free_bytes=10**9,
    stages=(),
)
WELL = VitalSigns(DAEMON, feeds=100, disk_free_bytes=10**9)


def names(health: Health) -> list[str]:
    return [reason.name for reason in health.reasons]


def test_a_daemon_that_beats_is_well_since_it_began() -> None:
    assert judge(WELL, NOW) == Health(Status.OK, ago(days=3))


@pytest.mark.parametrize(
    ("tick", "silent", "status"),
    [
        (30, 119, Status.OK),
        (30, 121, Status.FAILING),
        (30, -121, Status.FAILING),
        (300, 899, Status.OK),
        (300, 901, Status.FAILING),
    ],
)
def test_silence_of_three_ticks_and_two_minutes_is_a_failure(
    tick: int, silent: int, status: Status
) -> None:
    daemon = replace(DAEMON, tick_seconds=tick, beat=ago(seconds=silent))
    health = judge(replace(WELL, daemon=daemon), NOW)
    assert health.status is status
    if status is Status.FAILING:
        assert (health.since, names(health)) == (daemon.beat, ["no heartbeat"])


def test_a_daemon_that_was_stopped_does_not_fail() -> None:
    stopped = replace(DAEMON, beat=ago(days=2), stopped=ago(days=2))
    assert judge(replace(WELL, daemon=stopped), NOW).status is Status.STOPPED
    assert judge(VitalSigns(None), NOW).status is Status.STOPPED


@pytest.mark.parametrize(
    ("signs", "status", "name", "since"),
    [
        ({"disk_free_bytes": 2**20}, Status.FAILING, "disk full", None),
        ({"troubles": (("disk full", ago(hours=1)),)}, Status.FAILING, "disk full", ago(hours=1)),
        ({"troubles": (("clock", ago(hours=1)),)}, Status.DEGRADED, "clock", ago(hours=1)),
        ({"feeds_failing": 26}, Status.DEGRADED, "feeds failing", None),
        ({"aside": 1, "aside_since": ago(days=2)}, Status.DEGRADED, "set aside", ago(days=2)),
        ({"undelivered": 2}, Status.DEGRADED, "alerts not delivered", None),
    ],
)
def test_each_sign_has_its_reason(
    signs: dict[str, object], status: Status, name: str, since: datetime | None
) -> None:
    health = judge(replace(WELL, **signs), NOW)  # type: ignore[arg-type] # any field
    assert (health.status, health.since, names(health)) == (status, since, [name])


def test_a_few_feeds_may_fail() -> None:
    assert judge(replace(WELL, feeds_failing=25), NOW).status is Status.OK


@pytest.mark.parametrize(
    ("stage", "hours", "is_long"),
    [
        ("poll", 0.4, False), ("poll", 0.6, True),
        ("scrape", 5, False), ("scrape", 7, True),
        ("group", 0.9, False), ("group", 1.1, True),
        ("revisit", 1000, False),
    ],
)  # fmt: skip
def test_work_that_waits_for_too_long_degrades(stage: str, hours: float, *, is_long: bool) -> None:
    waits = StageState(stage, 5, ago(hours=hours), 0, None)
    daemon = replace(DAEMON, started=ago(days=90), stages=(waits,))
    assert names(judge(replace(WELL, daemon=daemon), NOW)) == [f"{stage} waits"] * is_long


def test_what_was_due_while_no_daemon_ran_has_its_time_first() -> None:
    waits = StageState("poll", 500, ago(days=30), 0, None)
    daemon = replace(DAEMON, started=ago(minutes=20), stages=(waits,))
    assert judge(replace(WELL, daemon=daemon), NOW).status is Status.OK


def test_the_worst_reason_decides_and_all_are_told() -> None:
    signs = replace(
        WELL,
        daemon=replace(DAEMON, beat=ago(hours=2)),
        troubles=(("clock", ago(hours=9)),),
        feeds_failing=90,
    )
    health = judge(signs, NOW)
    assert (health.status, health.since) == (Status.FAILING, ago(hours=2))
    assert names(health) == ["no heartbeat", "clock", "feeds failing"]
