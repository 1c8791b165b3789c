"""One daemon for a database: O30."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.daemon.processes import (
    children_of,
    go_on,
    is_running,
    log,
    stop,
    write_feeds,
)
from tests.newsroom.room import Newsroom
from tests.running import aggregator, started, wait_until

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
]


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
        stop(one)
    finally:
        for each in crowd:
            each.kill()
            each.communicate()


@pytest.mark.slow
def test_o30_a_second_daemon_has_ended_within_a_second(
    tmp_path: Path, room: Newsroom, dripping: int
) -> None:
    write_feeds(tmp_path, room, dripping)
    with started("run", folder=tmp_path) as daemon:
        wait_until(lambda: "daemon started database" in log(tmp_path))
        took = []
        for _ in range(19):
            begun = time.perf_counter()
            ended = subprocess.run(
                [sys.executable, "-m", "aggregator", "run"],
                check=False,
                cwd=tmp_path,
                capture_output=True,
            )
            took.append(time.perf_counter() - begun)
            assert ended.returncode == 4
            assert f"process {daemon.pid} already".encode() in ended.stderr
        stop(daemon)
    assert max(took) <= 1


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
            wait_until(lambda: log(tmp_path).count("daemon started database") == 2)
            go_on(children)
            wait_until(lambda: not any(map(is_running, children)), seconds=10)
            stop(again)
