"""What is measured of the program, for those who draw curves: cheap on a million articles.

Nothing here counts a table that grows: totals are the highest ids, copies and edits come from the
daily counts, and latencies from the latest rows.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aggregator.model import Outcome
from aggregator.poll.health import Condition
from aggregator.store.browsing import moment, rows
from aggregator.store.daily_counts import ALL

RECENT_POLLS: Final = 1000
RECENT_ARTICLES: Final = 500
ASIDE_STAGES: Final = ("poll", "scrape", "revisit", "group", "places")
FEED_HEALTH: Final = ("working", "waiting", *Condition)


@dataclass(frozen=True, slots=True)
class FeedMeasurement:
    """One listed feed."""

    feed_id: str
    name: str
    health: str
    failures: int
    last_success: datetime | None
    last_new_entry: datetime | None
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class Measurements:
    """Counts and latencies.

    `totals` are what was ever stored. `poll_seconds` is how long the latest polls took, and
    `page_seconds` how long after their first sight the latest articles had been read; both sorted.
    """

    totals: Mapping[str, int]
    copies: int
    edits: int
    feeds: Mapping[str, int]
    set_aside: Mapping[str, int]
    polls: Mapping[str, int]
    poll_seconds: tuple[float, ...]
    page_seconds: tuple[float, ...]
    alerts_waiting: int


_DAYS_SQL: Final = """
SELECT coalesce(sum(copies), 0) AS copies, coalesce(sum(edits), 0) AS edits FROM daily_counts
WHERE conflict_id = :all AND language = :all
"""

_POLLS_SQL: Final = """
SELECT outcome, took_ms FROM polls WHERE id > (SELECT max(id) FROM polls) - :limit
"""

# The time of the first text: `scraped_at` moves with every later look at the page.
_PAGES_SQL: Final = """
SELECT max(0, strftime('%s', seen_at) - strftime('%s', first_seen_at)) AS seconds
FROM articles
CROSS JOIN article_versions ON article_id = articles.id AND number = 1
WHERE articles.id > (SELECT max(id) FROM articles) - :limit
"""

_ALERTS_SQL: Final = "SELECT count(*) AS waiting FROM alert_deliveries WHERE state = 'pending'"


def measurements(connection: sqlite3.Connection) -> Measurements:
    """Return what is measured now."""
    (days,) = rows(connection, _DAYS_SQL, {"all": ALL})
    polls = rows(connection, _POLLS_SQL, {"limit": RECENT_POLLS})
    outcomes: dict[str, int] = dict.fromkeys(Outcome, 0)
    for poll in polls:
        outcomes[poll["outcome"]] = outcomes.get(poll["outcome"], 0) + 1
    pages = rows(connection, _PAGES_SQL, {"limit": RECENT_ARTICLES})
    health = "SELECT health AS key, count(*) AS count FROM feed_health GROUP BY health"
    aside = "SELECT stage AS key, count(*) AS count FROM set_aside GROUP BY stage"
    (alerts,) = rows(connection, _ALERTS_SQL)
    return Measurements(
        totals={
            table: rows(connection, f"SELECT coalesce(max(id), 0) AS id FROM {table}")[0]["id"]  # noqa: S608 -- tables of ours
            for table in ("entries", "articles", "stories", "polls")
        },
        copies=days["copies"],
        edits=days["edits"],
        feeds=dict.fromkeys(FEED_HEALTH, 0) | _counted(connection, health),
        set_aside=dict.fromkeys(ASIDE_STAGES, 0) | _counted(connection, aside),
        polls=outcomes,
        poll_seconds=tuple(sorted(poll["took_ms"] / 1000 for poll in polls)),
        page_seconds=tuple(sorted(page["seconds"] for page in pages)),
        alerts_waiting=alerts["waiting"],
    )


def feed_measurements(connection: sqlite3.Connection) -> list[FeedMeasurement]:
    """Return each listed feed by its id."""
    return [
        FeedMeasurement(
            row["feed_id"],
            row["name"],
            row["health"],
            row["failures"],
            moment(row["last_success_at"]),
            moment(row["last_new_entry_at"]),
            None if row["paused"] else moment(row["next_due_at"]),
        )
        for row in rows(connection, "SELECT * FROM feed_health ORDER BY feed_id")
    ]


def _counted(connection: sqlite3.Connection, sql: str) -> dict[str, int]:
    return {row["key"]: row["count"] for row in rows(connection, sql)}
