"""Stopping, from whatever state: real processes, real signals, servers that drip."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from textwrap import dedent, indent

import pytest

from aggregator.store import open_store
from tests.daemon.processes import (
    IN_TERMINAL,
    assert_whole,
    children_of,
    go_on,
    is_running,
    log,
    stop,
    write_feeds,
)
from tests.newsroom.room import Newsroom
from tests.running import started, wait_until
from tests.seeds import seeds
from tests.store.building import NOW

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
]


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


@pytest.mark.parametrize(
    "log_goes_to", ["a file", pytest.param("the terminal", marks=pytest.mark.slow)]
)
def test_o29_a_terminal_that_is_closed(log_goes_to: str, tmp_path: Path, room: Newsroom) -> None:
    (tmp_path / "feeds.yaml").write_text(room.feeds_yaml(extract_workers=1), encoding="utf-8")
    window, terminal = os.openpty()
    said = b""
    with (tmp_path / "log.txt").open("ab") as written:
        daemon = subprocess.Popen(
            [sys.executable, "-c", IN_TERMINAL, "", "-m", "aggregator", "run"],
            cwd=tmp_path, stdin=terminal, start_new_session=True,
            stderr=written if log_goes_to == "a file" else terminal,
        )  # fmt: skip
    os.close(terminal)
    try:
        while log_goes_to == "the terminal" and b"daemon started" not in said:
            said += os.read(window, 4096)
        wait_until(lambda: b"daemon started" in said or "daemon started" in log(tmp_path))
        os.close(window)

        def has_ended() -> bool:
            # A shell sends it as well as the kernel, in whatever order.
            daemon.send_signal(signal.SIGHUP)
            return daemon.poll() is not None

        wait_until(has_ended, seconds=10)
        assert daemon.returncode == 0
    finally:
        daemon.kill()
        daemon.wait()
    assert_whole(tmp_path)


@contextmanager
def unread(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A daemon that has started, whose standard error is a full pipe that nobody reads."""
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-m", "aggregator", "run"],
        cwd=folder, stderr=writing, start_new_session=True,
    ) as daemon:  # fmt: skip
        try:
            said = b""
            while b"daemon started" not in said:
                said += os.read(reading, 4096)
            # Opened anew, for the daemon's own end has to go on blocking.
            filling = os.open(f"/proc/self/fd/{writing}", os.O_WRONLY | os.O_NONBLOCK)
            with suppress(BlockingIOError):
                while True:
                    os.write(filling, b"x")
            os.close(filling)
            yield daemon
        finally:
            daemon.kill()
            os.close(reading)
            os.close(writing)


@pytest.mark.skipif(sys.platform != "linux", reason="pipes by /proc")
def test_o29_a_second_signal_while_nobody_reads_the_log(tmp_path: Path, room: Newsroom) -> None:
    (tmp_path / "feeds.yaml").write_text(room.feeds_yaml(extract_workers=1), encoding="utf-8")
    with unread(tmp_path) as daemon:
        daemon.send_signal(signal.SIGHUP)

        def has_ended() -> bool:
            daemon.send_signal(signal.SIGTERM)
            return daemon.poll() is not None

        wait_until(has_ended, seconds=5)
        assert daemon.returncode == 128 + signal.SIGTERM


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="pipes by /proc")
def test_o29_while_nobody_reads_the_log(tmp_path: Path, room: Newsroom) -> None:
    (tmp_path / "feeds.yaml").write_text(room.feeds_yaml(extract_workers=1), encoding="utf-8")
    with unread(tmp_path) as daemon:
        daemon.send_signal(signal.SIGHUP)
        daemon.send_signal(signal.SIGTERM)
        # Its children, too, but for the one of Python's own that has last words for the log.
        assert daemon.wait(timeout=10) == 0


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
