"""What tells how the daemon is, read from the database and the disk in a few milliseconds."""

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Final

from aggregator.store.browsing import moment, rows
from aggregator.store.diagnosis import ASIDE_LONG, VitalSigns
from aggregator.store.heartbeat import daemon_state, disk_free_bytes
from aggregator.text.times import from_text, to_text

FAILURES_THAT_COUNT: Final = 3
"""A feed fails when it did so this often in a row, or is not asked any more."""

_COUNTED_LIMIT: Final = 10_000

_FEEDS_SQL: Final = f"""
SELECT count(*) AS feeds,
       coalesce(sum(failures >= {FAILURES_THAT_COUNT} OR paused), 0) AS failing,
       min(CASE WHEN failures >= {FAILURES_THAT_COUNT} OR paused THEN failing_since END) AS since
FROM feeds WHERE listed = 1
"""  # noqa: S608 -- a number of ours

_ASIDE_SQL: Final = f"""
SELECT count(*) AS records, min(first_failed_at) AS since
FROM (SELECT first_failed_at FROM set_aside WHERE first_failed_at < :long_ago
      LIMIT {_COUNTED_LIMIT})
"""  # noqa: S608 -- a number of ours

_UNDELIVERED_SQL: Final = """
SELECT count(*) AS ways, min(since) AS since FROM alert_health WHERE health <> 'working'
"""


def vital_signs(connection: sqlite3.Connection, now: datetime, database: Path | None) -> VitalSigns:
    """Return what is known now; `database` is where the file is, None for nowhere on a disk."""
    (feeds,) = rows(connection, _FEEDS_SQL)
    (aside,) = rows(connection, _ASIDE_SQL, {"long_ago": to_text(now - ASIDE_LONG)})
    (undelivered,) = rows(connection, _UNDELIVERED_SQL)
    return VitalSigns(
        daemon=daemon_state(connection),
        troubles=tuple(
            (row["name"], from_text(row["since"]))
            for row in rows(connection, "SELECT name, since FROM troubles ORDER BY since, name")
        ),
        feeds=feeds["feeds"],
        feeds_failing=feeds["failing"],
        failing_since=moment(feeds["since"]),
        aside=aside["records"],
        aside_since=moment(aside["since"]),
        undelivered=undelivered["ways"],
        undelivered_since=moment(undelivered["since"]),
        disk_free_bytes=None if database is None else disk_free_bytes(database),
    )
