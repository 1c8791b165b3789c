"""Datasette's counts of rows, kept from holding up its pages where tables have millions."""

import sqlite3
from functools import wraps
from typing import Any, Final

from datasette.database import Database, QueryInterrupted, Results
from datasette.utils import escape_sqlite

COUNTED_ROWS: Final = 10_000
"""Of a table with more, the list of tables says "many": counting a large one takes a second."""
COUNT_TIME_MS: Final = 100
"""A page of a table goes without the number of its rows where counting them takes longer."""

_COUNT: Final = "select count(*)"


def bound_counts(database: Database) -> None:
    """Replace how this database counts; Datasette has no setting for either."""
    execute = database.execute

    async def table_counts(limit: int = COUNT_TIME_MS) -> dict[str, int | None]:
        del limit  # so few rows are counted at once
        hidden = set(await database.hidden_table_names())
        names = await database.table_names()
        return {name: None if name in hidden else await counted(name) for name in names}

    async def counted(name: str) -> int | None:
        rows = f"select 1 from {escape_sqlite(name)} limit {COUNTED_ROWS + 1}"  # noqa: S608 -- a table's own name
        try:
            found = (await execute(f"{_COUNT} from ({rows})")).rows[0][0]
        except (QueryInterrupted, sqlite3.DatabaseError):
            return None
        return int(found) if found <= COUNTED_ROWS else None

    @wraps(execute)
    async def bounded(sql: str, *arguments: Any, **options: Any) -> Results:  # noqa: ANN401 -- Datasette's
        if sql.startswith(_COUNT):
            options.setdefault("custom_time_limit", COUNT_TIME_MS)
        return await execute(sql, *arguments, **options)

    database.table_counts = table_counts
    database.execute = bounded
