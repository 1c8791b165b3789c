"""Forms that Datasette's pages take: small ones, and only what it can read.

Datasette and its guard against forged forms read whatever comes into memory, and fail with 500 on
a token that is not ASCII.
"""

from typing import Final
from urllib.parse import parse_qsl

from aggregator.publish.browse.asgi import Message, Receive

FORM_LIMIT: Final = 64 * 1024
"""Bytes of a form. The longest of Datasette's own has some hundreds."""

_FORM: Final = b"application/x-www-form-urlencoded"
_PARTED: Final = b"multipart/form-data"
_TOKEN: Final = "csrftoken"  # noqa: S105 -- the name of the field
_SENSELESS: Final = "This form makes no sense"


class FormRefused(Exception):
    """A form that is not handed on: the status of the answer, and why in one line."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(status, line)
        self.status = status
        self.line = line


async def checked_form(scope: Message, receive: Receive) -> Receive:
    """Read the body of a request; return what gives it again. Raises FormRefused."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    kind = headers.get(b"content-type", b"")
    if kind.startswith(_PARTED):
        raise FormRefused(415, f"Forms are sent as {_FORM.decode()}")
    if not headers.get(b"x-csrftoken", b"").isascii():
        raise FormRefused(400, _SENSELESS)
    body = await form_body(receive, FORM_LIMIT)
    if kind.startswith(_FORM) and not _is_readable(body):
        raise FormRefused(400, _SENSELESS)
    return _giving(body, receive)


async def form_body(receive: Receive, limit: int) -> bytes:
    """Return a body of at most `limit` bytes; no more of it is read. Raises FormRefused."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise FormRefused(400, "The request ended before its form did")
        body += message.get("body", b"")
        if len(body) > limit:
            raise FormRefused(413, f"A form has at most {limit} bytes")
        more = message.get("more_body", False)
    return bytes(body)


def _is_readable(body: bytes) -> bool:
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except ValueError:
        return False
    return all(value.isascii() for name, value in fields if name == _TOKEN)


def _giving(body: bytes, receive: Receive) -> Receive:
    """Return what gives `body` once, and then what comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
