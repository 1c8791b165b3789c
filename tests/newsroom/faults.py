"""Feeds that fail, each in one way of the wild."""

import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from itertools import chain, repeat

from tests.newsroom.server import Answer
from tests.newsroom.world import Fault

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nConnection: close\r\n\r\n"
_XML = '<?xml version="1.0" encoding="utf-8"?>\n'
_HUGE = 256 * 1024 * 1024
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
    if fault in {Fault.DRIP, Fault.SILENT, Fault.HUGE}:
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
    start = (_XML + "<rss version='2.0'><channel><title>Long</title><!-- ").encode()
    filling = b"all work and no play " * 4096
    return chain([(_HEAD + start, 0.0)], repeat((filling, 0.0), _HUGE // len(filling)))


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
