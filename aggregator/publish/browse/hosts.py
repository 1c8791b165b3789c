"""Whom a server on loopback answers: requests that call it by a name of its own.

A web page anywhere can point its own name at 127.0.0.1 and then read, as one site with itself, what
a server there answers (DNS rebinding). Only the name in the Host header tells such a request from
the user's. An address in numbers belongs to no page but the server's own.
"""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from aggregator.publish.browse.asgi import Application, Message, Receive, Send, refuse

_MISDIRECTED: Final = 421
"""Misdirected Request (RFC 9110, section 15.5.20)."""
_NOT_HERE: Final = (
    "These pages are for this machine only, and the address names another.\n"
    "Behind a reverse proxy: set base_url in feeds.yaml to the address that people use."
)


def is_loopback(host: str) -> bool:
    """Return whether nobody but this machine reaches what listens on `host`."""
    address = _address(host)
    return _is_of_this_machine(host) if address is None else address.is_loopback


def is_own_name(host_header: str, names: frozenset[str]) -> bool:
    """Return whether a Host header may be answered where the server goes by `names`."""
    try:
        host = (urlsplit(f"//{host_header}").hostname or "").rstrip(".")
    except ValueError:
        return False
    return host in names or _is_of_this_machine(host) or _address(host) is not None


def with_own_names(application: Application, names: frozenset[str]) -> Application:
    """Return `application`, which answers only to `names` and those of every machine."""

    async def wrapped(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_own_name(_host_header(scope), names):
            await application(scope, receive, send)
        else:
            await refuse(send, _MISDIRECTED, _NOT_HERE)

    return wrapped


def _host_header(scope: Message) -> str:
    named = [value for name, value in scope.get("headers", []) if name.lower() == b"host"]
    # Without the header it is no browser; with two of them it is nothing that we trust.
    if not named:
        return "localhost"
    return str(named[0].decode("latin-1")) if len(named) == 1 else ""


def _is_of_this_machine(host: str) -> bool:
    # RFC 6761, section 6.3: names under localhost are loopback, always.
    return host == "localhost" or host.endswith(".localhost")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
