"""What the page about feeds reads: which of them work, since when others do not."""

import json
import sqlite3
from collections.abc import Sequence
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
WHERE :only IS NULL OR feed_health.feed_id IN (SELECT value FROM json_each(:only))
ORDER BY feed_health.name, feed_health.feed_id
"""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """One listed feed: does it work, and what comes next.

    `health` is "working", "waiting" or the worst thing that is wrong, with `detail`, `since` and
    `remedy`; the tables have the others.
    """

    feed_id: str
    name: PlainText
    kind: str
    language: str | None
    country: str | None
    url: str
    homepage: str | None
    health: str
    is_failing: bool
    paused: bool
    detail: str | None
    remedy: str | None
    since: datetime | None
    failures: int
    last_success: datetime | None
    last_new_entry: datetime | None
    next_due: datetime
    next_due_reason: str
    recent_articles: int


def feed_health(
    connection: sqlite3.Connection, *, since: datetime, only: Sequence[str] | None = None
) -> list[FeedHealth]:
    """Return each listed feed by name, with how many articles it brought since then.

    `only` are the ids of the feeds that are asked for, None for all.
    """
    asked = {"since": to_text(since), "only": None if only is None else json.dumps(list(only))}
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
            is_failing=bool(row["is_failing"]),
            paused=bool(row["paused"]),
            detail=row["detail"],
            remedy=row["remedy"],
            since=moment(row["since"]),
            failures=row["failures"],
            last_success=moment(row["last_success_at"]),
            last_new_entry=moment(row["last_new_entry_at"]),
            next_due=from_text(row["next_due_at"]),
            next_due_reason=row["next_due_reason"],
            recent_articles=row["recent_articles"],
        )
        for row in rows(connection, _HEALTH_SQL, asked)
    ]
