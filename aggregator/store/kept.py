"""What the policy means for a database: what is past it, what it has cost, what was forgotten."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aggregator.config.keep import Keep
from aggregator.model import PlainText
from aggregator.store.browsing import rows
from aggregator.store.publishers_time import agreed_time
from aggregator.store.retention import past_age, used_bytes
from aggregator.text.times import from_text, to_text

_EXAMPLES: Final = 10

_STREAM_SQL: Final = "SELECT max(last_report_at) AS newest FROM stories"

_PAST_SQL: Final = """
SELECT count(*) AS stories FROM stories WHERE merged_into IS NULL AND last_report_at < :before
"""

_PAST_REPORTS_SQL: Final = """
SELECT coalesce(sum(article_count), 0) AS articles FROM stories
WHERE merged_into IS NULL AND last_report_at < :before
"""

_EXAMPLES_SQL: Final = """
SELECT id, headline, last_report_at, article_count FROM stories
WHERE merged_into IS NULL AND last_report_at < :before
ORDER BY last_report_at DESC, id DESC LIMIT :limit
"""

_PAST_POLLS_SQL: Final = "SELECT count(*) AS polls FROM polls WHERE polled_at < :before"

_FORGOTTEN_SQL: Final = """
SELECT (SELECT count(*) FROM forgotten_stories) AS stories,
       (SELECT count(*) FROM forgotten_articles) AS articles,
       (SELECT max(forgotten_at) FROM forgotten_stories) AS last
"""


@dataclass(frozen=True, slots=True)
class OldStory:
    """A story that is past the policy."""

    story_id: int
    headline: PlainText
    last_report: datetime
    articles: int


@dataclass(frozen=True, slots=True)
class Kept:
    """How a database stands against the policy.

    `before` is up to when stories are too old, None where that is never; `stories` are those, by
    their newest reports: what else is known of one may keep it for a while. `polls` are older than
    the policy. `used` bytes are in use, `free` ones are kept for reuse. `forgotten_stories`,
    `forgotten_articles` and `last_forgotten` are what went so far.
    """

    before: datetime | None
    stories: int
    polls: int
    used: int
    free: int
    over: int
    forgotten_stories: int
    forgotten_articles: int
    last_forgotten: datetime | None


def kept(connection: sqlite3.Connection, keep: Keep, window: timedelta, now: datetime) -> Kept:
    """Return how a database stands; quick enough for a look at a running daemon."""
    now = agreed_time(connection, now)
    before = _before(connection, keep, window, now)
    forgotten = rows(connection, _FORGOTTEN_SQL)[0]
    used = used_bytes(connection)
    return Kept(
        before=before,
        stories=_count(connection, _PAST_SQL, before),
        polls=_count(connection, _PAST_POLLS_SQL, now - keep.polls if keep.polls else None),
        used=used,
        free=_free_bytes(connection),
        over=max(used - keep.database_size, 0) if keep.database_size is not None else 0,
        forgotten_stories=forgotten["stories"],
        forgotten_articles=forgotten["articles"],
        last_forgotten=from_text(forgotten["last"]) if forgotten["last"] else None,
    )


def articles_past(connection: sqlite3.Connection, before: datetime | None) -> int:
    """Return how many reports the stories have that are past the policy; reads each of them."""
    return _count(connection, _PAST_REPORTS_SQL, before)


def youngest_past(connection: sqlite3.Connection, before: datetime | None) -> tuple[OldStory, ...]:
    """Return the last stories that are past the policy, the newest first."""
    if before is None:
        return ()
    found = rows(connection, _EXAMPLES_SQL, {"before": to_text(before), "limit": _EXAMPLES})
    return tuple(
        OldStory(row["id"], row["headline"], from_text(row["last_report_at"]), row["article_count"])
        for row in found
    )


def _before(
    connection: sqlite3.Connection, keep: Keep, window: timedelta, now: datetime
) -> datetime | None:
    newest = rows(connection, _STREAM_SQL)[0]["newest"]
    boundary = past_age(keep, window, from_text(newest) if newest else None, now)
    return boundary.before if boundary else None


def _count(connection: sqlite3.Connection, sql: str, before: datetime | None) -> int:
    if before is None:
        return 0
    (counted,) = rows(connection, sql, {"before": to_text(before)})[0].values()
    return int(counted)


def _free_bytes(connection: sqlite3.Connection) -> int:
    free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("freelist_count", "page_size")
    )
    return int(free * size)
