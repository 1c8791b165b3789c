"""Do the WARC files and their index in the database still say the same?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aggregator.archive.folder import archive_files
from aggregator.archive.reading import ArchivedRecord, record_at, records
from aggregator.errors import ArchiveDamaged
from aggregator.store.archived import ArchivedResponse, archived_of_file, known_files
from aggregator.store.connection import Store

_WITH_PAYLOAD: Final = frozenset({"response", "resource"})
_ANSWERS: Final = _WITH_PAYLOAD | {"revisit"}


@dataclass(frozen=True, slots=True)
class ArchiveCheck:
    """What was found: `unknown` are answers that are whole but that the database does not know.

    Those are left by a crash, or by going back to an older copy of the database.
    """

    files: int
    answers: int
    unknown: int
    problems: tuple[str, ...]


def check_response(folder: Path, kept: ArchivedResponse) -> str | None:
    """Return what is wrong with a kept answer, in one line; None where it is as it was."""
    path = folder / kept.file
    try:
        record = record_at(path, kept.offset)
        holder = record if kept.offset == kept.payload_offset else None
        holder = holder or record_at(path, kept.payload_offset)
    except ArchiveDamaged as error:
        return str(error)
    return _disagreement(kept, record) or _wrong_payload(kept, holder, path)


def check_archive(
    store: Store, folder: Path, on_file: Callable[[str], None] = lambda _: None
) -> ArchiveCheck:
    """Read every record of every file, and compare it with the database; `on_file` is told each."""
    known = known_files(store.connection)
    present = [path.name for path in archive_files(folder)]
    problems: list[str] = []
    answers = unknown = 0
    for name in sorted({*known, *present}):
        on_file(name)
        if name not in present:
            count = sum(1 for _ in archived_of_file(store.connection, name))
            problems.append(f"{folder / name}: is missing, with {count} answers")
            continue
        rows = {kept.offset: kept for kept in archived_of_file(store.connection, name)}
        answers += len(rows)
        end = max((kept.offset + kept.length for kept in rows.values()), default=0)
        try:
            unknown += _check_file(folder / name, rows, problems)
        except ArchiveDamaged as error:
            if name == present[-1] and error.offset >= end:
                # It is being written, or a crash cut it off: the next start removes it.
                continue
            problems.append(str(error))
            # What stands behind the damage may still be whole.
            told = (check_response(folder, kept) for kept in rows.values())
            problems += [problem for problem in told if problem and problem != str(error)]
            continue
        problems += [
            f"{folder / name}, byte {offset}: no record of the answer {kept.id} begins here"
            for offset, kept in rows.items()
        ]
    return ArchiveCheck(len(present), answers, unknown, tuple(problems))


def _check_file(path: Path, rows: dict[int, ArchivedResponse], problems: list[str]) -> int:
    """Check each record, take its row out of `rows`, and count the answers that have none."""
    unknown = 0
    for record in records(path):
        kept = rows.get(record.offset)
        if record.kind in _ANSWERS and kept is None:
            unknown += 1
        if record.kind in _WITH_PAYLOAD and _claimed(record) != record.payload_digest:
            problems.append(f"{path}, byte {record.offset}: the payload has another digest")
        elif kept is not None:
            problem = check_response(path.parent, kept)
            problems += [problem] if problem else []
        rows.pop(record.offset, None)
    return unknown


def _claimed(record: ArchivedRecord) -> str:
    return record.fields.get("warc-payload-digest", "").removeprefix("sha256:")


def _disagreement(kept: ArchivedResponse, record: ArchivedRecord) -> str | None:
    told = {
        "record id": (kept.record_id, record.fields.get("warc-record-id")),
        "address": (kept.url, record.fields.get("warc-target-uri")),
        "digest": (kept.payload_digest, _claimed(record)),
        "length": (kept.length, record.length),
        "kind": (kept.record_type, record.kind),
    }
    for what, (in_database, in_file) in told.items():
        if in_database != in_file:
            return (
                f"{kept.file}, byte {kept.offset}: the {what} is {in_file}, but the database says"
                f" {in_database} (answer {kept.id})"
            )
    return None


def _wrong_payload(kept: ArchivedResponse, holder: ArchivedRecord, path: Path) -> str | None:
    if holder.payload_digest == kept.payload_digest:
        return None
    return f"{path}, byte {holder.offset}: the payload has another digest than answer {kept.id}"
