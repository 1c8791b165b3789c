"""The failures, as pages and commands show them."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aggregator.store.browsing import moment, rows

SHOWN_LIMIT: Final = 1000
"""More failures than this are not read one by one."""

OF_FEEDS: Final = frozenset({"feed", "pages"})
"""What single feeds do wrong; the rest is our own."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One row of the view `failures`; `severity` is failing, degraded or notice."""

    what: str
    record: str
    since: datetime | None
    detail: str
    remedy: str
    severity: str


def failures(connection: sqlite3.Connection, *, of_feeds: bool = True) -> list[Failure]:
    """Return what is wrong, our own first, at most `SHOWN_LIMIT`."""
    asked = rows(connection, "SELECT * FROM failures LIMIT :limit", {"limit": SHOWN_LIMIT})
    return [
        Failure(**{**row, "since": moment(row["since"])})
        for row in asked
        if of_feeds or row["what"] not in OF_FEEDS
    ]
