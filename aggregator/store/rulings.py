"""What the user has ruled: stories that are one, and articles that do not belong in a story.

A ruling is done at once, and kept: all articles of the stories that it is about stay where it left
them, whatever the grouper thinks later, until the user releases them: then they stay where they
are only as long as the grouper thinks so. The inverse ruling moves them back, and pins them there.
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
from aggregator.store.revisions import (
    BY_USER,
    move_articles,
    open_story,
    revision_record,
    story_opened_by,
)
from aggregator.store.story_state import refresh_stories
from aggregator.store.whole_story import current_story_id
from aggregator.text.times import to_text


class RulingKind(StrEnum):
    """What a ruling says of articles."""

    TOGETHER = "together"
    APART = "apart"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What came of a ruling.

    `story_id` is the story that was kept, `others` are those that ended in it, or the one in which
    `moved`, the articles that moved, are now. A release moves nothing: `articles` are those that
    the program may move again.
    """

    kind: RulingKind
    story_id: int
    others: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()
    articles: tuple[int, ...] = ()


_MEMBERS_SQL: Final = """
SELECT article_id, copy_of FROM story_members WHERE story_id = ? ORDER BY id
"""

# The newest ruling about an article is the one that counts.
_RULED_SQL: Final = """
SELECT story_members.article_id, stories.opened_by, stories.id AS story_id, story_rulings.kind
FROM (
  SELECT article_id, max(ruling_id) AS ruling_id FROM ruled_articles GROUP BY article_id
) AS newest
JOIN story_rulings ON story_rulings.id = newest.ruling_id
JOIN story_members ON story_members.article_id = newest.article_id
JOIN stories ON stories.id = story_members.story_id
WHERE newest.ruling_id > ?
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
        moved = [article for each in ended for article in _articles(connection, each)]
        _move(connection, moved, kept, ChangeKind.MERGE, now)
        _keep(connection, RulingKind.TOGETHER, kept, _articles(connection, kept), now)
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
        _refuse_strangers(current, named, {row["article_id"] for row in members})
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
        ruled = [article for each in (current, new) for article in _articles(connection, each)]
        _keep(connection, RulingKind.APART, current, ruled, now)
    return Ruling(RulingKind.APART, current, (new,), tuple(moved))


def release_articles(store: Store, story_id: int, articles: Sequence[int], now: datetime) -> Ruling:
    """Take back what was ruled about `articles` of a story; about all of them where none is named.

    They stay where they are, but no longer against what the grouper thinks. Raises NotFound for a
    story that is not known, RulingRefused for an article that is not in it, and where none of them
    is ruled about.
    """
    with store.transaction() as connection:
        current = current_story_id(connection, story_id)
        named = set(articles)
        _refuse_strangers(current, named, set(_articles(connection, current)))
        released = [
            row["article_id"]
            for row in connection.execute(_RULED_SQL, (0,))
            if row["kind"] != RulingKind.RELEASED
            and row["story_id"] == current
            and (not named or row["article_id"] in named)
        ]
        if not released:
            raise RulingRefused(
                f"no ruling holds for {'these articles' if named else 'any article'} of story"
                f" {current}: there is nothing to take back"
            )
        _keep(connection, RulingKind.RELEASED, current, released, now)
    return Ruling(RulingKind.RELEASED, current, articles=tuple(released))


def ruled_places(store: Store, *, since: int = 0) -> list[tuple[str, str]]:
    """Return each article that is ruled about after ruling `since`, with the key of its story now.

    Keys are those of the grouper: the id of the article that opened the story.
    """
    return [
        (str(row["article_id"]), str(row["opened_by"]))
        for row in store.connection.execute(_RULED_SQL, (since,))
        if row["kind"] != RulingKind.RELEASED
    ]


def released_articles(store: Store, *, since: int = 0) -> list[str]:
    """Return each article that was released after ruling `since`, and not ruled about again."""
    return [
        str(row["article_id"])
        for row in store.connection.execute(_RULED_SQL, (since,))
        if row["kind"] == RulingKind.RELEASED
    ]


def _refuse_strangers(story_id: int, named: set[int], members: set[int]) -> None:
    if strangers := named - members:
        raise RulingRefused(
            f"article {min(strangers)} is not in story {story_id};"
            f" `aggregator story {story_id}` lists those that are"
        )


def _nothing_remains(story_id: int, articles: int) -> str:
    if articles == 1:
        return f"this is the only article of story {story_id}: there is nothing to split"
    return (
        f"these are all {articles} articles of story {story_id}: nothing would remain"
        " (an article that repeats the text of another goes with it)"
    )


def _members(connection: sqlite3.Connection, story_id: int) -> list[sqlite3.Row]:
    return connection.execute(_MEMBERS_SQL, (story_id,)).fetchall()


def _articles(connection: sqlite3.Connection, story_id: int) -> list[int]:
    return [row["article_id"] for row in _members(connection, story_id)]


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
    articles: Sequence[int],
    now: datetime,
) -> None:
    cursor = connection.execute(
        "INSERT INTO story_rulings (kind, story_id, ruled_at) VALUES (?, ?, ?)",
        (kind, story_id, to_text(now)),
    )
    connection.execute(
        "INSERT INTO ruled_articles (ruling_id, article_id, story_id)"
        " SELECT ?, article_id, story_id FROM story_members"
        " WHERE article_id IN (SELECT value FROM json_each(?))",
        (cursor.lastrowid, json.dumps(list(articles))),
    )
