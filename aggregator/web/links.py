"""The header "Link" (RFC 8288): what a feed's server says about hubs and other addresses."""

import re
from collections.abc import Iterator
from typing import Final

from aggregator.model import HttpUrl
from aggregator.text.urls import http_url
from aggregator.web.answer import Answer

RELATIONS: Final = ("hub", "self", "alternate")

LINK_LIMIT: Final = 20
"""Links that are kept; a feed has one of each relation, or few."""

_CHARACTER_LIMIT: Final = 16 * 1024
_TARGET: Final = re.compile(r"[\s,]*<([^<>]*)>")
_PARAMETER: Final = re.compile(
    r"\s*;\s*(?P<name>[!#$&+.^_`|~0-9A-Za-z*-]+)"
    r"(?:\s*=\s*(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<token>[^\s;,\"]*)))?"
)
_TO_NEXT: Final = re.compile(r"[^,]*")


def links(answer: Answer, base: HttpUrl) -> tuple[tuple[str, HttpUrl], ...]:
    """Return the (relation, address) pairs of `RELATIONS`, resolved against `base`, each once.

    What is malformed, about another document (`anchor`) or no http address is left out.
    """
    found: dict[tuple[str, HttpUrl], None] = {}
    left = _CHARACTER_LIMIT
    for name, value in answer.headers:
        if name != "link":
            continue
        for relations, target in _parse(value[:left]):
            address = http_url(target, base)
            for relation in RELATIONS:
                if address is not None and relation in relations and len(found) < LINK_LIMIT:
                    found[relation, address] = None
        left = max(left - len(value), 0)
    return tuple(found)


def _parse(value: str) -> Iterator[tuple[list[str], str]]:
    """Yield the relations, in lower case, and the target of each link of one header line."""
    position = 0
    while target := _TARGET.match(value, position):
        parameters: dict[str, str] = {}
        position = target.end()
        while parameter := _PARAMETER.match(value, position):
            position = parameter.end()
            text = re.sub(r"\\(.)", r"\1", parameter["quoted"] or "") or parameter["token"] or ""
            # RFC 8288, section 3.3: a second "rel" is ignored.
            parameters.setdefault(parameter["name"].lower(), text)
        if "anchor" not in parameters:
            yield parameters.get("rel", "").lower().split(), target[1]
        rest = _TO_NEXT.match(value, position)
        position = rest.end() if rest else len(value)
