"""What ASGI hands around, and how the layers about Datasette answer by themselves."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

Message = MutableMapping[str, Any]
Header = tuple[bytes, bytes]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Awaitable[None]]


async def refuse(send: Send, status: int, text: str, headers: Sequence[Header] = ()) -> None:
    """Answer with a status and the reason for it, in plain text."""
    body = f"{text}\n".encode()
    own = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
    ]
    await send({"type": "http.response.start", "status": status, "headers": [*own, *headers]})
    await send({"type": "http.response.body", "body": body})


def path_below(prefix: str, scope: Message) -> str:
    """Return the path that is asked for, as it is where nothing stands before it."""
    path = str(scope["path"])
    return f"/{path.removeprefix(prefix)}" if path.startswith(prefix) else path
