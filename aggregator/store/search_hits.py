"""What the search page reads: reports or stories that contain words, filtered, a page at a time."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aggregator.model import PlainText
from aggregator.store.browsing import Row, rows
from aggregator.store.marked_texts import CLOSING, OPENING, Piece, bounded, pieces
from aggregator.store.search_filter import REPORT_CONDITIONS, STORY_CONDITIONS, SearchFilter
from aggregator.store.search_terms import SearchTerms
from aggregator.store.story_filter import SEARCHED_HITS
from aggregator.text.times import from_text, to_text

LAST_ID: Final = 10**18
"""More than any id is."""
_CHUNK: Final = 200
_SNIPPET_WORDS: Final = 40
# Polls end in another order than they begin, so ids ascend with time but for this.
_DISORDER: Final = timedelta(hours=1)

_IDS_SQL: Final = """
SELECT rowid AS id FROM {table}_fts
WHERE {table}_fts MATCH :search AND rowid < :before AND rowid >= :floor
ORDER BY rowid DESC LIMIT :limit
"""
_COUNT_SQL: Final = """
SELECT count(*) AS found
FROM (SELECT 1 FROM {table}_fts WHERE {table}_fts MATCH :search LIMIT :limit)
"""
_MARKED_SQL: Final = f"""
SELECT rowid AS id, highlight({{table}}_fts, 0, '{OPENING}', '{CLOSING}') AS title,
       snippet({{table}}_fts, 1, '{OPENING}', '{CLOSING}', '…', {_SNIPPET_WORDS}) AS excerpt
FROM {{table}}_fts
WHERE {{table}}_fts MATCH :search AND rowid = :id
"""  # noqa: S608 -- characters and a number of ours
_KEPT_SQL: Final = {
    "articles": "SELECT articles.id FROM json_each(:ids) AS chosen"
    " CROSS JOIN articles ON articles.id = chosen.value"
    " JOIN feeds ON feeds.id = articles.feed_id WHERE 1",
    "stories": "SELECT stories.id FROM json_each(:ids) AS chosen"
    " CROSS JOIN stories ON stories.id = chosen.value WHERE stories.merged_into IS NULL",
}
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
_SINCE_SQL: Final = (
    "SELECT id FROM articles WHERE first_seen_at >= :moment ORDER BY first_seen_at, id LIMIT 1"
)
_UNTIL_SQL: Final = (
    "SELECT id FROM articles WHERE first_seen_at < :moment"
    " ORDER BY first_seen_at DESC, id DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class SearchCursor:
    """Where a page ended: within the matches below `top`, after `id` in `part` of their order.

    The newest `SEARCHED_HITS` below `top` are one stretch, which texts that come in later leave as
    it is; the best match is first within a stretch. `part` 0 has the best.
    """

    top: int = LAST_ID
    part: int = 0
    id: int = LAST_ID


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


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of what a search found.

    `matching` is how many texts contain the words before anything else is asked, at most
    `SEARCHED_HITS` + 1. `is_cut` says that as many as a page may look at were looked at, so that
    `following` goes on where this stopped.
    """

    reports: tuple[ReportHit, ...]
    stories: tuple[StoryHit, ...]
    matching: int
    following: SearchCursor | None
    is_cut: bool


@dataclass(frozen=True, slots=True)
class _Scan:
    ids: list[int]
    following: SearchCursor | None = None
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked: `in_stories` searches the headlines and leads of stories, not reports."""

    terms: SearchTerms
    wanted: SearchFilter
    in_stories: bool = False
    closest_first: bool = False

    @property
    def table(self) -> str:
        """Return the table that is searched."""
        return "stories" if self.in_stories else "articles"


def hits(
    connection: sqlite3.Connection, search: Search, *, limit: int, after: SearchCursor | None
) -> Hits:
    """Return at most `limit` texts that follow `after`; looks at `SEARCHED_HITS` at most."""
    asked = {"search": search.terms.query(), "limit": SEARCHED_HITS + 1}
    (count,) = rows(connection, _COUNT_SQL.format(table=search.table), asked)
    scan = _scan(connection, search, limit, after or SearchCursor())
    shown = [_marked(connection, search, each) for each in scan.ids]
    ids = {"ids": json.dumps(scan.ids)}
    details = rows(connection, _STORIES_SQL if search.in_stories else _REPORTS_SQL, ids)
    found = {row["id"]: row for row in details}
    return Hits(
        reports=() if search.in_stories else tuple(_report(found[row["id"]], row) for row in shown),
        stories=tuple(_story(found[row["id"]], row) for row in shown) if search.in_stories else (),
        matching=count["found"],
        following=scan.following,
        is_cut=scan.is_cut,
    )


def _scan(connection: sqlite3.Connection, search: Search, limit: int, after: SearchCursor) -> _Scan:
    floor, ceiling = _bounds(connection, search)
    top = min(after.top, ceiling)
    stretch = _matches(connection, search, search.terms.query(), (floor, top), SEARCHED_HITS + 1)
    is_cut = len(stretch) > SEARCHED_HITS
    stretch = stretch[:SEARCHED_HITS]
    if not stretch:
        return _Scan([])
    order = [
        (part, each)
        for part, each in _ordered(connection, search, stretch)
        if (part, -each) > (after.part, -after.id)
    ]
    found: list[tuple[int, int]] = []
    for chunk in _chunks(order):
        kept = _kept(connection, search, [each for _, each in chunk])
        found.extend((part, each) for part, each in chunk if each in kept)
        if len(found) > limit:
            part, last = found[limit - 1]
            following = SearchCursor(last)
            if search.closest_first:
                following = SearchCursor(min(top, stretch[0] + 1), part, last)
            return _Scan([each for _, each in found[:limit]], following)
    following_stretch = SearchCursor(stretch[-1]) if is_cut else None
    return _Scan([each for _, each in found], following_stretch, is_cut)


def _matches(
    connection: sqlite3.Connection, search: Search, query: str, ids: tuple[int, int], limit: int
) -> list[int]:
    """Return the matches from the first of `ids` on, below the second, the newest first."""
    floor, before = ids
    asked = {"search": query, "before": before, "floor": floor, "limit": limit}
    return [row["id"] for row in rows(connection, _IDS_SQL.format(table=search.table), asked)]


def _ordered(
    connection: sqlite3.Connection, search: Search, stretch: Sequence[int]
) -> list[tuple[int, int]]:
    """Return the ids of a stretch, each with the part of the order in which it stands.

    bm25 is no help to a reader who turns pages: each text that comes in changes all its scores.
    """
    if not search.closest_first:
        return [(0, each) for each in stretch]
    queries = search.terms.closer("headline" if search.in_stories else "title")
    parts: dict[int, int] = {}
    for part, query in enumerate(queries):
        ids = (stretch[-1], stretch[0] + 1)
        for each in _matches(connection, search, query, ids, SEARCHED_HITS):
            parts.setdefault(each, part)
    ranked = ((parts.get(each, len(queries)), each) for each in stretch)
    return sorted(ranked, key=lambda entry: (entry[0], -entry[1]))


def _chunks(order: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    return (order[start : start + _CHUNK] for start in range(0, len(order), _CHUNK))


def _bounds(connection: sqlite3.Connection, search: Search) -> tuple[int, int]:
    """Return the least id and the one after the greatest that the dates allow."""
    floor, ceiling = 0, LAST_ID
    if search.in_stories:
        return floor, ceiling
    if search.wanted.since:
        asked = {"moment": to_text(search.wanted.since - _DISORDER)}
        found = rows(connection, _SINCE_SQL, asked)
        floor = found[0]["id"] if found else LAST_ID
    if search.wanted.until:
        asked = {"moment": to_text(search.wanted.until + _DISORDER)}
        found = rows(connection, _UNTIL_SQL, asked)
        ceiling = found[0]["id"] + 1 if found else 0
    return floor, ceiling


def _kept(connection: sqlite3.Connection, search: Search, ids: Sequence[int]) -> set[int]:
    known = STORY_CONDITIONS if search.in_stories else REPORT_CONDITIONS
    asked = search.wanted.asked()
    if not asked and not search.in_stories:
        return set(ids)
    condition = "".join(f" AND {known[name]}" for name in asked)
    parameters = {**search.wanted.parameters(), "ids": json.dumps(ids)}
    return {
        row["id"] for row in rows(connection, f"{_KEPT_SQL[search.table]}{condition}", parameters)
    }


def _marked(connection: sqlite3.Connection, search: Search, identifier: int) -> Row:
    asked = {"search": search.terms.query(), "id": identifier}
    (row,) = rows(connection, _MARKED_SQL.format(table=search.table), asked)
    return row


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
