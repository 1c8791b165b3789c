"""The transport: resolves a name, checks every address of it, connects to a checked address.

This is the one place that opens connections to publishers. A name is looked up once for each
connection and the address that was judged is the address that is connected to, so that a name
which changes its mind in between (DNS rebinding) gains nothing.
"""

import asyncio
import contextlib
import ipaddress
import os
import socket
import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Final

import httpcore
import httpx

from aggregator.errors import AddressRefused, FetchError, TooSlow
from aggregator.web.addresses import refusal
from aggregator.web.policy import WebPolicy
from aggregator.web.resolver import Resolver

_ATTEMPTS: Final = 4
"""Addresses tried for one connection, each with its share of the time."""

# Apache closes idle connections after 5 s; asking on one at that very moment fails.
_KEEPALIVE_SECONDS: Final = 4.0


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens TCP connections to addresses that the policy allows, and nothing else."""

    def __init__(self, policy: WebPolicy, resolve: Resolver) -> None:
        self._policy = policy
        self._resolve = resolve
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to `host`; raises AddressRefused, TooSlow or FetchError."""
        seconds = self._policy.connect_timeout.total_seconds()
        seconds = seconds if timeout is None else min(seconds, timeout)
        try:
            async with asyncio.timeout(seconds) as limit:
                addresses = await self._allowed_addresses(host, port)
                return await self._first_connection(
                    addresses, port, limit, local_address, socket_options
                )
        except (TimeoutError, httpcore.ConnectTimeout):
            raise TooSlow(host, f"no connection to {host} within {seconds:g} s") from None
        except (OSError, httpcore.ConnectError) as error:
            raise FetchError(host, f"cannot connect to {host}: {_reason(error)}") from error

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109  # httpcore's
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002  # httpcore's
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: there is nothing for us behind a local socket."""
        raise AddressRefused(path, "local sockets are not contacted")

    async def sleep(self, seconds: float) -> None:
        """Wait between httpcore's own attempts, of which we allow none."""
        await asyncio.sleep(seconds)

    async def _allowed_addresses(self, host: str, port: int) -> Sequence[str]:
        if port not in self._policy.allowed_ports:
            raise AddressRefused(host, f"port {port} of {host} is not among the allowed ports")
        addresses = await self._addresses_of(host, port)
        if not addresses:
            raise FetchError(host, f"cannot connect to {host}: it has no address")
        for address in addresses:
            reason = refusal(address, self._policy.allowed_networks)
            if reason is not None:
                shown = address if address == host else f"{address} (of {host})"
                raise AddressRefused(host, f"{shown} {reason}")
        return list(dict.fromkeys(addresses))[:_ATTEMPTS]

    async def _addresses_of(self, host: str, port: int) -> Sequence[str]:
        name = host.lower().rstrip(".")
        with contextlib.suppress(ValueError):
            return [str(ipaddress.ip_address(name))]
        if name == "localhost" or name.endswith(".localhost"):
            # RFC 6761, section 6.3: such names are loopback, whatever a name server says.
            return ["127.0.0.1"]
        return await self._resolve(host, port)

    async def _first_connection(
        self,
        addresses: Sequence[str],
        port: int,
        limit: asyncio.Timeout,
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> httpcore.AsyncNetworkStream:
        clock = asyncio.get_running_loop().time
        for position, address in enumerate(addresses):
            left = max((limit.when() or clock()) - clock(), 0.0)
            share = left / (len(addresses) - position)
            try:
                stream = await self._sockets.connect_tcp(
                    address, port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _PlainStream(stream)
        raise failure


class _PlainStream(httpcore.AsyncNetworkStream):
    """A connection before TLS, which a handshake cut short by a deadline does not leave open."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # httpcore's
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  # httpcore's
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's
    ) -> httpcore.AsyncNetworkStream:
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            # httpcore closes after errors, but not after a cancellation.
            await self._stream.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  # httpcore's
        return self._stream.get_extra_info(info)


def _reason(error: BaseException) -> str:
    """Return the innermost reason: the operating system's words rather than a library's."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    if not isinstance(error, OSError):
        return str(error)
    if error.errno is None or isinstance(error, socket.gaierror):
        return error.strerror or str(error)
    return os.strerror(error.errno)


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx over a guarded connection pool; proxies, cookies and the environment play no part."""

    def __init__(self, policy: WebPolicy, resolve: Resolver, ssl_context: ssl.SSLContext) -> None:
        self._connect_timeout = policy.connect_timeout.total_seconds()
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context,
            # Requests in flight are bounded by our own turns; here only idle connections are.
            max_connections=None,
            max_keepalive_connections=4 * policy.requests_in_flight,
            keepalive_expiry=_KEEPALIVE_SECONDS,
            http1=True,
            http2=True,
            network_backend=GuardedBackend(policy, resolve),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; raises FetchError and httpcore's exceptions."""
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions={"timeout": {"connect": self._connect_timeout}},
            )
        )
        # Dropped before anything parses them: no cookie is kept, and none is sent.
        headers = [(name, value) for name, value in answer.headers if name.lower() != b"set-cookie"]
        return httpx.Response(
            status_code=answer.status,
            headers=headers,
            stream=_BodyStream(answer),
            request=request,
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _BodyStream(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._answer.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        await self._answer.aclose()
