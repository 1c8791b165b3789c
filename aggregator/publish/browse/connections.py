"""Connections on which nobody asks anything are not kept: uvicorn itself waits for ever.

A few hundred of them use up the files that a process may open. Then nobody is answered any more,
and each attempt is a traceback in the log.
"""

import asyncio
from datetime import timedelta
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

CONNECTIONS: Final = 500
"""At the same moment; more are closed at once."""
PATIENCE: Final = timedelta(seconds=30)
"""A request that is not whole after this, and once more the same, is not waited for."""


def patient_protocol(
    patience: timedelta = PATIENCE, connections: int = CONNECTIONS
) -> type[H11Protocol]:
    """Return uvicorn's HTTP/1.1, which waits for a request no longer than twice `patience`.

    An answer may take as long as its client does.
    """

    class PatientProtocol(H11Protocol):
        """HTTP/1.1 on a connection that is closed where no request comes."""

        _next_look: asyncio.TimerHandle | None = None

        def connection_made(
            self,
            transport: asyncio.Transport,  # type: ignore[override]  # as every TCP server gets it
        ) -> None:
            super().connection_made(transport)
            if len(self.connections) > connections:
                transport.abort()
                return
            self._look_later(None)

        def connection_lost(self, error: Exception | None) -> None:
            if self._next_look is not None:
                self._next_look.cancel()
            super().connection_lost(error)

        def _asked(self) -> RequestResponseCycle | None:
            return self.cycle

        def _look_later(self, waited_after: object) -> None:
            self._next_look = self.loop.call_later(
                patience.total_seconds(), self._look, waited_after
            )

        def _look(self, waited_after: object) -> None:
            """Close the connection where the last look saw it wait for the same request."""
            asked = self._asked()
            is_waiting = asked is None or asked.response_complete or asked.more_body
            # What stands for a request that has not begun is the one before it, or nothing.
            seen = self if asked is None else asked
            if is_waiting and seen is waited_after:
                self.transport.abort()
            else:
                self._look_later(seen if is_waiting else None)

    return PatientProtocol
