"""What the pages about conflicts read: what happened lately in one, and who says so."""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from aggregator.model import NewsKind, PlainText
from aggregator.store.browsing import Row, names, rows
from aggregator.store.conflicts import KnownConflict, known_conflict
from aggregator.store.numbers import DayCounts, Selection, day_counts
from aggregator.store.story_news import news_from
from aggregator.text.times import from_text, to_text

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
CLAIMS_SPAN: Final = timedelta(days=3)
"""Who denied or confirmed something is told for so long."""
SHOWN_DAYS: Final = 30
SHOWN_STORIES: Final = 8
_SHOWN_CLAIMS: Final = 20
_SHOWN_PLACES: Final = 15
_SHOWN_SIDES: Final = 20

_CLAIMS: Final = (NewsKind.DENIAL, NewsKind.CONFIRMATION, NewsKind.FIGURE)


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A story in one line; `countries` are those of its outlets."""

    id: int
    headline: PlainText
    language: str | None
    first_report: datetime
    last_report: datetime
    origin_count: int
    source_count: int
    countries: tuple[PlainText, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A denial, a confirmation or a new figure: what a report brought into a story, and who.

    `url` is None where the report has no page.
    """

    kind: NewsKind
    detail: PlainText
    at: datetime
    story_id: int
    headline: PlainText
    outlet: PlainText
    title: PlainText
    language: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Side:
    """How many stories, and with how many reports, the outlets of one country or kind tell."""

    key: str
    stories: int
    reports: int


@dataclass(frozen=True, slots=True)
class WholeConflict:
    """One conflict: the stories of the last day and week, those that lead first, and their sides.

    `one_sided` are stories of several outlets that all sit in one country. `places` are named by
    so many of the week's stories.
    """

    conflict: KnownConflict
    today: list[StoryLine]
    week: list[StoryLine]
    today_count: int
    week_count: int
    newest: list[StoryLine]
    one_sided: list[StoryLine]
    claims: list[Claim]
    places: list[tuple[PlainText, int]]
    countries: list[Side]
    kinds: list[Side]
    days: list[DayCounts]


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """A conflict in a list: stories with reports in the last day and week, and its last story."""

    id: str
    name: PlainText
    today_count: int
    week_count: int
    last: StoryLine | None


_LINE_COLUMNS: Final = """
stories.id, headline, language, first_report_at, last_report_at, origin_count, source_count,
countries, places
"""

_RECENT_SQL: Final = f"""
SELECT {_LINE_COLUMNS} FROM stories
CROSS JOIN story_conflicts ON story_conflicts.story_id = stories.id AND conflict_id = :conflict
WHERE last_report_at >= :since AND merged_into IS NULL
"""  # noqa: S608 -- columns of ours

# Stories are numbered as they are opened.
_NEWEST_SQL: Final = f"""
SELECT {_LINE_COLUMNS} FROM story_conflicts
CROSS JOIN stories ON stories.id = story_conflicts.story_id
WHERE conflict_id = :conflict AND merged_into IS NULL
ORDER BY story_conflicts.story_id DESC
LIMIT :limit
"""  # noqa: S608 -- columns of ours

# A report is grouped within minutes after it was seen, and this says so without its text.
_REPORTS_SQL: Final = """
SELECT story_members.story_id, articles.feed_id
FROM json_each(:ids) AS chosen
CROSS JOIN story_members ON story_members.story_id = chosen.value
CROSS JOIN articles ON articles.id = story_members.article_id
WHERE story_members.joined_at >= :since
"""

# What is news is judged when it is read; this only passes over most rows.
_HOLDS_CLAIM: Final = " OR ".join(f"""news LIKE '%"{kind}"%'""" for kind in _CLAIMS)

_CLAIMS_SQL: Final = f"""
SELECT story_changes.story_id, stories.headline, story_changes.changed_at, news,
       story_changes.article_id, articles.title, articles.url, articles.language,
       feeds.name AS outlet
FROM json_each(:ids) AS chosen
CROSS JOIN story_changes ON story_changes.story_id = chosen.value
  AND story_changes.changed_at >= :since
CROSS JOIN stories ON stories.id = story_changes.story_id
CROSS JOIN articles ON articles.id = story_changes.article_id
CROSS JOIN feeds ON feeds.id = articles.feed_id
WHERE material = 1 AND ({_HOLDS_CLAIM})
ORDER BY story_changes.changed_at DESC, story_changes.id DESC
LIMIT {_SHOWN_CLAIMS}
"""  # noqa: S608 -- kinds and a number of ours

_LISTED_SQL: Final = """
WITH counted AS (
  SELECT conflict_id, count(*) AS week_count, sum(last_report_at >= :day) AS today_count
  FROM stories
  CROSS JOIN story_conflicts ON story_conflicts.story_id = stories.id
  WHERE last_report_at >= :week AND merged_into IS NULL
  GROUP BY conflict_id
)
SELECT conflicts.id, conflicts.name, coalesce(today_count, 0) AS today_count,
       coalesce(week_count, 0) AS week_count
FROM conflicts
LEFT JOIN counted ON counted.conflict_id = conflicts.id
WHERE listed = 1
ORDER BY today_count DESC, week_count DESC, conflicts.name, conflicts.id
"""


def conflict_lines(connection: sqlite3.Connection, now: datetime) -> list[ConflictLine]:
    """Return the followed conflicts, those of which most is told first."""
    spans = {"day": to_text(now - DAY), "week": to_text(now - WEEK)}
    return [
        ConflictLine(
            row["id"],
            row["name"],
            row["today_count"],
            row["week_count"],
            next(iter(_newest(connection, row["id"], 1)), None),
        )
        for row in rows(connection, _LISTED_SQL, spans)
    ]


def whole_conflict(
    connection: sqlite3.Connection, conflict_id: str, now: datetime
) -> WholeConflict:
    """Return a followed conflict as it is `now`; raises NotFound for one that is not followed."""
    conflict = known_conflict(connection, conflict_id)
    found = rows(connection, _RECENT_SQL, {"conflict": conflict.id, "since": to_text(now - WEEK)})
    week = sorted((_line(row) for row in found), key=_leading)
    today = [line for line in week if line.last_report >= now - DAY]
    lately = [line.id for line in week if line.last_report >= now - CLAIMS_SPAN]
    reports = rows(
        connection,
        _REPORTS_SQL,
        {"ids": json.dumps([line.id for line in week]), "since": to_text(now - WEEK)},
    )
    # A few thousand at most: to join them to each report takes longer.
    feeds = {row["id"]: row for row in rows(connection, "SELECT id, country, kind FROM feeds")}
    one_sided = [line for line in week if line.source_count > 1 and len(line.countries) == 1]
    return WholeConflict(
        conflict=conflict,
        today=today[:SHOWN_STORIES],
        week=week[:SHOWN_STORIES],
        today_count=len(today),
        week_count=len(week),
        newest=_newest(connection, conflict.id, SHOWN_STORIES),
        one_sided=one_sided[:SHOWN_STORIES],
        claims=_claims(connection, lately, now - CLAIMS_SPAN),
        places=Counter(
            place for row in found for place in dict.fromkeys(names(row["places"]))
        ).most_common(_SHOWN_PLACES),
        countries=_sides(reports, {feed: row["country"] or "" for feed, row in feeds.items()}),
        kinds=_sides(reports, {feed: row["kind"] for feed, row in feeds.items()}),
        days=_days(connection, conflict.id, now.date()),
    )


def _leading(line: StoryLine) -> tuple[int, int, float, int]:
    """Order by independent origins, then by outlets, then the latest report first."""
    return (-line.origin_count, -line.source_count, -line.last_report.timestamp(), line.id)


def _newest(connection: sqlite3.Connection, conflict: str, limit: int) -> list[StoryLine]:
    found = rows(connection, _NEWEST_SQL, {"conflict": conflict, "limit": limit})
    return [_line(row) for row in found]


def _line(row: Row) -> StoryLine:
    return StoryLine(
        id=row["id"],
        headline=row["headline"],
        language=row["language"],
        first_report=from_text(row["first_report_at"]),
        last_report=from_text(row["last_report_at"]),
        origin_count=row["origin_count"],
        source_count=row["source_count"],
        countries=names(row["countries"]),
    )


def _claims(connection: sqlite3.Connection, stories: Sequence[int], since: datetime) -> list[Claim]:
    return [
        Claim(
            kind=news.kind,
            detail=news.detail,
            at=from_text(row["changed_at"]),
            story_id=row["story_id"],
            headline=row["headline"],
            outlet=row["outlet"],
            title=row["title"],
            language=row["language"],
            url=row["url"],
        )
        for row in rows(
            connection, _CLAIMS_SQL, {"ids": json.dumps(stories), "since": to_text(since)}
        )
        for news in news_from(row["news"], row["article_id"])
        if news.kind in _CLAIMS
    ]


def _sides(reports: Sequence[Row], side_of: Mapping[str, str]) -> list[Side]:
    counted: Counter[str] = Counter()
    stories: dict[str, set[int]] = {}
    for row in reports:
        side = side_of[row["feed_id"]]
        counted[side] += 1
        stories.setdefault(side, set()).add(row["story_id"])
    sides = (Side(side, len(told), counted[side]) for side, told in stories.items())
    return sorted(sides, key=lambda side: (-side.stories, -side.reports, side.key))[:_SHOWN_SIDES]


def _days(connection: sqlite3.Connection, conflict: str, today: date) -> list[DayCounts]:
    first = today - timedelta(days=SHOWN_DAYS - 1)
    return day_counts(connection, Selection(first, today, conflict))
