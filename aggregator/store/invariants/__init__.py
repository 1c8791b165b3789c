"""What always holds in the database, asked of a database: nothing found means all of it holds.

Each invariant is one query in a read transaction of its own, so that a daemon can write meanwhile
and its log can be moved into the file in between.
"""

import sqlite3
from collections.abc import Iterator
from typing import Final

from sqlite_utils import Database

from aggregator.store import schema
from aggregator.store.invariants.columns import COLUMNS
from aggregator.store.invariants.invariant import Invariant, Violation, violation
from aggregator.store.invariants.reports import REPORTS
from aggregator.store.invariants.stories import STORIES
from aggregator.store.invariants.structure import INTEGRITY, SCHEMA, STRUCTURE

__all__ = [
    "INVARIANTS",
    "Invariant",
    "Violation",
    "broken_invariants",
    "has_earlier_schema",
    "violations",
]

INVARIANTS: Final = (*STRUCTURE, *REPORTS, *STORIES, *COLUMNS)
"""Everything that always holds, in the order in which it is looked at and mended."""


def violations(connection: sqlite3.Connection) -> list[Violation]:
    """Return what does not hold; of a damaged file or a foreign schema nothing more is asked."""
    return [violation(invariant, ids) for invariant, ids in broken_invariants(connection)]


def broken_invariants(
    connection: sqlite3.Connection,
) -> Iterator[tuple[Invariant, list[object]]]:
    """Yield each invariant that does not hold, with the ids of the rows that break it."""
    for invariant in STRUCTURE:
        try:
            ids = invariant.broken(connection)
        except sqlite3.DatabaseError as error:
            # So damaged that SQLite cannot even look at it.
            yield INTEGRITY, [str(error)]
            return
        if ids:
            yield invariant, ids
        if ids and (invariant is INTEGRITY or _lacks_tables(invariant, ids)):
            return
    if has_earlier_schema(connection):
        return
    for invariant in (*REPORTS, *STORIES, *COLUMNS):
        if ids := invariant.broken(connection):
            yield invariant, ids


def _lacks_tables(invariant: Invariant, ids: list[object]) -> bool:
    return invariant is SCHEMA and any(str(each).startswith("table ") for each in ids)


def has_earlier_schema(connection: sqlite3.Connection) -> bool:
    """Return whether an upgrade is to come first: rows are looked at in the newest schema only."""
    return bool(schema.migrations.pending(Database(connection, execute_plugins=False)))
