"""What the page of one feed reads: its health, all that is known of it, and its newest reports."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from aggregator.model import PlainText
from aggregator.store.browsing import rows
from aggregator.store.feed_details import feed_details
from aggregator.store.reading import Record
from aggregator.text.times import from_text

SHOWN_POLLS: Final = 30
SHOWN_REPORTS: Final = 15
_READ_REPORTS: Final = 100


@dataclass(frozen=True, slots=True)
class FeedReport:
    """A report of the feed; `url` is None where it has no page, `story_id` until it is grouped."""

    article_id: int
    title: PlainText
    url: str | None
    language: str | None
    reported: datetime
    story_id: int | None


@dataclass(frozen=True, slots=True)
class Pauses:
    """The times between a feed's last reports; `reports` says how many those are."""

    reports: int
    usual: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class OneFeed:
    """A feed: `record` has what `feed_details` tells; `pauses` is None for fewer than 3 reports."""

    record: Record
    kind: str
    country: str | None
    language: str | None
    homepage: str | None
    reports: list[FeedReport]
    pauses: Pauses | None


_FEED_SQL: Final = "SELECT kind, country, language, homepage FROM feeds WHERE id = :id"

_REPORTS_SQL: Final = """
SELECT articles.id AS article_id, title, url, language, story_id,
       min(coalesce(published_at, first_seen_at), first_seen_at) AS reported_at
FROM articles
LEFT JOIN story_members ON story_members.article_id = articles.id
WHERE feed_id = :id
ORDER BY first_seen_at DESC
LIMIT :limit
"""


def one_feed(connection: sqlite3.Connection, feed_id: str, now: datetime) -> OneFeed:
    """Return a feed, listed or not; raises NotFound for one that is not known."""
    record = feed_details(connection, feed_id, now, polls=SHOWN_POLLS)
    (feed,) = rows(connection, _FEED_SQL, {"id": feed_id})
    found = [
        FeedReport(
            row["article_id"],
            row["title"],
            row["url"],
            row["language"],
            from_text(row["reported_at"]),
            row["story_id"],
        )
        for row in rows(connection, _REPORTS_SQL, {"id": feed_id, "limit": _READ_REPORTS})
    ]
    return OneFeed(
        record=record,
        kind=feed["kind"],
        country=feed["country"],
        language=feed["language"],
        homepage=feed["homepage"],
        reports=found[:SHOWN_REPORTS],
        pauses=pauses([report.reported for report in found]),
    )


def pauses(times: Sequence[datetime]) -> Pauses | None:
    """Return how long a feed is usually silent between two reports; `times` need no order."""
    between = [(later - earlier).total_seconds() for earlier, later in pairwise(sorted(times))]
    if len(between) < 2:  # noqa: PLR2004 -- one pause has no usual length
        return None
    return Pauses(len(times), timedelta(seconds=median(between)), timedelta(seconds=max(between)))
