"""/-/health and /-/metrics as monitors ask for them, failures as readers see them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from datasette.app import Datasette
from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics

from aggregator.model import Trouble
from aggregator.store.aside import set_aside
from aggregator.store.daemon_state import Beat, Usage
from aggregator.store.heartbeat import note_stop, write_beat
from aggregator.store.troubles import begin_trouble
from aggregator.store.vital_signs import vital_signs
from tests.hostile_texts import HOSTILE_TEXTS, OBEYED
from tests.publish.conftest import Browsing
from tests.publish.sample import Desk
from tests.publish.validity.exposition import read_exposition

OPEN_METRICS = {"Accept": "application/openmetrics-text;version=1.0.0"}


def beat(desk: Desk, *, minutes: float = 0) -> None:
    at = desk.now - timedelta(minutes=minutes)
    usage = Usage(50_000_000, 4, 31)
    write_beat(desk.store, Beat(at, desk.now - timedelta(days=2), 4711, "0.1.0", 30, usage, {}, {}))


@pytest.fixture
def quiet(desk: Desk, stories: dict[str, int]) -> Desk:
    """Return a desk where only what a test does is wrong."""
    assert stories
    desk.change("DELETE FROM alert_deliveries")
    desk.change("UPDATE articles SET grouped = 1")
    desk.change("UPDATE feeds SET paused = 0, failures = 0")
    return desk


def reasons(browsing: Browsing) -> list[str]:
    return [reason["name"] for reason in browsing.get("/-/health").json()["reasons"]]


def test_a_daemon_that_works_is_ok(quiet: Desk, browsing: Browsing) -> None:
    beat(quiet)
    answer = browsing.get("/-/health")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["content-type"].startswith("application/json")
    since = (quiet.now - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert answer.json() == {"status": "ok", "since": since, "reasons": []}


def test_head_has_the_same_headers_and_no_body(quiet: Desk, browsing: Browsing) -> None:
    beat(quiet, minutes=60)
    whole, head = browsing.get("/-/health"), browsing.get("/-/health", method="head")
    assert (head.status_code, head.content) == (503, b"")
    assert head.headers["content-length"] == str(len(whole.content))
    assert browsing.get("/-/health", method="post").status_code in {403, 405}


def test_silence_is_a_failure_but_a_clean_stop_is_not(quiet: Desk, browsing: Browsing) -> None:
    assert browsing.get("/-/health").json()["status"] == "stopped"
    beat(quiet, minutes=3)
    answer = browsing.get("/-/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")
    assert reasons(browsing) == ["no heartbeat"]
    note_stop(quiet.store, 4711, quiet.now)
    answer = browsing.get("/-/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "stopped")


def test_what_is_wrong_degrades_it_without_a_word_too_many(quiet: Desk, browsing: Browsing) -> None:
    beat(quiet)
    named = "/srv/secret/news.db https://user:pass@private.example/feed"
    begin_trouble(quiet.store, Trouble("clock set back", named, named), quiet.now)
    set_aside(quiet.store, "poll", "herald", named, quiet.now - timedelta(days=2))
    quiet.change("UPDATE feeds SET failures = 9, last_error = ? WHERE id <> 'gang'", named)
    answer = browsing.get("/-/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert reasons(browsing) == ["clock set back", "feeds failing", "set aside"]
    told = answer.text
    assert not [word for word in ("/", "secret", "pass", "private", "herald") if word in told]


def test_it_answers_while_the_daemon_writes(quiet: Desk, browsing: Browsing) -> None:
    beat(quiet)
    quiet.connection.execute("BEGIN IMMEDIATE")
    quiet.connection.execute("UPDATE feeds SET failures = 99")
    assert browsing.get("/-/health").json()["status"] == "ok"
    assert browsing.get("/-/metrics").status_code == 200
    quiet.connection.rollback()


def test_a_database_that_cannot_be_read_is_a_failure(quiet: Desk, browsing: Browsing) -> None:
    beat(quiet)
    assert browsing.get("/-/health").status_code == 200
    quiet.change("ALTER TABLE daemon RENAME TO lost")
    answer = browsing.get("/-/health")
    assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
    assert reasons(browsing) == ["database unreadable"]


def test_its_queries_are_few_and_small(quiet: Desk) -> None:
    beat(quiet)
    steps: list[int] = []
    quiet.connection.set_progress_handler(lambda: steps.append(1), 1000)
    vital_signs(quiet.connection, datetime.now(UTC), None)
    quiet.connection.set_progress_handler(None, 0)
    assert len(steps) < 10


def test_health_answers_everybody_and_metrics_only_who_may_see_the_rest(
    quiet: Desk, runner: asyncio.Runner
) -> None:
    beat(quiet)
    closed = Browsing(runner, Datasette([str(quiet.path)], metadata={"allow": {"id": "root"}}))
    assert closed.get("/").status_code == closed.get("/-/metrics").status_code == 403
    assert closed.get("/-/health").json()["status"] == "ok"
    closed.close()


@pytest.mark.parametrize("path", ["/-/metrics", "/-/metrics?feeds=1"])
def test_metrics_are_valid_in_both_formats(quiet: Desk, browsing: Browsing, path: str) -> None:
    beat(quiet)
    begin_trouble(quiet.store, Trouble("clock set back", "a", "b"), quiet.now)
    quiet.insert(
        "polls", feed_id="herald", polled_at=quiet.ago(5), outcome="fresh", status=200,
        took_ms=1250, bytes=48213, entries_seen=9, entries_new=1, entries_changed=0, error="",
    )  # fmt: skip
    older, newer = browsing.get(path), browsing.get(path, headers=OPEN_METRICS)
    assert older.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert newer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert older.headers["cache-control"] == newer.headers["cache-control"] == "no-store"
    for answer, is_open in ((older, False), (newer, True)):
        found = read_exposition(answer.text, open_metrics=is_open)
        values = {name: value for (name, labels), value in found.items() if not labels}
        assert values["aggregator_articles_total"] == 13
        assert values["aggregator_polls_total"] == 1
        assert values["aggregator_daemon_memory_bytes"] == 50_000_000
        assert values["aggregator_troubles"] == 1
        by_label = {(name, *dict(labels).values()): value for (name, labels), value in
                    found.items()}  # fmt: skip
        assert by_label["aggregator_poll_duration_seconds", "0.99"] == 1.25
        assert by_label["aggregator_recent_polls", "fresh"] == 1
        assert by_label["aggregator_health_status", "degraded"] == 1
        assert by_label["aggregator_health_status", "ok"] == 0
        assert ("aggregator_feed_failures", "herald") in by_label or "feeds" not in path


ALWAYS = ("aggregator_daemon_up", "aggregator_daemon_heartbeat_age_seconds")
OF_A_DAEMON = ("aggregator_daemon_", "aggregator_stage_", "aggregator_database_")


def told_of_the_daemon(browsing: Browsing) -> dict[str, float]:
    found = read_exposition(browsing.get("/-/metrics").text, open_metrics=False)
    return {name: value for (name, _), value in found.items() if name.startswith(OF_A_DAEMON)}


def test_metrics_say_nothing_of_a_daemon_that_is_not_there(quiet: Desk, browsing: Browsing) -> None:
    assert told_of_the_daemon(browsing) == {"aggregator_daemon_up": 0}
    beat(quiet)
    told = told_of_the_daemon(browsing)
    assert told["aggregator_daemon_up"] == 1
    assert {"aggregator_stage_pending", "aggregator_daemon_threads"} < set(told)
    beat(quiet, minutes=25 * 60)
    told = told_of_the_daemon(browsing)
    assert (tuple(told), told["aggregator_daemon_up"]) == (ALWAYS, 0)
    assert told["aggregator_daemon_heartbeat_age_seconds"] >= 25 * 3600
    beat(quiet)
    note_stop(quiet.store, 4711, quiet.now)
    told = told_of_the_daemon(browsing)
    assert (tuple(told), told["aggregator_daemon_up"]) == (ALWAYS, 0)


def test_the_parser_of_prometheus_reads_the_same_series(quiet: Desk, browsing: Browsing) -> None:
    beat(quiet)
    older = browsing.get("/-/metrics?feeds=1").text
    newer = browsing.get("/-/metrics?feeds=1", headers=OPEN_METRICS).text
    for read, text, is_open in (
        (parser.text_string_to_metric_families, older, False),
        (openmetrics.text_string_to_metric_families, newer, True),
    ):
        series = [
            (sample.name, tuple(sorted(sample.labels.items())))
            for family in read(text)
            for sample in family.samples
        ]
        assert len(series) == len(set(series)) == len(read_exposition(text, open_metrics=is_open))


def test_the_number_of_series_does_not_depend_on_what_is_followed(
    quiet: Desk, browsing: Browsing
) -> None:
    beat(quiet)
    before = len(read_exposition(browsing.get("/-/metrics").text, open_metrics=False))
    for number in range(50):
        quiet.feed(f"more{number}", f"More {number}")
    after = len(read_exposition(browsing.get("/-/metrics").text, open_metrics=False))
    assert before == after < 120
    each = len(read_exposition(browsing.get("/-/metrics?feeds=1").text, open_metrics=False))
    assert each == after + 60 * 5
    assert browsing.get("/-/metrics?feeds=all").status_code == 400


def test_c17_hostile_names_of_feeds_are_labels(quiet: Desk, browsing: Browsing) -> None:
    beat(quiet)
    for number, text in enumerate(HOSTILE_TEXTS[:-1]):
        quiet.feed(f"hostile{number}", text)
    text = browsing.get("/-/metrics?feeds=1").text
    assert not OBEYED & set(text)
    assert len(read_exposition(text, open_metrics=False)) > 24 * 5


def test_failures_stand_on_the_page_of_feeds(quiet: Desk, browsing: Browsing) -> None:
    beat(quiet)
    assert "Not well" not in browsing.get("/feeds").text
    begin_trouble(quiet.store, Trouble("clock set back", "by <b>2 h</b>", "Mend it."), quiet.now)
    page = BeautifulSoup(browsing.get("/feeds").text, "html.parser")
    told = " ".join(page.select_one("section.failures").get_text(" ").split())  # type: ignore[union-attr] # it must be there
    assert "clock set back" in told
    assert "by <b>2 h</b>" in told
    assert "Mend it." in told
    record = browsing.get("/feeds.json").json()
    assert record["status"] == "degraded"
    assert [failure["record"] for failure in record["failures"]] == ["clock set back"]


def test_the_front_page_speaks_of_it_only_when_it_fails(quiet: Desk, browsing: Browsing) -> None:
    beat(quiet)
    begin_trouble(quiet.store, Trouble("clock set back", "a", "b"), quiet.now)
    assert "alarm" not in browsing.get("/").text
    beat(quiet, minutes=60)
    page = BeautifulSoup(browsing.get("/").text, "html.parser")
    (alarm,) = page.select(".alarm")
    assert "gives no sign of life" in alarm.get_text()
    assert alarm.select_one('a[href="/feeds"]') is not None
