"""Names to addresses, as the operating system knows them."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Sequence
from threading import Thread

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port in, addresses as text out; raises OSError when the name has none."""


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """Return the addresses that the operating system knows for `host`.

    Each look-up has a daemon thread of its own: a name server that does not answer neither
    occupies the event loop's few shared threads nor delays the end of the program.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Sequence[str]] = loop.create_future()

    def settle(addresses: Sequence[str], error: OSError | None) -> None:
        if answer.done():
            return
        if error is None:
            answer.set_result(addresses)
        else:
            answer.set_exception(error)

    def look_up() -> None:
        addresses: list[str] = []
        failure: OSError | None = None
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = [str(entry[4][0]) for entry in found]
        except OSError as error:
            failure = error
        except UnicodeError:
            failure = OSError("not a name that DNS can hold")
        # The loop may have ended while the name server kept us waiting.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, addresses, failure)

    Thread(target=look_up, name=f"resolve {host}", daemon=True).start()
    return await answer
