"""One SQLite file: opened, brought up to date, and written in whole transactions only."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, Self
from uuid import uuid4

from sqlite_utils import Database

from aggregator.errors import StoreError, StoreTooNew
from aggregator.store import schema
from aggregator.store.failures import translated
from aggregator.text.times import to_text

BUSY_TIMEOUT: Final = timedelta(seconds=5)
"""How long a write waits for another process before `StoreBusy`."""

_WAL_LIMIT_BYTES: Final = 64 * 2**20


class Store:
    """An open database. One `Store` opened for writing exists per file; readers are unlimited.

    Not safe for use by several threads at once: the pipeline gives each its own.
    """

    def __init__(self, path: Path, connect: Callable[[], Database]) -> None:
        self.path = path
        self._connect = connect
        self._db: Database | None = connect()

    @property
    def db(self) -> Database:
        """The open database; connected anew if the connection had to be given up."""
        if self._db is None:
            self._db = self._connect()
        return self._db

    @property
    def connection(self) -> sqlite3.Connection:
        """The underlying connection, for queries. Ask for it anew after each transaction."""
        return self.db.conn

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction that takes the lock at its start, all or nothing.

        A plain BEGIN would read first and fail at once when another process has written since.
        Raises StoreError for what concerns the file; an error that the written record is to blame
        for (sqlite3.IntegrityError and the like) stays as it is.
        """
        with translated(self.path):
            connection = self.connection
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._undo(connection)
                raise

    def _undo(self, connection: sqlite3.Connection) -> None:
        try:
            # SQLite itself has rolled back where it could not go on.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            # What was half written must not be read as if it stood: it ends with its connection.
            self._db = None
            connection.close()

    def installation(self) -> str:
        """Return the identifier of this database file, part of every published story id."""
        row = self.connection.execute("SELECT id FROM installation").fetchone()
        return str(row["id"])

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database file, as far as readers allow."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the connection; open transactions are rolled back."""
        if self._db is not None:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(
    path: Path, *, now: datetime | None = None, busy_timeout: timedelta = BUSY_TIMEOUT
) -> Store:
    """Open `path` for reading and writing when `now` is given, else for reading only.

    Writing creates the file and upgrades its schema. Raises StoreTooNew for a file of a newer
    version (the file is left as it is) and StoreError for a file that is missing or no database.
    """
    if now is None:
        return _open_for_reading(path, busy_timeout)
    with translated(path):
        store = Store(path, partial(_connect_for_writing, path, busy_timeout))
        try:
            _bring_up_to_date(store, now)
        except BaseException:
            store.close()
            raise
    return store


def _connect_for_writing(path: Path, busy_timeout: timedelta) -> Database:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        db = _configured(connection, busy_timeout)
        _refuse_newer(path, db)
        connection.execute("PRAGMA journal_mode = WAL")
        # A commit that was acknowledged survives power loss; one commit a feed affords it.
        connection.execute("PRAGMA synchronous = FULL")
        # Without these, macOS leaves what was synced in the cache of the drive.
        connection.execute("PRAGMA fullfsync = ON")
        connection.execute("PRAGMA checkpoint_fullfsync = ON")
        connection.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT_BYTES}")
    except BaseException:
        connection.close()
        raise
    return db


def _bring_up_to_date(store: Store, now: datetime) -> None:
    # One transaction for all: a start that is broken off leaves the file as it was.
    with store.transaction() as connection:
        schema.apply(store.db)
        connection.execute(
            "INSERT INTO installation (id, created_at)"
            " SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM installation)",
            (str(uuid4()), to_text(now)),
        )


def _open_for_reading(path: Path, busy_timeout: timedelta) -> Store:
    if not path.is_file():
        raise StoreError(path, "no such database; `aggregator poll` or `aggregator run` makes it")
    with translated(path):
        return Store(path, partial(_connect_for_reading, path, busy_timeout))


def _connect_for_reading(path: Path, busy_timeout: timedelta) -> Database:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        db = _configured(connection, busy_timeout)
        _refuse_newer(path, db)
        _refuse_foreign(path, db)
    except BaseException:
        connection.close()
        raise
    return db


def _configured(connection: sqlite3.Connection, busy_timeout: timedelta) -> Database:
    connection.row_factory = sqlite3.Row
    db = Database(connection, execute_plugins=False)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA busy_timeout = {round(busy_timeout.total_seconds() * 1000)}")
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
