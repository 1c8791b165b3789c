"""What the page of one source reads: what it published, whom it repeats, and who repeats it."""

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aggregator.errors import NotFound
from aggregator.model import PlainText
from aggregator.store.browsing import rows
from aggregator.store.source_habits import (
    REPORTED_AT,
    Habits,
    OtherSource,
    habits,
    judged_reports,
    repeated_by,
    repeats,
)
from aggregator.store.source_list import SourceFeed, main_feeds, source_feeds
from aggregator.text.times import from_text, to_text

LATEST_REPORTS: Final = 30
_LISTED_EDITS: Final = 20

_COUNTS_SQL: Final = """
SELECT (SELECT count(*) FROM articles WHERE source = :source AND first_seen_at >= :day) AS day,
       (SELECT count(*) FROM articles WHERE source = :source AND first_seen_at >= :week) AS week,
       (SELECT count(*) FROM articles WHERE source = :source AND first_seen_at >= :month) AS month
"""

_LATEST_SQL: Final = f"""
SELECT articles.id, articles.title, articles.language, articles.version, articles.body_source,
       {REPORTED_AT} AS reported_at, story_members.dependence, story_members.story_id,
       stories.headline AS story_headline, stories.language AS story_language,
       stories.source_count
FROM articles
LEFT JOIN story_members ON story_members.article_id = articles.id
LEFT JOIN stories ON stories.id = story_members.story_id
WHERE articles.source = :source
ORDER BY articles.first_seen_at DESC, articles.id DESC
LIMIT :limit
"""  # noqa: S608 -- an expression of ours

_EDITS_SQL: Final = """
SELECT later.article_id, later.seen_at, earlier.title AS title_before, later.title AS title_after,
       articles.language
FROM json_each(:ids) AS chosen
JOIN articles ON articles.id = chosen.value
JOIN article_versions AS later ON later.article_id = articles.id AND later.number > 1
JOIN article_versions AS earlier
  ON earlier.article_id = later.article_id AND earlier.number = later.number - 1
WHERE later.title <> earlier.title AND later.body_source = earlier.body_source
ORDER BY later.seen_at DESC, later.id DESC
LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class LatestReport:
    """A report of a source; `dependence` is None where it is in no story or nobody looked."""

    id: int
    title: PlainText
    language: str | None
    version: int
    reported: datetime
    dependence: str | None
    story_id: int | None
    story_headline: PlainText | None
    story_language: str | None
    story_sources: int


@dataclass(frozen=True, slots=True)
class EditedHeadline:
    """A headline that the publisher changed."""

    article_id: int
    edited: datetime
    title_before: PlainText
    title_after: PlainText
    language: str | None


@dataclass(frozen=True, slots=True)
class Window:
    """Since when reports are counted: a day, a week and a month back."""

    day: datetime
    week: datetime
    month: datetime


@dataclass(frozen=True, slots=True)
class WholeSource:
    """A source as its page shows it; the counts are of reports first seen in each window."""

    source: str
    feeds: tuple[SourceFeed, ...]
    day: int
    week: int
    month: int
    latest: tuple[LatestReport, ...]
    habits: Habits
    repeats: tuple[OtherSource, ...]
    repeated_by: tuple[OtherSource, ...]
    edited: tuple[EditedHeadline, ...]


def whole_source(connection: sqlite3.Connection, name: str, window: Window) -> WholeSource:
    """Return the source with this domain, else that of the feed with this id; or NotFound."""
    feeds = source_feeds(connection)
    latest = _latest(connection, name)
    if not latest and name in feeds:
        name = feeds[name].source
        latest = _latest(connection, name)
    of_address = [feed for feed in feeds.values() if feed.source == name]
    if not latest and not of_address:
        raise NotFound("source", name)
    asked = {
        "source": name,
        "day": to_text(window.day),
        "week": to_text(window.week),
        "month": to_text(window.month),
    }
    (counts,) = rows(connection, _COUNTS_SQL, asked)
    judged = judged_reports(connection, name, asked["month"])
    brought = [feeds[feed] for feed, _ in Counter(row["feed_id"] for row in judged).most_common()]
    edited = {
        "ids": json.dumps([row["id"] for row in judged if row["version"] > 1]),
        "limit": _LISTED_EDITS,
    }
    return WholeSource(
        source=name,
        feeds=tuple(main_feeds([*brought, *of_address] or _feeds_of(connection, name, feeds))),
        day=counts["day"],
        week=counts["week"],
        month=counts["month"],
        latest=latest,
        habits=habits(judged),
        repeats=repeats(connection, name, judged),
        repeated_by=repeated_by(connection, name, judged),
        edited=tuple(
            EditedHeadline(
                row["article_id"],
                from_text(row["seen_at"]),
                row["title_before"],
                row["title_after"],
                row["language"],
            )
            for row in rows(connection, _EDITS_SQL, edited)
        ),
    )


def _feeds_of(
    connection: sqlite3.Connection, source: str, feeds: dict[str, SourceFeed]
) -> list[SourceFeed]:
    """Return the feed of the newest report, for a source that published nothing of late."""
    found = rows(
        connection,
        "SELECT feed_id FROM articles WHERE source = :source ORDER BY first_seen_at DESC LIMIT 1",
        {"source": source},
    )
    return [feeds[row["feed_id"]] for row in found]


def _latest(connection: sqlite3.Connection, source: str) -> tuple[LatestReport, ...]:
    return tuple(
        LatestReport(
            id=row["id"],
            title=row["title"],
            language=row["language"],
            version=row["version"],
            reported=from_text(row["reported_at"]),
            dependence=row["dependence"],
            story_id=row["story_id"],
            story_headline=row["story_headline"],
            story_language=row["story_language"],
            story_sources=row["source_count"] or 0,
        )
        for row in rows(connection, _LATEST_SQL, {"source": source, "limit": LATEST_REPORTS})
    )
