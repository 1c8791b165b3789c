"""Secrets by name: `${NAME}` stands for a variable of the environment until it is needed.

And for whose eyes they are: nobody's but those of the host that feeds.yaml names them for.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import quote, urlsplit

from aggregator.model import Access, HttpUrl

REFERENCE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

_SEPARATOR: Final = re.compile(r"[/?&=#@:]")
_SHORTEST_PART: Final = 6
"""Characters; a shorter part of an address, such as "https", may stand in any text."""


def is_reference(text: str) -> bool:
    """Tell whether a text is one reference and nothing else."""
    return REFERENCE.fullmatch(text) is not None


def has_broken_reference(text: str) -> bool:
    """Tell whether a text begins a reference that is none, such as `${my name}`."""
    return "${" in REFERENCE.sub("", text)


def looked_up(text: str, environment: Mapping[str, str]) -> str:
    """Return a text with the values of its references; raises KeyError with a missing name."""
    return REFERENCE.sub(lambda match: environment[match[1]], text)


def without_secrets(text: str, template: str, environment: Mapping[str, str]) -> str:
    """Return a text in which the references of `template` stand where it shows what they mean.

    A value that is an address, or some parts of one, is found in its parts, too.
    """
    shown = {
        part: match[0]
        for match in REFERENCE.finditer(template)
        for part in _parts(environment.get(match[1], "").strip())
    }
    for part in sorted(shown, key=len, reverse=True):
        text = text.replace(part, shown[part])
    return text


def _parts(value: str) -> set[str]:
    parts = {value, quote(value), *_SEPARATOR.split(value), *_SEPARATOR.split(quote(value))}
    return {part for part in parts if part == value or len(part) >= _SHORTEST_PART} - {""}


def access_for(access: Access, own: HttpUrl, asked: HttpUrl) -> Access:
    """Return `access`, given for the address `own`, as it goes for a request of `asked`.

    Headers, cookies and login are left out where another host would see them.
    """
    if is_own_host(own, asked):
        return access
    return replace(access, headers=(), cookies=(), authorization=None)


def is_own_host(own: HttpUrl, asked: HttpUrl) -> bool:
    """Tell whether two addresses have one scheme, host and port, or lead from http to https."""
    first, second = urlsplit(own), urlsplit(asked)
    if first.scheme == second.scheme:
        return first.netloc == second.netloc
    # An address without a port has the port of its scheme.
    return second.scheme == "https" and first.netloc == second.netloc and second.port is None
