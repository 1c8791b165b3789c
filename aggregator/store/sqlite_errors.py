"""What SQLite reports, as errors of ours that say what to do."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

from aggregator.errors import (
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreUnreachable,
)

_PRIMARY_CODE: Final = 0xFF
"""An extended result code holds the primary one in its lowest byte (sqlite.org/rescode.html)."""

_DAMAGED: Final = (
    "stop this program, keep a copy of the file with its -wal, and put a backup in its place or"
    " rescue what can be read with the `.recover` command of sqlite3"
)

# Extended codes come first: they say more than the primary code that they belong to.
_MEANINGS: Final[Mapping[int, tuple[type[StoreError], str]]] = MappingProxyType(
    {
        sqlite3.SQLITE_BUSY_SNAPSHOT: (
            StoreBusy,
            "another process wrote between our reading and our writing; this is tried again",
        ),
        sqlite3.SQLITE_BUSY: (
            StoreBusy,
            "another process holds the lock; this is tried again",
        ),
        sqlite3.SQLITE_LOCKED: (
            StoreBusy,
            "another connection of this process holds a table; this is tried again",
        ),
        sqlite3.SQLITE_PROTOCOL: (
            StoreBusy,
            "other processes raced for the lock; this is tried again",
        ),
        sqlite3.SQLITE_FULL: (StoreFull, "no room left on the disk; free some and go on"),
        sqlite3.SQLITE_IOERR: (
            StoreUnreachable,
            (
                "the disk failed to read or write; look at its health and its room, and at the"
                " system's log"
            ),
        ),
        sqlite3.SQLITE_CANTOPEN: (
            StoreUnreachable,
            (
                "cannot be opened; look whether its folder exists and may be written to by the user"
                " that runs this program, also for the -wal and -shm files beside it"
            ),
        ),
        sqlite3.SQLITE_READONLY: (
            StoreUnreachable,
            (
                "may not be written; let the user that runs this program write the file and its"
                " folder, and mount the disk for writing"
            ),
        ),
        sqlite3.SQLITE_PERM: (
            StoreUnreachable,
            "may not be used; let the user that runs this program read and write the file",
        ),
        sqlite3.SQLITE_CORRUPT: (StoreDamaged, f"the file is damaged; {_DAMAGED}"),
        sqlite3.SQLITE_NOTADB: (
            StoreDamaged,
            (
                "the file is not a database, or its beginning is damaged; choose another"
                f" --database, or {_DAMAGED}"
            ),
        ),
        sqlite3.SQLITE_NOMEM: (StoreUnreachable, "no memory left for SQLite; give it some"),
    }
)


def failure_of(path: Path, error: sqlite3.Error) -> StoreError | None:
    """Return what an error says of the file as a whole; None for one that a record is to blame for.

    SQLite's result code decides, never its text.
    """
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    meaning = _MEANINGS.get(code) or _MEANINGS.get(code & _PRIMARY_CODE)
    if meaning is not None:
        kind, remedy = meaning
        return kind(path, f"{remedy} ({error})")
    if isinstance(error, sqlite3.OperationalError):
        return StoreError(path, str(error))
    return None


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite says of the file into our own errors; what a record did stays as it is."""
    try:
        yield
    except sqlite3.Error as error:
        failure = failure_of(path, error)
        if failure is None:
            raise
        raise failure from error


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """Do what `translated` does, for a file of which nothing is known yet."""
    try:
        with translated(path):
            yield
    except UnicodeDecodeError as error:
        # SQLite quotes the damaged schema, which Python takes for text.
        raise StoreDamaged(path, f"the file is damaged; {_DAMAGED}") from error
