"""How a publisher wants to be asked: secrets looked up, headers for its own host, the way out.

Secrets stand as `${NAME}` in feeds.yaml and `Access`. They are looked up in the environment here,
for one request; nothing that is looked up is logged, kept in a result or named in an error.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from aggregator.errors import AccessUnusable, SecretMissing
from aggregator.model import Access, Message
from aggregator.text.secrets import is_reference, looked_up

# A line of a header (RFC 9110, section 5.5), in ASCII.
_HEADER_VALUE: Final = re.compile(r"[\t\x20-\x7e]*")
_COOKIE_VALUE: Final = re.compile(r"[\x20-\x3a\x3c-\x7e]*")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy as it is spoken to; `authorization` is the header that opens it."""

    scheme: str
    host: str
    port: int
    authorization: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class WayOut:
    """What decides over which connections a request goes: requests with the same share them."""

    proxy: Proxy | None = None
    trusted_certificates: Path | None = None


def way_out(url: str, access: Access, proxy: str | None, environment: Mapping[str, str]) -> WayOut:
    """Return the way for a request of `url`; `proxy` is that of the settings.

    Raises SecretMissing and AccessUnusable.
    """
    address = access.proxy or proxy
    if address is None:
        return WayOut(None, access.trusted_certificates)
    return WayOut(_proxy(url, address, environment), access.trusted_certificates)


def own_headers(
    url: str, access: Access, environment: Mapping[str, str]
) -> list[tuple[bytes, bytes]]:
    """Return the headers that `access` asks for, which only the publisher's own host may see.

    Raises SecretMissing and AccessUnusable.
    """
    headers = [
        (name.encode("ascii"), _checked(url, value, environment, _HEADER_VALUE, f"header {name}"))
        for name, value in access.headers
    ]
    if access.cookies:
        pairs = (
            name.encode("ascii")
            + b"="
            + _checked(url, value, environment, _COOKIE_VALUE, f"cookie {name}")
            for name, value in access.cookies
        )
        headers.append((b"Cookie", b"; ".join(pairs)))
    if access.authorization is not None:
        headers.append(
            (b"Authorization", _basic(_looked_up(url, access.authorization, environment)))
        )
    return headers


def message_headers(url: str, message: Message) -> list[tuple[bytes, bytes]]:
    """Return the headers of a message as they are sent; raises AccessUnusable for what is none."""
    headers = [("Content-Type", message.content_type), *message.headers]
    for name, value in headers:
        if not _HEADER_VALUE.fullmatch(value):
            raise AccessUnusable(url, f"the header {name} has characters that cannot be sent")
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers]


def _looked_up(url: str, text: str, environment: Mapping[str, str]) -> str:
    try:
        return looked_up(text, environment)
    except KeyError as missing:
        raise SecretMissing(url, str(missing.args[0])) from None


def _checked(
    url: str, text: str, environment: Mapping[str, str], allowed: re.Pattern[str], what: str
) -> bytes:
    value = _looked_up(url, text, environment).strip()
    if not allowed.fullmatch(value):
        raise AccessUnusable(url, f"the value of the {what} has characters that cannot be sent")
    return value.encode("ascii")


def _basic(credentials: str) -> bytes:
    # RFC 7617, section 2.1: UTF-8 is what servers expect of anything beyond ASCII.
    return b"Basic " + b64encode(credentials.encode("utf-8", "surrogateescape"))


def _proxy(url: str, template: str, environment: Mapping[str, str]) -> Proxy:
    login: str | None = None
    if is_reference(template):
        address = _looked_up(url, template, environment).strip()
        before, at_sign, _ = address.rpartition("@")
        login = unquote(before.rpartition("//")[2]) if at_sign else None
    else:
        # Looked up after the address is taken apart, so that a password may hold any sign.
        scheme, _, rest = template.partition("://")
        before, at_sign, place = rest.rpartition("@")
        login = _looked_up(url, before, environment) if at_sign else None
        address = f"{scheme}://{place}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if (
        not host
        or not host.isascii()
        or parts.scheme not in _DEFAULT_PORTS
        or parts.path not in {"", "/"}
        or parts.query
        or parts.fragment
    ):
        raise AccessUnusable(url, "the proxy is no address such as http://proxy.example:3128")
    return Proxy(
        parts.scheme,
        host,
        port or _DEFAULT_PORTS[parts.scheme],
        None if login is None else _basic(login),
    )
