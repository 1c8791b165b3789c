"""One SQLite file: opened, brought up to date, and written in whole transactions only."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, Self
from uuid import uuid4

from sqlite_utils import Database

from aggregator.errors import StoreBusy, StoreError, StoreFull, StoreTooNew
from aggregator.store import schema
from aggregator.text.times import to_text

BUSY_TIMEOUT_MS: Final = 5000
"""How long a write waits for another process before `StoreBusy`."""

_WAL_LIMIT_BYTES: Final = 64 * 2**20


class Store:
    """An open database. One `Store` opened for writing exists per file; readers are unlimited.

    Not safe for use by several threads at once: the pipeline gives each its own.
    """

    def __init__(self, path: Path, db: Database) -> None:
        self.path = path
        self.db = db

    @property
    def connection(self) -> sqlite3.Connection:
        """The underlying connection, for queries."""
        return self.db.conn

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction that takes the lock at its start, all or nothing.

        A plain BEGIN would read first and fail at once when another process has written since.
        Raises StoreBusy, StoreFull or StoreError for what SQLite reports.
        """
        with translated(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                self.connection.rollback()
                raise
            self.connection.commit()

    def installation(self) -> str:
        """Return the identifier of this database file, part of every published story id."""
        row = self.connection.execute("SELECT id FROM installation").fetchone()
        return str(row["id"])

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database file, as far as readers allow."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the connection; open transactions are rolled back."""
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into our own errors, which say what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            raise StoreBusy(path, "another process holds the lock; this is tried again") from error
        if "full" in text:
            raise StoreFull(path, "no room left on the disk; free some and go on") from error
        raise StoreError(path, text) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(path, str(error)) from error


def open_store(path: Path, *, now: datetime | None = None) -> Store:
    """Open `path` for reading and writing when `now` is given, else for reading only.

    Writing creates the file and upgrades its schema. Raises StoreTooNew for a file of a newer
    version (the file is left as it is) and StoreError for a file that is missing or no database.
    """
    if now is None:
        return _open_for_reading(path)
    with translated(path):
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=False)
        try:
            db = _configured(connection)
            _refuse_newer(path, db)
            connection.execute("PRAGMA journal_mode = WAL")
            # A commit that was acknowledged survives power loss; one commit a feed affords it.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT_BYTES}")
            schema.apply(db)
            connection.execute(
                "INSERT INTO installation (id, created_at)"
                " SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM installation)",
                (str(uuid4()), to_text(now)),
            )
            connection.commit()
        except BaseException:
            connection.close()
            raise
    return Store(path, db)


def _open_for_reading(path: Path) -> Store:
    if not path.is_file():
        raise StoreError(path, "no such database; `aggregator poll` or `aggregator run` makes it")
    with translated(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro",
            uri=True,
            timeout=BUSY_TIMEOUT_MS / 1000,
            check_same_thread=False,
        )
        try:
            db = _configured(connection)
            _refuse_newer(path, db)
            _refuse_foreign(path, db)
        except BaseException:
            connection.close()
            raise
    return Store(path, db)


def _configured(connection: sqlite3.Connection) -> Database:
    connection.row_factory = sqlite3.Row
    db = Database(connection, execute_plugins=False)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    return db


def _refuse_newer(path: Path, db: Database) -> None:
    if unknown := schema.unknown_migrations(db):
        raise StoreTooNew(
            path,
            f"written by a newer version (it knows {', '.join(unknown)}); install that version",
        )


def _refuse_foreign(path: Path, db: Database) -> None:
    if not db.table("installation").exists():
        raise StoreError(path, "this is no database of ours; choose another --database")
