"""What systemd is told, as systemd would hear it."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from aggregator.daemon.standstill import (
    GIVEN_UP_AFTER,
    LOOK_EVERY,
    LOOP_PATIENCE,
    StandstillWatch,
)
from aggregator.daemon.supervisor import Supervisor
from tests.daemon.living import until
from tests.newsroom.room import Newsroom
from tests.running import ROOT, wait_until

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux'"),
]


@pytest.mark.parametrize("kind", ["abstract", pytest.param("a file", marks=pytest.mark.slow)])
def test_o29_a_supervisor_hears_what_the_daemon_does(
    kind: str, tmp_path: Path, room: Newsroom
) -> None:
    text = room.feeds_yaml(extract_workers=1, poll_tick="1s")
    (tmp_path / "feeds.yaml").write_text(text, encoding="utf-8")
    name = f"@aggregator-{uuid4()}" if kind == "abstract" else str(tmp_path / "notify")
    heard: list[str] = []

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name.replace("@", "\0", 1))
        listening.settimeout(0.1)

        def hears(wanted: str) -> bool:
            while True:
                try:
                    heard.append(listening.recv(4096).decode())
                except TimeoutError:
                    return any(wanted in each for each in heard)

        environment = {**os.environ, "NOTIFY_SOCKET": name, "WATCHDOG_USEC": "2000000"}
        with (tmp_path / "log.txt").open("ab") as log:
            daemon = subprocess.Popen(
                [sys.executable, "-m", "aggregator", "run"],
                cwd=tmp_path, env=environment, stderr=log,
                start_new_session=True,  # in no terminal, where SIGHUP would mean to stop
            )  # fmt: skip
        try:
            wait_until(lambda: hears("READY=1\nSTATUS=2 feeds are followed"))
            assert (tmp_path / "conflict-news.db").exists()
            wait_until(lambda: hears("WATCHDOG=1"))
            heard.clear()
            daemon.send_signal(signal.SIGHUP)
            wait_until(lambda: hears("RELOADING=1\nMONOTONIC_USEC="))
            wait_until(lambda: hears("READY=1"))
            daemon.send_signal(signal.SIGTERM)
            wait_until(lambda: hears("STOPPING=1"))
            assert daemon.wait(10) == 0
        finally:
            daemon.kill()
            daemon.wait()


class Ending:
    """A store thread that never answers, and an end that is noted."""

    def __init__(self) -> None:
        self.has_come = False

    def ping(self, answered: object) -> None:
        pass

    def leave(self, _: int) -> None:
        self.has_come = True

    begin_anew = leave


def test_the_watchdog_is_answered_until_the_daemon_would_end_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ending = Ending()
    name = str(tmp_path / "notify")
    supervisor = Supervisor({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "100000"})
    patience = timedelta(seconds=0.4)
    watch = StandstillWatch(ending, supervisor, ending, store_patience=patience)

    async def run() -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
            listening.bind(name)
            listening.setblocking(False)

            def hears() -> bool:
                heard = b""
                with suppress(BlockingIOError):
                    while True:
                        heard = listening.recv(4096)
                return heard == b"WATCHDOG=1"

            task = asyncio.create_task(watch.run())
            await until(lambda: "has not answered" in caplog.text)
            hears()
            await until(lambda: hears() or ending.has_come)
            assert not ending.has_come
            task.cancel()

    asyncio.run(run())


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    unit = (ROOT / "deploy" / "conflict-news.service").read_text(encoding="utf-8")
    assert "TimeoutStopSec=15" in unit
    watchdog = re.search(r"^WatchdogSec=(\d+)min$", unit, re.MULTILINE)
    assert watchdog
    # It is to end in order before systemd ends it as a crash.
    own_end = GIVEN_UP_AFTER * LOOP_PATIENCE + 2 * LOOK_EVERY
    assert own_end < timedelta(minutes=int(watchdog[1]))
    # What it starts is not installed here.
    copy = tmp_path / "conflict-news.service"
    copy.write_text(unit.replace("/opt/conflict-news/bin/aggregator", "/bin/true"), "utf-8")
    try:
        verified = subprocess.run(
            ["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("no systemd-analyze here")
    complaints = [line for line in verified.stderr.splitlines() if "conflict-news.service" in line]
    assert complaints == []
