"""Stories as their material changes left them, for those who are told of changes."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aggregator.model import News, Story
from aggregator.publish.alerts.matching import MaterialChange
from aggregator.store.browsing import (
    REPORT_COLUMNS,
    Row,
    installation,
    rows,
)
from aggregator.store.published import by_story, story_of
from aggregator.store.story_news import news_from
from aggregator.text.times import to_text

# A story that has become part of another is told of there: its reports are a change of that one.
_CHANGES_SQL: Final = """
SELECT story_changes.* FROM story_changes
JOIN stories ON stories.id = story_changes.story_id
WHERE story_changes.material = 1 AND stories.merged_into IS NULL
  AND story_changes.id > :after AND story_changes.id <= :upto
ORDER BY story_changes.id
"""

_MEMBERS_SQL: Final = f"""
SELECT {REPORT_COLUMNS}, coalesce(story_members.moved_at, story_members.joined_at) AS came_at
FROM json_each(:ids) AS chosen
JOIN story_members ON story_members.story_id = chosen.value
JOIN articles ON articles.id = story_members.article_id
JOIN feeds ON feeds.id = articles.feed_id
ORDER BY story_members.id
"""  # noqa: S608 -- columns are ours

_OF_STORIES: Final = "WHERE story_id IN (SELECT value FROM json_each(:ids))"


@dataclass(frozen=True, slots=True)
class _Moment:
    """Rows of `story_changes` of one story that are told as one change."""

    last: Row
    news: tuple[News, ...]


def latest_change(connection: sqlite3.Connection) -> int:
    """Return the number of the newest change of any story, 0 while there is none."""
    (row,) = rows(connection, "SELECT coalesce(max(id), 0) AS id FROM story_changes")
    return int(row["id"])


def last_change_before(connection: sqlite3.Connection, after: int, moment: datetime) -> int:
    """Return the last change from `after` on that was before `moment`.

    One before it that a clock which was ahead has dated later does not hold it up.
    """
    found = rows(
        connection,
        "SELECT id FROM story_changes WHERE id > :after AND changed_at < :moment"
        " ORDER BY id DESC LIMIT 1",
        {"after": after, "moment": to_text(moment)},
    )
    return int(found[0]["id"]) if found else after


def material_changes(connection: sqlite3.Connection, after: int, upto: int) -> list[MaterialChange]:
    """Return each story that changed materially after one change and up to another, in order.

    What happened to one story in that time is one change, its last.
    """
    groups: dict[int, list[Row]] = {}
    for row in rows(connection, _CHANGES_SQL, {"after": after, "upto": upto}):
        groups.setdefault(row["story_id"], []).append(row)
    moments = [_Moment(group[-1], news_of_changes(group)) for group in groups.values()]
    moments.sort(key=lambda moment: int(moment.last["id"]))
    return _with_stories(connection, moments)


def news_of_changes(changes: Iterable[Row]) -> tuple[News, ...]:
    """Return what changes brought, each piece once."""
    found = {
        news: None for change in changes for news in news_from(change["news"], change["article_id"])
    }
    return tuple(found)


def _with_stories(
    connection: sqlite3.Connection, moments: Sequence[_Moment]
) -> list[MaterialChange]:
    ids = {"ids": json.dumps(sorted({moment.last["story_id"] for moment in moments}))}
    stories = {
        row["id"]: row
        for row in rows(
            connection, "SELECT * FROM stories WHERE id IN (SELECT value FROM json_each(:ids))", ids
        )
    }
    members = by_story(stories, rows(connection, _MEMBERS_SQL, ids))
    found = rows(connection, f"SELECT * FROM story_conflicts {_OF_STORIES}", ids)  # noqa: S608 -- a constant
    conflicts = by_story(stories, found)
    identifier, _ = installation(connection)
    return [
        MaterialChange(
            id=moment.last["id"],
            story=_story(stories[story_id], members[story_id], moment, identifier),
            conflicts=frozenset(row["conflict_id"] for row in conflicts[story_id]),
        )
        for moment in moments
        for story_id in (moment.last["story_id"],)
    ]


def _story(row: Row, members: Sequence[Row], moment: _Moment, installation_id: str) -> Story:
    changed_at = moment.last["changed_at"]
    there = [
        member
        for member in members
        if member["came_at"] <= changed_at or member["article_id"] == row["opened_by"]
    ]
    return story_of({**row, "changed_at": changed_at}, there, installation_id, moment.news)
