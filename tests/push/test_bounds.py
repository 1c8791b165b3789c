"""How much of bytes, time and room a stranger or a hostile hub can take at the callback."""

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.poll.subscription import Subscription
from aggregator.poll.websub import CallbackKeys
from aggregator.push.callback import BODIES_OF_A_FEED, HEADER_LIMIT, Callback
from aggregator.push.listener import CONNECTIONS, Listener
from aggregator.push.reception import Reception
from tests.push.stranger import Stranger, play, request
from tests.push.wiring import SECRET, Station, free_port, rss

FEED = rss("1 Ferry stopped")


def test_a_body_beyond_the_limit_is_refused_before_or_while_it_is_read(tmp_path: Path) -> None:
    async def scenario(desk: Station, stranger: Stranger, path: str) -> None:
        limit = desk.settings.feed_limit
        announced = request("POST", path, f"Content-Length: {limit + 1}")
        assert await stranger.status(announced) == 413
        absurd = request("POST", path, "Content-Length: 99999999999999999")
        assert await stranger.status(absurd) == 413
        chunk = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
        chunked = request("POST", path, "Transfer-Encoding: chunked")
        # What is not read any more may cost us the answer, too.
        assert await stranger.status(chunked, *[chunk] * 1000) in {413, None}
        assert desk.titles() == []
        assert desk.taken == []

    play(tmp_path, scenario)


def test_a_flood_of_headers_is_refused(tmp_path: Path) -> None:
    async def scenario(_: Station, stranger: Stranger, path: str) -> None:
        many = [f"X-{number}: {'y' * 20}" for number in range(HEADER_LIMIT // 20)]
        assert await stranger.status(request("POST", path, *many, body=b"")) in {400, 431, None}
        one = f"X: {'y' * HEADER_LIMIT}"
        assert await stranger.status(request("POST", path, one, body=b"")) in {400, 431, None}
        endless = [b"Y: " + b"z" * 1000 + b"\r\n"] * 1000
        start = f"POST {path} HTTP/1.1\r\n".encode()
        assert await stranger.status(start, *endless) in {400, None}

    play(tmp_path, scenario)


def test_a_flood_of_connections_is_bounded_and_passes(tmp_path: Path) -> None:
    async def scenario(_: Station, stranger: Stranger, path: str) -> None:
        silent = [
            await asyncio.open_connection("127.0.0.1", stranger.port)
            for number in range(CONNECTIONS + 20)
        ]
        await asyncio.sleep(0.3)
        readers, writers = zip(*silent, strict=True)
        closed = sum(reader.at_eof() or reader.exception() is not None for reader in readers)
        assert 20 <= closed <= 25
        assert await stranger.status(request("GET", path)) is None
        for writer in writers:
            writer.close()
        await asyncio.sleep(0.2)
        assert await stranger.status(request("GET", path)) == 404

    play(tmp_path, scenario)


def test_one_feed_cannot_take_all_the_room_for_bodies(tmp_path: Path) -> None:
    async def scenario(desk: Station, stranger: Stranger, path: str) -> None:
        may_store = asyncio.Event()
        desk.before_storing = may_store.wait
        key = await desk.key()
        secret = CallbackKeys(desk.prefix, SECRET).secret(key).encode()
        signature = hmac.new(secret, FEED, "sha256").hexdigest()
        push = request("POST", path, f"X-Hub-Signature: sha256={signature}", body=FEED)
        waiting = [asyncio.create_task(stranger.status(push)) for _ in range(BODIES_OF_A_FEED)]
        await asyncio.sleep(0.2)
        answer = await stranger.say(push)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 60\r\n" in answer
        may_store.set()
        assert await asyncio.gather(*waiting) == [202] * BODIES_OF_A_FEED

    play(tmp_path, scenario)


@asynccontextmanager
async def impatient(desk: Station) -> AsyncIterator[tuple[Stranger, str]]:
    """Listen a second time, with half a second for each request."""
    keys, key = CallbackKeys(desk.prefix, SECRET), await desk.key()
    reception = Reception(keys, desk.stored, desk.take_push, lambda: desk.now)
    reception.know([Subscription(key, next_request_at=desk.now)])
    listener = Listener(
        Callback(reception, 100_000), "127.0.0.1", port := free_port(),
        deadline=timedelta(seconds=0.5),
    )  # fmt: skip
    await listener.start()
    try:
        yield Stranger(port), f"/{keys.token(key)}"
    finally:
        await listener.stop()


@pytest.mark.parametrize("slow", ["silence", "head", "body", "trickle"])
def test_n07_a_slow_request_is_cut_off_at_the_deadline(tmp_path: Path, slow: str) -> None:
    async def scenario(desk: Station, _: Stranger, __: str) -> None:
        async with impatient(desk) as (stranger, path):
            head = request("POST", path, "Content-Length: 5000")
            pieces: dict[str, list[bytes | float]] = {
                "silence": [],
                "head": [piece for byte in head for piece in (bytes([byte]), 0.02)],
                "body": [head, b"a"],
                "trickle": [head, *[piece for _ in range(100) for piece in (b"a", 0.02)]],
            }
            assert await asyncio.wait_for(stranger.status(*pieces[slow]), 8) is None
            assert await stranger.status(request("GET", path)) == 404
        assert desk.taken == []

    play(tmp_path, scenario)


def test_a_server_with_open_connections_stops_within_seconds(tmp_path: Path) -> None:
    async def scenario(desk: Station, _: Stranger, __: str) -> None:
        async with impatient(desk) as (stranger, path):
            half = request("POST", path, "Content-Length: 5000")
            waiting = [asyncio.create_task(stranger.status(*p)) for p in ([], [half], [b"GET"])]
            await asyncio.sleep(0.1)
        assert await asyncio.wait_for(asyncio.gather(*waiting), 2) == [None] * 3

    play(tmp_path, scenario)
