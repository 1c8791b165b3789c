"""The beat: nothing that is due is dropped, nothing runs twice at once, nothing piles up: O31."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from aggregator.daemon.beat import JOB_DEFAULTS, TICK, Beat
from tests.daemon.living import Clock, living, rows, until
from tests.serving import serving

pytestmark = pytest.mark.timeout(120)

FEED = b"<rss version='2.0'><channel><title>Pier</title></channel></rss>"


class Pier(ThreadingHTTPServer):
    """Many publishers that take their time, and a count of who asks each at once."""

    request_queue_size = 300

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked: Counter[str] = Counter()
        self.inside: Counter[str] = Counter()
        self.twice: set[str] = set()
        self.guard = threading.Lock()


class _Answer(BaseHTTPRequestHandler):
    server: Pier

    def do_GET(self) -> None:
        host = self.headers["Host"]
        with self.server.guard:
            self.server.asked[host] += 1
            self.server.inside[host] += 1
            if self.server.inside[host] > 1:
                self.server.twice.add(host)
        time.sleep(0.2)
        self.send_response(200)
        self.send_header("Content-Length", str(len(FEED)))
        self.end_headers()
        self.wfile.write(FEED)
        with self.server.guard:
            self.server.inside[host] -= 1

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def pier() -> Iterator[Pier]:
    with serving(Pier()) as server:
        yield server


@pytest.mark.parametrize("feeds", [60, pytest.param(200, marks=pytest.mark.slow)])
def test_o31_many_feeds_due_at_once_with_few_requests_in_flight(
    feeds: int, pier: Pier, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = pier.server_port
    (tmp_path / "feeds.yaml").write_text(
        "settings:\n  allowed_networks: [127.0.0.0/8]\n  host_gap: 0s\n  poll_tick: 1s\n"
        f"  requests_in_flight: 4\n  connections: 10\n  allowed_ports: [{port}]\n"
        "  poll_interval_minimum: 10m\nconflicts: []\nfeeds:\n"
        + "".join(
            f"  - {{name: Pier {number}, url: 'http://pier-{number}.localhost:{port}/'}}\n"
            for number in range(feeds)
        ),
        encoding="utf-8",
    )
    clock = Clock()

    async def run() -> None:
        async with living(tmp_path, clock):
            await until(lambda: pier.asked.total() >= feeds)
            await until(lambda: rows(tmp_path, "SELECT count(*) FROM polls") == [(feeds,)])
            # As after an hour in which the process, or the machine, stood still.
            clock.passes(timedelta(hours=1))
            await until(lambda: rows(tmp_path, "SELECT count(*) FROM polls") == [(2 * feeds,)])
            await asyncio.sleep(1.5)

    began = time.monotonic()
    asyncio.run(run())
    assert time.monotonic() - began > 3  # more than three ticks
    assert set(pier.asked.values()) == {2}
    assert pier.twice == set()
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


def test_o31_the_scheduler_has_one_job_that_is_never_dropped() -> None:
    async def tick() -> None:
        return

    async def run() -> AsyncIOScheduler:
        beat = Beat(timedelta(seconds=30), tick, pytest.fail)
        beat.start()
        (job,) = beat.scheduler.get_jobs()
        assert (job.id, job.max_instances, job.coalesce) == (TICK, 1, True)
        assert job.misfire_grace_time is None
        beat.stop()

    asyncio.run(run())
    assert JOB_DEFAULTS == {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


def test_o31_a_tick_that_hangs_is_told_and_does_not_end_the_beat() -> None:
    begun: list[float] = []
    told: list[str] = []

    async def tick() -> None:
        begun.append(time.monotonic())
        if len(begun) == 2:
            await asyncio.sleep(3600)

    async def run() -> None:
        beat = Beat(timedelta(seconds=0.1), tick, told.append, longest=timedelta(seconds=0.5))
        beat.start()
        await until(lambda: len(begun) >= 5, 10)
        beat.stop()

    asyncio.run(run())
    assert "a tick was skipped, for the one before has not ended" in told
    assert "a tick was broken off after 0:00:00.500000" in told


def test_o31_a_tick_that_is_asked_for_during_another_follows_it() -> None:
    begun: list[float] = []
    told: list[str] = []

    async def run() -> None:
        async def tick() -> None:
            begun.append(time.monotonic())
            if len(begun) == 1:
                beat.now()
                beat.change(timedelta(minutes=1))
                # Time for the scheduler to find that it is due.
                await asyncio.sleep(0.05)

        beat = Beat(timedelta(seconds=30), tick, told.append)
        beat.start()
        await until(lambda: len(begun) >= 2, 10)
        beat.stop()

    asyncio.run(run())
    assert told == []


def test_o31_a_tick_that_raises_is_told_and_the_next_one_comes() -> None:
    begun: list[float] = []
    told: list[str] = []

    async def tick() -> None:
        begun.append(time.monotonic())
        raise ValueError("one bad tick")

    async def run() -> None:
        beat = Beat(timedelta(seconds=0.1), tick, told.append)
        beat.start()
        await until(lambda: len(begun) >= 3, 10)
        beat.stop()

    asyncio.run(run())
    assert "a tick failed: ValueError('one bad tick')" in told
