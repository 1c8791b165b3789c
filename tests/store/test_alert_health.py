"""The view `alert_health`: which alerts do not arrive, since when, why, and what comes next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from aggregator.store import Store
from aggregator.store.alert_deliveries import begin_attempt, due_deliveries, note_failed, note_sent
from aggregator.store.reading import status
from aggregator.text.times import to_text
from tests.store.telling import Telling, alerting, rule

BOTH = alerting(replace(rule(), email=("a@example.org",)))


@pytest.fixture
def telling(store: Store) -> Telling:
    # The view asks the clock of the database, since people read it by themselves.
    made = Telling(store, datetime.now(UTC).replace(microsecond=0) - timedelta(days=3))
    made.follow(BOTH)
    made.report()
    made.decide(BOTH)
    return made


def try_all(telling: Telling, error: str | None) -> None:
    """Try what is due by webhook, which fails with `error`; mail is taken."""
    for delivery in due_deliveries(telling.store, telling.now, 10):
        begun = begin_attempt(telling.store, delivery.id, telling.now)
        assert begun is not None
        if error is not None and delivery.channel == "webhook":
            note_failed(telling.store, begun, error, telling.now)
        else:
            note_sent(telling.store, delivery.id, None, telling.now)


def health(telling: Telling) -> dict[str, dict[str, Any]]:
    rows = telling.store.connection.execute("SELECT * FROM alert_health ORDER BY rule, channel")
    return {row["channel"]: dict(row) for row in rows}


def in_trouble(telling: Telling) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", status(telling.store)["alerts_not_delivered"])


def test_what_arrives_or_was_not_tried_yet_is_no_trouble(telling: Telling) -> None:
    assert [row["health"] for row in health(telling).values()] == ["working", "working"]
    assert health(telling)["webhook"]["waiting"] == 1
    assert in_trouble(telling) == []
    try_all(telling, None)
    assert health(telling)["webhook"]["last_sent_at"] == to_text(telling.now)
    assert in_trouble(telling) == []


def test_what_fails_is_named_with_all_that_is_known(telling: Telling) -> None:
    begin = telling.now
    try_all(telling, "HTTP 503")
    telling.pass_time(seconds=30)
    try_all(telling, "HTTP 500")
    (told,) = in_trouble(telling)
    assert told == {
        "rule": "All",
        "kind": "alert",
        "channel": "webhook",
        "health": "failing",
        "since": to_text(begin),
        "attempts": 2,
        "next_attempt_at": to_text(telling.now + timedelta(minutes=1)),
        "last_error": "HTTP 500",
        "waiting": 1,
        "given_up": 0,
        "last_sent_at": None,
    }
    assert health(telling)["email"]["health"] == "working"


def test_since_is_when_it_last_worked_even_if_some_were_given_up(telling: Telling) -> None:
    try_all(telling, None)
    telling.pass_time(minutes=1)
    since = telling.now
    for _ in range(2):
        telling.report()
        telling.decide(BOTH)
        try_all(telling, "HTTP 500")
        telling.pass_time(hours=25)
        try_all(telling, "HTTP 500")
    telling.report()
    telling.decide(BOTH)
    try_all(telling, "HTTP 502")
    found = health(telling)["webhook"]
    assert (found["health"], found["since"], found["last_error"]) == (
        "failing",
        to_text(since),
        "HTTP 502",
    )
    assert (found["given_up"], found["waiting"], found["attempts"]) == (2, 1, 1)


def test_what_was_given_up_is_named_for_a_week_though_the_next_arrives(telling: Telling) -> None:
    telling.now -= timedelta(days=4)
    decided = telling.now
    telling.store.connection.execute(
        "UPDATE alert_deliveries SET decided_at = :then, next_attempt_at = :then",
        {"then": to_text(decided)},
    )
    telling.store.connection.commit()
    telling.pass_time(hours=25)
    try_all(telling, "HTTP 404")
    telling.report()
    telling.decide(BOTH)
    try_all(telling, None)
    found = health(telling)["webhook"]
    assert (found["health"], found["since"]) == ("given up", to_text(decided))
    assert (found["last_error"], found["next_attempt_at"]) == ("HTTP 404", None)
    telling.store.connection.execute(
        "UPDATE alert_deliveries SET finished_at = ? WHERE state = 'failed'",
        (to_text(telling.now - timedelta(days=3)),),
    )
    assert health(telling)["webhook"]["health"] == "working"


def test_a_mail_that_only_some_got_is_named(telling: Telling) -> None:
    for delivery in due_deliveries(telling.store, telling.now, 10):
        remark = "refused: b@example.org" if delivery.channel == "email" else None
        note_sent(telling.store, delivery.id, remark, telling.now)
    assert health(telling)["email"]["health"] == "partly delivered"
    (told,) = in_trouble(telling)
    assert (told["channel"], told["last_error"]) == ("email", "refused: b@example.org")


def test_an_alert_that_has_gone_is_no_trouble_any_more(telling: Telling) -> None:
    try_all(telling, "HTTP 500")
    telling.follow(alerting())
    assert health(telling) == {}


def test_the_view_walks_no_table(telling: Telling) -> None:
    plan = telling.store.connection.execute("EXPLAIN QUERY PLAN SELECT * FROM alert_health")
    walks = [row["detail"] for row in plan if "SCAN" in row["detail"]]
    assert [each for each in walks if "alert_deliveries" in each and "USING" not in each] == []
