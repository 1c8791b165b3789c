"""What a search page tells of a report or a story that it found."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aggregator.model import PlainText
from aggregator.store.browsing import Row, rows
from aggregator.store.marked_texts import Piece, bounded, pieces
from aggregator.text.times import from_text

_REPORTS_SQL: Final = """
SELECT articles.id, articles.language, articles.source, feeds.name AS outlet, feeds.kind,
       feeds.country,
       min(coalesce(articles.published_at, articles.first_seen_at), articles.first_seen_at)
         AS reported_at,
       story_members.story_id, stories.headline AS story, stories.language AS story_language,
       stories.source_count
FROM json_each(:ids) AS chosen
CROSS JOIN articles ON articles.id = chosen.value
JOIN feeds ON feeds.id = articles.feed_id
LEFT JOIN story_members ON story_members.article_id = articles.id
LEFT JOIN stories ON stories.id = story_members.story_id
"""
_STORIES_SQL: Final = """
SELECT stories.id, language, first_report_at, last_report_at, source_count, origin_count
FROM json_each(:ids) AS chosen
CROSS JOIN stories ON stories.id = chosen.value
"""


@dataclass(frozen=True, slots=True)
class ReportHit:
    """A report that a search found."""

    id: int
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    language: str | None
    source: str
    outlet: PlainText
    kind: str
    country: str | None
    reported: datetime
    story_id: int | None
    story: PlainText | None
    story_language: str | None
    story_sources: int


@dataclass(frozen=True, slots=True)
class StoryHit:
    """A story that a search found."""

    id: int
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    language: str | None
    first_report: datetime
    last_report: datetime
    source_count: int
    origin_count: int


def report_hits(connection: sqlite3.Connection, marked: Sequence[Row]) -> tuple[ReportHit, ...]:
    """Return the reports of rows with an `id`, and `title` and `excerpt` with marks in them."""
    found = _details(connection, _REPORTS_SQL, marked)
    return tuple(_report(found[row["id"]], row) for row in marked)


def story_hits(connection: sqlite3.Connection, marked: Sequence[Row]) -> tuple[StoryHit, ...]:
    """Return the stories of such rows."""
    found = _details(connection, _STORIES_SQL, marked)
    return tuple(_story(found[row["id"]], row) for row in marked)


def _details(connection: sqlite3.Connection, sql: str, marked: Sequence[Row]) -> dict[int, Row]:
    ids = json.dumps([row["id"] for row in marked])
    return {row["id"]: row for row in rows(connection, sql, {"ids": ids})}


def _report(row: Row, marked: Row) -> ReportHit:
    return ReportHit(
        id=row["id"],
        title=pieces(marked["title"]),
        excerpt=pieces(bounded(marked["excerpt"])),
        language=row["language"],
        source=row["source"],
        outlet=row["outlet"],
        kind=row["kind"],
        country=row["country"],
        reported=from_text(row["reported_at"]),
        story_id=row["story_id"],
        story=row["story"],
        story_language=row["story_language"],
        story_sources=row["source_count"] or 0,
    )


def _story(row: Row, marked: Row) -> StoryHit:
    return StoryHit(
        id=row["id"],
        title=pieces(marked["title"]),
        excerpt=pieces(bounded(marked["excerpt"])),
        language=row["language"],
        first_report=from_text(row["first_report_at"]),
        last_report=from_text(row["last_report_at"]),
        source_count=row["source_count"],
        origin_count=row["origin_count"],
    )
