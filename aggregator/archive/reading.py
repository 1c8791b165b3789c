"""Records out of WARC files of ours: one at its place, or all of a file, each checked."""

import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from aggregator.errors import ArchiveDamaged

_PIECE: Final = 64 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS
LARGEST_RECORD: Final = 256 * 2**20
"""Bytes of a record that are read: more than the largest body that settings allow."""

_FIELD: Final = re.compile(rb"([!-9;-~]+):[ \t]*(.*)")


@dataclass(frozen=True, slots=True)
class ArchivedRecord:
    """One record: its named fields (names in lower case), its block, and where it stands."""

    fields: dict[str, str]
    block: bytes
    offset: int
    length: int

    @property
    def kind(self) -> str:
        """What kind of record it is: warcinfo, response, request, revisit or resource."""
        return self.fields.get("warc-type", "")

    @property
    def payload(self) -> bytes:
        """What stands behind the HTTP headers; of a revisit, nothing, of a resource, all."""
        if self.kind == "resource":
            return self.block
        return self.block.partition(b"\r\n\r\n")[2]

    @property
    def payload_digest(self) -> str:
        """The SHA-256 of the payload as it is now, in hexadecimal digits."""
        return hashlib.sha256(self.payload).hexdigest()


def record_at(path: Path, offset: int) -> ArchivedRecord:
    """Return the record that begins at `offset`; raises ArchiveDamaged where there is none."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return _record(path, file, offset)
    except OSError as error:
        raise ArchiveDamaged(path, offset, error.strerror or str(error)) from error


def records(path: Path, start: int = 0) -> Iterator[ArchivedRecord]:
    """Yield the records of a file from `start` on; raises ArchiveDamaged at the first bad one."""
    try:
        with path.open("rb") as file:
            offset = start
            while True:
                file.seek(offset)
                if not file.peek(1):
                    return
                record = _record(path, file, offset)
                yield record
                offset += record.length
    except OSError as error:
        raise ArchiveDamaged(path, start, error.strerror or str(error)) from error


def whole_end(path: Path, start: int = 0) -> int:
    """Return where the last whole record ends, of those from `start` on."""
    end = start
    try:
        for record in records(path, start):
            end = record.offset + record.length
    except ArchiveDamaged:
        return end
    return end


def member_at(path: Path, record: ArchivedRecord) -> bytes:
    """Return a record as it stands in the file, compressed; raises OSError."""
    with path.open("rb") as file:
        file.seek(record.offset)
        return file.read(record.length)


def _record(path: Path, file: BinaryIO, offset: int) -> ArchivedRecord:
    content, length = _member(path, file, offset)
    head, separator, rest = content.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    if not separator or lines[0] != b"WARC/1.1":
        raise ArchiveDamaged(path, offset, "no WARC record begins here")
    fields = {}
    for line in lines[1:]:
        if match := _FIELD.fullmatch(line):
            fields[match[1].decode().lower()] = match[2].decode("utf-8", "replace")
    block = rest[:-4]
    if rest[-4:] != b"\r\n\r\n" or fields.get("content-length") != str(len(block)):
        raise ArchiveDamaged(path, offset, "the record is not as long as it says")
    digest = f"sha256:{hashlib.sha256(block).hexdigest()}"
    if fields.get("warc-block-digest") != digest:
        raise ArchiveDamaged(path, offset, "the record has another digest than it says")
    return ArchivedRecord(fields, block, offset, length)


def _member(path: Path, file: BinaryIO, offset: int) -> tuple[bytes, int]:
    """Return what one gzip member holds, and its own length in bytes."""
    decoder = zlib.decompressobj(_GZIP)
    content = bytearray()
    length = 0
    try:
        while not decoder.eof:
            piece = file.read(_PIECE)
            if not piece:
                raise ArchiveDamaged(path, offset, "the record is cut off")
            length += len(piece)
            content += decoder.decompress(piece, LARGEST_RECORD + 1 - len(content))
            if len(content) > LARGEST_RECORD:
                raise ArchiveDamaged(path, offset, "the record is larger than any of ours")
    except zlib.error as error:
        raise ArchiveDamaged(path, offset, f"the record cannot be read: {error}") from error
    return bytes(content), length - len(decoder.unused_data)
