"""A small proxy on loopback: passes on what it is asked for, to one server, whatever the name."""

import asyncio
import contextlib
import ssl
from base64 import b64encode
from dataclasses import dataclass, field

from tests.web.hostile_server import HostileServer
from tests.web.loopback import LoopbackServer

_BROKEN = (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError)


@dataclass
class ProxyServer(LoopbackServer):
    """Serves CONNECT and absolute-form requests; `heads` are those that it was sent.

    With `login` it refuses those who do not give it; `greeting` comes after the answer to CONNECT.
    """

    target: HostileServer
    address: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    login: str | None = None
    greeting: bytes = b""
    refuse_with: bytes = b"407 Proxy Authentication Required (hunter2)"
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def listening_tls(self) -> ssl.SSLContext | None:
        return self.tls

    @property
    def request_lines(self) -> list[bytes]:
        return [head.split(b"\r\n")[0] for head in self.heads]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(*_BROKEN):
                while await self._one_request(reader, writer):
                    pass
        finally:
            writer.transport.abort()

    async def _one_request(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head)
        if not self._is_welcome(head):
            writer.write(b"HTTP/1.1 " + self.refuse_with + b"\r\nContent-Length: 0\r\n\r\n")
        elif head.startswith(b"CONNECT "):
            await self._tunnel(reader, writer)
            return False
        else:
            await self._pass_on(head, writer)
        return True

    def _is_welcome(self, head: bytes) -> bool:
        expected = b"Basic " + b64encode((self.login or "").encode())
        return self.login is None or expected in head

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self.target.address, self.target.port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n" + self.greeting)
        self.keep(asyncio.ensure_future(_pipe(there, writer)))
        try:
            await _pipe(reader, back)
        finally:
            back.transport.abort()

    async def _pass_on(self, head: bytes, writer: asyncio.StreamWriter) -> None:
        method, url, rest = head.split(b" ", 2)
        path = b"/" + url.split(b"/", 3)[3]
        there, back = await asyncio.open_connection(self.target.address, self.target.port)
        # A proxy takes off what is meant for itself, and asks for one answer.
        kept = [line for line in rest.split(b"\r\n") if not line.lower().startswith(b"proxy-")]
        kept.insert(1, b"Connection: close")
        back.write(b" ".join([method, path, b"\r\n".join(kept)]))
        try:
            await _pass_answer(there, writer)
        finally:
            back.transport.abort()


async def _pass_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    writer.write(head + await reader.readexactly(length))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(*_BROKEN):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
