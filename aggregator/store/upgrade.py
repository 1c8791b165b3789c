"""From an earlier schema to the newest: first a copy, then all of it in one transaction or nothing.

An upgrade that is broken off, by a signal, a crash or a full disk, leaves the file as the earlier
version wrote it; the next start begins anew.
"""

import logging
import re
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from aggregator.config.atomic import remove_left_behind
from aggregator.errors import UpgradeStopped
from aggregator.store import schema
from aggregator.store.copies import copy_database, interrupted_unless, reading
from aggregator.store.room import file_bytes, in_mib, require_room
from aggregator.store.sqlite_errors import translated

COPIES_KEPT: Final = 2
"""Copies of earlier schemas that stay beside the file, those that were made last."""

_NO_ROOM: Final = (
    "keep a copy elsewhere with `aggregator backup` and upgrade without one:"
    " `aggregator upgrade --no-copy`"
)

_STOPPED: Final = (
    "told to stop while the schema was being upgraded: nothing has changed, the next start does it"
)

_log: Final = logging.getLogger("aggregator")


def upgrade(
    path: Path, db: Database, *, with_copy: bool = True, go_on: Callable[[], bool] = lambda: True
) -> None:
    """Bring the open database `path` to the newest schema; of one that has it nothing is written.

    An existing file of an earlier schema is copied before, unless `with_copy` is False. Raises
    StoreFull without room for that, UpgradeStopped as soon as `go_on` returns False.
    """
    if schema.is_current(db):
        return
    connection = db.conn
    # Others who would write wait from here on, so that the copy is the file as it is upgraded.
    connection.execute("BEGIN IMMEDIATE")
    try:
        steps = [migration.name for migration in schema.migrations.pending(db)]
        is_earlier = bool(steps) and bool(schema.migrations.applied(db))
        if is_earlier:
            _log.info("upgrade database=%s steps=%s", path, ",".join(steps))
            if with_copy:
                _keep_copy(path, steps[0], go_on)
            require_room(path, file_bytes(path) // 4, "the upgrade of the database", "move it")
        began = time.monotonic()
        with interrupted_unless(connection, go_on):
            schema.apply(db)
        connection.commit()
    except BaseException as error:
        connection.rollback()
        if not go_on():
            raise UpgradeStopped(path, _STOPPED) from error
        raise
    if is_earlier:
        _log.info("upgrade database=%s done seconds=%.1f", path, time.monotonic() - began)


def awaits_upgrade(path: Path) -> bool:
    """Return whether the file at `path` is a database of an earlier schema; nothing is written."""
    if not path.is_file():
        return False
    with translated(path), closing(reading(path)) as connection:
        db = Database(connection, execute_plugins=False)
        return bool(schema.migrations.applied(db)) and bool(schema.migrations.pending(db))


def copies_before_upgrades(path: Path) -> list[Path]:
    """Return the copies that upgrades of `path` have left beside it, the last one made first."""
    names = re.compile(rf"{re.escape(path.stem)}\.before-m\d{{3}}\.db")
    copies = (copy for copy in path.parent.iterdir() if names.fullmatch(copy.name))
    # The schema that a copy has says nothing of its age: an old backup can have been put back.
    return sorted(copies, key=lambda copy: (copy.stat().st_mtime_ns, copy.name), reverse=True)


def _keep_copy(path: Path, first: str, go_on: Callable[[], bool]) -> None:
    target = path.with_name(f"{path.stem}.before-{first.partition('_')[0]}.db")
    # Nobody else makes one now: the file is locked.
    remove_left_behind(path.parent, re.escape(target.name), age=timedelta(0))
    copy = copy_database(path, target, way_out=_NO_ROOM, go_on=go_on)
    _log.info(
        "upgrade copy=%s size=%r rows=%d seconds=%.1f",
        target, in_mib(copy.bytes), copy.rows, copy.seconds,
    )  # fmt: skip
    # By its name, since a clock that is wrong can make this one the oldest.
    others = [other for other in copies_before_upgrades(path) if other.name != target.name]
    for old in others[COPIES_KEPT - 1 :]:
        old.unlink()
        _log.info("upgrade removed earlier copy=%s", old)
