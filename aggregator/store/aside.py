"""Records on which the program failed unexpectedly: set aside, named, and retried ever later."""

import sqlite3
from datetime import datetime, timedelta
from typing import Final

from aggregator.store.connection import Store
from aggregator.text.times import to_text

FIRST_WAIT: Final = timedelta(hours=1)
LONGEST_WAIT: Final = timedelta(hours=24)


def set_aside(store: Store, stage: str, record: str, error: str, now: datetime) -> datetime:
    """Note that `stage` failed on `record`; return when it is tried again.

    The wait is an hour the first time and doubles up to a day, so that one record can neither
    stop the others nor be forgotten.
    """
    with store.transaction() as connection:
        return note_failure(connection, stage, record, error, now)


def is_aside(store: Store, stage: str, record: str, now: datetime) -> bool:
    """Tell whether a record waits for its next try."""
    return is_waiting(store.connection, stage, record, now)


def no_longer_aside(store: Store, stage: str, record: str) -> None:
    """Note that a record has gone well; where it always did, nothing is written."""
    if _failures(store.connection, stage, record):
        with store.transaction() as connection:
            forget_failures(connection, stage, record)


def note_failure(
    connection: sqlite3.Connection, stage: str, record: str, error: str, now: datetime
) -> datetime:
    """Do what `set_aside` does, as a part of a transaction."""
    failures = _failures(connection, stage, record) + 1
    retry_at: datetime = now + min(FIRST_WAIT * 2 ** min(failures - 1, 10), LONGEST_WAIT)
    connection.execute(
        "INSERT INTO set_aside (stage, record, failures, first_failed_at, retry_at, error)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (stage, record) DO UPDATE SET"
        " failures = excluded.failures, retry_at = excluded.retry_at, error = excluded.error",
        (stage, record, failures, to_text(now), to_text(retry_at), error),
    )
    return retry_at


def is_waiting(connection: sqlite3.Connection, stage: str, record: str, now: datetime) -> bool:
    """Do what `is_aside` does, as a part of a transaction."""
    row = connection.execute(
        "SELECT 1 FROM set_aside WHERE stage = ? AND record = ? AND retry_at > ?",
        (stage, record, to_text(now)),
    ).fetchone()
    return row is not None


def forget_failures(connection: sqlite3.Connection, stage: str, record: str) -> None:
    """Do what `no_longer_aside` does, as a part of a transaction."""
    connection.execute("DELETE FROM set_aside WHERE stage = ? AND record = ?", (stage, record))


def _failures(connection: sqlite3.Connection, stage: str, record: str) -> int:
    row = connection.execute(
        "SELECT failures FROM set_aside WHERE stage = ? AND record = ?", (stage, record)
    ).fetchone()
    return int(row[0]) if row else 0
