"""N7: a request has one deadline, and a slow server delays nobody else."""

import asyncio
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import count, cycle
from typing import Any

import pytest

from aggregator.model import FetchResult, Outcome
from tests.web.client_for import client_for, feed, fetch_one, run
from tests.web.hostile_server import HostileServer, Route, answer, redirect


def _drip(head: bytes, drop: bytes) -> Route:
    def script(_hit: object) -> Iterator[bytes | float | None]:
        yield head
        for _ in count():
            yield drop
            yield 0.05

    return script


SLOW: dict[str, Route] = {
    "silent": (600.0,),
    "header-drip": _drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
    "body-drip": _drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
    "tls-stall": (600.0,),
    "redirects": lambda hit: (0.7, *redirect(hit.path + "x")),
    "slow-close": (b"HTTP/1.1 200 OK\r\n\r\nnews", 600.0),
}
ROUTES: dict[str, Route] = {
    **{f"/{name}": route for name, route in SLOW.items()},
    **{f"/redirects{'x' * number}": SLOW["redirects"] for number in range(1, 6)},
    "/good": answer(b"news"),
}


def test_n07_interim_answers_are_no_answer() -> None:
    route = _drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n")
    result = fetch_one({"/feed": route}, "/feed", deadline=timedelta(seconds=0.5))
    assert result.error == "TooSlow: no whole answer within 0.5 s"


DEADLINE = timedelta(seconds=3)


def _slow_url(server: HostileServer, name: str, host: str) -> str:
    # A server that waits for the end of a request never answers a handshake.
    return server.url(f"/{name}", host, "https" if name == "tls-stall" else "http")


def test_n07_six_slow_servers_end_within_half_a_second_of_the_deadline() -> None:
    async def work() -> dict[str, tuple[FetchResult, float]]:
        async with HostileServer(ROUTES) as server, client_for(server, deadline=DEADLINE) as web:

            async def fetch(name: str) -> tuple[FetchResult, float]:
                started = time.monotonic()
                result = await web.fetch(feed(_slow_url(server, name, f"{name}.localhost")))
                return result, time.monotonic() - started

            ends = await asyncio.gather(*map(fetch, SLOW))
            return dict(zip(SLOW, ends, strict=True))

    for name, (result, seconds) in run(work()).items():
        assert result.outcome is Outcome.FAILED, name
        assert result.error == "TooSlow: no whole answer within 3 s", name
        assert seconds <= 3.5, name


def test_n07_twenty_slow_servers_delay_a_good_feed_by_at_most_a_second() -> None:
    async def work() -> tuple[float, float]:
        async with HostileServer(ROUTES) as server, client_for(server, deadline=DEADLINE) as web:

            async def good(host: str) -> float:
                started = time.monotonic()
                result = await web.fetch(feed(server.url("/good", host)))
                assert result.body == b"news"
                return time.monotonic() - started

            alone = await good("alone.localhost")
            slow = [
                asyncio.ensure_future(web.fetch(feed(_slow_url(server, name, f"{n}.localhost"))))
                for n, name in zip(range(20), cycle(SLOW), strict=False)
            ]
            await asyncio.sleep(0)
            crowded = await good("crowded.localhost")
            for request in slow:
                request.cancel()
            await asyncio.gather(*slow, return_exceptions=True)
            return alone, crowded

    alone, crowded = run(work())
    assert crowded - alone <= 1


@pytest.mark.parametrize(
    ("limit", "error"),
    [
        ("deadline", "TooSlow: no whole answer within 0.3 s"),
        ("connect_timeout", "TooSlow: 127.0.0.1 was not ready in time"),
    ],
)
def test_n07_a_stalled_tls_handshake_ends(limit: str, error: str) -> None:
    async def work() -> FetchResult:
        changes: dict[str, Any] = {limit: timedelta(seconds=0.3)}
        async with HostileServer() as server, client_for(server, **changes) as web:
            return await web.fetch(feed(server.url("/", scheme="https")))

    assert run(work()).error == error


def test_n07_a_name_server_that_does_not_answer_ends() -> None:
    async def silent(_host: str, _port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    async def work() -> FetchResult:
        limit = timedelta(seconds=0.2)
        async with client_for(resolve=silent, connect_timeout=limit, allowed_ports=(80,)) as web:
            return await web.fetch(feed("http://slow-name.example/"))

    assert run(work()).error == "TooSlow: no connection to slow-name.example within 0.2 s"


def test_n07_a_full_accept_queue_ends() -> None:
    """Nobody accepts the connection: the connect timeout ends it before the deadline."""

    async def work() -> FetchResult:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            port = listener.getsockname()[1]
            fillers = [socket.socket() for _ in range(4)]
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex(("127.0.0.1", port))
            server = HostileServer(port=port)
            async with client_for(server, connect_timeout=timedelta(seconds=0.3)) as web:
                result = await web.fetch(feed(server.url("/")))
            for filler in fillers:
                filler.close()
            return result

    assert (run(work()).error or "").startswith("TooSlow: ")
