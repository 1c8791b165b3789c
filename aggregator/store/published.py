"""What the merged feed reads: stories as they were at their last material change.

So another copy of a known text leaves every byte of the feed as it was.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from aggregator.errors import NotFound
from aggregator.model import News, Story
from aggregator.store.browsing import (
    REPORT_COLUMNS,
    Row,
    entry_id,
    followed_conflicts,
    installation,
    names,
    report_of,
    rows,
)
from aggregator.store.images import image_from
from aggregator.store.story_filter import FOUND_SQL, StoryFilter, conditions, source_of
from aggregator.store.story_news import news_from
from aggregator.text.times import from_text, to_text

_COLUMNS: Final = """
stories.id, headline, summary, language, opened_at, changed_at, conflicts, image, image_details,
places
"""

_REPORTS_SQL: Final = f"""
SELECT {REPORT_COLUMNS}
FROM json_each(:ids) AS chosen
JOIN stories ON stories.id = chosen.value
JOIN story_members ON story_members.story_id = stories.id
JOIN articles ON articles.id = story_members.article_id
JOIN feeds ON feeds.id = articles.feed_id
WHERE coalesce(story_members.moved_at, story_members.joined_at) <= stories.changed_at
   OR story_members.article_id = stories.opened_by
ORDER BY story_members.id
"""  # noqa: S608 -- columns are ours

_CHANGES: Final = (
    "(SELECT count(*) FROM story_changes WHERE story_id = stories.id AND material) AS changes"
)

_NEWS_SQL: Final = """
SELECT story_changes.story_id, story_changes.article_id, story_changes.news
FROM json_each(:ids) AS chosen
JOIN stories ON stories.id = chosen.value
JOIN story_changes ON story_changes.story_id = stories.id
                  AND story_changes.changed_at = stories.changed_at
WHERE story_changes.material
ORDER BY story_changes.id
"""

_TAKEN_OVER_SQL: Final = """
SELECT merged_into AS story_id, stories.id, opened_at
FROM json_each(:ids) AS chosen
CROSS JOIN stories ON merged_into = chosen.value
ORDER BY stories.id
"""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a story stands in the feed: by its last material change, then by its id.

    `changes` counts its material changes, since two of them may come within a second.
    """

    changed: datetime
    story_id: int
    changes: int = 0


def check_conflict(connection: sqlite3.Connection, wanted: StoryFilter) -> StoryFilter:
    """Return the filter as it can be asked: followed conflicts mean nothing where none is followed.

    Raises NotFound for a conflict that is not followed.
    """
    followed = {known.id for known in followed_conflicts(connection)}
    if wanted.conflict is not None and wanted.conflict not in followed:
        raise NotFound("conflict", wanted.conflict)
    if wanted.followed_only and not followed:
        return replace(wanted, followed_only=False)
    return wanted


def published_positions(
    connection: sqlite3.Connection,
    wanted: StoryFilter,
    *,
    limit: int,
    after: Position | None = None,
) -> list[Position]:
    """Return which stories the feed has, the last one to change first.

    This alone tells whether a feed has changed, at the price of one query.
    """
    condition, parameters = conditions(wanted)
    source = source_of(connection, wanted, parameters)
    if after is not None:
        condition += " AND (changed_at, stories.id) < (:changed, :after)"
        parameters |= {"changed": to_text(after.changed), "after": after.story_id}
    before = FOUND_SQL if wanted.search else ""
    asked = f"SELECT stories.id, changed_at, {_CHANGES} FROM {source} WHERE {condition}"  # noqa: S608 -- of constants
    order = "ORDER BY changed_at DESC, stories.id DESC LIMIT :limit"
    found = rows(connection, f"{before} {asked} {order}", {**parameters, "limit": limit})
    return [Position(from_text(row["changed_at"]), row["id"], row["changes"]) for row in found]


def stories_at(connection: sqlite3.Connection, positions: Sequence[Position]) -> list[Story]:
    """Return the stories at these positions, in the same order."""
    identifier, _ = installation(connection)
    ids = {"ids": json.dumps([position.story_id for position in positions])}
    chosen = {
        row["id"]: row
        for row in rows(
            connection,
            f"SELECT {_COLUMNS} FROM json_each(:ids) AS chosen"  # noqa: S608 -- ours
            " CROSS JOIN stories ON stories.id = chosen.value",
            ids,
        )
    }
    members = by_story(chosen, rows(connection, _REPORTS_SQL, ids))
    news = by_story(chosen, rows(connection, _NEWS_SQL, ids))
    taken_over = by_story(chosen, rows(connection, _TAKEN_OVER_SQL, ids))
    return [
        story_of(
            chosen[position.story_id],
            members[position.story_id],
            identifier,
            _news(news[position.story_id]),
            tuple(
                entry_id(identifier, from_text(row["opened_at"]), row["id"])
                for row in taken_over[position.story_id]
            ),
        )
        for position in positions
    ]


def published_stories(
    connection: sqlite3.Connection, wanted: StoryFilter, *, limit: int
) -> list[Story]:
    """Return the stories of the merged feed, the last one to change first.

    Raises NotFound for a conflict that is not followed.
    """
    wanted = check_conflict(connection, wanted)
    return stories_at(connection, published_positions(connection, wanted, limit=limit))


def feed_identifier(connection: sqlite3.Connection, which: str = "stories") -> str:
    """Return the id of a merged feed for ever: a tag URI; `which` tells our feeds apart."""
    identifier, created = installation(connection)
    return f"tag:{identifier}.conflict-news.invalid,{created:%Y-%m-%d}:{which}"


def outlets_state(connection: sqlite3.Connection) -> str:
    """Return what entries show of the outlets: it may change while no story does."""
    found = rows(connection, "SELECT id, name, kind, country FROM feeds ORDER BY id")
    return json.dumps([list(row.values()) for row in found], ensure_ascii=False)


def by_story(stories: Iterable[int], found: Iterable[Row]) -> dict[int, list[Row]]:
    """Return rows by their `story_id`, in order; an empty list for a story without any."""
    sorted_out: dict[int, list[Row]] = {story_id: [] for story_id in stories}
    for row in found:
        sorted_out[row["story_id"]].append(row)
    return sorted_out


def _news(changes: Sequence[Row]) -> tuple[News, ...]:
    found = (news_from(row["news"], row["article_id"]) for row in changes)
    return tuple(news for each in found for news in each)


def story_of(
    row: Row,
    members: Sequence[Row],
    installation_id: str,
    news: tuple[News, ...],
    took_over: tuple[str, ...] = (),
) -> Story:
    """Return the story of a row of `stories` with these reports (see `report_of`) and this news."""
    opened = from_text(row["opened_at"])
    return Story(
        id=row["id"],
        entry_id=entry_id(installation_id, opened, row["id"]),
        headline=row["headline"],
        opened=opened,
        updated=from_text(row["changed_at"]),
        source_count=len({member["source"] for member in members}),
        origin_count=len({member["origin_id"] for member in members}),
        conflicts=names(row["conflicts"]),
        reports=tuple(report_of(member) for member in members),
        summary=row["summary"],
        language=row["language"],
        image=image_from(row["image"], row["image_details"]),
        places=names(row["places"]),
        news=news,
        took_over=took_over,
    )
