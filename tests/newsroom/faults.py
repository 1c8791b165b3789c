"""Feeds that fail, each in one way of the wild."""

import gzip
import re
import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from itertools import chain, count, repeat

from tests.newsroom.server import Answer
from tests.newsroom.world import Fault

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nConnection: close\r\n\r\n"
_XML = '<?xml version="1.0" encoding="utf-8"?>\n'
_HUGE = 256 * 1024 * 1024
_BOMB = gzip.compress(gzip.compress(bytes(_HUGE), 9), 9)
_GUID = re.compile(rb"<guid[^>]*>[^<]*</guid>")
_DATE = re.compile(rb"<pubDate>[^<]*</pubDate>\n?")
_ITEM = re.compile(rb"<item>.*</item>\n", re.DOTALL)
_answers = count(1)
_STATUS = {
    Fault.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Fault.GONE: HTTPStatus.GONE,
    Fault.SERVER_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
    Fault.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Fault.LATER: HTTPStatus.SERVICE_UNAVAILABLE,
    Fault.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
}


def broken_feed(
    fault: Fault, url: str, query: str, healthy: bytes, stop: threading.Event
) -> Answer:
    """Return what a feed with this fault answers; `healthy` is what it would have said.

    `url` is the feed's address without the `query`. Slow answers end when `stop` is set.
    """
    if fault in _STATUS:
        wait = (("Retry-After", "120"),) if fault in {Fault.LATER, Fault.TOO_MANY} else ()
        return Answer(b"<h1>Sorry</h1>", status=_STATUS[fault], headers=wait)
    if fault in _WITH_A_SLIP:
        return Answer(_WITH_A_SLIP[fault](healthy), "application/rss+xml; charset=utf-8")
    if fault is Fault.ALWAYS_304:
        return Answer(healthy, "application/rss+xml", fixed_etag='"for-ever"')
    if fault is Fault.BOT_WALL:
        wall = b"<!doctype html><title>Just a moment...</title><p>Checking your browser.</p>"
        mark = (("cf-mitigated", "challenge"), ("Server", "cloudflare"))
        return Answer(wall, status=HTTPStatus.FORBIDDEN, headers=mark)
    if fault is Fault.PRIVATE_REDIRECT:
        target = (("Location", "http://10.0.0.1/feed.xml"),)
        return Answer(status=HTTPStatus.MOVED_PERMANENTLY, headers=target)
    if fault in {Fault.DRIP, Fault.SILENT, Fault.HUGE, Fault.DOUBLE_GZIP, Fault.CUT_GZIP}:
        return Answer(play=_player(_scripts(fault, healthy), stop))
    if fault is Fault.MOVED and query == "moved":
        return Answer(healthy, "application/rss+xml", etag=True)
    if fault is Fault.MOVED:
        target = (("Location", f"{url}?moved"),)
        return Answer(status=HTTPStatus.MOVED_PERMANENTLY, headers=target)
    if fault is Fault.REDIRECT_LOOP:
        step = int(query.removeprefix("step=") or 0)
        target = (("Location", f"{url}?step={step + 1}"),)
        return Answer(status=HTTPStatus.FOUND, headers=target)
    body = {
        Fault.WEB_PAGE: b"<!doctype html><title>Welcome</title><p>Our feed has moved.</p>",
        Fault.MALFORMED: healthy.replace(b"</item>\n", b"&nbsp; & <b></item>\n", 1),
        Fault.TRUNCATED: healthy[: len(healthy) * 2 // 3],
        Fault.XXE: _external_entities(url),
    }[fault]
    kind = "text/html" if fault is Fault.WEB_PAGE else "application/rss+xml"
    return Answer(body, kind)


def _scripts(fault: Fault, healthy: bytes) -> Iterator[tuple[bytes, float]]:
    """Return pieces of an answer, each with the seconds to wait after it."""
    if fault is Fault.SILENT:
        return iter([(b"", 3600.0)])
    if fault is Fault.DRIP:
        return chain([(_HEAD, 0.0)], ((bytes([byte]), 0.2) for byte in healthy))
    if fault is Fault.DOUBLE_GZIP:
        return iter([(_coded(b"gzip, gzip") + _BOMB, 0.0)])
    if fault is Fault.CUT_GZIP:
        return iter([(_coded(b"gzip") + gzip.compress(healthy)[:-20], 0.0)])
    start = (_XML + "<rss version='2.0'><channel><title>Long</title><!-- ").encode()
    filling = b"all work and no play " * 4096
    return chain([(_HEAD + start, 0.0)], repeat((filling, 0.0), _HUGE // len(filling)))


def _coded(coding: bytes) -> bytes:
    return _HEAD.removesuffix(b"\r\n") + b"Content-Encoding: " + coding + b"\r\n\r\n"


def _with_new_guids(healthy: bytes) -> bytes:
    answer, items = next(_answers), count(1)
    return _GUID.sub(lambda _: b"<guid>answer-%d-item-%d</guid>" % (answer, next(items)), healthy)


_WITH_A_SLIP: dict[Fault, Callable[[bytes], bytes]] = {
    Fault.NEW_GUIDS: _with_new_guids,
    Fault.SAME_GUID: lambda healthy: _GUID.sub(b"<guid>the-one</guid>", healthy),
    Fault.EMPTY: lambda healthy: _ITEM.sub(b"", healthy),
    Fault.UNDATED: lambda healthy: _DATE.sub(b"", healthy),
    Fault.ARCHIVE: lambda healthy: _DATE.sub(
        b"<pubDate>Tue, 05 Mar 2019 08:00:00 GMT</pubDate>\n", healthy
    ),
    Fault.FUTURE: lambda healthy: _DATE.sub(
        b"<pubDate>Sat, 05 Mar 2095 08:00:00 GMT</pubDate>\n", healthy
    ),
    Fault.BAD_BYTE: lambda healthy: healthy.replace(b"Piece 1 of 3", b"Piece \xff1 of 3 \xc3\xa9"),
}


def _player(
    script: Iterator[tuple[bytes, float]], stop: threading.Event
) -> Callable[[Callable[[bytes], bool]], None]:
    def play(write: Callable[[bytes], bool]) -> None:
        for piece, wait in script:
            if not write(piece) or stop.wait(wait):
                return

    return play


def _external_entities(url: str) -> bytes:
    return (
        f'{_XML}<!DOCTYPE rss [<!ENTITY file SYSTEM "file:///etc/passwd">'
        f'<!ENTITY trap SYSTEM "{url}.trap">]>\n'
        "<rss version='2.0'><channel><title>&file;</title><item><title>&trap;</title>"
        "<link>/one</link></item></channel></rss>"
    ).encode()
