"""What always holds of the file itself: its pages, its references, its schema."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Final

from sqlite_utils import Database

from aggregator.store import schema
from aggregator.store.invariants.invariant import Invariant

_MOST_DAMAGE: Final = 20
"""Damages that SQLite lists before it stops looking."""

_OBJECTS_SQL: Final = """
SELECT type || ' ' || name AS object, iif(type = 'table', (
         SELECT group_concat(described, '; ') FROM (
           SELECT name || ' ' || type || ' ' || "notnull" || ' ' || coalesce(dflt_value, '-')
                  || ' ' || pk AS described
           FROM pragma_table_info(sqlite_master.name) ORDER BY name)
       ), sql) AS shape, sql
FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'
"""

INTEGRITY: Final = Invariant(
    name="file-is-whole",
    holds="no page of the file is damaged (PRAGMA integrity_check)",
    where="damages",
    sql="SELECT integrity_check FROM"  # noqa: S608 -- a number of ours
    f" pragma_integrity_check({_MOST_DAMAGE}) WHERE integrity_check <> 'ok'",
    remedy="stop the daemon, keep the file, and go back to the latest backup"
    " (docs/reliability.md, the way back); without one,"
    " `sqlite3 NAME.db .recover | sqlite3 recovered.db` saves what can be read. Then look at the"
    " disk: SQLite does not damage files by itself",
)

REFERENCES: Final = Invariant(
    name="references",
    holds="what refers to another row refers to one that is here (PRAGMA foreign_key_check)",
    where="rows",
    sql="SELECT \"table\" || ' ' || coalesce(rowid, '?') || ' without its ' || parent"
    " FROM pragma_foreign_key_check",
)


def objects_of(db: Database) -> Mapping[str, tuple[str, str]]:
    """Return each table, index, trigger and view with its shape and its SQL."""
    rows = db.execute(_OBJECTS_SQL).fetchall()
    return {object_: (shape, sql) for object_, shape, sql in rows}


def _expected(db: Database) -> Mapping[str, tuple[str, str]]:
    pending = schema.migrations.pending(db)
    return _made_before(pending[0].name if pending else None)


@cache
def _made_before(migration: str | None) -> Mapping[str, tuple[str, str]]:
    with Database(memory=True, execute_plugins=False) as fresh:
        if migration:
            schema.migrations.apply(fresh, stop_before=migration)
        else:
            schema.apply(fresh)
        return objects_of(fresh)


def _differences(connection: sqlite3.Connection) -> list[object]:
    db = Database(connection, execute_plugins=False)
    found, expected = objects_of(db), _expected(db)
    return [
        f"{object_} is {'missing' if object_ not in found else 'different'}"
        for object_, (shape, _) in expected.items()
        if found.get(object_, ("", ""))[0] != shape
    ]


def _make_missing(connection: sqlite3.Connection, ids: Sequence[object], _: datetime) -> None:
    """Make indexes, triggers and views as they should be; tables are never touched."""
    expected = _expected(Database(connection, execute_plugins=False))
    for difference in map(str, ids):
        kind, name, *_rest = difference.split(" ")
        if kind != "table":
            connection.execute(f"DROP {kind.upper()} IF EXISTS {name}")
            connection.execute(expected[f"{kind} {name}"][1])
    # What happened while a trigger was missing, nobody has noted.
    connection.execute("UPDATE counted_days SET is_stale = 1")


SCHEMA: Final = Invariant(
    name="schema",
    holds="tables, indexes, triggers and views are those that the migrations make",
    where="objects",
    sql="",
    remedy="what no row stands in is to be made anew: `aggregator check --database --repair` does"
    " it; a table that is missing or different comes back only from a backup",
    repair=_make_missing,
    find=_differences,
)

STRUCTURE: Final = (INTEGRITY, REFERENCES, SCHEMA)
