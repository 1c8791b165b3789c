"""Waits, when the clock was set: what is left of each stays what it was.

A wait is kept as the time at which it ends. Were these left alone, a clock set back by a day would
silence every feed for a day, and one set forward would ask everybody at once.
"""

import sqlite3
from datetime import datetime, timedelta
from typing import Final

from aggregator.store.connection import Store
from aggregator.text.times import to_text

_FORMAT: Final = "%Y-%m-%dT%H:%M:%SZ"

_WAITS: Final = (
    ("feeds", "next_due_at", "1", "coalesce(last_polled_at, added_at)"),
    ("set_aside", "retry_at", "1", "NULL"),
    (
        "articles",
        "scrape_due_at",
        "scrape_due_at IS NOT NULL",
        "coalesce(scraped_at, first_seen_at)",
    ),
    ("revisits", "due_at", "due_at IS NOT NULL", "looked_at"),
    ("alert_deliveries", "next_attempt_at", "state = 'pending'", "decided_at"),
    ("subscriptions", "next_request_at", "1", "coalesce(requested_at, verified_at)"),
    ("subscriptions", "lease_ends_at", "lease_ends_at IS NOT NULL", "verified_at"),
)
"""Table, column, the condition of the index by which its few rows are found, when it was noted."""

# What was noted in the future was noted by another clock; the wait began then.
_NOTED: Final = (
    ("feeds", "next_due_at", "coalesce(last_polled_at, added_at)"),
    ("articles", "scrape_due_at", "coalesce(scraped_at, first_seen_at)"),
    ("revisits", "due_at", "looked_at"),
    ("alert_deliveries", "next_attempt_at", "decided_at"),
    ("subscriptions", "next_request_at", "coalesce(requested_at, verified_at)"),
)

# A message is given up a day after it was decided, by the same clock. After a step back it is given
# up later for being left alone, and which clock has noted it could not be told.
_BEGINNINGS: Final = f"""
UPDATE alert_deliveries SET decided_at = strftime('{_FORMAT}', decided_at, :step)
WHERE state = 'pending' AND decided_at <= :before AND NOT :is_back
"""  # noqa: S608 -- a constant

_LONGEST_ASIDE: Final = timedelta(hours=24)


def step_waits(store: Store, before: datetime, after: datetime) -> int:
    """Move the ends of all waits as the clock was moved, from `before` to `after`; count them.

    What was due stays due. What the clock has decided since it was set forward is left as it is:
    this may be done some time after that.
    """
    seconds = round((after - before).total_seconds())
    values = {
        "before": to_text(before),
        "after": to_text(after),
        "lowest": to_text(min(before, after)),
        "step": f"{seconds:+d} seconds",
        "is_back": after < before,
    }
    with store.transaction() as connection:
        moved = sum(
            connection.execute(
                f"UPDATE {table} SET {column} = CASE WHEN {column} > :before"  # noqa: S608 -- ours
                f" THEN strftime('{_FORMAT}', {column}, :step) ELSE :after END"
                f" WHERE {column} > :lowest AND {condition}"
                f" AND (:is_back OR {noted} IS NULL OR {noted} <= :before)",
                values,
            ).rowcount
            for table, column, condition, noted in _WAITS
        )
        connection.execute(_BEGINNINGS, values)
    return moved


def mend_waits(store: Store, now: datetime) -> int:
    """Shorten waits that a clock has made which was ahead of `now`; return how many there were.

    For a start after the clock was set back: how far is known only from what was noted by it.
    Where there is nothing to do, nothing is written.
    """
    values = {"now": to_text(now), "longest": to_text(now + _LONGEST_ASIDE)}
    if not any(_has_wrong(store.connection, *each, values) for each in _NOTED) and not _row(
        store.connection, "SELECT 1 FROM set_aside WHERE retry_at > :longest", values
    ):
        return 0
    with store.transaction() as connection:
        mended = sum(_mend(connection, *each, values) for each in _NOTED)
        return mended + (
            connection.execute(
                "UPDATE set_aside SET retry_at = :longest WHERE retry_at > :longest", values
            ).rowcount
        )


def _wrong(column: str, noted: str) -> str:
    # Once it is mended the wait ends before the time that was noted, and is left alone.
    return f"{column} > :now AND {noted} > :now AND {column} >= {noted}"


def _has_wrong(
    connection: sqlite3.Connection, table: str, column: str, noted: str, values: dict[str, str]
) -> bool:
    query = f"SELECT 1 FROM {table} WHERE {_wrong(column, noted)} LIMIT 1"  # noqa: S608 -- ours
    return _row(connection, query, values)


def _row(connection: sqlite3.Connection, query: str, values: dict[str, str]) -> bool:
    return connection.execute(query, values).fetchone() is not None


def _mend(
    connection: sqlite3.Connection, table: str, column: str, noted: str, values: dict[str, str]
) -> int:
    return connection.execute(
        f"UPDATE {table} SET {column} = strftime('{_FORMAT}', :now,"  # noqa: S608 -- ours
        f" (strftime('%s', {column}) - strftime('%s', {noted})) || ' seconds')"
        f" WHERE {_wrong(column, noted)}",
        values,
    ).rowcount
