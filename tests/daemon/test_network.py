"""Our own network down, at the start or later: no feed is blamed for it."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.daemon.living import Clock, living, rows, until
from tests.serving import serving

pytestmark = pytest.mark.timeout(120)

FEEDS = 12
FEED = b"<rss version='2.0'><channel><title>Pier</title></channel></rss>"


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(FEED)))
        self.end_headers()
        self.wfile.write(FEED)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def answering(port: int) -> Iterator[None]:
    with serving(ThreadingHTTPServer(("127.0.0.1", port), _Answer)):
        yield


def write_feeds(folder: Path, port: int, feeds: int) -> None:
    (folder / "feeds.yaml").write_text(
        "settings:\n  allowed_networks: [127.0.0.0/8]\n  host_gap: 0s\n  poll_tick: 1s\n"
        f"  allowed_ports: [{port}]\nconflicts: []\nfeeds:\n"
        + "".join(
            f"  - {{name: Pier {number}, url: 'http://pier-{number}.localhost:{port}/'}}\n"
            for number in range(feeds)
        ),
        encoding="utf-8",
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_no_network_at_the_start_blames_no_feed(tmp_path: Path) -> None:
    port = free_port()
    write_feeds(tmp_path, port, FEEDS)
    clock = Clock()
    bad = "SELECT count(*) FROM feeds WHERE failures > 0"
    unreached = "SELECT count(*) FROM feeds WHERE last_success_at IS NULL"

    async def run() -> None:
        async with living(tmp_path, clock):
            await until(lambda: rows(tmp_path, "SELECT name FROM troubles") == [("network",)])
            for _ in range(8):
                # Hours of it.
                clock.passes(timedelta(hours=1))
                await asyncio.sleep(0.3)
            ((polls,),) = rows(tmp_path, "SELECT count(*) FROM polls")
            assert isinstance(polls, int)
            assert polls <= FEEDS + 8 * 6
            with answering(port):
                clock.passes(timedelta(minutes=1))
                await until(lambda: rows(tmp_path, "SELECT name FROM troubles") == [])
                # Those that failed before it was noticed come within two minutes.
                clock.passes(timedelta(minutes=2))
                await until(lambda: rows(tmp_path, unreached) == [(0,)], 10)
            assert rows(tmp_path, bad) == [(0,)]

    asyncio.run(run())


def test_one_publisher_that_is_down_is_no_network_that_is(tmp_path: Path) -> None:
    dead = free_port()
    write_feeds(tmp_path, dead, 1)
    clock = Clock()

    async def run() -> None:
        async with living(tmp_path, clock):
            for failures in (1, 2, 3):
                await until(
                    lambda: rows(tmp_path, "SELECT failures FROM feeds") == [(failures,)]  # noqa: B023 -- used at once
                )
                clock.passes(timedelta(hours=2))
            assert rows(tmp_path, "SELECT name FROM troubles") == []

    asyncio.run(run())
