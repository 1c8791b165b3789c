"""Stopping, from whatever state: real processes, real signals, servers that drip."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from textwrap import dedent, indent

import pytest

from aggregator.store import open_store
from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import small_world
from tests.running import aggregator, started, wait_until
from tests.seeds import seeds
from tests.store.building import NOW

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
]

DRIPPING = """
import socket, sys, threading, time
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
def drip(client):
    try:
        client.recv(4096)
        client.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Type: application/rss+xml\\r\\n\\r\\n<rss>")
        while True:
            client.sendall(b" ")
            time.sleep(0.2)
    except OSError:
        pass
while True:
    threading.Thread(target=drip, args=[server.accept()[0]], daemon=True).start()
"""


@pytest.fixture(scope="module")
def dripping() -> Iterator[int]:
    with subprocess.Popen(
        [sys.executable, "-c", DRIPPING], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.kill()


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with Newsroom(small_world()) as opened:
        yield opened


def write_feeds(folder: Path, room: Newsroom, dripping: int, **settings: str | int) -> None:
    text = room.feeds_yaml(
        extract_workers=1,
        poll_tick="1s",
        poll_interval_minimum="1s",
        serve_port=17_000 + os.getpid() % 1000,
        allowed_ports=[room.port, dripping],
        **settings,
    )
    for number in range(10):
        text += f"  - {{name: Drip {number}, url: 'http://drip-{number}.localhost:{dripping}/'}}\n"
    (folder / "feeds.yaml").write_text(text, encoding="utf-8")


def log(folder: Path) -> str:
    path = folder / "log.txt"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def children_of(pid: int) -> list[int]:
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(each) for each in found.stdout.split()]


def is_running(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")


def go_on(children: list[int]) -> None:
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGCONT)


def stop(daemon: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> None:
    """Stop the daemon; it has to go within 10 seconds, with code 0, and its children with it."""
    children = children_of(daemon.pid)
    daemon.send_signal(number)
    assert daemon.wait(timeout=10) == 0
    wait_until(lambda: not any(map(is_running, children)), seconds=3)


def assert_whole(folder: Path) -> None:
    """The lock is free, the database whole, and each acknowledged poll in it."""
    database = folder / "conflict-news.db"
    if not database.exists():
        return
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'polls'")
        if not tables.fetchone()[0]:
            return
        stored = connection.execute("SELECT coalesce(sum(entries_new), 0) FROM polls").fetchone()[0]
        entries = connection.execute("SELECT count(*) FROM entries").fetchone()[0]
    said = sum(
        int(word.removeprefix("new="))
        for line in log(folder).splitlines()
        if " poll feed=" in line
        for word in line.split()
        if word.startswith("new=")
    )
    assert stored == entries >= said


@pytest.mark.parametrize("seed", seeds(30))
def test_o29_a_stop_at_a_random_moment(
    seed: int, tmp_path: Path, room: Newsroom, dripping: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 -- a moment that can be repeated
    write_feeds(tmp_path, room, dripping)
    pages = ["--serve"] if chance.choice([True, False]) else []
    with started("run", *pages, folder=tmp_path) as daemon:
        # Before it hears signals, the interpreter itself is being started.
        time.sleep(0.6 + chance.random() * 9)
        stop(daemon, chance.choice([signal.SIGTERM, signal.SIGINT]))
    assert_whole(tmp_path)


def test_o29_while_it_starts(tmp_path: Path, room: Newsroom, dripping: int) -> None:
    write_feeds(tmp_path, room, dripping)
    with started("run", folder=tmp_path) as daemon:
        wait_until((tmp_path / "conflict-news.db.lock").exists)
        stop(daemon)
    assert_whole(tmp_path)


@pytest.mark.slow
def test_o29_while_another_process_holds_the_database(
    tmp_path: Path, room: Newsroom, dripping: int
) -> None:
    write_feeds(tmp_path, room, dripping)
    with started("run", "--serve", folder=tmp_path) as daemon:
        wait_until(lambda: log(tmp_path).count(" outcome=fresh") >= 2)
        with closing(sqlite3.connect(tmp_path / "conflict-news.db")) as foreign:
            foreign.execute("BEGIN IMMEDIATE")
            time.sleep(2.5)
            stop(daemon)
    assert_whole(tmp_path)


def test_o29_while_the_database_is_opened_behind_a_foreign_lock(
    tmp_path: Path, room: Newsroom, dripping: int
) -> None:
    write_feeds(tmp_path, room, dripping)
    open_store(tmp_path / "conflict-news.db", now=NOW).close()
    with closing(sqlite3.connect(tmp_path / "conflict-news.db")) as foreign:
        foreign.execute("BEGIN EXCLUSIVE")
        with started("run", folder=tmp_path) as daemon:
            time.sleep(3)
            stop(daemon)


@pytest.mark.slow
def test_o29_a_second_signal_ends_it_at_once(tmp_path: Path, room: Newsroom, dripping: int) -> None:
    write_feeds(tmp_path, room, dripping)
    with started("run", "--serve", folder=tmp_path) as daemon:
        wait_until(lambda: log(tmp_path).count(" outcome=fresh") >= 2)
        children = children_of(daemon.pid)
        with closing(sqlite3.connect(tmp_path / "conflict-news.db")) as foreign:
            # Something to wait for, so that the first signal cannot have done it.
            foreign.execute("BEGIN IMMEDIATE")
            for child in children:
                os.kill(child, signal.SIGSTOP)
            time.sleep(1.5)
            daemon.send_signal(signal.SIGTERM)
            wait_until(lambda: "stopping" in log(tmp_path))
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(timeout=1) == 128 + signal.SIGTERM
    go_on(children)
    wait_until(lambda: not any(map(is_running, children)), seconds=3)
    assert_whole(tmp_path)


STUCK = {
    "the event loop": """
        import time, aggregator.daemon.daemon as daemon
        async def tick(self):
            print("stuck now", flush=True, file=__import__("sys").stderr)
            time.sleep(60)
        daemon.Daemon._tick = tick
    """,
    "the thread of the database": """
        import sys, time, aggregator.pipeline.cycle as cycle
        def sync_config(*_):
            print("stuck now", flush=True, file=sys.stderr)
            time.sleep(60)
        cycle.sync_config = sync_config
    """,
    "grouping": """
        import sys, time, aggregator.pipeline.grouping as grouping
        def group(*_):
            print("stuck now", flush=True, file=sys.stderr)
            time.sleep(60)
        grouping.StoryStage._group = group
    """,
    "a page worker": """
        import aggregator.pipeline.scraping as scraping, aggregator.pipeline.polling as polling
        import time, sys
        def slow(*_):
            return None
        async def run_within(self, limit, function, *arguments):
            print("stuck now", flush=True, file=sys.stderr)
            return await self.run(time.sleep, 60)
        from aggregator.pipeline.workers import Workers
        Workers.run_within = run_within
    """,
}


@pytest.mark.parametrize(
    "where",
    [pytest.param(each, marks=pytest.mark.slow) for each in STUCK],
)
def test_o29_while_something_is_stuck(
    where: str, tmp_path: Path, room: Newsroom, dripping: int
) -> None:
    write_feeds(tmp_path, room, dripping)
    # Page workers import this module, too.
    script = f"if __name__ == '__main__':\n{indent(dedent(STUCK[where]), '    ')}"
    script += "    from aggregator.cli import main\n    main()\n"
    (tmp_path / "changed.py").write_text(script, encoding="utf-8")
    with (tmp_path / "log.txt").open("ab") as written:
        daemon = subprocess.Popen(
            [sys.executable, "changed.py", "run"], cwd=tmp_path, stderr=written
        )
    try:
        wait_until(lambda: "stuck now" in log(tmp_path))
        stop(daemon)
    finally:
        daemon.kill()
        daemon.wait()
    assert_whole(tmp_path)


@pytest.mark.parametrize("size", [4, pytest.param(20, marks=pytest.mark.slow)])
def test_o30_of_a_crowd_of_daemons_one_runs_and_the_others_name_it(
    size: int, tmp_path: Path, room: Newsroom, dripping: int
) -> None:
    write_feeds(tmp_path, room, dripping)
    command = [sys.executable, "-m", "aggregator", "run"]
    crowd = [
        subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
        for _ in range(size)
    ]
    try:
        wait_until(lambda: sum(each.poll() is not None for each in crowd) == size - 1, seconds=20)
        (one,) = (each for each in crowd if each.poll() is None)
        for other in crowd:
            if other is not one:
                assert other.returncode == 4
                assert other.stderr is not None
                assert f"process {one.pid} already" in other.stderr.read()
        assert f"process {one.pid}" in aggregator("poll", folder=tmp_path).stderr
        stop(one)  # type: ignore[arg-type]  # its output is text
    finally:
        for each in crowd:
            each.kill()
            each.communicate()


@pytest.mark.slow
def test_o30_no_child_holds_the_lock_of_a_daemon_that_was_killed(
    tmp_path: Path, room: Newsroom, dripping: int
) -> None:
    write_feeds(tmp_path, room, dripping)
    with started("run", "--serve", folder=tmp_path) as daemon:
        wait_until(lambda: "scrape article" in log(tmp_path))
        children = children_of(daemon.pid)
        assert len(children) >= 3  # pages' server, page worker, its tracker
        for child in children:
            # Children that cannot even hear of our end.
            os.kill(child, signal.SIGSTOP)
        daemon.kill()
        daemon.wait()
        second = started("run", folder=tmp_path)
        with second as again:
            wait_until(lambda: log(tmp_path).count("daemon started") == 2)
            go_on(children)
            wait_until(lambda: not any(map(is_running, children)), seconds=10)
            stop(again)
