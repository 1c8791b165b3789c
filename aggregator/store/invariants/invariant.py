"""What an invariant is, and what was found of one that does not hold."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aggregator.text.times import to_text

EXAMPLES: Final = 5
"""Rows of a violation that are named."""

Repair = Callable[[sqlite3.Connection, Sequence[object], datetime], None]
"""Mends the rows of these ids in an open transaction, losing nothing; the time is now."""

REPAIR_DOES_IT: Final = "`aggregator check --database --repair` does it"

RESTORE: Final = (
    "this is not known to happen: keep the file for a report of the error, and go back to the"
    " latest backup without it (docs/reliability.md, the way back)"
)
"""What is to be done about rows that nothing else in the database can bring back."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """What always holds in a database, whatever happened to the program.

    `sql` returns the id of each row that breaks it, as the first column. `where` names what such
    an id is. `remedy` says how to mend it; with `repair`, `check --database --repair` does.
    """

    name: str
    holds: str
    where: str
    sql: str
    remedy: str = RESTORE
    repair: Repair | None = None
    find: Callable[[sqlite3.Connection], list[object]] | None = None
    """In place of `sql` where that cannot tell."""

    def broken(self, connection: sqlite3.Connection) -> list[object]:
        """Return the ids of the rows that break it, read in one transaction."""
        if self.find is not None:
            return self.find(connection)
        return [row[0] for row in connection.execute(self.sql)]


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant that does not hold: of how many rows, the first of them, what to do."""

    name: str
    holds: str
    where: str
    count: int
    examples: tuple[str, ...]
    remedy: str
    is_repairable: bool


def violation(invariant: Invariant, ids: Sequence[object]) -> Violation:
    """Return what is told of the rows `ids` that break an invariant."""
    return Violation(
        invariant.name,
        invariant.holds,
        invariant.where,
        len(ids),
        tuple(str(each) for each in ids[:EXAMPLES]),
        invariant.remedy,
        invariant.repair is not None,
    )


def by_statement(sql: str) -> Repair:
    """Return a repair that runs `sql` for each id, with `:id` and `:now`."""

    def repair(connection: sqlite3.Connection, ids: Sequence[object], now: datetime) -> None:
        moment = to_text(now)
        connection.executemany(sql, ({"id": each, "now": moment} for each in ids))

    return repair
