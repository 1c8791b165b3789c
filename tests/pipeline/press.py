"""Fifty feeds that go on for weeks, served by a process of its own; time is a number of cycles.

    python -m tests.pipeline.press START LISTED

Feed `i` is at 127.0.1.(i + 1), its pages are on hosts of 127.2.0.0/16 that come and go. The first
five fail, each in its own way; of the others one in nine has something new in each cycle. A feed
lists its last LISTED items. The first line printed is the port; every line read sets the cycle.
"""

import asyncio
import random
import sys
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import Final

FEEDS: Final = 50
FAILING: Final = 5
CYCLE: Final = timedelta(minutes=5)

_ROUND: Final = 9
"""In so many cycles each feed that is well has something new once."""
_WORDS: Final = 3000
_VOWELS: Final = "aeiou"
_CONSONANTS: Final = "bdfgklmnprstvz"


class Press:
    """What every feed and page says at the present cycle."""

    def __init__(self, start: datetime, port: int, listed: int) -> None:
        self._start = start
        self._listed = listed
        self._port = port
        self.cycle = 0

    def answer(self, host: str, path: str, known: str) -> bytes:
        """Return the whole answer; empty: hang up."""
        if path == "/robots.txt":
            return _message(404, "text/plain", b"")
        if host.startswith("127.2."):
            feed_part, number = path.rsplit("/", 2)[1:]
            page = _page(int(feed_part), int(number))
            return _message(200, "text/html; charset=utf-8", page)
        feed = int(host.rsplit(".", 1)[1]) - 1
        return self._failure(feed) if feed < FAILING else self._document(feed, known)

    def _failure(self, feed: int) -> bytes:
        return (
            _message(500, "text/plain", b"out of order"),
            b"",
            _message(200, "text/html", b"<html><title>Parked</title><p>Nothing here.</html>"),
            _message(404, "text/plain", b""),
            _message(200, "application/rss+xml", b"no gzip", "Content-Encoding: gzip\r\n"),
        )[feed]

    def _document(self, feed: int, known: str) -> bytes:
        newest = (self.cycle + feed) // _ROUND
        tag = f'"{feed}-{newest}"'
        if known == tag:
            return _message(304, "", b"", f"ETag: {tag}\r\n")
        items = "".join(self._item(feed, newest - back) for back in range(self._listed))
        text = f"<rss version='2.0'><channel><title>Paper {feed}</title>{items}</channel></rss>"
        return _message(200, "application/rss+xml", text.encode(), f"ETag: {tag}\r\n")

    def _item(self, feed: int, number: int) -> str:
        host = f"127.2.{number % 8 + 1}.{feed + 1}"
        moment = self._start + CYCLE * (number * _ROUND - feed)
        address = f"http://{host}:{self._port}/{feed}/{number}"
        return (
            f"<item><title>{_title(feed, number)}</title><link>{address}</link>"
            f"<description>{_text('entry', feed, number)}</description>"
            f"<pubDate>{format_datetime(moment)}</pubDate></item>"
        )


def _title(feed: int, number: int) -> str:
    source = random.Random(f"title {feed} {number}")  # noqa: S311 -- made-up words
    return " ".join(_word(source.randrange(_WORDS)) for _ in range(8)).capitalize()


def _page(feed: int, number: int) -> bytes:
    paragraphs = "".join(f"<p>{_text(part, feed, number)}.</p>" for part in ("one", "two"))
    title = _title(feed, number)
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head>"
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    ).encode()


def _text(part: str, feed: int, number: int) -> str:
    source = random.Random(f"{part} {feed} {number}")  # noqa: S311 -- made-up words
    words = [_word(source.randrange(_WORDS)) for _ in range(40)]
    # Words that nobody has ever used before: memory must not keep them. Those of the beginning have
    # so many, written as names, that what remembers the latest words is full from then on, as it is
    # after a day's news.
    if number <= 0:
        return " ".join(_word(source.randrange(10**9)).capitalize() for _ in words)
    words[::15] = [_word(source.randrange(10**9)) for _ in words[::15]]
    return " ".join(words)


@lru_cache(_WORDS)
def _word(number: int) -> str:
    letters = []
    number += 100
    while number:
        number, rest = divmod(number, len(_VOWELS) * len(_CONSONANTS))
        letters += [_CONSONANTS[rest // len(_VOWELS)], _VOWELS[rest % len(_VOWELS)]]
    return "".join(letters)


def _message(status: int, kind: str, body: bytes, more: str = "") -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}"
    return f"{head}\r\nConnection: close\r\n\r\n".encode() + body


def _tell(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _serve(start: datetime, listed: int) -> None:
    # Loopback only: what comes from elsewhere finds a listener that hangs up.
    press = Press(start, 0, listed)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        path = head.split(" ", 2)[1]
        fields = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:])
        }
        host = writer.get_extra_info("sockname")[0]
        if host.startswith("127."):
            writer.write(press.answer(host, path, fields.get("if-none-match", "")))
        writer.close()

    server = await asyncio.start_server(connected, "0.0.0.0", 0, backlog=256)  # noqa: S104 -- as above
    port = server.sockets[0].getsockname()[1]
    press = Press(start, port, listed)
    _tell(port)
    while line := await asyncio.to_thread(sys.stdin.readline):
        press.cycle = int(line)
        _tell("ready")


if __name__ == "__main__":
    asyncio.run(_serve(datetime.fromisoformat(sys.argv[1]), int(sys.argv[2])))
