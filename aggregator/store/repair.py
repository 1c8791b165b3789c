"""What does not hold in a database, mended where nothing can be lost by it: in what is derived."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from aggregator.config.atomic import remove_left_behind
from aggregator.errors import StoreError
from aggregator.store.connection import Store
from aggregator.store.copies import Copy, copy_database
from aggregator.store.invariants import INVARIANTS, Violation, violations
from aggregator.store.invariants.invariant import violation
from aggregator.store.sqlite_errors import translated

_INDEXED: Final = ("articles", "stories")
_EVERY_WORD: Final = "the words of the index are not those of the texts"


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was mended, what still does not hold, and the copy from before; None: nothing to do."""

    mended: tuple[Violation, ...]
    left: tuple[Violation, ...]
    copy: Copy | None


def repair(store: Store, now: datetime) -> Repaired:
    """Mend what can be without losing anything, after a copy; the caller holds the lock.

    More is looked at than `violations` can without writing: every word of the full-text indexes.
    Copies of repairs that were killed are removed. Raises StoreError when there is no room for the
    copy, or the file is so damaged that it cannot be copied.
    """
    unfit = [table for table in _INDEXED if not _words_agree(store, table)]
    with translated(store.path):
        found = violations(store.connection)
        if not unfit and not any(each.is_repairable for each in found):
            return Repaired((), tuple(found), None)
        copy = _copied(store.path, now)
    mended = []
    # Asked anew, since one repair may bring to light what the next one mends.
    for invariant in (each for each in INVARIANTS if each.repair is not None):
        with store.transaction() as connection:
            ids = invariant.broken(connection)
            if not ids and invariant.name in map(_searchable, unfit):
                ids = [_EVERY_WORD]
            if ids and invariant.repair is not None:
                invariant.repair(connection, ids, now)
                mended.append(violation(invariant, ids))
    left = tuple(violations(store.connection))
    still = {each.name for each in left}
    return Repaired(tuple(each for each in mended if each.name not in still), left, copy)


def _searchable(table: str) -> str:
    return f"{table}-searchable"


def _copied(path: Path, now: datetime) -> Copy:
    # Whoever holds the lock is the only one that makes such copies.
    names = rf"{re.escape(path.stem)}\.before-repair-\d{{8}}T\d{{6}}Z\.db"
    remove_left_behind(path.parent, names, age=timedelta(0))
    target = path.with_name(f"{path.stem}.before-repair-{now:%Y%m%dT%H%M%SZ}.db")
    return copy_database(path, target, way_out="repair it where there is more")


def _words_agree(store: Store, table: str) -> bool:
    try:
        with store.transaction() as connection:
            connection.execute(
                f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES ('integrity-check', 1)"  # noqa: S608 -- names of ours
            )
    except StoreError as error:
        if "malformed" in error.detail:
            return False
        raise
    return True
