"""The transports, one for each way out: direct or through a proxy, and whom to trust on it."""

import ssl

import httpx

from aggregator.errors import AccessUnusable
from aggregator.web.access import WayOut
from aggregator.web.guard import Guard
from aggregator.web.policy import WebPolicy
from aggregator.web.stream import reason
from aggregator.web.transport import GuardedTransport


class Transports:
    """Makes each transport when it is first needed; `tls` are the authorities by default."""

    def __init__(self, policy: WebPolicy, guard: Guard, tls: ssl.SSLContext | None) -> None:
        self._policy = policy
        self._guard = guard
        self._tls = tls or _public_authorities()
        self._made: dict[WayOut, GuardedTransport] = {}

    def of(self, url: str, way: WayOut) -> GuardedTransport:
        """Return the transport for `way`; raises AccessUnusable, about `url`."""
        transport = self._made.get(way)
        if transport is None:
            transport = self._made[way] = self._make(url, way)
        return transport

    async def aclose(self) -> None:
        """Close every connection."""
        for transport in self._made.values():
            await transport.aclose()

    def _make(self, url: str, way: WayOut) -> GuardedTransport:
        return GuardedTransport(
            self._policy,
            self._guard,
            self._tls if way.trusted_certificates is None else _trusting(url, way),
            proxy=way.proxy,
            # Not the publishers' context: no proxy is to choose HTTP/2 for itself.
            proxy_tls=_trusting(url, way) if way.proxy and way.proxy.scheme == "https" else None,
        )


def _public_authorities() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _trusting(url: str, way: WayOut) -> ssl.SSLContext:
    context = _public_authorities()
    file = way.trusted_certificates
    if file is not None:
        try:
            context.load_verify_locations(cafile=file)
        except OSError as error:
            is_read = isinstance(error, ssl.SSLError)
            why = "it holds no certificate in PEM format" if is_read else reason(error)
            raise AccessUnusable(
                url, f"trusted_certificates {file} cannot be used: {why}"
            ) from error
    return context
