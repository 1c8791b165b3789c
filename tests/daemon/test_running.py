"""The daemon as its user knows it: a process, signals, files."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import small_world
from tests.running import aggregator, started, wait_until

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
]

PORT = 18_000 + os.getpid() % 1000
"""One for each test process: two may run at the same time."""


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom(small_world()) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path, room: Newsroom) -> Path:
    text = room.feeds_yaml(
        extract_workers=1,
        poll_tick="1s",
        poll_interval_minimum="1m",
        serve_port=PORT,
        database="news.db",
    )
    (tmp_path / "feeds.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def count(folder: Path, sql: str) -> int:
    path = folder / "news.db"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            return int(connection.execute(sql).fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def grouped(folder: Path) -> int:
    return count(folder, "SELECT count(*) FROM story_members")


def log(folder: Path) -> str:
    return (folder / "log.txt").read_text(encoding="utf-8")


def test_o29_sigterm_ends_it_cleanly_and_the_next_start_goes_on(folder: Path) -> None:
    with started("run", folder=folder) as daemon:
        wait_until(lambda: grouped(folder) == 2)
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=10) == 0
    assert "daemon stopped" in log(folder)
    with started("run", folder=folder) as daemon:
        wait_until(lambda: log(folder).count("daemon started database") == 2)
        daemon.send_signal(signal.SIGINT)
        assert daemon.wait(timeout=10) == 0
    assert grouped(folder) == 2
    assert count(folder, "SELECT count(*) FROM entries") == 2


def test_d18_kill_9_loses_nothing_and_o30_the_next_start_succeeds_at_once(folder: Path) -> None:
    with started("run", folder=folder) as daemon:
        wait_until(lambda: count(folder, "SELECT count(*) FROM entries") > 0)
        daemon.kill()
        daemon.wait()
    with started("run", folder=folder) as daemon:
        wait_until(lambda: grouped(folder) == 2)
        daemon.terminate()
        assert daemon.wait(timeout=10) == 0
    assert count(folder, "SELECT count(DISTINCT url) FROM articles") == 2
    with closing(sqlite3.connect(folder / "news.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_o30_a_second_daemon_is_refused_and_told_whose_the_database_is(folder: Path) -> None:
    with started("run", folder=folder) as daemon:
        wait_until(lambda: "daemon started" in log(folder))
        for command in ("run", "poll"):
            second = aggregator(command, folder=folder)
            assert second.returncode == 4
            assert f"process {daemon.pid}" in second.stderr
        (folder / "elsewhere.db").symlink_to(folder / "news.db")
        linked = aggregator("--database", "elsewhere.db", "poll", folder=folder)
        assert linked.returncode == 4
        assert not list(folder.glob("elsewhere*.lock"))


def test_o32_an_edited_feeds_yaml_is_followed_and_a_bad_one_is_not(folder: Path) -> None:
    path = folder / "feeds.yaml"
    good = path.read_text(encoding="utf-8")
    shorter = good[: good.rindex("  - id:")]
    with started("run", folder=folder):
        wait_until(lambda: grouped(folder) == 2)
        path.write_text(good + "  - nmae: wrong\n", encoding="utf-8")
        wait_until(lambda: "config kept" in log(folder))
        assert count(folder, "SELECT count(*) FROM feeds WHERE listed = 1") == 2
        path.write_text(shorter, encoding="utf-8")
        wait_until(lambda: "config reloaded" in log(folder))
        assert count(folder, "SELECT count(*) FROM feeds WHERE listed = 1") == 1
    assert grouped(folder) == 2


def test_new_reports_arrive_while_it_runs_and_the_pages_show_them(
    folder: Path, room: Newsroom
) -> None:
    with started("run", "--serve", folder=folder) as daemon:

        def page() -> str:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/") as answer:
                return str(answer.read().decode())

        headline = room.truth()[room.articles()[0].url].headline
        other = room.truth()[room.articles()[1].url].headline
        wait_until(lambda: headline in page() or other in page())
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=10) == 0
    with pytest.raises(OSError, match="refused"):
        page()


def test_the_demo_shows_stories_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with started("demo", "--port", str(PORT), folder=tmp_path) as demo:

        def stories() -> list[object]:
            address = f"http://127.0.0.1:{PORT}/conflict-news/current_stories.json?_shape=array"
            with urllib.request.urlopen(address) as answer:
                return list(json.loads(answer.read()))

        wait_until(lambda: len(stories()) > 5, seconds=90)
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=15) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["log.txt"]
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert f"--port {PORT}" not in running.stdout
