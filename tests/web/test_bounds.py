"""N5, N6, N7 over a socket: endless, false, compressed and slow answers."""

import asyncio
import gzip
import socket
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count, repeat
from typing import Any

import pytest

from aggregator.model import FetchKind, FetchResult, Outcome
from aggregator.web.policy import BODY_LIMITS
from tests.web.client_for import client_for, feed, fetch_one, run
from tests.web.hostile_server import HANG_UP, HostileServer, Route, Script, answer, redirect

MEBIBYTE = 1024 * 1024
PIECE = b"x" * 65_536


@contextmanager
def measured_memory() -> Iterator[list[int]]:
    """Give a list that holds, afterwards, the bytes by which memory grew at its peak."""
    growth: list[int] = []
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        yield growth
        growth.append(tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()


def _endless(head: bytes, piece: bytes = PIECE) -> Route:
    def script(_hit: object) -> Iterator[bytes | float | None]:
        yield head
        yield from repeat(piece)

    return script


ENDLESS: dict[str, Route] = {
    "no length": _endless(b"HTTP/1.1 200 OK\r\n\r\n"),
    "length of 10 GB": _endless(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n"),
    "chunked": _endless(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + PIECE + b"\r\n"
    ),
    "headers": _endless(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"y" * 1000 + b"\r\n"),
    "one header": _endless(b"HTTP/1.1 200 OK\r\nX-Long: "),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_n05_an_endless_answer_ends(name: str) -> None:
    with measured_memory() as growth:
        result = fetch_one({"/feed": ENDLESS[name]}, "/feed")
    assert result.outcome is Outcome.FAILED
    assert growth[0] <= 32 * MEBIBYTE
    if "header" not in name:
        assert (result.error or "").startswith("TooLarge: ")


def test_n05_a_header_block_has_a_limit_even_when_it_is_whole() -> None:
    headers = [f"X-{number}: {'y' * 1000}" for number in range(80)]
    result = fetch_one({"/feed": answer(b"news", *headers)}, "/feed")
    assert result.error == "TooLarge: the header block is larger than 65536 bytes"


@pytest.mark.parametrize(
    ("kind", "limit"), [(FetchKind.FEED, 10 * MEBIBYTE), (FetchKind.PAGE, 5 * MEBIBYTE)]
)
def test_n05_each_kind_has_its_limit(kind: FetchKind, limit: int) -> None:
    assert BODY_LIMITS[kind] == limit
    routes = {"/fits": answer(b"x" * limit), "/over": answer(b"x" * (limit + 1))}
    assert len(fetch_one(routes, "/fits", kind).body) == limit
    assert fetch_one(routes, "/over", kind).error == (
        f"TooLarge: the body is larger than {limit} bytes"
    )


@pytest.mark.parametrize(
    ("head", "error"),
    [
        (b"Content-Length: 100", "peer closed connection"),
        (b"Content-Length: -5", "bad Content-Length"),
        (b"Content-Length: 4, 5", "conflicting Content-Length"),
        (b"Content-Length: four", "bad Content-Length"),
        (b"Transfer-Encoding: chunked", ""),
        (b"Transfer-Encoding: rot13", ""),
    ],
)
def test_n05_a_false_length_is_an_error(head: bytes, error: str) -> None:
    script: Script = (b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\nnews", HANG_UP)
    result = fetch_one({"/feed": script}, "/feed")
    assert result.outcome is Outcome.FAILED
    assert f"FetchError: no answer from 127.0.0.1: {error}" in (result.error or "")


def test_n05_a_length_that_is_too_small_cuts() -> None:
    script: Script = (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnews and more", HANG_UP)
    assert fetch_one({"/feed": script}, "/feed").body == b"news"


@pytest.mark.parametrize(
    "script",
    [
        (HANG_UP,),
        (b"SSH-2.0-OpenSSH_9.9\r\n", HANG_UP),
        (b"HTTP/1.1 99999 OK\r\n\r\n", HANG_UP),
        (b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", HANG_UP),
        (b"HTTP/1.1 200 OK\r\n\x00: x\r\n\r\n", HANG_UP),
        (b"\x00" * 1000, HANG_UP),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",),
    ],
)
def test_an_answer_that_is_no_answer_fails_in_words(script: Script) -> None:
    result = fetch_one({"/feed": script}, "/feed")
    assert result.outcome is Outcome.FAILED
    assert result.error
    assert result.error.isprintable()


def _zeros(size: int, wbits: int) -> bytes:
    encoder = zlib.compressobj(wbits=wbits)
    block = bytes(MEBIBYTE)
    pieces = [encoder.compress(block) for _ in range(size // MEBIBYTE)]
    return b"".join(pieces) + encoder.flush()


@pytest.mark.parametrize(
    ("coding", "body", "error"),
    [
        ("gzip", _zeros(100 * MEBIBYTE, 31), "TooLarge: "),
        ("deflate", _zeros(100 * MEBIBYTE, 15), "TooLarge: "),
        ("gzip, gzip", gzip.compress(_zeros(100 * MEBIBYTE, 31)), "BadEncoding: "),
        ("gzip\r\nContent-Encoding: gzip", gzip.compress(gzip.compress(b"x")), "BadEncoding: "),
        ("br", b"\x0b\x02\x80news\x03", "BadEncoding: "),
        ("zstd", b"\x28\xb5\x2f\xfd", "BadEncoding: "),
        ("gzip", gzip.compress(b"news" * 1000)[:-9], "BadEncoding: truncated"),
        ("gzip", gzip.compress(b"news") + b"junk", "BadEncoding: something follows"),
    ],
    ids=["gzip bomb", "deflate bomb", "double", "double lines", "br", "zstd", "cut", "junk"],
)
def test_n06_hostile_coding(coding: str, body: bytes, error: str) -> None:
    routes = {"/feed": answer(body, f"Content-Encoding: {coding}")}
    with measured_memory() as growth:
        result = fetch_one(routes, "/feed")
    assert (result.error or "").startswith(error)
    assert result.body == b""
    assert growth[0] <= 32 * MEBIBYTE


def test_n06_gzip_is_read_and_only_what_we_can_bound_is_offered() -> None:
    async def work() -> tuple[FetchResult, bytes | None]:
        route = answer(gzip.compress(b"news"), "Content-Encoding: gzip")
        async with HostileServer({"/feed": route}) as server, client_for(server) as web:
            result = await web.fetch(feed(server.url("/feed")))
            return result, server.hits[0].header("accept-encoding")

    result, offered = run(work())
    assert result.body == b"news"
    assert offered == b"gzip, deflate"


def _drip(head: bytes, drop: bytes) -> Route:
    def script(_hit: object) -> Iterator[bytes | float | None]:
        yield head
        for _ in count():
            yield drop
            yield 0.05

    return script


SLOW: dict[str, Route] = {
    "silent": (600.0,),
    "header drip": _drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
    "body drip": _drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
    "interim answers": _drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "slow redirects": lambda hit: (0.2, *redirect(hit.path + "x")),
    "slow close": (b"HTTP/1.1 200 OK\r\n\r\nnews", 600.0),
}


@pytest.mark.parametrize("name", SLOW)
def test_n07_slow_server_ends_at_the_deadline(name: str) -> None:
    routes: dict[str, Route] = {"/feed" + "x" * number: SLOW[name] for number in range(6)}
    result = fetch_one(routes, "/feed", deadline=timedelta(seconds=0.5))
    assert result.outcome is Outcome.FAILED
    assert result.error == "TooSlow: no whole answer within 0.5 s"


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


def test_n07_twenty_slow_servers_do_not_delay_a_good_feed() -> None:
    """The good feed is asked last and is ready first."""

    async def work() -> list[str]:
        ready: list[str] = []
        routes: dict[str, Route] = {"/slow": SLOW["body drip"], "/good": answer(b"news")}
        deadline = timedelta(seconds=0.8)
        async with (
            HostileServer(routes) as server,
            client_for(server, deadline=deadline, requests_in_flight=21) as web,
        ):

            async def fetch(path: str, host: str) -> None:
                result = await web.fetch(feed(server.url(path, host)))
                ready.append(str(result.error or result.body))

            hosts = [f"slow-{number}.localhost" for number in range(20)]
            slow = [asyncio.ensure_future(fetch("/slow", host)) for host in hosts]
            await asyncio.sleep(0)
            await fetch("/good", "good.localhost")
            await asyncio.gather(*slow)
        return ready

    ready = run(work())
    assert ready[0] == "b'news'"
    assert ready[1:] == ["TooSlow: no whole answer within 0.8 s"] * 20
