"""The callback as an ASGI application: what hubs may send, and how much of it.

Whatever is wrong is answered with a bare status: nobody learns from it what is here.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Protocol

from aggregator.poll.subscription import Subscription, SubscriptionKey, SubscriptionState
from aggregator.poll.websub import Intent, read_intent

HEADER_LIMIT: Final = 16 * 1024
"""Bytes of a request's headers, as hubs send some hundreds."""

BODIES_AT_ONCE: Final = 8
BODIES_OF_A_FEED: Final = 2
"""Bodies that are read and stored at the same moment, for they are held in memory."""

_AGAIN: Final = (b"retry-after", b"60")
"""Tells a hub to push later what there was no room for."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Push:
    """A body as it was pushed to us: **hostile bytes**, bounded in size, not yet verified."""

    body: bytes
    content_type: str | None
    signatures: tuple[str, ...]


class Subscriber(Protocol):
    """Who knows the subscriptions behind the callback's addresses."""

    def find(self, token: str) -> Subscription | None:
        """Return the subscription whose callback ends in `token`."""

    async def answer(self, key: SubscriptionKey, intent: Intent) -> str | None:
        """Return what a hub's intent is answered, None when it is none of ours."""

    async def take(self, key: SubscriptionKey, push: Push) -> bool:
        """Store what was pushed; return False when the hub should push it again later."""


class Refused(Exception):
    """A request that is answered with a status and nothing else."""

    def __init__(self, status: HTTPStatus, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers


class Callback:
    """The application. `body_limit` is the size in bytes of the largest push."""

    def __init__(self, subscriber: Subscriber, body_limit: int) -> None:
        self._subscriber = subscriber
        self._body_limit = body_limit
        self._bodies: Counter[str] = Counter()

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            body = await self._answered(scope, receive)
        except Refused as refused:
            await _send(send, refused.status, b"", *refused.headers)
        except ConnectionError:
            return
        except asyncio.CancelledError:
            # The daemon stops, and this is the end of the task; what is not stored comes again.
            await _send(send, HTTPStatus.SERVICE_UNAVAILABLE, b"", _AGAIN)
        else:
            status = HTTPStatus.ACCEPTED if scope["method"] == "POST" else HTTPStatus.OK
            await _send(send, status, body)

    async def _answered(self, scope: Mapping[str, Any], receive: Receive) -> bytes:
        headers: Sequence[tuple[bytes, bytes]] = scope["headers"]
        if sum(len(name) + len(value) for name, value in headers) > HEADER_LIMIT:
            raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if scope["method"] not in {"GET", "POST"}:
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, (b"allow", b"GET, POST"))
        # The web server before us may keep the path of the public address or cut it off.
        subscription = self._subscriber.find(scope["path"].rpartition("/")[2])
        if subscription is None:
            raise Refused(HTTPStatus.NOT_FOUND)
        if scope["method"] == "GET":
            return await self._intent(subscription.key, scope["query_string"])
        if subscription.state is SubscriptionState.LEAVING:
            raise Refused(HTTPStatus.GONE)
        await self._push(subscription.key, headers, receive)
        return b""

    async def _intent(self, key: SubscriptionKey, query: bytes) -> bytes:
        intent = read_intent(query)
        answer = None if intent is None else await self._subscriber.answer(key, intent)
        if answer is None:
            raise Refused(HTTPStatus.NOT_FOUND)
        return answer.encode()

    async def _push(
        self, key: SubscriptionKey, headers: Sequence[tuple[bytes, bytes]], receive: Receive
    ) -> None:
        if _values(headers, b"content-encoding"):
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        lengths = _values(headers, b"content-length")
        # The server below has made sure that it is a number.
        if lengths and int(lengths[0]) > self._body_limit:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        with self._room(key.feed_id):
            push = Push(
                body=await self._body(receive),
                content_type=next(iter(_values(headers, b"content-type")), None),
                signatures=_values(headers, b"x-hub-signature"),
            )
            if not await self._subscriber.take(key, push):
                raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, _AGAIN)

    @contextmanager
    def _room(self, feed_id: str) -> Iterator[None]:
        if self._bodies[feed_id] >= BODIES_OF_A_FEED or self._bodies.total() >= BODIES_AT_ONCE:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, _AGAIN)
        self._bodies[feed_id] += 1
        try:
            yield
        finally:
            self._bodies[feed_id] -= 1

    async def _body(self, receive: Receive) -> bytes:
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ConnectionAbortedError
            body += message.get("body", b"")
            if len(body) > self._body_limit:
                raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            if not message.get("more_body", False):
                return bytes(body)


def _values(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> tuple[str, ...]:
    return tuple(value.decode("latin-1") for known, value in headers if known == name)


async def _send(send: Send, status: HTTPStatus, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    # Each connection bears one request, so that the time of one is the time of the other.
    own = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": [*own, *headers]})
    await send({"type": "http.response.body", "body": body})
