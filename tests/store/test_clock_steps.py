"""Waits when the clock was set: those that the old clock decided are moved, no others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.config import Config, Settings
from aggregator.model import Feed, HttpUrl, PlainText
from aggregator.store.alert_deliveries import begin_attempt, due_deliveries, note_failed
from aggregator.store.clock_steps import step_waits
from aggregator.store.feeds import sync_config
from aggregator.text.times import from_text, to_text
from tests.store.building import AGENCY, COURIER, config
from tests.store.fresh import fresh_store
from tests.store.telling import Telling, alerting, rule

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
WAIT = timedelta(minutes=20)
PIER = Feed("pier", PlainText("Pier"), HttpUrl("http://a.example/"))


@pytest.mark.parametrize("days", [1, -1])
def test_d26_what_was_decided_since_it_was_set_forward_is_left_alone(
    tmp_path: Path, days: int
) -> None:
    feeds = (PIER, replace(PIER, id="quay", url=HttpUrl("http://b.example/")))
    after = NOW + timedelta(days=days)
    polled = {"pier": NOW - timedelta(minutes=1), "quay": after + timedelta(minutes=1)}
    with fresh_store(tmp_path / "news.db", NOW) as store:
        sync_config(store, Config(Path("feeds.yaml"), Settings(), feeds, ()), NOW)
        with store.transaction() as connection:
            connection.executemany(
                "UPDATE feeds SET last_polled_at = ?, next_due_at = ? WHERE id = ?",
                [(to_text(at), to_text(at + WAIT), feed) for feed, at in polled.items()],
            )
        step_waits(store, NOW, after)
        due = {
            row["id"]: from_text(row["next_due_at"])
            for row in store.connection.execute("SELECT id, next_due_at FROM feeds")
        }
    assert due["pier"] == polled["pier"] + WAIT + timedelta(days=days)
    # Set back, it is due a little early at worst, for it is not known which clock noted it.
    assert due["quay"] == (polled["quay"] + WAIT if days > 0 else after)


@pytest.mark.parametrize("days", [30, -30])
def test_d26_no_message_is_given_up_for_a_clock_that_was_set(tmp_path: Path, days: int) -> None:
    with fresh_store(tmp_path / "news.db", NOW) as store:
        sync_config(store, config(COURIER, AGENCY), NOW)
        telling, all_of_it = Telling(store, NOW), alerting(rule())
        telling.follow(all_of_it)
        for _ in range(2):
            telling.report()
            telling.decide(all_of_it)
            step_waits(store, telling.now, telling.now + timedelta(days=days))
            telling.pass_time(days=days)
        given_up = []
        for _ in range(20):
            for due in due_deliveries(store, telling.now, 10):
                begun = begin_attempt(store, due.id, telling.now)
                assert begun is not None
                given_up.append(note_failed(store, begun, "HTTP 503", telling.now))
            telling.pass_time(hours=1)
    assert len(given_up) > 20
    assert not any(given_up)
