"""Feeds that do harm on purpose, each in one way, whenever they are asked."""

import threading
from collections.abc import Callable
from enum import StrEnum
from itertools import count
from typing import Final

from tests.newsroom.faults import broken_feed
from tests.newsroom.server import Answer
from tests.newsroom.world import Fault


class Hostility(StrEnum):
    """What a hostile feed does."""

    ENTITY_BOMB = "entities that grow a thousandfold each"
    HUGE = "a body without end"
    SCRIPT = "script in each field"
    ENDLESS_HEADERS = "headers without end"
    SCRIPT_LINKS = "links that run script"
    EXTERNAL_ENTITIES = "entities that name a local file"
    GONE = "410, gone for good"


HOSTILE: Final = tuple(Hostility)

_SCRIPT: Final = "&lt;script&gt;alert(1)&lt;/script&gt;"
_XML: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
_FAULTS: Final = {
    Hostility.HUGE: Fault.HUGE,
    Hostility.EXTERNAL_ENTITIES: Fault.XXE,
    Hostility.GONE: Fault.GONE,
}


def hostile_feed(how: Hostility, url: str, healthy: bytes, stop: threading.Event) -> Answer:
    """Return what a hostile feed answers; `healthy` is what an honest one would have said."""
    if how in _FAULTS:
        return broken_feed(_FAULTS[how], url, "", healthy, stop)
    if how is Hostility.ENDLESS_HEADERS:
        return Answer(play=_endless_headers)
    bodies = {
        Hostility.ENTITY_BOMB: _entity_bomb(),
        Hostility.SCRIPT: _with_script(url),
        Hostility.SCRIPT_LINKS: _with_script_links(),
    }
    return Answer(bodies[how].encode(), "application/rss+xml; charset=utf-8")


def _endless_headers(write: Callable[[bytes], bool]) -> None:
    write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n")
    for number in count():
        if not write(b"X-More-%d: %s\r\n" % (number, b"and on " * 100)):
            return


def _entity_bomb() -> str:
    levels = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "lol">' for n in range(10)
    )
    return (
        f"{_XML}<!DOCTYPE rss [{levels}]><rss version='2.0'><channel><title>&e9;</title>"
        "<item><title>&e9;</title><link>/one</link></item></channel></rss>"
    )


def _with_script(url: str) -> str:
    return (
        f"{_XML}<rss version='2.0'><channel><title>{_SCRIPT}</title><link>{url}</link><item>"
        f"<title>{_SCRIPT}Harm in each field</title><link>{url}?{_SCRIPT}</link>"
        f"<guid>{_SCRIPT}</guid><author>{_SCRIPT}</author><category>{_SCRIPT}</category>"
        f"<description>{_SCRIPT}&lt;img src=x onerror=alert(1)&gt;</description></item>"
        "</channel></rss>"
    )


def _with_script_links() -> str:
    items = "".join(
        f"<item><title>Link of kind {scheme}</title><link>{scheme}:alert(1)</link></item>"
        for scheme in ("javascript", "JaVaScRiPt", "data", "vbscript")
    )
    return f"{_XML}<rss version='2.0'><channel><title>Links</title>{items}</channel></rss>"
