"""One SQLite file: opened, brought up to date, and written in whole transactions only."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, Self
from uuid import uuid4

from sqlite_utils import Database

from aggregator.errors import StoreError, StoreTooNew
from aggregator.lock import behind_link
from aggregator.store import schema
from aggregator.store.copies import reading
from aggregator.store.sqlite_errors import failure_of, opening, translated
from aggregator.store.upgrade import upgrade
from aggregator.text.times import to_text

BUSY_TIMEOUT: Final = timedelta(seconds=5)
"""How long a write waits for another process before `StoreBusy`."""

LOG_LIMIT_BYTES: Final = 4 * 2**20
"""The write-ahead log is cut to this size as soon as no reader needs what is in it."""

_FULL_LOG_PAGES: Final = 1000
"""Pages after which a commit moves the log into the file (SQLite's default, said aloud)."""

_CHECKPOINT_WAIT_MS: Final = 50
"""How long readers are waited for to cut the log; meanwhile nothing is stored."""

SOUND_SQLITE: Final = (3, 51, 3)
"""The first version without the rare corruption of a database in WAL mode ("WAL reset")."""


class Store:
    """An open database. One `Store` opened for writing exists per file; readers are unlimited.

    Not safe for use by several threads at once: the pipeline gives each its own. As a context
    manager it is closed at the end, and what SQLite says of the file meanwhile is a StoreError.
    """

    def __init__(self, path: Path, connect: Callable[[], Database]) -> None:
        self.path = behind_link(path)
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

    def bound_log(self) -> int:
        """Cut the write-ahead log if it is over `LOG_LIMIT_BYTES`; return its size in bytes.

        A reader who needs it is waited for a moment only: then it stays as large as it is.
        """
        log = self.path.with_name(f"{self.path.name}-wal")
        if _size(log) > LOG_LIMIT_BYTES:
            (usual,) = self.connection.execute("PRAGMA busy_timeout").fetchone()
            self.connection.execute(f"PRAGMA busy_timeout = {_CHECKPOINT_WAIT_MS}")
            try:
                self.checkpoint()
            finally:
                self.connection.execute(f"PRAGMA busy_timeout = {usual}")
        return _size(log)

    def close(self) -> None:
        """Close the connection; open transactions are rolled back."""
        if self._db is not None:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self.close()
        if isinstance(error, sqlite3.Error):
            failure = failure_of(self.path, error)
            if failure is not None:
                raise failure from error


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def sqlite_warning(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str | None:
    """Return what is to be known of the SQLite that Python uses; None of a sound version."""
    if version >= SOUND_SQLITE:
        return None
    return (
        f"SQLite {'.'.join(map(str, version))}: before 3.51.3 two programs that write or checkpoint"
        " at the same instant can, very rarely, damage the file (WAL reset). Let no other program"
        " write to it, keep backups (`aggregator backup`), and use a Python with a newer SQLite"
        " when there is one"
    )


def open_store(
    path: Path,
    *,
    now: datetime | None = None,
    busy_timeout: timedelta = BUSY_TIMEOUT,
    with_copy: bool = True,
    go_on: Callable[[], bool] = lambda: True,
) -> Store:
    """Open `path` for reading and writing when `now` is given, else for reading only.

    Writing creates the file and upgrades its schema, which takes minutes where a file is large: a
    copy is made first unless `with_copy` is False, and it is broken off, with nothing changed, as
    soon as `go_on` returns False. Raises StoreTooNew for a file of a newer version and StoreError
    for one of another program (both are left as they are), StoreFull without room for the copy, and
    StoreError for a file that is missing or no database, and for an upgrade that was broken off.
    """
    if now is None:
        return _open_for_reading(path, busy_timeout)
    with opening(path):
        _refuse_untouched(path)
        store = Store(path, partial(_connect_for_writing, path, busy_timeout))
        try:
            upgrade(path, store.db, with_copy=with_copy, go_on=go_on)
            _name_installation(store, now)
        except BaseException:
            store.close()
            raise
    return store


def _connect_for_writing(path: Path, busy_timeout: timedelta) -> Database:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        db = _configured(connection, busy_timeout)
        connection.execute("PRAGMA journal_mode = WAL")
        # A commit that was acknowledged survives power loss; one commit a feed affords it.
        connection.execute("PRAGMA synchronous = FULL")
        # Without these, macOS leaves what was synced in the cache of the drive.
        connection.execute("PRAGMA fullfsync = ON")
        connection.execute("PRAGMA checkpoint_fullfsync = ON")
        connection.execute(f"PRAGMA journal_size_limit = {LOG_LIMIT_BYTES}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_FULL_LOG_PAGES}")
    except BaseException:
        connection.close()
        raise
    return db


def _name_installation(store: Store, now: datetime) -> None:
    if store.connection.execute("SELECT 1 FROM installation").fetchone() is None:
        with store.transaction() as connection:
            connection.execute(
                "INSERT INTO installation (id, created_at) VALUES (?, ?)",
                (str(uuid4()), to_text(now)),
            )


def _open_for_reading(path: Path, busy_timeout: timedelta) -> Store:
    if not path.is_file():
        raise StoreError(path, "no such database; `aggregator poll` or `aggregator run` makes it")
    with opening(path):
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


def _refuse_untouched(path: Path) -> None:
    """Refuse a file of a newer version or of another program before anything is written to it."""
    # A connection that may write moves what a crash has left in the log into the file, however
    # little it is used for.
    if path.is_file() and path.stat().st_size > 0:
        with closing(reading(path)) as connection:
            db = Database(connection, execute_plugins=False)
            _refuse_newer(path, db)
            # The schema comes in one transaction: tables without its steps are those of others.
            if db.table_names() and not schema.migrations.applied(db):
                raise _foreign(path)


def _refuse_newer(path: Path, db: Database) -> None:
    if unknown := schema.unknown_migrations(db):
        raise StoreTooNew(
            path,
            f"written by a newer version (it knows {', '.join(unknown)}); install that version",
        )


def _refuse_foreign(path: Path, db: Database) -> None:
    if not db.table("installation").exists():
        raise _foreign(path)


def _foreign(path: Path) -> StoreError:
    return StoreError(path, "this is no database of ours; choose another --database")
