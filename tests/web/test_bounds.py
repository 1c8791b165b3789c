"""N5, N6 over a socket: endless, false and compressed answers."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import repeat

import httpcore
import pytest

from aggregator.model import FetchKind, FetchResult, Outcome
from aggregator.web.policy import BODY_LIMITS, HEADER_LIMIT
from aggregator.web.transport import BoundedHttp1
from tests.web.client_for import client_for, feed, fetch_one, run
from tests.web.hostile_server import HANG_UP, HostileServer, Route, Script, answer

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
    what = "header block" if "header" in name else "body"
    assert (result.error or "").startswith(f"TooLarge: the {what} is ")


def test_n05_a_header_block_has_a_limit_even_when_it_is_whole() -> None:
    headers = [f"X-{number}: {'y' * 1000}" for number in range(80)]
    result = fetch_one({"/feed": answer(b"news", *headers)}, "/feed")
    assert result.error == "TooLarge: the header block is larger than 65536 bytes"


class EndlessHeaders(httpcore.AsyncNetworkStream):
    """Sends one header after the other, or one without end, and counts what is taken."""

    def __init__(self, piece: bytes) -> None:
        self.head = b"HTTP/1.1 200 OK\r\nX-First: "
        self.piece = piece
        self.taken = 0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109  # httpcore's
        data = (self.head + self.piece * (max_bytes // len(self.piece) + 1))[:max_bytes]
        self.head = b""
        self.taken += len(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  # httpcore's
        pass

    async def aclose(self) -> None:
        pass


@pytest.mark.parametrize("piece", [b"y", b"y\r\nX-More: y", b"y" * 9000 + b"\r\nX: "])
def test_n05_at_most_64_kib_beyond_the_limit_of_headers_are_taken(piece: bytes) -> None:
    async def work() -> int:
        stream = EndlessHeaders(piece)
        origin = httpcore.Origin(b"http", b"outlet.example", 80)
        request = httpcore.Request(
            "GET", "http://outlet.example/feed", headers=[("Host", "outlet.example")]
        )
        with pytest.raises(httpcore.RemoteProtocolError):
            await BoundedHttp1(origin, stream).handle_async_request(request)
        return stream.taken

    assert HEADER_LIMIT == 64 * 1024
    assert run(work()) <= HEADER_LIMIT + 64 * 1024


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
    """Return the beginning of a stream that becomes `size` zeros."""
    encoder = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    mebibyte = encoder.compress(bytes(MEBIBYTE)) + encoder.flush(zlib.Z_FULL_FLUSH)
    head = zlib.compressobj(wbits=wbits).flush(zlib.Z_SYNC_FLUSH)
    return head + mebibyte * (size // MEBIBYTE)


@pytest.mark.parametrize(
    ("coding", "body", "error"),
    [
        ("gzip", _zeros(100 * MEBIBYTE, 31), "TooLarge: "),
        ("deflate", _zeros(100 * MEBIBYTE, 15), "TooLarge: "),
        ("gzip, gzip", gzip.compress(_zeros(1024 * MEBIBYTE, 31)), "BadEncoding: "),
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
    assert result.took <= timedelta(seconds=2)
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
