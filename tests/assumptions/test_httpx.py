"""httpx: its times, its decoding, and whose network it uses."""

import inspect
import socket
import threading
import time
import zlib
from collections.abc import Iterator

import httpcore
import httpx
import pytest

from tests.assumptions.telling import ours

BOUNDS = "aggregator/web/body.py (bytes are inflated by us, piece by piece)"


@pytest.fixture
def dripping() -> Iterator[str]:
    """Serve one answer whose bytes come one by one, each well within the time of a read."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n")
            for _ in range(12):
                time.sleep(0.03)
                connection.sendall(b"x")

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    thread.join()
    listener.close()


def test_m06_a_timeout_is_for_each_read_alone(dripping: str) -> None:
    began = time.monotonic()
    answer = httpx.get(dripping, timeout=0.2, trust_env=False)
    assert time.monotonic() - began > 0.2, ours("aggregator/web/stream.py (one total deadline)")
    assert len(answer.content) == 12


def test_m07_a_compressed_body_comes_in_one_piece_however_large() -> None:
    packed = zlib.compress(bytes(3_000_000))
    answer = httpx.Response(
        200, headers={"Content-Encoding": "deflate"}, stream=httpx.ByteStream(packed)
    )
    assert max(map(len, answer.iter_bytes())) == 3_000_000, ours(BOUNDS)


def test_m07_codings_are_undone_one_after_the_other() -> None:
    twice = zlib.compress(zlib.compress(bytes(1_000_000)))
    assert len(twice) < 1100
    answer = httpx.Response(
        200, headers={"Content-Encoding": "deflate, deflate"}, stream=httpx.ByteStream(twice)
    )
    assert len(answer.read()) == 1_000_000, ours(BOUNDS)


def test_m07_zlib_can_be_bounded() -> None:
    inflater = zlib.decompressobj()
    piece = inflater.decompress(zlib.compress(bytes(3_000_000)), 65536)
    assert len(piece) == 65536
    assert inflater.unconsumed_tail, "zlib keeps no rest: aggregator/web/body.py loses bytes"


def test_m08_connections_are_made_by_a_backend_that_can_be_given() -> None:
    assert "network_backend" in inspect.signature(httpcore.AsyncConnectionPool).parameters, (
        "aggregator/web/guard.py gives httpcore its own way to connect"
    )
    assert "network_backend" not in inspect.signature(httpx.AsyncHTTPTransport).parameters, ours(
        "aggregator/web/transport.py (httpx would take the backend itself now)"
    )
