"""The sources: publishers by their domain, each with its feeds and what it published of late."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aggregator.model import PlainText
from aggregator.store.browsing import Row, rows
from aggregator.text.times import to_text
from aggregator.text.urls import host_of, registrable_domain

SAMPLED_REPORTS: Final = 50
"""The latest reports of a week by which a source is judged in a list."""
LISTED_SOURCES: Final = 1000
"""Sources that are listed at most: those that published most in the week."""

# From one name to the next through the index, since a DISTINCT would walk all of it.
_SEEN_SQL: Final = """
WITH RECURSIVE known (source) AS (
  SELECT min(source) FROM articles
  UNION ALL
  SELECT (SELECT min(articles.source) FROM articles WHERE articles.source > known.source)
  FROM known WHERE known.source IS NOT NULL
)
SELECT source,
       (SELECT count(*) FROM articles
        WHERE articles.source = known.source AND first_seen_at >= :week) AS week,
       (SELECT count(*) FROM articles
        WHERE articles.source = known.source AND first_seen_at >= :month) AS month
FROM known
WHERE source IS NOT NULL
"""

_SAMPLE_SQL: Final = f"""
SELECT articles.source, articles.feed_id, count(*) AS reports,
       count(story_members.id) AS placed,
       sum(story_members.id IS NOT NULL AND coalesce(
         story_members.dependence IN ('own report', 'same publisher'),
         story_members.copy_of IS NULL)) AS own
FROM json_each(:sources) AS chosen
CROSS JOIN articles ON articles.id IN (
  SELECT recent.id FROM articles AS recent
  WHERE recent.source = chosen.value AND recent.first_seen_at >= :week
  ORDER BY recent.first_seen_at DESC LIMIT {SAMPLED_REPORTS})
LEFT JOIN story_members ON story_members.article_id = articles.id
GROUP BY articles.source, articles.feed_id
"""  # noqa: S608 -- a number of ours

_FEEDS_SQL: Final = """
SELECT id, name, kind, country, language, listed,
       paused OR failures > 0 AS is_failing, coalesce(homepage, url) AS address,
       (SELECT articles.source FROM articles WHERE articles.feed_id = feeds.id
        ORDER BY articles.first_seen_at DESC LIMIT 1) AS newest_source
FROM feeds
ORDER BY added_at, id
"""


@dataclass(frozen=True, slots=True)
class SourceFeed:
    """A feed as its source knows it. `source` is that of its newest report, or of its address."""

    id: str
    name: PlainText
    kind: str
    country: str | None
    language: str | None
    is_listed: bool
    is_failing: bool
    source: str


@dataclass(frozen=True, slots=True)
class ListedSource:
    """A source in a list.

    Its name, kind and country are those of the feed that brings most of it. `own_share` is the
    share, in 0..1, of own reports among its latest of the week that are in a story, None where none
    is; a later report of the same newsroom on one story is its own too.
    """

    source: str
    name: PlainText
    kind: str
    country: str | None
    languages: tuple[str, ...]
    week: int
    month: int
    own_share: float | None
    feed_count: int
    failing_count: int


@dataclass(frozen=True, slots=True)
class SourceList:
    """All sources, or the first `LISTED_SOURCES` of `total`."""

    sources: tuple[ListedSource, ...]
    total: int


def source_list(connection: sqlite3.Connection, *, week: datetime, month: datetime) -> SourceList:
    """Return the sources that published since `month`, and those of listed feeds.

    Counts are of the reports that were first seen since `week` and since `month`.
    """
    since = {"week": to_text(week), "month": to_text(month)}
    seen = {row["source"]: row for row in rows(connection, _SEEN_SQL, since)}
    feeds = source_feeds(connection)
    wanted = {feed.source for feed in feeds.values() if feed.is_listed}
    wanted |= {source for source, row in seen.items() if row["month"]}
    nothing = {"week": 0, "month": 0}
    most = sorted(wanted, key=lambda source: (-seen.get(source, nothing)["week"], source))
    chosen = most[:LISTED_SOURCES]
    sample: dict[str, list[Row]] = {}
    asked = {"sources": json.dumps(chosen), "week": since["week"]}
    for row in rows(connection, _SAMPLE_SQL, asked):
        sample.setdefault(row["source"], []).append(row)
    of_address: dict[str, list[SourceFeed]] = {}
    for feed in feeds.values():
        of_address.setdefault(feed.source, []).append(feed)
    listed = []
    for source in chosen:
        parts = sorted(sample.get(source, ()), key=lambda part: -part["reports"])
        brought = [feeds[part["feed_id"]] for part in parts]
        known = main_feeds([*brought, *of_address.get(source, ())])
        if known:
            counts = seen.get(source, nothing)
            listed.append(_listed(source, known, parts, counts["week"], counts["month"]))
    return SourceList(tuple(listed), len(wanted))


def source_feeds(connection: sqlite3.Connection) -> dict[str, SourceFeed]:
    """Return every feed by its id, in the order in which they were added."""
    return {
        row["id"]: SourceFeed(
            id=row["id"],
            name=row["name"],
            kind=row["kind"],
            country=row["country"],
            language=row["language"],
            is_listed=bool(row["listed"]),
            is_failing=bool(row["is_failing"]),
            source=row["newest_source"] or registrable_domain(host_of(row["address"])) or row["id"],
        )
        for row in rows(connection, _FEEDS_SQL)
    }


def main_feeds(feeds: Iterable[SourceFeed]) -> list[SourceFeed]:
    """Return each feed once, those that are still listed first."""
    return sorted(dict.fromkeys(feeds), key=lambda feed: not feed.is_listed)


def _listed(
    source: str, feeds: list[SourceFeed], sample: list[Row], week: int, month: int
) -> ListedSource:
    placed = sum(part["placed"] for part in sample)
    return ListedSource(
        source=source,
        name=feeds[0].name,
        kind=feeds[0].kind,
        country=feeds[0].country,
        languages=tuple(sorted({feed.language for feed in feeds if feed.language})),
        week=week,
        month=month,
        own_share=sum(part["own"] for part in sample) / placed if placed else None,
        feed_count=sum(feed.is_listed for feed in feeds),
        failing_count=sum(feed.is_listed and feed.is_failing for feed in feeds),
    )
