"""The transport: httpx's seam over connections that the guard has opened.

The protocols are httpcore's. Its pool is not used: it looks at every connection twice for each
request, which hundreds of hosts make dear, and it opens connections by itself. Here a connection
serves one request after the other, and waits a few seconds for the next.
"""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from typing import Any, Final

import httpcore
import httpx

from aggregator.errors import FetchError, TooSlow
from aggregator.web.access import Proxy
from aggregator.web.guard import Guard
from aggregator.web.policy import HEADER_LIMIT, WebPolicy
from aggregator.web.stream import TcpStream, reason

Connection = httpcore.AsyncHTTP11Connection | httpcore.AsyncHTTP2Connection

_Key = tuple[bytes, bytes, int]
"""Scheme, host and port."""

# Their debug lines hold headers: addresses and logins that we send, and what a server repeats.
for _noisy in ("httpcore", "hpack"):
    logging.getLogger(_noisy).setLevel(logging.INFO)

# Apache closes idle connections after 5 s; asking on one at that very moment fails.
_KEEPALIVE_SECONDS: Final = 4.0


class BoundedHttp1(httpcore.AsyncHTTP11Connection):
    """HTTP/1.1 whose header block, and any other line, is bounded before it is whole."""

    READ_NUM_BYTES = 16 * 1024
    MAX_INCOMPLETE_EVENT_SIZE = HEADER_LIMIT


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends requests one way: to the publisher itself, or through `proxy`.

    `tls` says whom to trust about the publisher, `proxy_tls` about a proxy that speaks https.
    Cookies and the environment play no part.
    """

    def __init__(
        self,
        policy: WebPolicy,
        guard: Guard,
        tls: ssl.SSLContext,
        *,
        proxy: Proxy | None = None,
        proxy_tls: ssl.SSLContext | None = None,
    ) -> None:
        self._guard = guard
        self._tls = tls
        self._tls.set_alpn_protocols(["http/1.1", "h2"])
        self._proxy = proxy
        self._proxy_tls = proxy_tls
        self._seconds = policy.connect_timeout.total_seconds()
        self._idle = _IdleConnections(4 * policy.requests_in_flight)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; raises FetchError and httpcore's exceptions."""
        sent = httpcore.Request(
            request.method,
            self._address(request.url),
            headers=self._headers(request),
            content=request.stream,
        )
        origin = sent.url.origin
        key = (origin.scheme, origin.host, origin.port)
        connection = await self._idle.take(key) or await self._open(origin)
        try:
            answer = await connection.handle_async_request(sent)
        except BaseException:
            await connection.aclose()
            raise
        # Dropped before anything parses them: no cookie is kept, and none is sent back.
        headers = [pair for pair in answer.headers if pair[0].lower() != b"set-cookie"]
        body = _Body(answer, connection, key, self._idle)
        return httpx.Response(
            answer.status,
            headers=headers,
            stream=body,
            request=request,
            extensions=self._told_of(answer),
        )

    def _told_of(self, answer: httpcore.Response) -> dict[str, Any]:
        """Return what is known of an answer beside its headers, in httpx's and our own terms."""
        known = {
            name: value
            for name, value in answer.extensions.items()
            if name in {"http_version", "reason_phrase"}
        }
        stream = answer.extensions.get("network_stream")
        if stream is not None and self._proxy is None:
            place = stream.get_extra_info("peername")
            known["server"] = place[0] if place else None
        return known

    async def aclose(self) -> None:
        """Close every connection that waits for another request."""
        await self._idle.aclose()

    def _address(self, url: httpx.URL) -> httpcore.URL:
        port = url.port or (443 if url.scheme == "https" else 80)
        target = url.raw_path
        if self._proxy is not None and url.scheme == "http":
            # RFC 9112, section 3.2.2: a proxy is asked for the whole address.
            target = str(url.copy_with(fragment=None)).encode("ascii")
        return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=port, target=target)

    def _headers(self, request: httpx.Request) -> list[tuple[bytes, bytes]]:
        headers = request.headers.raw
        if self._proxy is None or self._proxy.authorization is None or request.url.scheme != "http":
            return headers
        return [*headers, (b"Proxy-Authorization", self._proxy.authorization)]

    async def _open(self, origin: httpcore.Origin) -> Connection:
        host = origin.host.decode("ascii")
        if self._proxy is None:
            stream = await self._guard.connect(host, origin.port)
        else:
            self._guard.check_behind_proxy(host, origin.port)
            stream = await self._open_to_proxy(self._proxy, origin)
        if origin.scheme != b"https":
            return BoundedHttp1(origin, stream, _KEEPALIVE_SECONDS)
        await self._begin_tls(stream, self._tls, host)
        ssl_object = stream.get_extra_info("ssl_object")
        if ssl_object.selected_alpn_protocol() == "h2":
            return httpcore.AsyncHTTP2Connection(origin, stream, _KEEPALIVE_SECONDS)
        return BoundedHttp1(origin, stream, _KEEPALIVE_SECONDS)

    async def _open_to_proxy(self, proxy: Proxy, origin: httpcore.Origin) -> TcpStream:
        stream = await self._guard.connect_to_proxy(proxy.host, proxy.port)
        if self._proxy_tls is not None:
            await self._begin_tls(stream, self._proxy_tls, proxy.host)
        if origin.scheme == b"https":
            try:
                async with asyncio.timeout(self._seconds):
                    await _open_tunnel(stream, proxy, origin)
            except TimeoutError:
                await stream.aclose()
                raise TooSlow(proxy.host, f"the proxy {proxy.host} was not ready in time") from None
            except BaseException:
                await stream.aclose()
                raise
        return stream

    async def _begin_tls(self, stream: TcpStream, tls: ssl.SSLContext, host: str) -> None:
        try:
            await stream.start_tls(tls, host, self._seconds)
        except TimeoutError:
            raise TooSlow(host, f"{host} was not ready in time") from None
        except OSError as error:
            raise FetchError(host, f"no answer from {host}: {reason(error)}") from error


async def _open_tunnel(stream: TcpStream, proxy: Proxy, origin: httpcore.Origin) -> None:
    """Have a proxy pass on all that follows (RFC 9110, section 9.3.6)."""
    host = b"[%b]" % origin.host if b":" in origin.host else origin.host
    place = b"%b:%d" % (host, origin.port)
    headers = [(b"Host", place)]
    if proxy.authorization is not None:
        headers.append((b"Proxy-Authorization", proxy.authorization))
    itself = httpcore.Origin(proxy.scheme.encode(), proxy.host.encode(), proxy.port)
    url = httpcore.URL(scheme=itself.scheme, host=itself.host, port=itself.port, target=place)
    answer = await BoundedHttp1(itself, stream).handle_async_request(
        httpcore.Request(b"CONNECT", url, headers=headers)
    )
    if not httpx.codes.is_success(answer.status):
        raise FetchError(proxy.host, f"the proxy {proxy.host} answers HTTP {answer.status}")


class _IdleConnections:
    """Connections that wait for another request, one for each origin, each for a few seconds.

    When there are many, no more are kept: were the oldest to make room, hosts asked in turn would
    each lose theirs just before it is needed again.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: dict[_Key, Connection] = {}

    async def take(self, key: _Key) -> Connection | None:
        """Return a connection that still stands."""
        await self._close_expired()
        connection = self._waiting.pop(key, None)
        if connection is not None and connection.has_expired():
            await connection.aclose()
            return None
        return connection

    async def put(self, key: _Key, connection: Connection) -> None:
        """Keep a connection after a request, or close it if it cannot serve another."""
        if not connection.is_idle():
            await connection.aclose()
            return
        other = self._waiting.pop(key, None)
        self._waiting[key] = connection
        if other is not None:
            await other.aclose()
        if len(self._waiting) > self._limit:
            await self._close_oldest()
        await self._close_expired()

    async def aclose(self) -> None:
        """Close all of them."""
        while self._waiting:
            await self._close_oldest()

    async def _close_expired(self) -> None:
        # They stand in the order in which they came.
        while self._waiting and next(iter(self._waiting.values())).has_expired():
            await self._close_oldest()

    async def _close_oldest(self) -> None:
        connection = self._waiting.pop(next(iter(self._waiting)))
        await connection.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(
        self,
        answer: httpcore.Response,
        connection: Connection,
        key: _Key,
        idle: _IdleConnections,
    ) -> None:
        self._answer = answer
        self._connection = connection
        self._key = key
        self._idle = idle
        self._is_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._answer.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        try:
            await self._answer.aclose()
        except BaseException:
            await self._connection.aclose()
            raise
        await self._idle.put(self._key, self._connection)
