"""What a source is used to: how much is its own, whom it repeats, and who repeats it."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aggregator.group.origin.standing import Dependence
from aggregator.model import PlainText
from aggregator.store.browsing import Row, rows

JUDGED_REPORTS: Final = 1000
"""The latest reports of the window from which the shares are counted."""
_LISTED_OTHERS: Final = 10
# Of the stories that others took up, the newest first: most have a few reports, some hundreds.
_WALKED_REPORTS: Final = 5_000

REPORTED_AT: Final = (
    "min(coalesce(articles.published_at, articles.first_seen_at), articles.first_seen_at)"
)
"""When a report appeared, of a row of articles; see `publish.coverage.reported_at`."""

_JUDGED_SQL: Final = f"""
SELECT articles.id, articles.feed_id, articles.version, story_members.story_id,
       coalesce(story_members.origin_id, story_members.copy_of, articles.id) AS origin_id,
       coalesce(story_members.dependence,
                iif(story_members.copy_of IS NULL, 'own report', 'copy')) AS dependence,
       stories.source_count, stories.article_count,
       stories.first_report_at = {REPORTED_AT} AS is_first
FROM articles
LEFT JOIN story_members ON story_members.article_id = articles.id
LEFT JOIN stories ON stories.id = story_members.story_id
WHERE articles.source = :source AND articles.first_seen_at >= :month
ORDER BY articles.first_seen_at DESC, articles.id DESC
LIMIT {JUDGED_REPORTS}
"""  # noqa: S608 -- an expression and a number of ours

_ORIGINS_SQL: Final = """
SELECT articles.id, articles.source, feeds.name
FROM json_each(:ids) AS chosen
JOIN articles ON articles.id = chosen.value
JOIN feeds ON feeds.id = articles.feed_id
"""

_FOLLOWERS_SQL: Final = f"""
SELECT articles.source, feeds.name, followers.dependence, count(*) AS reports
FROM (
  SELECT story_members.article_id,
         coalesce(story_members.origin_id, story_members.copy_of) AS origin_id,
         coalesce(story_members.dependence, 'copy') AS dependence
  FROM json_each(:stories) AS chosen
  CROSS JOIN story_members ON story_members.story_id = chosen.value
  LIMIT {_WALKED_REPORTS}
) AS followers
CROSS JOIN articles ON articles.id = followers.article_id
JOIN feeds ON feeds.id = articles.feed_id
WHERE followers.origin_id IN (SELECT value FROM json_each(:ids)) AND articles.source <> :source
GROUP BY articles.source, followers.dependence
"""  # noqa: S608 -- a number of ours

_COPIES: Final = (Dependence.COPY, Dependence.PARTIAL)
_CITATIONS: Final = (Dependence.CREDIT, Dependence.CITATION)


@dataclass(frozen=True, slots=True)
class Habits:
    """What the latest reports of the window are: how many of each sort, of those in a story.

    `later` are more reports of this newsroom on a story on which it had one. `led` counts the
    stories in which it was first, and that others took up; where two were first, both are.
    """

    judged: int
    placed: int
    own: int
    later: int
    copies: int
    citations: int
    led: int


@dataclass(frozen=True, slots=True)
class OtherSource:
    """Another source, with how many reports of the one repeat or name the other."""

    source: str
    name: PlainText
    copies: int
    citations: int


def judged_reports(connection: sqlite3.Connection, source: str, since: str) -> list[dict[str, Any]]:
    """Return the latest `JUDGED_REPORTS` of a source that were first seen since then."""
    return rows(connection, _JUDGED_SQL, {"source": source, "month": since})


def habits(judged: Sequence[Row]) -> Habits:
    """Return what the rows of `judged_reports` are."""
    placed = [row for row in judged if row["story_id"] is not None]
    sorts = Counter(row["dependence"] for row in placed)
    own = sorts[Dependence.OWN]
    led = {
        row["story_id"]
        for row in placed
        if row["is_first"] and row["source_count"] > 1 and row["dependence"] == Dependence.OWN
    }
    return Habits(
        judged=len(judged),
        placed=len(placed),
        own=own,
        later=sorts[Dependence.PUBLISHER],
        copies=sum(sorts[sort] for sort in _COPIES),
        citations=sum(sorts[sort] for sort in _CITATIONS),
        led=len(led),
    )


def repeats(
    connection: sqlite3.Connection, source: str, judged: Sequence[Row]
) -> tuple[OtherSource, ...]:
    """Return the sources whose texts the judged reports of `source` repeat or name."""
    depending = [
        row
        for row in judged
        if row["story_id"] is not None and row["dependence"] in (*_COPIES, *_CITATIONS)
    ]
    ids = json.dumps(sorted({row["origin_id"] for row in depending}))
    origins = {row["id"]: row for row in rows(connection, _ORIGINS_SQL, {"ids": ids})}
    return _most(
        (
            origins[row["origin_id"]]["source"],
            origins[row["origin_id"]]["name"],
            row["dependence"],
            1,
        )
        for row in depending
        if origins.get(row["origin_id"], {"source": source})["source"] != source
    )


def repeated_by(
    connection: sqlite3.Connection, source: str, judged: Sequence[Row]
) -> tuple[OtherSource, ...]:
    """Return the sources that repeat or name the judged reports of `source`."""
    taken_up = [row for row in judged if (row["article_count"] or 0) > 1]
    asked = {
        "source": source,
        "stories": json.dumps(sorted({row["story_id"] for row in taken_up}, reverse=True)),
        "ids": json.dumps(sorted({row["id"] for row in taken_up})),
    }
    return _most(
        (row["source"], row["name"], row["dependence"], row["reports"])
        for row in rows(connection, _FOLLOWERS_SQL, asked)
    )


def _most(counted: Iterable[tuple[str, PlainText, str, int]]) -> tuple[OtherSource, ...]:
    """Return the sources that are counted most often, those with most copies first."""
    names: dict[str, PlainText] = {}
    copies: Counter[str] = Counter()
    citations: Counter[str] = Counter()
    for source, name, dependence, count in counted:
        if dependence in (*_COPIES, *_CITATIONS):
            names.setdefault(source, name)
            (copies if dependence in _COPIES else citations)[source] += count
    order = sorted(names, key=lambda each: (-copies[each], -citations[each], each))
    return tuple(
        OtherSource(each, names[each], copies[each], citations[each])
        for each in order[:_LISTED_OTHERS]
    )
