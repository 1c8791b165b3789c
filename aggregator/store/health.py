"""What the page about feeds reads: which of them work, since when others do not."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aggregator.model import PlainText
from aggregator.store.browsing import moment, rows
from aggregator.text.times import from_text, to_text

_HEALTH_SQL: Final = """
SELECT feed_health.*, feeds.homepage,
       (SELECT count(*) FROM articles
        WHERE articles.feed_id = feed_health.feed_id AND articles.first_seen_at >= :since)
         AS recent_articles
FROM feed_health
JOIN feeds ON feeds.id = feed_health.feed_id
ORDER BY feed_health.name, feed_health.feed_id
"""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """One listed feed: does it work, and what comes next."""

    feed_id: str
    name: PlainText
    kind: str
    language: str | None
    country: str | None
    url: str
    homepage: str | None
    health: str
    error: str | None
    failures: int
    failing_since: datetime | None
    last_success: datetime | None
    last_new_entry: datetime | None
    next_due: datetime
    next_due_reason: str
    moved_to: str | None
    recent_articles: int


def feed_health(connection: sqlite3.Connection, *, since: datetime) -> list[FeedHealth]:
    """Return each listed feed by name, with how many articles it brought since then."""
    return [
        FeedHealth(
            feed_id=row["feed_id"],
            name=row["name"],
            kind=row["kind"],
            language=row["language"],
            country=row["country"],
            url=row["url"],
            homepage=row["homepage"],
            health=row["health"],
            error=row["last_error"],
            failures=row["failures"],
            failing_since=moment(row["failing_since"]),
            last_success=moment(row["last_success_at"]),
            last_new_entry=moment(row["last_new_entry_at"]),
            next_due=from_text(row["next_due_at"]),
            next_due_reason=row["next_due_reason"],
            moved_to=row["moved_to"],
            recent_articles=row["recent_articles"],
        )
        for row in rows(connection, _HEALTH_SQL, {"since": to_text(since)})
    ]
