"""Backups: taken while a daemon writes, proved, and rotated; and room given back to the disk."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from aggregator.config.atomic import remove_left_behind
from aggregator.errors import BackupStopped, StoreError
from aggregator.store.connection import Store, open_store
from aggregator.store.copies import Copy, copy_database
from aggregator.store.room import Vacuumed, file_bytes, require_room, scratch_folder
from aggregator.store.sqlite_errors import translated

_ELSEWHERE: Final = "choose another disk"
_STOPPED: Final = "told to stop before the backup was whole: there is none"


def back_up(
    database: Path,
    target: Path,
    now: datetime,
    *,
    replace: bool = False,
    keep: int | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> tuple[Copy, list[Path]]:
    """Back `database` up to `target`; return the copy, and the earlier ones that were removed.

    In a folder the copy gets a name with the time (UTC), and with `keep` only so many stay there:
    this one, and those with the latest times. What backups that were killed have left half written
    is removed. Raises StoreError for a file that is there unless `replace`, and for a target that
    cannot be written, StoreFull without room, BackupStopped as soon as `go_on` returns False.
    """
    open_store(database).close()
    with _naming(target):
        return _backed_up(database, target, now, replace=replace, keep=keep, go_on=go_on)


def is_folder(target: Path) -> bool:
    """Return whether a backup to `target` gets a name of its own in that folder.

    Raises StoreError where that cannot be seen.
    """
    with _naming(target):
        return target.is_dir()


@contextmanager
def _naming(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            target,
            f"cannot be used for a backup ({error}): let the user that runs this program write"
            " there, or choose another place",
        ) from error


def _backed_up(
    database: Path,
    target: Path,
    now: datetime,
    *,
    replace: bool,
    keep: int | None,
    go_on: Callable[[], bool],
) -> tuple[Copy, list[Path]]:
    is_dated = target.is_dir()
    file = target / f"{database.stem}-{now:%Y%m%dT%H%M%SZ}.db" if is_dated else target
    _refuse(database, file, replace=replace)
    names = _dated_name(database) if is_dated else re.escape(file.name)
    remove_left_behind(file.absolute().parent, names)
    with translated(database):
        copy = _copied(database, file, go_on)
    open_store(file).close()
    removed = _others(database, file)[keep - 1 :] if is_dated and keep is not None else []
    for old in removed:
        old.unlink()
    return copy, removed


def _copied(database: Path, file: Path, go_on: Callable[[], bool]) -> Copy:
    try:
        return copy_database(database, file, way_out=_ELSEWHERE, go_on=go_on)
    except (StoreError, sqlite3.Error) as error:
        if not go_on():
            raise BackupStopped(file, _STOPPED) from error
        raise


def _others(database: Path, made: Path) -> list[Path]:
    """Return the other backups of `database` in the folder of `made`, the latest time first."""
    # While the clock was ahead, later times than that of `made` may have been given.
    names = re.compile(_dated_name(database))
    found = (path for path in made.parent.iterdir() if names.fullmatch(path.name))
    return sorted((path for path in found if path.name != made.name), reverse=True)


def _dated_name(database: Path) -> str:
    return rf"{re.escape(database.stem)}-\d{{8}}T\d{{6}}Z\.db"


def _refuse(database: Path, file: Path, *, replace: bool) -> None:
    if not file.absolute().parent.is_dir():
        raise StoreError(file, "there is no such folder; make it first")
    if not file.exists():
        return
    if file.samefile(database):
        raise StoreError(file, "this is the database itself; choose another name")
    if not file.is_file():
        raise StoreError(file, "this is a device or a pipe and no file; choose another name")
    if not replace:
        raise StoreError(file, "there is a file of this name; choose another one, or use --force")


def vacuum(store: Store) -> Vacuumed:
    """Give room that rows have left back to the disk; the caller holds the lock.

    SQLite writes the whole database anew to its folder for temporary files and then into its log,
    in one transaction: what is broken off leaves the file as it was. Raises StoreFull without room
    for that.
    """
    before = file_bytes(store.path)
    _require_room_for_vacuum(store.path.resolve(), before)
    with translated(store.path):
        store.connection.execute("VACUUM")
        store.checkpoint()
        (found,) = store.connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise StoreError(
            store.path, f"the file is malformed ({found}); `aggregator check --database` helps"
        )
    return Vacuumed(before, file_bytes(store.path))


def _require_room_for_vacuum(database: Path, size: int) -> None:
    scratch = scratch_folder()
    larger = "move the database to a larger disk"
    if scratch.stat().st_dev == database.parent.stat().st_dev:
        require_room(database, 2 * size, "vacuum", larger)
        return
    require_room(database, size, "vacuum", larger)
    way_out = "set SQLITE_TMPDIR to a folder on a larger disk"
    require_room(scratch, size, "the temporary copy of vacuum", way_out)
