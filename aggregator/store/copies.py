"""A copy of a database, taken while others read and write it, and proved before it has a name.

SQLite's backup interface copies pages under one read transaction: the copy is the database as it
was at one moment, its rows can be counted in that very state, and no writer waits. (`VACUUM INTO`
cannot run inside a transaction, so nothing could be counted in the state that it copies.)
"""

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aggregator.config.atomic import sync_file, sync_folder
from aggregator.errors import StoreError, StoreFull
from aggregator.store.room import require_room

_PAGES_AT_ONCE: Final = 4096
"""Pages of 4 KiB between two looks whether the copy is still wanted."""

_STEPS_BETWEEN_LOOKS: Final = 50_000
"""Steps of SQLite's machine, some milliseconds of work."""

_LOOK: Final = (
    "let the user that runs this program write to its folder, look at the disk, or choose another"
    " place"
)

_TABLES_SQL: Final = """
SELECT name FROM sqlite_master
WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL TABLE%' AND substr(name, 1, 7) <> 'sqlite_'
"""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was proved: no page is damaged, no row is missing.

    `broken_references` are those that lead nowhere; the copy has them because the database has.
    """

    path: Path
    bytes: int
    rows: int
    broken_references: int
    seconds: float


def copy_database(
    source: Path, target: Path, *, way_out: str, go_on: Callable[[], bool] = lambda: True
) -> Copy:
    """Copy the database `source` to `target`, which is replaced if it is there; prove the copy.

    Until all is proved and on the disk the copy has another name; of a copy that fails nothing is
    left. `way_out` says what to do when there is no room; when `go_on` returns False the copy is
    given up. Raises StoreFull, StoreError or what SQLite raises about `source`.
    """
    began = time.monotonic()
    with closing(reading(source)) as connection:
        # The snapshot that is copied, until the end of this transaction.
        connection.execute("BEGIN")
        with interrupted_unless(connection, go_on):
            counted = row_counts(connection)
        require_room(target, _size(connection), "the copy of the database", way_out)
        with _temporary(target) as temporary:
            _copy_pages(connection, temporary, go_on)
            connection.execute("COMMIT")
            # FAT and network file systems may know no modes of files.
            with suppress(PermissionError):
                temporary.chmod(source.stat().st_mode & 0o777)
            broken = _prove(source, temporary, counted, go_on)
            sync_file(temporary)
            size = temporary.stat().st_size
            temporary.replace(target)
            sync_folder(target.absolute().parent)
    return Copy(target, size, sum(counted.values()), broken, time.monotonic() - began)


def reading(path: Path) -> sqlite3.Connection:
    """Return a connection that cannot write, with transactions by hand."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)


def row_counts(connection: sqlite3.Connection) -> Mapping[str, int]:
    """Return how many rows each table has, those of the full-text indexes too."""
    names = [row[0] for row in connection.execute(_TABLES_SQL)]
    return {
        name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608 -- names of the file's own tables
        for name in names
    }


@contextmanager
def interrupted_unless(connection: sqlite3.Connection, go_on: Callable[[], bool]) -> Iterator[None]:
    """Break off what the connection executes (OperationalError) as soon as `go_on` is False."""
    connection.set_progress_handler(lambda: not go_on(), _STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    path = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        # The system says why a file cannot be made; SQLite would only say that it cannot be opened.
        path.touch(mode=0o600, exist_ok=False)
        yield path
    except OSError as error:
        detail = f"the copy cannot be written ({error.strerror}): {_LOOK}"
        raise StoreError(target, detail) from error
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            # What failed is told, not that its remains cannot be removed either.
            with suppress(OSError):
                path.with_name(path.name + suffix).unlink(missing_ok=True)


def _copy_pages(connection: sqlite3.Connection, path: Path, go_on: Callable[[], bool]) -> None:
    def look(*_: int) -> None:
        if not go_on():
            raise StoreError(path, "the copy was given up, since the program is told to stop")

    try:
        with closing(sqlite3.connect(path)) as copy:
            # What breaks off is thrown away, and all of it is synced at the end.
            copy.execute("PRAGMA synchronous = OFF")
            connection.backup(copy, pages=_PAGES_AT_ONCE, progress=look)
            # One file, which can be read where nothing may be written beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if "full" in str(error) or "disk I/O" in str(error):
            raise StoreFull(
                path.parent,
                f"no room left for the copy ({error}); free some, or choose another disk",
            ) from error
        raise


def _prove(source: Path, path: Path, counted: Mapping[str, int], go_on: Callable[[], bool]) -> int:
    """Return how many references lead nowhere; raises StoreError for what is worse."""
    with closing(reading(path)) as copy, interrupted_unless(copy, go_on):
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise StoreError(
                source,
                f"the database is damaged, so that its copy is too ({found});"
                " `aggregator check --database` says what to do",
            )
        if row_counts(copy) != counted:
            raise StoreError(source, "the copy has other numbers of rows; is the disk sound?")
        return sum(1 for _ in copy.execute("PRAGMA foreign_key_check"))


def _size(connection: sqlite3.Connection) -> int:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return int(pages) * int(size)
