"""`aggregator alerts`, and alerts of the real command, killed while it sends."""

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from aggregator.publish.alerts.webhook import signature
from aggregator.store import open_store
from aggregator.store.feeds import sync_config
from aggregator.text.times import to_text
from tests.running import aggregator, started, wait_until
from tests.serving import serving
from tests.store.building import AGENCY, COURIER, NOW
from tests.store.building import config as feeds_config
from tests.store.telling import Telling

pytestmark = pytest.mark.timeout(240)

SECRET = "a secret of more than sixteen bytes"  # noqa: S105 -- of the tests


class Receiver(ThreadingHTTPServer):
    """Takes what is posted and verifies it; with `victim` that process is killed first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.keys: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self.victim: list[int] = []
        self.status = 200


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        key, timestamp = self.headers["webhook-id"], int(self.headers["webhook-timestamp"])
        signed = signature(SECRET.encode(), key, timestamp, body)
        assert self.headers["webhook-signature"] == signed
        self.server.keys.append(key)
        self.server.bodies.append(json.loads(body))
        if self.server.victim:
            os.kill(self.server.victim.pop(), signal.SIGKILL)
        self.send_response(self.server.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving(Receiver()) as server:
        yield server


def write_config(folder: Path, port: int, alerts: str = "") -> None:
    rule = (
        f"alerts:\n  - name: All\n    least_outlets: 1\n    webhook:\n"
        f"      url: http://127.0.0.1:{port}/hook\n      secret: ${{HOOK_SECRET}}\n"
    )
    (folder / "feeds.yaml").write_text(
        "settings:\n  database: news.db\n  allowed_networks: [127.0.0.0/8]\n"
        f"  allowed_ports: [80, 443, {port}]\n  poll_tick: 1s\n  host_gap: 0s\n"
        f"feeds: []\nconflicts: []\n{alerts or rule}",
        encoding="utf-8",
    )


@contextmanager
def telling(folder: Path) -> Iterator[Telling]:
    with open_store(folder / "news.db", now=NOW) as store:
        sync_config(store, feeds_config(COURIER, AGENCY), NOW)
        yield Telling(store)


def deliveries(folder: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(folder / "news.db")) as connection:
        return connection.execute("SELECT state, attempts FROM alert_deliveries").fetchall()


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)


def test_killed_between_sending_and_noting_it_repeats_with_the_same_key(
    tmp_path: Path, receiver: Receiver
) -> None:
    write_config(tmp_path, receiver.server_port)
    assert aggregator("poll", folder=tmp_path).returncode == 0  # the alert is first seen
    with telling(tmp_path) as at:
        at.report()
    with started("run", folder=tmp_path) as daemon:
        receiver.victim.append(daemon.pid)
        assert daemon.wait(60) == -signal.SIGKILL
    assert deliveries(tmp_path) == [("pending", 1)]
    assert len(receiver.keys) == 1
    with closing(sqlite3.connect(tmp_path / "news.db")) as connection, connection:
        # Half a minute later.
        connection.execute("UPDATE alert_deliveries SET next_attempt_at = '2000-01-01T00:00:00Z'")
    with started("run", folder=tmp_path) as daemon:
        wait_until(lambda: deliveries(tmp_path) == [("sent", 2)])
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(15) == 0
    assert len(receiver.keys) == 2
    assert len(set(receiver.keys)) == 1
    assert receiver.bodies[0] == receiver.bodies[1]
    assert aggregator("poll", folder=tmp_path).returncode == 0
    assert len(receiver.keys) == 2


def test_preview_tells_what_would_have_been_sent_and_neither_sends_nor_stores(
    tmp_path: Path, receiver: Receiver
) -> None:
    write_config(tmp_path, receiver.server_port)
    with telling(tmp_path) as at:
        at.now = datetime.now(UTC)
        first = at.report()
        at.report(story=first)
    told = aggregator("alerts", "preview", "--since", "2h", folder=tmp_path)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("alert All (webhook): 1 change in 2h\n")
    assert "story 1: Report number" in told.stdout
    (record,) = json.loads(aggregator("alerts", "preview", "--json", folder=tmp_path).stdout)
    assert record["channels"] == ["webhook"]
    assert record["changes"][0]["outlets"] == 2
    assert deliveries(tmp_path) == []
    assert receiver.keys == []


def test_preview_judges_a_change_by_the_headline_of_its_time(
    tmp_path: Path, receiver: Receiver
) -> None:
    write_config(
        tmp_path,
        receiver.server_port,
        "mail: {host: localhost, sender: a@b.org}\n"
        "alerts:\n  - {name: Then, words: [number 1], email: [a@b.org]}\n"
        "  - {name: Now, words: [ferry], email: [a@b.org]}\n",
    )
    with telling(tmp_path) as at:
        at.now = datetime.now(UTC) - timedelta(minutes=10)
        at.report()
        record = json.dumps([["headline", "Report number 1"]])
        with at.store.transaction() as connection:
            connection.execute(
                "INSERT INTO story_changes (story_id, kind, article_id, material, changed_at, news)"
                " VALUES (1, 'headline', 1, 1, ?, ?)",
                (to_text(at.now + timedelta(minutes=5)), record),
            )
            connection.execute("UPDATE stories SET headline = 'Ferry aground'")
    then, now = json.loads(aggregator("alerts", "preview", "--json", folder=tmp_path).stdout)
    assert then["changes"][0]["headline"] == "Report number 1"
    assert [change["headline"] for change in now["changes"]] == ["Ferry aground"]


def test_preview_refuses_a_span_that_is_none(tmp_path: Path, receiver: Receiver) -> None:
    write_config(tmp_path, receiver.server_port)
    told = aggregator("alerts", "preview", "--since", "yesterday", folder=tmp_path)
    assert told.returncode == 2
    assert "write a number and s, m, h or d" in told.stderr


def test_test_sends_one_message_and_says_what_was_answered(
    tmp_path: Path, receiver: Receiver
) -> None:
    write_config(tmp_path, receiver.server_port)
    told = aggregator("alerts", "test", "All", folder=tmp_path)
    assert (told.returncode, told.stdout) == (0, "webhook    taken: HTTP 200\n")
    assert receiver.bodies[0]["kind"] == "test"
    receiver.status = 500
    told = aggregator("alerts", "test", "All", "--json", folder=tmp_path)
    assert told.returncode == 1
    (record,) = json.loads(told.stdout)
    assert record == {
        "channel": "webhook",
        "taken": False,
        "answer": "HTTP 500 Internal Server Error",
    }
    assert not (tmp_path / "news.db").exists()


def test_test_knows_no_alert_of_another_name(tmp_path: Path, receiver: Receiver) -> None:
    write_config(tmp_path, receiver.server_port)
    told = aggregator("alerts", "test", "Nobody", folder=tmp_path)
    assert told.returncode == 1
    assert "no alert or digest 'Nobody'" in told.stderr


def test_list_shows_what_was_sent_and_what_failed_why(tmp_path: Path, receiver: Receiver) -> None:
    write_config(tmp_path, receiver.server_port)
    assert aggregator("poll", folder=tmp_path).returncode == 0
    assert aggregator("alerts", "list", folder=tmp_path).stdout == "no message yet\n"
    receiver.status = 503
    with telling(tmp_path) as at:
        at.report()
    assert aggregator("poll", folder=tmp_path).returncode == 0
    shown = aggregator("alerts", "list", "--failures", folder=tmp_path).stdout
    assert "Report number 1" in shown
    assert "HTTP 503 Service Unavailable" in shown
    (record,) = json.loads(aggregator("alerts", "list", "--json", folder=tmp_path).stdout)
    assert (record["state"], record["attempts"], record["rule"]) == ("pending", 1, "All")
    assert record["key"] == receiver.keys[0]


def test_status_names_what_could_not_be_delivered_and_stays_a_success(
    tmp_path: Path, receiver: Receiver
) -> None:
    write_config(tmp_path, receiver.server_port)
    assert aggregator("poll", folder=tmp_path).returncode == 0
    told = aggregator("status", folder=tmp_path)
    assert (told.returncode, "alerts not delivered" in told.stdout) == (0, False)
    receiver.status = 503
    with telling(tmp_path) as at:
        at.report()
    assert aggregator("poll", folder=tmp_path).returncode == 0
    told = aggregator("status", folder=tmp_path)
    assert told.returncode == 0
    columns, row, *_ = told.stdout.partition("\nalerts not delivered:\n")[2].splitlines()
    assert columns.split()[:5] == ["rule", "kind", "channel", "health", "since"]
    assert row.split()[:4] == ["All", "alert", "webhook", "failing"]
    assert "HTTP 503 Service Unavailable" in row
    record = json.loads(aggregator("status", "--json", folder=tmp_path).stdout)
    (trouble,) = record["alerts_not_delivered"]
    assert (trouble["rule"], trouble["channel"], trouble["attempts"]) == ("All", "webhook", 1)
    assert trouble["next_attempt_at"] > trouble["since"]


def test_check_reports_a_mistake_in_an_alert_with_its_line(tmp_path: Path) -> None:
    write_config(tmp_path, 8080, "alerts:\n  - name: A\n    words: [x]\n")
    told = aggregator("check", folder=tmp_path)
    assert told.returncode == 2
    assert "feeds.yaml:10:5: this alert is sent nowhere: add webhook, email or push" in told.stderr
