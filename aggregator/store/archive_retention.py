"""Old WARC files go as a whole, with what the database knows of them: rows first, then the file.

A crash in between leaves a file, which is chosen again, for the choice is made among the files.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from aggregator.archive.folder import archive_files, day_of
from aggregator.store.archived import known_files
from aggregator.store.connection import Store

ROWS_AT_ONCE: Final = 1000
"""Rows that go in one transaction, so that nothing waits long behind it."""


@dataclass(frozen=True, slots=True)
class ForgottenArchive:
    """What went in one call; `is_done` says that nothing more is to go now."""

    files: int = 0
    answers: int = 0
    bytes: int = 0
    is_done: bool = True


def forget_archived(
    store: Store,
    folder: Path,
    *,
    before: datetime | None = None,
    larger_than: int | None = None,
    files_at_once: int = 1,
) -> ForgottenArchive:
    """Delete WARC files of days before that of `before`, and the oldest while all are too large.

    `larger_than` is for all files together, in bytes. At most `files_at_once` go in one call. The
    newest file stays until it is old, whatever its size: it may be written to while it is its day.
    Raises StoreError, and OSError where a file cannot be deleted; then it is chosen again.
    """
    victims = _victims(store, folder, before, larger_than)
    answers = freed = 0
    for name in victims[:files_at_once]:
        answers += _forget_rows(store, name)
        path = folder / name
        freed += path.stat().st_size if path.exists() else 0
        path.unlink(missing_ok=True)
    gone = min(len(victims), files_at_once)
    return ForgottenArchive(gone, answers, freed, len(victims) <= files_at_once)


def _victims(
    store: Store, folder: Path, before: datetime | None, larger_than: int | None
) -> list[str]:
    """Return the names of the files that are to go, the oldest first."""
    sizes = {path.name: path.stat().st_size for path in archive_files(folder)}
    newest = next(reversed(sizes), None)
    # Of a file that somebody took away the database still knows.
    missing = [name for name in known_files(store.connection) if name not in sizes]
    by_age = sorted([*sizes, *missing], key=lambda name: (day_of(name) or "", name))
    day = before.astimezone(UTC).strftime("%Y%m%d") if before else ""
    too_much = sum(sizes.values()) - larger_than if larger_than is not None else 0
    victims = []
    for name in by_age:
        is_old = (day_of(name) or day) < day
        is_too_much = too_much > 0 and name in sizes and name != newest
        if is_old or is_too_much:
            victims.append(name)
            too_much -= sizes.get(name, 0)
    return victims


def _forget_rows(store: Store, file: str) -> int:
    count = 0
    while True:
        with store.transaction() as connection:
            cursor = connection.execute(
                "DELETE FROM archived_responses WHERE id IN"
                " (SELECT id FROM archived_responses WHERE file = ? LIMIT ?)",
                (file, ROWS_AT_ONCE),
            )
        count += cursor.rowcount
        if cursor.rowcount < ROWS_AT_ONCE:
            return count
