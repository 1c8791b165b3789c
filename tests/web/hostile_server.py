"""A loopback server that sends exactly what a script says: bytes, pauses, a hang-up, or no end."""

import asyncio
import contextlib
import ssl
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from tests.web.loopback import LoopbackServer

HANG_UP: Final = None
"""In a script: close the connection here."""

Script = Iterable[bytes | float | None]


@dataclass(frozen=True, slots=True)
class Hit:
    """One request as it arrived, with a body where it announces one."""

    path: str
    host: str
    head: bytes
    body: bytes = b""

    def header(self, name: str) -> bytes | None:
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.lower() == name.lower().encode():
                return value.strip()
        return None


Route = Script | Callable[[Hit], Script]


def answer(
    body: bytes = b"", *headers: bytes | str, status: str = "200 OK", close: bool = False
) -> Script:
    """Return the script of a correct answer."""
    lines = [header if isinstance(header, bytes) else header.encode() for header in headers]
    lines.append(b"Content-Length: %d" % len(body))
    if close:
        lines.append(b"Connection: close")
    head = b"\r\n".join([b"HTTP/1.1 " + status.encode(), *lines])
    script: tuple[bytes | float | None, ...] = (head + b"\r\n\r\n" + body,)
    return (*script, HANG_UP) if close else script


def redirect(location: bytes | str, status: str = "302 Found") -> Script:
    """Return the script of a redirect."""
    target = location if isinstance(location, bytes) else location.encode()
    return answer(b"", b"Location: " + target, status=status)


NOT_FOUND: Final = tuple(answer(b"", status="404 Not Found"))


@dataclass
class HostileServer(LoopbackServer):
    """Serves `routes` by path on one loopback address; what it does not know is 404."""

    routes: dict[str, Route] = field(default_factory=dict)
    address: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    hits: list[Hit] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    in_flight: Counter[str] = field(default_factory=Counter)
    peak_of_host: int = 0
    peak: int = 0

    def listening_tls(self) -> ssl.SSLContext | None:
        return self.tls

    def url(self, path: str, host: str | None = None, scheme: str = "http") -> str:
        return f"{scheme}://{host or self.address}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [hit.path for hit in self.hits]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._one_request(reader, writer):
                    pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    async def _one_request(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        hit = Hit(path=head.split(b" ", 2)[1].decode(), host="", head=head)
        host = (hit.header("host") or b"").decode()
        length = int(hit.header("content-length") or 0)
        hit = Hit(hit.path, host, head, await reader.readexactly(length))
        self.hits.append(hit)
        route = self.routes.get(hit.path, NOT_FOUND)
        self.in_flight[host] += 1
        self.peak_of_host = max(self.peak_of_host, self.in_flight[host])
        self.peak = max(self.peak, self.in_flight.total())
        try:
            for step in route(hit) if callable(route) else route:
                if step is None:
                    return False
                if isinstance(step, bytes):
                    writer.write(step)
                    await writer.drain()
                else:
                    await asyncio.sleep(step)
        finally:
            self.in_flight[host] -= 1
        return True
