"""What holds in every database of ours at each moment, and what the polls say of it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from aggregator.store import invariants

# Only while no poll has been forgotten, as in a test.
_POLLS_COUNT_ENTRIES: Final = """
SELECT id FROM feeds WHERE (SELECT coalesce(sum(entries_new), 0) FROM polls
WHERE feed_id = feeds.id) <> (SELECT count(*) FROM entries WHERE feed_id = feeds.id)
"""


def violations(connection: sqlite3.Connection) -> list[str]:
    """Return what does not hold; a file whose tables were not made yet holds nothing at all."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table'").fetchone():
        return []
    found = [str(violation) for violation in invariants.violations(connection)]
    found += [
        f"polls say of other new entries than there are: {row[0]}"
        for row in connection.execute(_POLLS_COUNT_ENTRIES)
    ]
    return found


def violations_of(path: Path) -> list[str]:
    """Return what does not hold in a file, which is opened as the program opens it."""
    with closing(sqlite3.connect(path)) as connection:
        return violations(connection)
