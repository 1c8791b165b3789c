"""The folder of WARC files: answers are appended, and on disk when that returns."""

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

from aggregator.archive.copying import SOFTWARE
from aggregator.archive.reading import whole_end
from aggregator.archive.record import (
    Capture,
    Original,
    information,
    request,
    resource,
    response,
    revisit,
)
from aggregator.config.atomic import sync_descriptor, sync_folder
from aggregator.model import Exchange
from aggregator.text.times import to_text

LARGEST_FILE: Final = 200 * 10**6
"""Bytes after which another file is begun."""

LAST_WRITE: Final = timedelta(minutes=1)
"""How long after its end what came within a day may still be being written."""

_SUFFIX: Final = ".warc.gz"
_NAME: Final = re.compile(r"(?s:.+)-(\d{8})-(\d{5})\.warc\.gz")


@dataclass(frozen=True, slots=True)
class Kept:
    """Where an answer is kept; the row of it in the database.

    `payload_offset` is where the record begins that has its payload: itself, or for a revisit
    another of the same file. `length` is that of its own record, compressed. What a hub pushed is
    a "resource" and has no status.
    """

    record_id: str
    record_type: str
    url: str
    asked_url: str
    fetched_at: str
    status: int | None
    content_type: str | None
    payload_digest: str
    payload_bytes: int
    file: str
    offset: int
    length: int
    payload_offset: int


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the database knows of a file: where its last record ends, and payloads by digest."""

    end: int = 0
    originals: dict[str, Original] = field(default_factory=dict)


def archive_folder(database: Path) -> Path:
    """Return the folder in which the answers of a database are kept."""
    return database.with_name(f"{database.stem}-archive")


def archive_files(folder: Path) -> list[Path]:
    """Return the WARC files of a folder, the earliest first; [] where there is no folder."""
    found = [path for path in folder.glob(f"*{_SUFFIX}") if _NAME.fullmatch(path.name)]
    return sorted(found, key=lambda path: (path.name[-len("00000000-00000.warc.gz") :], path.name))


def finished_files(folder: Path, now: datetime) -> list[Path]:
    """Return the WARC files that do not change any more, the earliest first; raises OSError.

    The newest is one of them when its day is over and nothing half written is to be cut off; those
    of days to come, left by a clock that was ahead, are not.
    """
    files = _files_until(folder, now)
    if files and (
        _day(now - LAST_WRITE) <= (day_of(files[-1].name) or "")
        or whole_end(files[-1]) < files[-1].stat().st_size
    ):
        del files[-1]
    return files


def _files_until(folder: Path, now: datetime) -> list[Path]:
    return [path for path in archive_files(folder) if (day_of(path.name) or "") <= _day(now)]


def day_of(file: str) -> str | None:
    """Return the day of a WARC file (UTC, "20260301") from its name; None for another file."""
    match = _NAME.fullmatch(file)
    return match[1] if match else None


class ArchiveFolder:
    """Appends to the newest file, or begins another for a new day or when it is full.

    For one process at a time, and one thread. `last_file` is the newest that the database knows:
    where it was taken away, its name is given to no other.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        *,
        largest: int = LARGEST_FILE,
        last_file: str | None = None,
    ) -> None:
        self._folder = folder
        self._name = name
        self._largest = largest
        self._last_file = last_file
        self._path: Path | None = None
        self._end = 0
        self._originals: dict[str, Original] = {}

    def newest(self, now: datetime) -> str | None:
        """Return the name of the newest file of a day that has begun, if there is any."""
        files = _files_until(self._folder, now)
        return files[-1].name if files else None

    def resume(self, file: str, indexed: Indexed) -> None:
        """Go on with a file after a restart, without what was cut off at its end; raises OSError.

        Whole records stay, known to the database or not: it may be an older copy.
        """
        path = self._folder / file
        if path.stat().st_size < indexed.end:
            # Something is missing that the database knows: the file is evidence of that.
            return
        end = whole_end(path, indexed.end)
        if end < path.stat().st_size:
            os.truncate(path, end)
        self._path, self._end, self._originals = path, end, dict(indexed.originals)

    def append(self, captures: Sequence[Capture], now: datetime) -> list[Kept]:
        """Append answers; all are on disk when this returns, or none is there.

        Raises OSError where they cannot be written.
        """
        path = self._file_for(now)
        # Opened each time, so that a file may be moved or deleted in between.
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            os.ftruncate(descriptor, self._end)
            os.lseek(descriptor, self._end, os.SEEK_SET)
            written = _Written(self._end, dict(self._originals))
            try:
                kept = [_append(descriptor, path.name, capture, written) for capture in captures]
                sync_descriptor(descriptor)
            except BaseException:
                with suppress(OSError):
                    os.ftruncate(descriptor, self._end)
                raise
        finally:
            os.close(descriptor)
        self._end, self._originals = written.end, written.originals
        return kept

    def _file_for(self, now: datetime) -> Path:
        day = _day(now)
        path = self._path
        if (
            path is None
            or day_of(path.name) != day
            or self._end >= self._largest
            or not path.exists()
            or path.stat().st_size < self._end
        ):
            path = self._begin_file(day, now)
        return path

    def _begin_file(self, day: str, now: datetime) -> Path:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        taken = [*(path.name for path in archive_files(self._folder)), self._last_file or ""]
        numbers = (_NAME.fullmatch(name) for name in taken if day_of(name) == day)
        number = max((int(match[2]) for match in numbers if match), default=0) + 1
        path = self._folder / f"{self._name}-{day}-{number:05d}{_SUFFIX}"
        opening = information(_new_id(), now, path.name, SOFTWARE)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0))
        try:
            _write(descriptor, opening)
            sync_descriptor(descriptor)
        except BaseException:
            os.close(descriptor)
            path.unlink(missing_ok=True)
            raise
        os.close(descriptor)
        sync_folder(self._folder)
        self._path, self._end, self._originals = path, len(opening), {}
        self._last_file = path.name
        return path


@dataclass(slots=True)
class _Written:
    """How far a file is written, with payloads by digest."""

    end: int
    originals: dict[str, Original]


def _append(descriptor: int, file: str, capture: Capture, written: _Written) -> Kept:
    record_id, offset = _new_id(), written.end
    original = None
    if capture.exchange is None:
        kind, answer, asked = "resource", resource(record_id, capture), b""
    else:
        # Nothing is saved where there is no body: such an answer refers to no other.
        original = written.originals.get(capture.digest) if capture.payload else None
        kind, answer = _answer(record_id, capture, capture.exchange, original)
        asked = request(_new_id(), capture, capture.exchange, record_id)
    if kind == "response":
        mine = Original(record_id, capture.url, to_text(capture.fetched), offset)
        written.originals[capture.digest] = mine
    _write(descriptor, answer + asked)
    written.end += len(answer) + len(asked)
    return Kept(
        record_id=record_id,
        record_type=kind,
        url=capture.url,
        asked_url=capture.asked_url,
        fetched_at=to_text(capture.fetched),
        status=capture.exchange.status if capture.exchange else None,
        content_type=capture.content_type,
        payload_digest=capture.digest,
        payload_bytes=len(capture.payload),
        file=file,
        offset=offset,
        length=len(answer),
        payload_offset=original.offset if original else offset,
    )


def _answer(
    record_id: str, capture: Capture, exchange: Exchange, original: Original | None
) -> tuple[str, bytes]:
    if original is None:
        return "response", response(record_id, capture, exchange)
    return "revisit", revisit(record_id, capture, exchange, original)


def _day(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y%m%d")


def _new_id() -> str:
    return f"<urn:uuid:{uuid4()}>"


def _write(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
