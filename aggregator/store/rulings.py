"""What the user has ruled: stories that are one, and articles that do not belong in a story.

A ruling is done at once, and kept: all articles of the stories that it is about stay where it left
them, whatever the grouper thinks later. The inverse ruling undoes it.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from aggregator.errors import RulingRefused
from aggregator.model import ChangeKind
from aggregator.store.connection import Store
from aggregator.store.grouping import refresh_stories
from aggregator.store.revisions import (
    BY_USER,
    move_articles,
    open_story,
    revision_record,
    story_opened_by,
)
from aggregator.store.whole_story import current_story_id
from aggregator.text.times import to_text


class RulingKind(StrEnum):
    """What a ruling says of articles."""

    TOGETHER = "together"
    APART = "apart"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What came of a ruling.

    `story_id` is the story that was kept, `others` are those that ended in it, or the one in which
    `moved`, the articles that moved, are now.
    """

    kind: RulingKind
    story_id: int
    others: tuple[int, ...]
    moved: tuple[int, ...]


_MEMBERS_SQL: Final = """
SELECT article_id, copy_of FROM story_members WHERE story_id = ? ORDER BY id
"""

_PLACES_SQL: Final = """
SELECT DISTINCT story_members.id, story_members.article_id, stories.opened_by
FROM ruled_articles
JOIN story_members ON story_members.article_id = ruled_articles.article_id
JOIN stories ON stories.id = story_members.story_id
WHERE ruled_articles.ruling_id > ?
ORDER BY story_members.id
"""


def merge_stories(store: Store, story_ids: Sequence[int], now: datetime) -> Ruling:
    """Make stories one, that which was opened first; an ended story stands for where it went.

    Raises NotFound for a story that is not known, RulingRefused where there is nothing to merge.
    """
    with store.transaction() as connection:
        stories = sorted({current_story_id(connection, story_id) for story_id in story_ids})
        if len(stories) == 1:
            raise RulingRefused(
                f"there is nothing to merge: all of these are story {stories[0]} already"
            )
        kept, *ended = stories
        moved = [row["article_id"] for each in ended for row in _members(connection, each)]
        _move(connection, moved, kept, ChangeKind.MERGE, now)
        _keep(connection, RulingKind.TOGETHER, kept, [kept], now)
    return Ruling(RulingKind.TOGETHER, kept, tuple(ended), tuple(moved))


def split_story(store: Store, story_id: int, articles: Sequence[int], now: datetime) -> Ruling:
    """Part `articles`, and what repeats their texts, from the rest of a story.

    The part with the article that opened the story keeps it; the other gets a story of its own, or
    the one that its earliest article once opened. Raises NotFound for a story that is not known,
    RulingRefused for an article that is not in it, and where nothing would remain.
    """
    with store.transaction() as connection:
        current = current_story_id(connection, story_id)
        members = _members(connection, current)
        named = set(articles)
        if strangers := named - {row["article_id"] for row in members}:
            raise RulingRefused(
                f"article {min(strangers)} is not in story {current};"
                f" `aggregator story {current}` lists those that are"
            )
        parted = {
            row["article_id"]: row["article_id"] in named or row["copy_of"] in named
            for row in members
        }
        if all(parted.values()):
            raise RulingRefused(_nothing_remains(current, len(members)))
        (opener,) = connection.execute(
            "SELECT opened_by FROM stories WHERE id = ?", (current,)
        ).fetchone()
        moved = [article for article, goes in parted.items() if goes is not parted[opener]]
        new = story_opened_by(connection, moved[0]) or open_story(connection, moved[0], now)
        _move(connection, moved, new, ChangeKind.SPLIT, now)
        _keep(connection, RulingKind.APART, current, [current, new], now)
    return Ruling(RulingKind.APART, current, (new,), tuple(moved))


def ruled_places(store: Store, *, since: int = 0) -> list[tuple[str, str]]:
    """Return each article ruled about after ruling `since`, with the key of its story now.

    Keys are those of the grouper: the id of the article that opened the story.
    """
    return [
        (str(row["article_id"]), str(row["opened_by"]))
        for row in store.connection.execute(_PLACES_SQL, (since,))
    ]


def _nothing_remains(story_id: int, articles: int) -> str:
    if articles == 1:
        return f"this is the only article of story {story_id}: there is nothing to split"
    return (
        f"these are all {articles} articles of story {story_id}: nothing would remain"
        " (an article that repeats the text of another goes with it)"
    )


def _members(connection: sqlite3.Connection, story_id: int) -> list[sqlite3.Row]:
    return connection.execute(_MEMBERS_SQL, (story_id,)).fetchall()


def _move(
    connection: sqlite3.Connection,
    articles: Sequence[int],
    story_id: int,
    kind: ChangeKind,
    now: datetime,
) -> None:
    why = revision_record(kind, BY_USER, None)
    touched = move_articles(connection, dict.fromkeys(articles, why), story_id, kind, now)
    # Who changes a story by hand wants it seen, even where only copies moved.
    refresh_stories(connection, dict.fromkeys(touched, True), now)


def _keep(
    connection: sqlite3.Connection,
    kind: RulingKind,
    story_id: int,
    stories: Sequence[int],
    now: datetime,
) -> None:
    cursor = connection.execute(
        "INSERT INTO story_rulings (kind, story_id, ruled_at) VALUES (?, ?, ?)",
        (kind, story_id, to_text(now)),
    )
    connection.execute(
        "INSERT INTO ruled_articles (ruling_id, article_id, story_id)"
        " SELECT ?, article_id, story_id FROM story_members"
        " WHERE story_id IN (SELECT value FROM json_each(?))",
        (cursor.lastrowid, json.dumps(list(stories))),
    )
