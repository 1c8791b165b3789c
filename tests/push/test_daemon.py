"""Push in the real daemon: a process, a feed, a hub, signals."""

import asyncio
import json
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.archive.folder import archive_files
from aggregator.archive.reading import records
from aggregator.push.desk import SECRET_VARIABLE
from tests.archive.captured import read_independently
from tests.push.hub import Hub
from tests.push.wiring import SECRET, free_port, rss, run
from tests.running import aggregator, started, wait_until
from tests.web.hostile_server import HostileServer, answer

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
]


def write_feeds(folder: Path, feed_url: str, *ports: int) -> int:
    """Write a feeds.yaml with push; return the port at which hubs are listened for."""
    port = free_port()
    (folder / "feeds.yaml").write_text(
        f"""
settings:
  database: news.db
  extract_workers: 1
  poll_tick: 1s
  host_gap: 0s
  allowed_networks: [127.0.0.0/8]
  allowed_ports: {json.dumps(ports or (80,))}
  websub_callback: http://127.0.0.1:{port}/websub/
  websub_port: {port}
feeds:
  - {{name: Courier, url: "{feed_url}", fulltext: false}}
conflicts: []
""",
        encoding="utf-8",
    )
    return port


def log(folder: Path) -> str:
    return (folder / "log.txt").read_text(encoding="utf-8")


def value(folder: Path, sql: str) -> object:
    with closing(sqlite3.connect(folder / "news.db")) as connection:
        try:
            row = connection.execute(sql).fetchone()
        except sqlite3.OperationalError:
            return None
    return row[0] if row else None


async def until(condition: Callable[[], bool]) -> None:
    await asyncio.to_thread(wait_until, condition)


def push_of(folder: Path) -> str:
    return str(json.loads(aggregator("status", "--json", folder=folder).stdout)["push"])


def test_without_a_secret_it_polls_and_status_says_why_nothing_is_pushed(tmp_path: Path) -> None:
    write_feeds(tmp_path, "http://127.0.0.1/feed")
    with started("run", folder=tmp_path) as daemon:
        wait_until(lambda: "poll feed=courier" in log(tmp_path))
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=10) == 0
    assert log(tmp_path).count(f"{SECRET_VARIABLE} is not set") == 1
    assert push_of(tmp_path).startswith("unusable: websub_callback is set, but")


def test_o29_sigterm_ends_it_within_ten_seconds_whatever_strangers_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    port = write_feeds(tmp_path, "http://127.0.0.1/feed")
    with started("run", folder=tmp_path) as daemon:
        wait_until(lambda: f"push on host=127.0.0.1 port={port}" in log(tmp_path))
        strangers = [socket.create_connection(("127.0.0.1", port)) for _ in range(10)]
        for stranger in strangers[:5]:
            stranger.sendall(b"POST /websub/ HTTP/1.1\r\nHost: x\r\nContent-Le")
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=10) == 0
        for stranger in strangers:
            stranger.close()
    assert "daemon stopped" in log(tmp_path)
    assert "Exception in ASGI" not in log(tmp_path)
    assert push_of(tmp_path) == "on"


def test_what_a_hub_pushes_becomes_a_story_and_is_kept_as_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)

    async def work() -> None:
        async with Hub() as hub, HostileServer() as publisher:
            feed = publisher.url("/feed")
            links = (f'Link: <{hub.url}>; rel="hub"', f'Link: <{feed}>; rel="self"')
            publisher.routes["/feed"] = answer(rss("1 Ferry stopped"), *links)
            write_feeds(tmp_path, feed, hub.port, publisher.port)
            settings = tmp_path / "feeds.yaml"
            text = settings.read_text(encoding="utf-8")
            settings.write_text(text.replace("settings:", "settings:\n  archive: true"), "utf-8")
            with started("run", folder=tmp_path) as daemon:
                await until(lambda: bool(hub.held))
                assert await hub.publish(feed, rss("2 Ferry sails")) == [202]
                await until(lambda: value(tmp_path, "SELECT count(*) FROM story_members") == 2)
                assert await hub.publish(feed, rss("3 Forged"), secret=SECRET) == [202]
                await stop(daemon)
            assert value(tmp_path, "SELECT count(*) FROM entries") == 2
            assert value(tmp_path, "SELECT pushes || ' ' || bad_signatures FROM subscriptions") == (
                "1 1"
            )
            assert push_of(tmp_path) == "on; 1 active"
            (held,) = hub.held.values()
            assert_kept(feed, hub.url, held.callback.rpartition("/")[2])

    def assert_kept(feed: str, hub_url: str, token: str) -> None:
        (path,) = archive_files(tmp_path / "news-archive")
        (pushed,) = (each for each in read_independently(path) if each.kind == "resource")
        assert pushed.payload == rss("2 Ferry sails")
        assert (pushed.fields["WARC-Target-URI"], pushed.fields["X-Pushed-By"]) == (feed, hub_url)
        # Whoever knows the address of the callback may push to it.
        assert all(token.encode() not in record.block for record in records(path))
        assert all(token not in str(record.fields) for record in records(path))
        article = value(tmp_path, "SELECT article_id FROM entries WHERE title = 'Ferry sails'")
        shown = aggregator("archive", "show", str(article), folder=tmp_path).stdout
        assert f"feed  pushed  {feed}" in shown
        assert ": verified" in shown
        verified = aggregator("archive", "verify", folder=tmp_path)
        assert verified.stdout.endswith(
            "1 files, 2 answers (0 more are not in the database), 0 problems\n"
        )
        exported = tmp_path / "one.warc.gz"
        done = aggregator("archive", "export", str(article), "--output", exported, folder=tmp_path)
        assert done.returncode == 0
        assert [each.kind for each in read_independently(exported)] == ["warcinfo", "resource"]

    async def stop(daemon: subprocess.Popen[bytes]) -> None:
        daemon.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(daemon.wait, 10) == 0

    run(work)
