"""Chosen answers as a WARC file of their own, which needs no other to be read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from aggregator.archive.reading import member_at, record_at
from aggregator.archive.record import information
from aggregator.version import __version__

SOFTWARE: Final = f"ConflictNewsAggregator/{__version__}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer stands: `payload_offset` is another record of the file for a revisit."""

    file: str
    offset: int
    payload_offset: int


def copied(folder: Path, places: Iterable[Place], name: str, now: datetime) -> Iterator[bytes]:
    """Yield a WARC file called `name` with the answers at `places`, each checked on the way.

    Records are copied as they stand, with the request of each, and what a revisit refers to before
    it. Raises ArchiveDamaged.
    """
    yield information(f"<urn:uuid:{uuid4()}>", now, name, SOFTWARE)
    done: set[tuple[str, int]] = set()
    for place in places:
        for offset in (place.payload_offset, place.offset):
            if (place.file, offset) not in done:
                done.add((place.file, offset))
                yield from _exchange(folder / place.file, offset)


def _exchange(path: Path, offset: int) -> Iterator[bytes]:
    """Yield the record of an answer and the one of its request, if any, which follows it."""
    answer = record_at(path, offset)
    yield member_at(path, answer)
    if answer.kind == "resource":
        # Nobody asked for it: what follows is of another, and may be half written.
        return
    end = answer.offset + answer.length
    if end < path.stat().st_size:
        following = record_at(path, end)
        if following.fields.get("warc-concurrent-to") == answer.fields.get("warc-record-id"):
            yield member_at(path, following)
