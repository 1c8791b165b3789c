"""The log of a real daemon that polls a hostile newsroom, read line by line."""

import json
import os
import signal
import sqlite3
import sys
import urllib.error
import urllib.request
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.hostile_texts import OBEYED
from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import small_world
from tests.running import aggregator, started, wait_until

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
]

PORT = 19_000 + os.getpid() % 1000
HOSTILE_FEED = """
  - id: hostile
    name: Hostile
    url: {url}/nothing%0D%0A2026-03-01T09:14:00Z%20ERROR%20forged%1B[31m
    interval: 1m
"""


def asked(folder: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(f"{(folder / 'news.db').as_uri()}?mode=ro", uri=True)) as found:
        return found.execute(sql).fetchall()


def health() -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/-/health") as answer:
            return answer.status, json.loads(answer.read())["status"]
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())["status"]


def test_c17_each_poll_is_one_line_and_the_daemon_is_seen_to_live_and_to_end(
    tmp_path: Path,
) -> None:
    with Newsroom(small_world()) as room:
        feeds = room.feeds_yaml(
            extract_workers=1, poll_tick="1s", poll_interval_minimum="1m", serve_port=PORT,
            database="news.db",
        )  # fmt: skip
        host = room.articles()[0].url.split("/")[2]
        (tmp_path / "feeds.yaml").write_text(
            feeds + HOSTILE_FEED.format(url=f"http://{host}"), encoding="utf-8"
        )
        with started("run", "--serve", folder=tmp_path) as daemon:
            wait_until(lambda: health() in {(200, "ok"), (200, "degraded")})
            wait_until(
                lambda: (
                    asked(
                        tmp_path,
                        "SELECT 1 WHERE (SELECT count(*) FROM polls) >= 3"
                        " AND (SELECT count(*) FROM story_members) = 2",
                    )
                    != []
                )
            )
            assert asked(tmp_path, "SELECT pid, stopped_at FROM daemon") == [(daemon.pid, None)]
            told = aggregator("status", folder=tmp_path).stdout
            assert f"as process {daemon.pid}, last heartbeat " in told.splitlines()[0]
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(timeout=10) == 0
    text = (tmp_path / "log.txt").read_text(encoding="utf-8")
    assert not OBEYED & set(text)
    lines = [json.loads(line) for line in text.splitlines()]
    assert all({"time", "level", "event", "message"} <= line.keys() for line in lines)
    assert not [line for line in lines if line["event"] == "forged"]
    polls = Counter(line["feed"] for line in lines if line["event"] == "poll")
    assert polls == dict(asked(tmp_path, "SELECT feed_id, count(*) FROM polls GROUP BY feed_id"))
    assert {"daemon started", "daemon stopped"} <= {line["event"] for line in lines}
    stopped = aggregator("status", "--check", folder=tmp_path)
    assert (stopped.returncode, stopped.stdout.partition(":")[0]) == (0, "stopped")
