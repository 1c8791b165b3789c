"""What the door to the network allows: addresses, bytes, time and rate, in one frozen table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from aggregator.model import FetchKind
from aggregator.version import __version__

PRODUCT: Final = "ConflictNewsAggregator"
"""The name by which robots.txt files address us (RFC 9309, section 2.2.1)."""

_MEBIBYTE: Final = 1024 * 1024
BODY_LIMITS: Final[Mapping[FetchKind, int]] = MappingProxyType(
    {
        FetchKind.FEED: 10 * _MEBIBYTE,
        FetchKind.PAGE: 5 * _MEBIBYTE,
        # RFC 9309, section 2.5: at least 500 KiB of a robots.txt are to be read.
        FetchKind.ROBOTS: 512 * 1024,
        FetchKind.HUB: 64 * 1024,
        FetchKind.HOOK: 64 * 1024,
    }
)
"""Bytes of a body, before and after decompression, for each kind of request."""

HEADER_LIMIT: Final = 64 * 1024
"""Bytes of the header block of an answer."""


def user_agent(contact: str | None) -> str:
    """Return who we say we are: name, version and, where given, how to reach the operator."""
    name = f"{PRODUCT}/{__version__}"
    # A header is one line of ASCII; an internationalised contact is percent-encoded.
    reachable = quote("".join((contact or "").split()), safe="%/:=&?~#+!$,;'@*[]")
    return f"{name} (+{reachable})" if reachable else name


@dataclass(frozen=True, slots=True)
class WebPolicy:
    """The bounds of every request; tests may lower them, but nothing switches a guard off.

    `allowed_networks` may be contacted although they are not public (a newsroom on loopback, a
    feed in one's own network). `limits` are bytes of body, `deadline` is for a whole chain of
    redirects without waiting for its turns, `connect_timeout` for DNS and TCP, and again for TLS.
    `host_gap` is the least time between two starts on one registrable domain. At most
    `requests_in_flight` move at once, and at most `connections` are open (see `places`).
    `proxy` is the address of the one hop that may be private, with its secrets as `${NAME}`.
    """

    user_agent: str
    allowed_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    allowed_ports: tuple[int, ...] = (80, 443)
    limits: Mapping[FetchKind, int] = field(default_factory=lambda: BODY_LIMITS)
    deadline: timedelta = timedelta(seconds=60)
    connect_timeout: timedelta = timedelta(seconds=10)
    redirect_limit: int = 5
    host_gap: timedelta = timedelta(seconds=2)
    requests_in_flight: int = 10
    connections: int = 300
    proxy: str | None = None

    def __post_init__(self) -> None:
        """Refuse a user agent that is empty or no header; raises ValueError."""
        if not (self.user_agent.strip() and self.user_agent.isascii()):
            raise ValueError("the user agent must be ASCII and must not be empty")
