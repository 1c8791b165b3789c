"""The answers of the load server: every feed in its present version, ready to send."""

import gzip
import hashlib
import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from email.utils import format_datetime, formatdate, parsedate_to_datetime
from typing import Final

from bench.load_feeds import document, host_of, path_of
from bench.load_formats import CONTENT_TYPES
from bench.load_text import drawn

_CHUNK: Final = 50
"""Feeds that one process makes in one go; so few are not worth a second process."""


@dataclass(frozen=True, slots=True)
class Published:
    """How much there is to find, in documents as they are before and after gzip."""

    feeds: int = 0
    entries: int = 0
    plain_bytes: int = 0
    gzip_bytes: int = 0
    title_markers: int = 0
    text_markers: int = 0

    def __add__(self, other: "Published") -> "Published":
        mine, theirs = asdict(self), asdict(other)
        return Published(**{name: mine[name] + theirs[name] for name in mine})


@dataclass(frozen=True, slots=True)
class Answer:
    """One version of a feed, ready to send."""

    etag: bytes
    modified: datetime
    content_type: str
    packed: bytes
    published: Published

    def has(self, headers: Mapping[bytes, bytes]) -> bool:
        """Return whether a client that sends `headers` has this version (RFC 9110, 13.2.2)."""
        known = headers.get(b"if-none-match")
        if known is not None:
            tags = [tag.strip().removeprefix(b"W/") for tag in known.split(b",")]
            return self.etag in tags or b"*" in tags
        since = headers.get(b"if-modified-since")
        if since is None:
            return False
        try:
            return parsedate_to_datetime(since.decode("latin-1")) >= self.modified
        except (ValueError, TypeError):
            return False

    def head(self, status: int, extra: str = "") -> bytes:
        """Return the status line and the headers."""
        reason = "OK" if status == 200 else "Not Modified"
        fields = (
            f"Date: {formatdate(usegmt=True)}\r\n"
            f"ETag: {self.etag.decode()}\r\n"
            f"Last-Modified: {format_datetime(self.modified, usegmt=True)}\r\n"
            f"Vary: Accept-Encoding\r\n"
        )
        return f"HTTP/1.1 {status} {reason}\r\n{fields}{extra}\r\n".encode("ascii")

    def fresh(self, *, packed: bool) -> tuple[bytes, int]:
        """Return the whole answer and the length of its body."""
        body = self.packed if packed else gzip.decompress(self.packed)
        coding = "Content-Encoding: gzip\r\n" if packed else ""
        extra = f"Content-Type: {self.content_type}\r\nContent-Length: {len(body)}\r\n{coding}"
        return self.head(200, extra) + body, len(body)


def answer_of(seed: int, index: int, new: int = 0) -> Answer:
    """Return the answer for a feed with `new` entries on top of its first ones."""
    made = document(seed, index, new)
    packed = gzip.compress(made.body, 6, mtime=0)
    return Answer(
        etag=f'"{hashlib.sha256(made.body).hexdigest()[:20]}"'.encode(),
        modified=made.modified,
        content_type=CONTENT_TYPES[made.format],
        packed=packed,
        published=Published(
            1, made.entries, len(made.body), len(packed), made.title_markers, made.text_markers
        ),
    )


class Load:
    """The feeds, each in its present version."""

    def __init__(self, feeds: int, seed: int) -> None:
        self._seed = seed
        self._first = _all_answers(feeds, seed)
        self._changed: dict[int, int] = {}
        self._later: dict[tuple[int, int], Answer] = {}
        self._index = {(host_of(i, feeds), path_of(i)): i for i in range(feeds)}

    @property
    def published(self) -> Published:
        """What is there now."""
        return sum((self._now(i).published for i in range(len(self._first))), Published())

    def answer(self, host: str, path: str) -> Answer | None:
        """Return the present version of a feed, None for none."""
        index = self._index.get((host, path))
        return None if index is None else self._now(index)

    def _now(self, index: int) -> Answer:
        new = self._changed.get(index)
        return self._first[index] if new is None else self._later[index, new]

    def change(self, share: float) -> int:
        """Put one to three new entries on a share of the feeds; return how many entries."""
        source = drawn(self._seed, "change", sum(self._changed.values()))
        chosen = source.sample(range(len(self._first)), round(share * len(self._first)))
        added = 0
        for index in chosen:
            new = source.randint(1, 3)
            total = self._changed[index] = self._changed.get(index, 0) + new
            if (index, total) not in self._later:
                self._later[index, total] = answer_of(self._seed, index, total)
            added += new
        return added

    def restore(self) -> None:
        """Go back to the first version of every feed."""
        self._changed.clear()


def _all_answers(feeds: int, seed: int) -> list[Answer]:
    if feeds <= _CHUNK:
        return [answer_of(seed, index) for index in range(feeds)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(answer_of, [seed] * feeds, range(feeds), chunksize=_CHUNK))
