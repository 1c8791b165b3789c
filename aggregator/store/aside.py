"""Records on which the program failed unexpectedly: set aside, named, and retried ever later."""

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
        row = connection.execute(
            "SELECT failures FROM set_aside WHERE stage = ? AND record = ?", (stage, record)
        ).fetchone()
        failures = (row["failures"] if row else 0) + 1
        retry_at: datetime = now + min(FIRST_WAIT * 2 ** min(failures - 1, 10), LONGEST_WAIT)
        connection.execute(
            "INSERT INTO set_aside (stage, record, failures, first_failed_at, retry_at, error)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (stage, record) DO UPDATE SET"
            " failures = excluded.failures, retry_at = excluded.retry_at, error = excluded.error",
            (stage, record, failures, to_text(now), to_text(retry_at), error),
        )
    return retry_at
