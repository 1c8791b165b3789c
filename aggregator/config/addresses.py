"""Kinds of values that name a place: web addresses, hosts, networks, files, a contact."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Final

from aggregator.config.document import Node, ProblemsFound, Scalar, problem_at
from aggregator.config.kinds import Kind, of_text
from aggregator.model import HttpUrl
from aggregator.text.urls import http_url

_HOST_NAME: Final = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)*")
_MAILBOX: Final = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_CREDENTIALS: Final = re.compile(r"(?:[^/?#]*[/\\]{2})?[^/?#\\]*@")
_CONTACT_LIMIT: Final = 200
# The widest networks that are private: 10.0.0.0/8 and fc00::/7 (RFC 1918, RFC 4193).
_SHORTEST_PREFIX: Final = {4: 8, 6: 7}


def url() -> Kind[HttpUrl]:
    """Return the kind of an absolute http or https address without credentials."""

    def convert(raw: str) -> HttpUrl:
        address = http_url(raw)
        if address is None:
            near = http_url(f"https://{raw}") if "." in raw and "://" not in raw else None
            raise ValueError(f"write {near}" if near else "")
        return address

    address_kind = of_text("an http or https address", convert)

    def read(node: Node) -> HttpUrl:
        if isinstance(node, Scalar) and _CREDENTIALS.match(node.text):
            message = (
                "must hold no user name or password, because addresses are stored and published:"
                " remove all from // to @"
            )
            raise ProblemsFound(problem_at(node, message))
        return address_kind.read(node)

    return Kind(address_kind.wanted, read)


def address_prefix() -> Kind[HttpUrl]:
    """Return the kind of an address to which names are appended; it ends with a slash."""

    def convert(raw: str) -> HttpUrl:
        address = http_url(raw)
        if address is None or "?" in address or "#" in address:
            raise ValueError("write it without a query, such as https://news.example.org/websub/")
        return HttpUrl(address if address.endswith("/") else f"{address}/")

    return of_text("an http or https address", convert)


def host() -> Kind[str]:
    """Return the kind of an address or name of this machine to listen on."""

    def convert(raw: str) -> str:
        try:
            return str(ip_address(raw))
        except ValueError:
            # What is all figures and dots is an address gone wrong, not a name.
            if not _HOST_NAME.fullmatch(raw.lower()) or re.fullmatch(r"[0-9.]+", raw):
                raise ValueError from None
            return raw.lower()

    return of_text("a host name or IP address, such as 127.0.0.1", convert)


def network() -> Kind[IPv4Network | IPv6Network]:
    """Return the kind of a network of addresses; there is no way to write "all of them"."""

    def convert(raw: str) -> IPv4Network | IPv6Network:
        try:
            widened = ip_network(raw, strict=False)
        except ValueError:
            raise ValueError from None
        shortest = _SHORTEST_PREFIX[widened.version]
        if widened.prefixlen < shortest:
            raise ValueError(f"no private network is wider than /{shortest}")
        if ip_address(raw.partition("/")[0]) != widened.network_address:
            raise ValueError(f"write {widened}")
        return widened

    return of_text("a network such as 192.168.1.0/24 or fd00::/8", convert)


def file_path() -> Kind[Path]:
    """Return the kind of the path of a file; "~" at its start is the home folder."""

    def convert(raw: str) -> Path:
        if not raw.strip() or not raw.isprintable() or raw.endswith(("/", "\\")):
            raise ValueError
        try:
            return Path(raw).expanduser()
        except RuntimeError:
            raise ValueError("no home folder is known for it") from None

    return of_text("the path of a file", convert)


def folder_path() -> Kind[Path]:
    """Return the kind of the path of a folder; "~" at its start is the home folder."""

    def convert(raw: str) -> Path:
        if not raw.strip() or not raw.isprintable():
            raise ValueError
        try:
            return Path(raw).expanduser()
        except RuntimeError:
            raise ValueError("no home folder is known for it") from None

    return of_text("the path of a folder", convert)


def mailbox() -> Kind[str]:
    """Return the kind of the address of a mailbox, without a name before it."""

    def convert(raw: str) -> str:
        if len(raw) > _CONTACT_LIMIT or not _MAILBOX.fullmatch(raw):
            raise ValueError
        return raw

    return of_text("the address of a mailbox, such as desk@example.org", convert)


def contact() -> Kind[str]:
    """Return the kind of where publishers reach the person who runs this.

    It is sent in a header of each request, so it is ASCII without spaces.
    """

    def convert(raw: str) -> str:
        if len(raw) <= _CONTACT_LIMIT and _MAILBOX.fullmatch(raw):
            return raw
        address = http_url(raw)
        if address is None or len(address) > _CONTACT_LIMIT or not address.isascii():
            raise ValueError
        return address

    return of_text("a mailbox or an http(s) address", convert)
