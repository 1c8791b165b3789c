"""What time it is by the dates that publishers give their reports, whatever our own clock says."""

import sqlite3
from datetime import datetime, timedelta
from typing import Final

from aggregator.text.times import from_text

AGREEMENT: Final = timedelta(days=1)
"""How near the dates of two publishers are that agree: one alone may list events to come."""

_LOOKED_AT: Final = 1000
"""Reports that are looked at, the latest first."""

_LATEST_SQL: Final = """
SELECT source, published_at FROM articles WHERE published_at IS NOT NULL
ORDER BY published_at DESC LIMIT ?
"""


def publishers_time(connection: sqlite3.Connection) -> datetime | None:
    """Return the latest date on which two publishers agree, or of the only one that gives dates.

    None where there is no such date.
    """
    latest: dict[str, datetime] = {}
    newest: datetime | None = None
    looked_at = 0
    # Mostly the first few agree, so that no more are read.
    for row in connection.execute(_LATEST_SQL, (_LOOKED_AT,)):
        looked_at += 1
        moment = from_text(row["published_at"])
        newest = newest or moment
        if any(
            source != row["source"] and later - moment <= AGREEMENT
            for source, later in latest.items()
        ):
            return moment
        # The walk goes back in time, so the last one seen of a publisher is its nearest.
        latest[row["source"]] = moment
    return newest if len(latest) == 1 and looked_at < _LOOKED_AT else None


def agreed_time(connection: sqlite3.Connection, now: datetime) -> datetime:
    """Return the earlier of our clock and `publishers_time`: nothing is older than it says.

    After a long silence it stands still, and our clock alone counts where nobody gives dates.
    """
    dated = publishers_time(connection)
    return now if dated is None else min(dated, now)
