"""A stranger who speaks to the callback byte by byte."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from tests.push.hub import Hub
from tests.push.wiring import TOPIC, Station, rss, run, station


class Stranger:
    """Speaks to the callback byte by byte."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def say(self, *pieces: bytes | float) -> bytes:
        """Send bytes and wait seconds; return all that comes back until the connection ends."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            with contextlib.suppress(ConnectionError):
                for piece in pieces:
                    if isinstance(piece, bytes):
                        writer.write(piece)
                        await writer.drain()
                    else:
                        await asyncio.sleep(piece)
            return await self._rest(reader)
        finally:
            writer.close()

    async def _rest(self, reader: asyncio.StreamReader) -> bytes:
        got = bytearray()
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(65_536):
                got += piece
        return bytes(got)

    async def status(self, *pieces: bytes | float) -> int | None:
        """Return the status of the answer, None when the connection was just closed."""
        answer = await self.say(*pieces)
        return int(answer.split(b" ", 2)[1]) if answer else None


def request(method: str, path: str, *headers: str, body: bytes | None = None) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: news.example", *headers]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")


Scenario = Callable[[Station, Stranger, str], Awaitable[None]]


def play(folder: Path, scenario: Scenario) -> None:
    """Subscribe a feed; call `scenario` with the callback's path; then a push must come in."""

    async def work() -> None:
        async with Hub() as hub, station(folder) as desk:
            await desk.announce(hub.url)
            await desk.tick()
            await hub.settle()
            (held,) = hub.held.values()
            await scenario(desk, Stranger(desk.port), urlsplit(held.callback).path)
            assert await hub.publish(TOPIC, rss("9 Still here")) == [202]
            assert desk.titles()[-1] == "Still here"

    run(work)
