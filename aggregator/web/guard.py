"""The guard: resolves a name, checks every address of it, connects to a checked address.

This is the one place that opens connections. A name is looked up once for each connection and the
address that was judged is the address that is connected to, so that a name which changes its mind
in between (DNS rebinding) gains nothing.
"""

import asyncio
import contextlib
import re
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final

from aggregator.errors import AddressRefused, FetchError, TooSlow
from aggregator.web.addresses import refusal
from aggregator.web.policy import WebPolicy
from aggregator.web.resolver import Resolver
from aggregator.web.stream import TcpStream, reason

_ATTEMPTS: Final = 4
"""Addresses tried for one connection, each with its share of the time."""

# RFC 6761, section 6.3: such names are loopback, whatever a name server says.
_LOCALHOST: Final = re.compile(r"(?:.+\.)?localhost")
# Resolvers take these for IPv4 addresses, however they are written (inet_aton).
_ENDS_IN_A_NUMBER: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")


_CANNOT: Final = "cannot connect to"
_NONE: Final = "no connection to"
NO_CONNECTION: Final = (_CANNOT, _NONE)
"""With which words an error begins when no server was reached."""


class Guard:
    """Opens TCP connections to addresses that the policy allows, and nothing else."""

    def __init__(self, policy: WebPolicy, resolve: Resolver) -> None:
        self._policy = policy
        self._resolve = resolve
        self._seconds = policy.connect_timeout.total_seconds()

    async def connect(self, host: str, port: int) -> TcpStream:
        """Connect to a publisher; raises AddressRefused, TooSlow or FetchError."""
        self._check_port(host, port)
        return await self._connect(host, port, host)

    async def connect_to_proxy(self, host: str, port: int) -> TcpStream:
        """Connect to a proxy of the settings, which may be private; raises as `connect` does."""
        return await self._connect(host, port, f"the proxy {host}", is_trusted=True)

    def check_behind_proxy(self, host: str, port: int) -> None:
        """Raise AddressRefused for what a proxy is not to be asked for.

        The proxy resolves the names; what is judged here is what needs no resolving.
        """
        self._check_port(host, port)
        name = _bare(host)
        known = _known_address(name)
        if known is not None:
            self._check_address(host, known)
        elif _ENDS_IN_A_NUMBER.fullmatch(name):
            raise AddressRefused(host, f"{host} is an address in disguise")

    def _check_port(self, host: str, port: int) -> None:
        if port not in self._policy.allowed_ports:
            raise AddressRefused(host, f"port {port} of {host} is not among the allowed ports")

    def _check_address(self, host: str, address: str) -> None:
        why = refusal(address, self._policy.allowed_networks)
        if why is not None:
            shown = address if address == host else f"{address} (of {host})"
            raise AddressRefused(host, f"{shown} {why}")

    async def _connect(
        self, host: str, port: int, shown: str, *, is_trusted: bool = False
    ) -> TcpStream:
        try:
            async with asyncio.timeout(self._seconds) as limit:
                addresses = await self._addresses_of(host, port)
                if not addresses:
                    raise FetchError(host, f"{_CANNOT} {shown}: it has no address")
                if not is_trusted:
                    for address in addresses:
                        self._check_address(host, address)
                return await _first_connection(addresses, port, limit)
        except TimeoutError:
            raise TooSlow(host, f"{_NONE} {shown} within {self._seconds:g} s") from None
        except OSError as error:
            raise FetchError(host, f"{_CANNOT} {shown}: {reason(error)}") from error

    async def _addresses_of(self, host: str, port: int) -> Sequence[str]:
        known = _known_address(_bare(host))
        return [known] if known is not None else await self._resolve(host, port)


def _bare(host: str) -> str:
    return host.lower().rstrip(".")


def _known_address(name: str) -> str | None:
    """Return the address that a host is, or means by convention, else None."""
    with contextlib.suppress(ValueError):
        return str(ip_address(name))
    return "127.0.0.1" if _LOCALHOST.fullmatch(name) else None


async def _first_connection(
    addresses: Sequence[str], port: int, limit: asyncio.Timeout
) -> TcpStream:
    clock = asyncio.get_running_loop().time
    distinct = list(dict.fromkeys(addresses))[:_ATTEMPTS]
    for position, address in enumerate(distinct[:-1]):
        left = max((limit.when() or clock()) - clock(), 0.0)
        with contextlib.suppress(OSError):  # TimeoutError is one
            async with asyncio.timeout(left / (len(distinct) - position)):
                return await TcpStream.connect(address, port)
    return await TcpStream.connect(distinct[-1], port)
