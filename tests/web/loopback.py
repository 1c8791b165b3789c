"""What every server on loopback of the tests has in common: it listens, and ends what it serves."""

import asyncio
import ssl
from types import TracebackType
from typing import Self


class LoopbackServer:
    """Listens as long as its context lasts; a subclass says in `serve` what becomes of a client.

    `address` and `port` (0 for any that is free) are read when it begins; `connections` counts.
    """

    address: str
    port: int
    connections: int

    async def __aenter__(self) -> Self:
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(
            self._connected, self.address, self.port, ssl=self.listening_tls()
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def listening_tls(self) -> ssl.SSLContext | None:
        """Return the certificate with which connections begin, None for plain ones."""
        raise NotImplementedError

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection to its end."""
        raise NotImplementedError

    def keep(self, task: asyncio.Task[None]) -> None:
        """Let a task end with the server at the latest."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.keep(asyncio.ensure_future(self.serve(reader, writer)))
