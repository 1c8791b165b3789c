"""One TCP connection as httpcore wants it, on asyncio's transports, with TLS begun when asked."""

import asyncio
import os
import socket
import ssl
from typing import Any, Final

import httpcore

_PIECE: Final = 16 * 1024
"""Bytes that are taken from the socket at once."""

_BUFFER: Final = 32 * 1024
"""Bytes that may lie unread before the sender is made to wait; one piece may come on top."""


class TcpStream(asyncio.BufferedProtocol, httpcore.AsyncNetworkStream):
    """What a server sends, to be read when we want to; what we send is small and goes at once.

    Beyond a buffer nothing is taken from the socket, so that no server sends faster than we read.
    """

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._piece = memoryview(bytearray(_PIECE))
        self._buffer = bytearray()
        self._waiter: asyncio.Future[None] | None = None
        self._is_paused = False
        self._has_ended = False
        self._failure: Exception | None = None

    @classmethod
    async def connect(cls, address: str, port: int) -> "TcpStream":
        """Return a connection to `address`, which is no name; raises OSError."""
        loop = asyncio.get_running_loop()
        _, stream = await loop.create_connection(cls, address, port)
        return stream

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport of the connection; asyncio's."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  # asyncio's
        """Return where the next piece goes; asyncio's."""
        return self._piece

    def buffer_updated(self, nbytes: int) -> None:
        """Keep the piece that has come; asyncio's."""
        self._buffer += self._piece[:nbytes]
        if len(self._buffer) > _BUFFER and not self._is_paused:
            self._is_paused = True
            self._open_transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        """Note that no more will come; asyncio's, which then closes."""
        self._has_ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection is gone; asyncio's."""
        self._has_ended = True
        self._failure = exc
        self._wake()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109  # httpcore's; our deadlines span more
        """Return what has come, at least one byte, b"" at the end; raises httpcore.ReadError."""
        while not self._buffer and not self._has_ended:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        if not self._buffer and self._failure is not None:
            raise httpcore.ReadError(reason(self._failure)) from self._failure
        data = bytes(self._buffer[:max_bytes])
        del self._buffer[:max_bytes]
        if self._is_paused and len(self._buffer) <= _BUFFER:
            self._is_paused = False
            self._open_transport.resume_reading()
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109  # httpcore's; our deadlines span more
        """Send a part of a request; raises httpcore.WriteError when nobody is there any more."""
        if self._has_ended:
            raise httpcore.WriteError("the server has closed the connection")
        self._open_transport.write(buffer)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's
    ) -> httpcore.AsyncNetworkStream:
        """Speak TLS from here on; raises TimeoutError and OSError, and closes then."""
        loop = asyncio.get_running_loop()
        if self._buffer:
            # What stood in the open would be read as if it had come encrypted.
            await self.aclose()
            raise ConnectionAbortedError("the server spoke before the TLS handshake")
        try:
            async with asyncio.timeout(timeout):
                transport = await loop.start_tls(
                    self._open_transport, self, ssl_context, server_hostname=server_hostname
                )
        except BaseException:
            await self.aclose()
            raise
        if transport is None:
            raise ConnectionResetError("the server hung up during the TLS handshake")
        self._transport = transport
        return self

    async def aclose(self) -> None:
        """Close without a farewell: a peer that does not answer one would keep us waiting."""
        self._open_transport.abort()
        # The socket is closed by the event loop in its next round.
        await asyncio.sleep(0)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  # httpcore's
        """Return what httpcore asks for; "is_readable" says that an idle connection is spent."""
        if info == "is_readable":
            return bool(self._buffer) or self._has_ended
        return self._open_transport.get_extra_info(info)

    @property
    def _open_transport(self) -> asyncio.Transport:
        assert self._transport is not None
        return self._transport

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        self._waiter = None


def reason(error: BaseException) -> str:
    """Return the innermost reason: the operating system's words rather than a library's."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    if not isinstance(error, OSError):
        return str(error) or type(error).__name__
    if isinstance(error, ssl.SSLError | socket.gaierror) or error.errno is None:
        return error.strerror or str(error) or type(error).__name__
    return os.strerror(error.errno)
