"""What the search page reads: reports or stories that contain words, filtered, a page at a time."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from aggregator.store.browsing import Row, rows
from aggregator.store.found_texts import ReportHit, StoryHit, report_hits, story_hits
from aggregator.store.marked_texts import CLOSING, OPENING
from aggregator.store.search_filter import REPORT_CONDITIONS, STORY_CONDITIONS, SearchFilter
from aggregator.store.search_terms import SearchTerms
from aggregator.store.story_filter import SEARCHED_HITS
from aggregator.store.unspaced_texts import candidates, contains, is_unspaced, marked_text
from aggregator.text.times import to_text

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
class Hits:
    """A page of what a search found.

    `matching` is how many texts contain the words before anything else is asked, at most
    `SEARCHED_HITS` + 1; None where texts are looked through without the index. `is_cut` says that
    as many as a page may look at were looked at, so that `following` goes on where this stopped.
    """

    reports: tuple[ReportHit, ...]
    stories: tuple[StoryHit, ...]
    matching: int | None
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
    def is_unspaced(self) -> bool:
        """Return whether reports are looked through letter by letter; the newest come first."""
        return not self.in_stories and is_unspaced(self.terms)

    @property
    def table(self) -> str:
        """Return the table that is searched."""
        return "stories" if self.in_stories else "articles"


def hits(
    connection: sqlite3.Connection, search: Search, *, limit: int, after: SearchCursor | None
) -> Hits:
    """Return at most `limit` texts that follow `after`; looks at `SEARCHED_HITS` at most."""
    scan = _scan(connection, search, limit, after or SearchCursor())
    shown = [_marked(connection, search, each) for each in scan.ids]
    return Hits(
        reports=() if search.in_stories else report_hits(connection, shown),
        stories=story_hits(connection, shown) if search.in_stories else (),
        matching=_matching(connection, search),
        following=scan.following,
        is_cut=scan.is_cut,
    )


def _matching(connection: sqlite3.Connection, search: Search) -> int | None:
    if search.is_unspaced:
        return None
    asked = {"search": search.terms.query(), "limit": SEARCHED_HITS + 1}
    (row,) = rows(connection, _COUNT_SQL.format(table=search.table), asked)
    return int(row["found"])


def _scan(connection: sqlite3.Connection, search: Search, limit: int, after: SearchCursor) -> _Scan:
    top, stretch = _stretch(connection, search, after)
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
            if search.closest_first and not search.is_unspaced:
                following = SearchCursor(min(top, stretch[0] + 1), part, last)
            return _Scan([each for _, each in found[:limit]], following)
    following_stretch = SearchCursor(stretch[-1]) if is_cut else None
    return _Scan([each for _, each in found], following_stretch, is_cut)


def _stretch(
    connection: sqlite3.Connection, search: Search, after: SearchCursor
) -> tuple[int, list[int]]:
    """Return the newest texts to look at below the top of `after`, and one more if there is."""
    limit = SEARCHED_HITS + 1
    if search.is_unspaced:
        last = after.top if after.top < LAST_ID else None
        return after.top, candidates(connection, search.wanted, last, limit)
    floor, ceiling = _bounds(connection, search)
    top = min(after.top, ceiling)
    return top, _matches(connection, search, search.terms.query(), (floor, top), limit)


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
    if search.is_unspaced or not search.closest_first:
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
    if not (asked or search.in_stories or search.is_unspaced):
        return set(ids)
    condition = "".join(f" AND {known[name]}" for name in asked)
    parameters = {**search.wanted.parameters(), "ids": json.dumps(ids)}
    if search.is_unspaced:
        has, texts = contains(search.terms)
        condition, parameters = f"{condition} AND {has}", {**parameters, **texts}
    return {
        row["id"] for row in rows(connection, f"{_KEPT_SQL[search.table]}{condition}", parameters)
    }


def _marked(connection: sqlite3.Connection, search: Search, identifier: int) -> Row:
    if search.is_unspaced:
        return marked_text(connection, search.terms, identifier)
    asked = {"search": search.terms.query(), "id": identifier}
    (row,) = rows(connection, _MARKED_SQL.format(table=search.table), asked)
    return row
