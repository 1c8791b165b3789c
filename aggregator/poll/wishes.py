"""What a feed says of itself to those who poll it: when not to come, and where else to ask."""

import re
from collections.abc import Iterable
from typing import Final

from lxml import etree

from aggregator.model import HttpUrl
from aggregator.text.urls import http_url

HUB_LIMIT: Final = 10
"""Hubs that are kept of one feed; usual are one or two."""

_DAYS: Final = "monday tuesday wednesday thursday friday saturday sunday".split()
_HOURS_IN_A_DAY: Final = 24
_SKIPS: Final = re.compile(rb"<(?:[\w.-]{1,40}:)?skip(?:hours|days)\b", re.IGNORECASE)


def skip_hours(texts: Iterable[str]) -> frozenset[int]:
    """Return the hours (UTC) that <hour> elements name; RSS 0.91 calls midnight 24, RSS 2.0 0."""
    figures = (text.strip() for text in texts)
    hours = (int(figure) for figure in figures if figure.isdecimal() and len(figure) < len("100"))
    return frozenset(hour % _HOURS_IN_A_DAY for hour in hours if hour <= _HOURS_IN_A_DAY)


def skip_days(texts: Iterable[str]) -> frozenset[int]:
    """Return the days that <day> elements name in English; 0 is Monday."""
    names = (text.strip().lower() for text in texts)
    return frozenset(_DAYS.index(name) for name in names if name in _DAYS)


def addresses(raw: Iterable[str], base: HttpUrl) -> tuple[HttpUrl, ...]:
    """Return the usable ones of some addresses, each once, at most `HUB_LIMIT` of them."""
    usable = dict.fromkeys(url for address in raw if (url := http_url(address, base)))
    return tuple(usable)[:HUB_LIMIT]


def skips(document: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the texts of <hour> and <day> in the channel of a well-formed document.

    feedparser keeps only the last of each.
    """
    if not _SKIPS.search(document):
        return (), ()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError:
        return (), ()
    channels = [child for child in root if _name(child) == "channel"] or [root]
    parents = [child for channel in channels for child in channel]
    return _texts(parents, "skiphours"), _texts(parents, "skipdays")


def _texts(parents: Iterable[etree._Element], name: str) -> tuple[str, ...]:
    named = (parent for parent in parents if _name(parent) == name)
    return tuple(child.text or "" for parent in named for child in parent)


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2].lower()
