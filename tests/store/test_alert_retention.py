"""Messages that ended long ago are forgotten, in small steps, and nothing is told twice for it."""

from datetime import timedelta

import pytest

from aggregator.store import Store
from aggregator.store.alert_deliveries import begin_attempt, due_deliveries, note_failed, note_sent
from aggregator.store.alert_retention import FORGOTTEN_AT_ONCE, KEPT, forget_ended
from tests.store.telling import Telling, alerting, rule

ALL = alerting(rule(hourly_limit=1000))
DAY = timedelta(days=1)


@pytest.fixture
def telling(store: Store) -> Telling:
    made = Telling(store)
    made.follow(ALL)
    return made


def send_all(telling: Telling) -> list[int]:
    """Send what is due; return the stories that were told."""
    told = []
    for delivery in due_deliveries(telling.store, telling.now, 1000):
        assert begin_attempt(telling.store, delivery.id, telling.now)
        note_sent(telling.store, delivery.id, None, telling.now)
        told += [row["story_id"] for row in telling.rows("story_id", f"id = {delivery.id}")]
    return told


def forget(telling: Telling) -> list[int]:
    """Forget step by step until nothing is left to forget; return how many went in each."""
    steps = []
    while went := forget_ended(telling.store, telling.now):
        steps.append(went)
    return steps


def test_what_ended_is_kept_for_its_time_and_then_forgotten(telling: Telling) -> None:
    telling.report()
    telling.decide(ALL)
    send_all(telling)
    telling.now += KEPT
    assert forget(telling) == []
    telling.pass_time(seconds=1)
    assert forget(telling) == [1]
    assert telling.rows() == []


def test_a_story_that_changes_again_after_that_is_told_once_and_nothing_old_again(
    telling: Telling,
) -> None:
    first, second = telling.report(), telling.report()
    telling.decide(ALL)
    assert send_all(telling) == [first, second]
    telling.now += KEPT + DAY
    assert forget(telling) == [2]
    for _ in range(2):
        telling.follow(ALL)  # as after a start
        assert telling.decide(ALL) == 0
        assert send_all(telling) == []
    telling.report(story=second)
    assert telling.decide(ALL) == 1
    telling.follow(ALL)
    assert telling.decide(ALL) == 0
    assert send_all(telling) == [second]


def test_what_waits_is_never_forgotten_and_what_was_given_up_is_in_its_time(
    telling: Telling,
) -> None:
    telling.report()
    telling.report()
    telling.decide(ALL)
    failing, _ = due_deliveries(telling.store, telling.now, 10)
    telling.now += 2 * DAY
    note_failed(telling.store, failing, "HTTP 500", telling.now)
    assert telling.states() == ["failed", "pending"]
    telling.now += KEPT
    assert forget(telling) == []
    telling.now += DAY
    assert forget(telling) == [1]
    assert telling.states() == ["pending"]


def test_much_is_forgotten_in_small_steps(telling: Telling) -> None:
    telling.report()
    telling.decide(ALL)
    send_all(telling)
    with telling.store.transaction() as connection:
        connection.execute(
            "INSERT INTO alert_deliveries (rule, channel, kind, key, content, state, decided_at,"
            " finished_at) SELECT rule, channel, 'digest', value, content, state, decided_at,"
            " finished_at FROM alert_deliveries, json_each(?)",
            (f"[{','.join(map(str, range(2 * FORGOTTEN_AT_ONCE)))}]",),
        )
    telling.now += KEPT + DAY
    assert forget(telling) == [FORGOTTEN_AT_ONCE, FORGOTTEN_AT_ONCE, 1]


def test_what_was_held_back_goes_with_the_message_that_told_it(telling: Telling) -> None:
    few = alerting(rule(hourly_limit=1))
    for _ in range(FORGOTTEN_AT_ONCE + 20):
        telling.report()
    telling.decide(few)
    telling.take()
    telling.pass_time(hours=1)
    telling.decide(few)
    telling.decide(few)
    # The message ends in the same second as those that were folded into it.
    send_all(telling)
    assert telling.states().count("folded") == FORGOTTEN_AT_ONCE + 19
    telling.now += KEPT + DAY
    assert forget(telling) == [FORGOTTEN_AT_ONCE, 21]
    assert telling.store.connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_forgetting_walks_no_table(telling: Telling) -> None:
    statements: list[str] = []
    telling.report()
    telling.decide(ALL)
    send_all(telling)
    telling.now += KEPT + DAY
    telling.store.connection.set_trace_callback(statements.append)
    forget(telling)
    telling.store.connection.set_trace_callback(None)
    asked = [each for each in statements if each.lstrip().startswith(("SELECT", "DELETE"))]
    assert len(asked) >= 4
    for each in asked:
        for row in telling.store.connection.execute(f"EXPLAIN QUERY PLAN {each}"):
            assert "SCAN" not in row["detail"] or "USING" in row["detail"], each
