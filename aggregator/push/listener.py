"""The callback's server inside the daemon's event loop: few connections, each of a bounded time."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from aggregator.push.callback import HEADER_LIMIT, Callback

CONNECTIONS: Final = 64
"""At the same moment; more are closed at once."""

DEADLINE: Final = timedelta(seconds=30)
"""From the first to the last byte of a request: what is slower is cut off."""

_STOP_SECONDS: Final = 3
_GRACE_SECONDS: Final = 1


class Listener:
    """Serves one application on one address until it is stopped."""

    def __init__(
        self, app: Callback, host: str, port: int, *, deadline: timedelta = DEADLINE
    ) -> None:
        self._app = app
        self._host = host
        self._port = port
        self._deadline = deadline
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        """Whether it serves."""
        return self._task is not None and not self._task.done()

    async def start(self) -> None:
        """Begin to serve; raises OSError when the address cannot be had."""
        # Bound here, for uvicorn ends the whole process where it cannot bind.
        listening = await _bound(self._host, self._port)
        config = uvicorn.Config(
            self._app,
            http=_bounded_protocol(self._deadline),
            ws="none",
            lifespan="off",
            interface="asgi3",
            # Strangers' nonsense is not worth a line each.
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            h11_max_incomplete_event_size=HEADER_LIMIT,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve([listening]), name="websub listener")

    async def stop(self) -> None:
        """Close the door: what is being stored is waited for a second, nothing else is."""
        if self._server is None or self._task is None:
            return
        self._server.should_exit = True
        done, _ = await asyncio.wait({self._task}, timeout=_STOP_SECONDS)
        if not done:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=_STOP_SECONDS)
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()


class _Server(uvicorn.Server):
    """A server that leaves signals to the daemon."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _bounded_protocol(deadline: timedelta) -> type[asyncio.Protocol]:
    class BoundedProtocol(H11Protocol):
        """HTTP/1.1 on a connection that lives no longer than the deadline.

        uvicorn itself waits for ever for the first request and for its end.
        """

        _end: asyncio.TimerHandle | None = None

        def connection_made(
            self,
            transport: asyncio.Transport,  # type: ignore[override]  # as every TCP server gets it
        ) -> None:
            super().connection_made(transport)
            if len(self.connections) > CONNECTIONS:
                transport.abort()
                return
            self._end = self.loop.call_later(deadline.total_seconds(), transport.abort)

        def connection_lost(self, error: Exception | None) -> None:
            if self._end is not None:
                self._end.cancel()
            super().connection_lost(error)

    return BoundedProtocol


async def _bound(host: str, port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = found[0]
    return socket.create_server(address[:2], family=family, backlog=CONNECTIONS)
