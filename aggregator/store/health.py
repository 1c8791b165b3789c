"""What the pages about feeds read: which work, since when others do not, and what is waiting."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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


@dataclass(frozen=True, slots=True)
class SetAside:
    """Records of one stage on which the program failed: how many, and when one comes again."""

    stage: str
    records: int
    next_retry: datetime


@dataclass(frozen=True, slots=True)
class ProgramHealth:
    """How the program is: when it last wrote, and what waits for it.

    `overdue` are feeds that should have been asked by `LATE_AFTER`, `due_since` is when the first
    of those was due. `pages` are to be read, new ones and announced edits; `ungrouped` articles
    have been read and are in no story yet, counted up to `COUNTED_LIMIT`.
    """

    last_poll: datetime | None
    last_grouped: datetime | None
    overdue: int
    due_since: datetime | None
    pages: int
    ungrouped: int
    set_aside: tuple[SetAside, ...]


LATE_AFTER: Final = timedelta(minutes=10)
"""A daemon that works asks each feed within a few minutes after it is due."""
COUNTED_LIMIT: Final = 5000

_PROGRAM_SQL: Final = f"""
SELECT (SELECT max(last_polled_at) FROM feeds WHERE listed = 1) AS last_poll,
       (SELECT max(joined_at) FROM story_members) AS last_grouped,
       (SELECT count(*) FROM feeds WHERE listed = 1 AND paused = 0 AND next_due_at < :late)
         AS overdue,
       (SELECT min(next_due_at) FROM feeds WHERE listed = 1 AND paused = 0
        AND next_due_at < :late) AS due_since,
       (SELECT count(*) FROM articles WHERE scrape_due_at IS NOT NULL) AS pages,
       (SELECT count(*) FROM (
         SELECT 1 FROM articles INDEXED BY articles_ungrouped WHERE grouped = 0 AND version > 0
         LIMIT {COUNTED_LIMIT})) AS ungrouped
"""  # noqa: S608 -- a number of ours

_ASIDE_SQL: Final = """
SELECT stage, count(*) AS records, min(retry_at) AS next_retry FROM set_aside
GROUP BY stage ORDER BY stage
"""


def program_health(connection: sqlite3.Connection, now: datetime) -> ProgramHealth:
    """Return how the program itself is, as far as what it wrote tells."""
    (row,) = rows(connection, _PROGRAM_SQL, {"late": to_text(now - LATE_AFTER)})
    return ProgramHealth(
        last_poll=moment(row["last_poll"]),
        last_grouped=moment(row["last_grouped"]),
        overdue=row["overdue"],
        due_since=moment(row["due_since"]),
        pages=row["pages"],
        ungrouped=row["ungrouped"],
        set_aside=tuple(
            SetAside(aside["stage"], aside["records"], from_text(aside["next_retry"]))
            for aside in rows(connection, _ASIDE_SQL)
        ),
    )


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
