"""The view `failures`: every kind of failure that is there, and none that is not."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.model import Trouble
from aggregator.store import Store
from aggregator.store.alerts import follow_alerting
from aggregator.store.aside import set_aside
from aggregator.store.daemon_state import Beat, Usage
from aggregator.store.diagnosis import Status, judge
from aggregator.store.feeds import sync_config
from aggregator.store.heartbeat import note_stop, write_beat
from aggregator.store.troubles import begin_trouble, end_trouble
from aggregator.store.vital_signs import vital_signs
from tests.store.building import AGENCY, COURIER, config, entry, poll, poll_outcome
from tests.store.fresh import fresh_store
from tests.store.telling import alerting, rule

NOW = datetime.now(UTC).replace(microsecond=0)
LONG_AGO = NOW - timedelta(days=3)


@pytest.fixture(autouse=True)
def begin_now() -> None:
    """The program asks the system's clock, and the module may have been imported long ago."""
    global NOW  # noqa: PLW0603 -- read by every test here
    NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fresh_store(tmp_path / "news.db", NOW) as store:
        sync_config(store, config(COURIER), NOW)
        beat(store, NOW)
        yield store


def beat(store: Store, at: datetime) -> None:
    usage = Usage(10**8, 5, 30)
    write_beat(store, Beat(at, LONG_AGO, 4711, "0.1.0", 30, usage, {"poll": 1}, {"poll": at}))


def change(store: Store, *statements: str) -> None:
    with store.transaction() as connection:
        for sql in statements:
            connection.execute(sql)


def failures(store: Store) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for row in store.connection.execute("SELECT what, record, severity FROM failures")
    ]


RULE = "INSERT INTO alert_rules VALUES ('strikes', 'alert', '', 0, NULL)"
ALERT = (
    "INSERT INTO alert_deliveries (rule, channel, kind, key, content, state, decided_at, attempts,"
    f" next_attempt_at, last_error) VALUES ('strikes', 'webhook', 'alert', 'k', '{{}}', 'pending',"
    f" '{LONG_AGO:%Y-%m-%dT%H:%M:%SZ}', 4, '{NOW + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}',"
    " 'HTTP 503')"
)
CONDITION = (
    "INSERT INTO feed_conditions (feed_id, condition, severity, since, detail, remedy)"
    " VALUES ('courier', '{}', {}, '2026-03-01T00:00:00Z', 'seen', 'Mend it.')"
)

CAUSES: dict[str, tuple[Callable[[Store], object], tuple[str, str, str], Status]] = {
    "silence": (
        lambda store: beat(store, NOW - timedelta(hours=1)),
        ("heartbeat", "daemon", "failing"),
        Status.FAILING,
    ),
    "trouble": (
        lambda store: begin_trouble(store, Trouble("clock", "it jumped", "Mend it."), LONG_AGO),
        ("trouble", "clock", "degraded"),
        Status.DEGRADED,
    ),
    "disk": (
        lambda store: begin_trouble(store, Trouble("disk full", "none", "Free some."), LONG_AGO),
        ("trouble", "disk full", "failing"),
        Status.FAILING,
    ),
    "set aside": (
        lambda store: set_aside(store, "scrape", "4", "KeyError: 'x'", LONG_AGO),
        ("set aside", "scrape 4", "degraded"),
        Status.DEGRADED,
    ),
    "set aside today": (
        lambda store: set_aside(store, "scrape", "4", "KeyError: 'x'", NOW),
        ("set aside", "scrape 4", "degraded"),
        Status.OK,
    ),
    "alert": (
        lambda store: change(store, RULE, ALERT),
        ("alert", "strikes by webhook", "degraded"),
        Status.DEGRADED,
    ),
    "feed": (
        lambda store: change(store, CONDITION.format("server error", 12)),
        ("feed", "courier", "degraded"),
        Status.OK,
    ),
    "pages": (
        lambda store: change(store, CONDITION.format("pages changed", 17)),
        ("pages", "courier", "degraded"),
        Status.OK,
    ),
    "notice": (
        lambda store: change(store, CONDITION.format("undated", 23)),
        ("feed", "courier", "notice"),
        Status.OK,
    ),
    "stage": (
        lambda store: change(
            store,
            "UPDATE daemon_stages SET pending = 9, waiting_since = '2026-01-01T00:00:00Z'"
            " WHERE stage = 'group'",
        ),
        ("stage", "group", "degraded"),
        Status.DEGRADED,
    ),
    "push": (
        lambda store: change(
            store,
            "INSERT INTO push_service VALUES (1, 'unusable', 'no port', '2026-03-01T00:00:00Z')",
        ),
        ("push", "service", "degraded"),
        Status.OK,
    ),
    "little room": (
        lambda store: change(store, "UPDATE daemon SET disk_free_bytes = 5"),
        ("disk", "daemon", "failing"),
        Status.OK,
    ),
}


def test_where_nothing_is_wrong_nothing_is_told(store: Store) -> None:
    assert failures(store) == []
    assert judge(vital_signs(store.connection, NOW, store.path), NOW).status is Status.OK


@pytest.mark.parametrize("cause", list(CAUSES))
def test_each_kind_of_failure_is_told_with_a_remedy(store: Store, cause: str) -> None:
    happen, told, status = CAUSES[cause]
    happen(store)
    assert failures(store) == [told]
    (row,) = store.connection.execute("SELECT since, detail, remedy FROM failures").fetchall()
    assert all(row)
    assert judge(vital_signs(store.connection, NOW, store.path), NOW).status is status


def test_what_is_over_is_told_no_more(store: Store) -> None:
    begin_trouble(store, Trouble("clock", "it jumped", "Mend it."), NOW)
    end_trouble(store, "clock")
    beat(store, NOW - timedelta(hours=1))
    note_stop(store, 4711, NOW - timedelta(hours=1))
    assert failures(store) == []
    assert judge(vital_signs(store.connection, NOW, store.path), NOW).status is Status.STOPPED


def test_many_feeds_that_fail_degrade(store: Store) -> None:
    change(store, "UPDATE feeds SET failures = 2, failing_since = '2026-03-01T00:00:00Z'")
    assert judge(vital_signs(store.connection, NOW, None), NOW).status is Status.OK
    change(store, "UPDATE feeds SET failures = 3")
    assert judge(vital_signs(store.connection, NOW, None), NOW).status is Status.DEGRADED


def test_what_was_set_aside_is_over_when_nothing_can_try_it_again(store: Store) -> None:
    following = alerting(rule("All"))
    follow_alerting(store, following, LONG_AGO)
    poll(store, poll_outcome(COURIER, entry(1)), LONG_AGO)
    gone = (
        ("poll", "courier"),
        ("parse", "courier an item of it"),
        ("entry", "courier 4711"),
        ("revisit", "1"),
        ("alert", "All"),
    )
    stay = (("scrape", "1"), ("poll", "agency"), ("publish", "courier"))
    for stage, record in gone + stay:
        set_aside(store, stage, record, "ValueError: x", LONG_AGO)
    sync_config(store, config(AGENCY), NOW)
    follow_alerting(store, alerting(), NOW)
    found = store.connection.execute("SELECT stage, record FROM set_aside").fetchall()
    assert sorted(map(tuple, found)) == sorted(stay)
