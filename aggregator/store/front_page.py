"""What the front page reads: current stories in one of two orders, filtered, searched and paged."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from aggregator.model import PlainText
from aggregator.store.browsing import FollowedConflict, Row, names, rows
from aggregator.store.report_times import counts_from
from aggregator.store.story_filter import FOUND_SQL, StoryFilter, conditions, source_of
from aggregator.text.times import from_text, to_text


class Order(StrEnum):
    """In what order stories come: those that lead (see `prominence`), or the newest report."""

    LEADING = "leading"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the last story's prominence or its newest report, and its id."""

    value: float | datetime
    story_id: int


@dataclass(frozen=True, slots=True)
class StoryCard:
    """A story in a list. `reported` says how many of its reports appeared when.

    `outlets` are the names of some who report it, the first to arrive first.
    """

    id: int
    headline: PlainText
    summary: PlainText
    language: str | None
    first_report: datetime
    last_report: datetime
    article_count: int
    origin_count: int
    source_count: int
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    kinds: tuple[str, ...]
    places: tuple[PlainText, ...]
    conflicts: tuple[FollowedConflict, ...]
    outlets: tuple[PlainText, ...]
    reported: Mapping[datetime, int]


@dataclass(frozen=True, slots=True)
class StoryList:
    """One page of stories, and where the next one begins, if there is more."""

    cards: tuple[StoryCard, ...]
    following: Cursor | None


_CARD_COLUMNS: Final = """
SELECT stories.id, headline, summary, language, first_report_at, last_report_at, article_count,
       origin_count, source_count, languages, countries, kinds, places, prominence,
       report_times
"""
_CONFLICTS_SQL: Final = """
SELECT story_conflicts.story_id, conflicts.id, conflicts.name
FROM json_each(:ids) AS chosen
JOIN story_conflicts ON story_conflicts.story_id = chosen.value
JOIN conflicts ON conflicts.id = story_conflicts.conflict_id
ORDER BY story_conflicts.article_count DESC, conflicts.name
"""
_OUTLETS_SQL: Final = """
SELECT feeds.name AS outlet
FROM story_members
JOIN articles ON articles.id = story_members.article_id
JOIN feeds ON feeds.id = articles.feed_id
WHERE story_members.story_id = :id
ORDER BY story_members.id
LIMIT :limit
"""
_NAMED_REPORTS: Final = 8
"""Of so many first reports the outlets are named: copies included, three of them mostly."""
_COLUMNS: Final = {Order.LEADING: "prominence", Order.NEWEST: "last_report_at"}
_BEFORE_ALL: Final = {Order.LEADING: 1e300, Order.NEWEST: "9999-12-31T23:59:59Z"}


def story_list(
    connection: sqlite3.Connection,
    wanted: StoryFilter,
    *,
    limit: int,
    order: Order = Order.LEADING,
    after: Cursor | None = None,
) -> StoryList:
    """Return the stories that pass `wanted` in this order, at most `limit` of them."""
    condition, parameters = conditions(wanted)
    source = source_of(connection, wanted, parameters)
    column = _COLUMNS[order]
    found = rows(
        connection,
        f"{FOUND_SQL if wanted.search else ''} {_CARD_COLUMNS} FROM {source}"
        f" WHERE {condition} AND ({column}, stories.id) < (:before, :before_id)"
        f" ORDER BY {column} DESC, stories.id DESC LIMIT :limit",
        {
            **parameters,
            "before": _stored(after.value) if after else _BEFORE_ALL[order],
            "before_id": after.story_id if after else 0,
            "limit": limit + 1,
        },
    )
    shown = found[:limit]
    identifiers = {"ids": json.dumps([row["id"] for row in shown])}
    conflicts: dict[int, list[FollowedConflict]] = {row["id"]: [] for row in shown}
    for row in rows(connection, _CONFLICTS_SQL, identifiers):
        conflicts[row["story_id"]].append(FollowedConflict(row["id"], row["name"]))
    following = None
    if len(found) > limit:
        last = shown[-1]
        leads = order is Order.LEADING
        value = last["prominence"] if leads else from_text(last["last_report_at"])
        following = Cursor(value, last["id"])
    cards = (_card(row, conflicts[row["id"]], _outlets(connection, row["id"])) for row in shown)
    return StoryList(tuple(cards), following)


def _outlets(connection: sqlite3.Connection, story_id: int) -> list[PlainText]:
    found = rows(connection, _OUTLETS_SQL, {"id": story_id, "limit": _NAMED_REPORTS})
    return list(dict.fromkeys(row["outlet"] for row in found))


def _stored(value: float | datetime) -> float | str:
    return to_text(value) if isinstance(value, datetime) else value


def _card(row: Row, conflicts: list[FollowedConflict], outlets: list[PlainText]) -> StoryCard:
    first_report = from_text(row["first_report_at"])
    return StoryCard(
        id=row["id"],
        headline=row["headline"],
        summary=row["summary"],
        language=row["language"],
        first_report=first_report,
        last_report=from_text(row["last_report_at"]),
        article_count=row["article_count"],
        origin_count=row["origin_count"],
        source_count=row["source_count"],
        languages=names(row["languages"]),
        countries=names(row["countries"]),
        kinds=names(row["kinds"]),
        places=names(row["places"]),
        conflicts=tuple(conflicts),
        outlets=tuple(outlets),
        reported=counts_from(row["report_times"], first_report),
    )


def languages_seen(connection: sqlite3.Connection) -> list[str]:
    """Return the languages of the listed feeds, in order of their codes."""
    found = rows(
        connection,
        "SELECT DISTINCT language FROM feeds WHERE listed = 1 AND language IS NOT NULL"
        " ORDER BY language",
    )
    return [row["language"] for row in found]
