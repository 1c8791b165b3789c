"""What does not hold in a database, mended where nothing can be lost by it: in what is derived."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from aggregator.store.connection import Store, translated
from aggregator.store.copies import Copy, copy_database
from aggregator.store.invariants import (
    INVARIANTS,
    Invariant,
    Violation,
    broken_invariants,
    violations,
)
from aggregator.store.invariants.invariant import violation

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
    Raises StoreError when there is no room for the copy, or the file is so damaged that it cannot
    be copied.
    """
    with translated(store.path):
        broken = [each for each in _all_broken(store) if each[0].repair is not None]
        if not broken:
            return Repaired((), tuple(violations(store.connection)), None)
        copy = copy_database(
            store.path, _copy_path(store.path, now), way_out="repair it where there is more"
        )
    mended = []
    for invariant, ids in broken:
        assert invariant.repair is not None
        with store.transaction() as connection:
            # What another repair has mended, too, is not touched again.
            is_hidden = ids == [_EVERY_WORD]
            if left_now := ids if is_hidden else invariant.broken(connection):
                invariant.repair(connection, left_now, now)
        mended.append(violation(invariant, ids))
    left = tuple(violations(store.connection))
    still = {each.name for each in left}
    return Repaired(tuple(each for each in mended if each.name not in still), left, copy)


def _copy_path(path: Path, now: datetime) -> Path:
    return path.with_name(f"{path.stem}.before-repair-{now:%Y%m%dT%H%M%SZ}.db")


def _all_broken(store: Store) -> Iterator[tuple[Invariant, list[object]]]:
    named = set()
    for invariant, ids in broken_invariants(store.connection):
        named.add(invariant.name)
        yield invariant, ids
    for invariant in INVARIANTS:
        for table in _INDEXED:
            is_of_table = invariant.name == f"{table}-searchable"
            if is_of_table and invariant.name not in named and not _words_agree(store, table):
                yield invariant, [_EVERY_WORD]


def _words_agree(store: Store, table: str) -> bool:
    try:
        with store.transaction() as connection:
            connection.execute(
                f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES ('integrity-check', 1)"  # noqa: S608 -- names of ours
            )
    except Exception as error:
        if isinstance(error.__cause__, sqlite3.DatabaseError) and "malformed" in str(error):
            return False
        raise
    return True
