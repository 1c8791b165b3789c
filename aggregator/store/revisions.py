"""Members that go from one story to another; what this ends, brings back and makes known.

The article that opened a story is in it as long as the story lasts. So a story has ended when that
article is in another one, and points to it: an ended story never points to an ended one.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from aggregator.model import ChangeKind, Decision, Explanation, News, NewsKind
from aggregator.store.story_news import news_record
from aggregator.text.times import to_text

BY_PROGRAM: Final = "program"
BY_USER: Final = "user"

Touched = dict[int, bool]
"""Stories that are to be brought up to date, and whether subscribers should hear of it."""

_LEFT_SQL: Final = """
SELECT story_members.story_id, story_members.article_id, story_members.copy_of
FROM json_each(:articles) AS chosen
JOIN story_members ON story_members.article_id = chosen.value
WHERE story_members.story_id <> :story
ORDER BY story_members.id
"""

_MEMBERS_OF_THEIR_STORIES_SQL: Final = """
SELECT article_id FROM story_members
WHERE story_id IN (
  SELECT story_members.story_id FROM json_each(:articles) AS chosen
  JOIN story_members ON story_members.article_id = chosen.value)
"""

_POINT_SQL: Final = """
UPDATE stories SET merged_into = (
  SELECT nullif(story_members.story_id, stories.id) FROM story_members
  WHERE story_members.article_id = stories.opened_by)
WHERE opened_by IN (SELECT value FROM json_each(?))
"""

_OPEN_SQL: Final = """
INSERT INTO stories (opened_by, headline, headline_article_id, language, opened_at,
                     first_report_at, last_report_at, changed_at, article_count, origin_count,
                     source_count)
SELECT id, title, id, language, :now, reported_at, reported_at, :now, 1, 1, 1
FROM (SELECT *, min(coalesce(published_at, first_seen_at), first_seen_at) AS reported_at
      FROM articles WHERE id = :article)
"""


def open_story(connection: sqlite3.Connection, article_id: int, now: datetime) -> int:
    """Write the story that an article opens, and return its id."""
    cursor = connection.execute(_OPEN_SQL, {"article": article_id, "now": to_text(now)})
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def story_opened_by(connection: sqlite3.Connection, article_id: int) -> int | None:
    """Return the story that an article opened, ended or not; None if it opened none."""
    row = connection.execute("SELECT id FROM stories WHERE opened_by = ?", (article_id,)).fetchone()
    return None if row is None else int(row["id"])


def story_with(connection: sqlite3.Connection, article_id: int) -> int:
    """Return the story in which an article is."""
    row = connection.execute(
        "SELECT story_id FROM story_members WHERE article_id = ?", (article_id,)
    ).fetchone()
    return int(row["story_id"])


def apply_revisions(
    connection: sqlite3.Connection, revisions: Sequence[Decision], now: datetime
) -> Touched:
    """Move articles as the grouper has decided. With a merge, all of the left story goes over."""
    touched: Touched = {}
    for (kind, key), decisions in groupby(revisions, lambda each: (each.kind, int(each.story))):
        reasons = {int(each.article): each.explanation for each in decisions}
        moved = list(reasons)
        if kind is ChangeKind.MERGE:
            moved = members_of_their_stories(connection, moved)
        if key in reasons:
            # A story of its own: a new one, or the one that it once was.
            target = story_opened_by(connection, key) or open_story(connection, key, now)
        else:
            target = story_with(connection, key)
        first = next(iter(reasons.values()))
        whys = {
            article: revision_record(kind, BY_PROGRAM, reasons.get(article, first))
            for article in moved
        }
        add_touched(touched, move_articles(connection, whys, target, kind, now))
    return touched


def members_of_their_stories(connection: sqlite3.Connection, articles: Iterable[int]) -> list[int]:
    """Return the articles of all stories in which one of `articles` is."""
    rows = connection.execute(
        _MEMBERS_OF_THEIR_STORIES_SQL, {"articles": json.dumps(list(articles))}
    )
    return [row["article_id"] for row in rows]


def move_articles(
    connection: sqlite3.Connection,
    whys: Mapping[int, Mapping[str, object]],
    story_id: int,
    kind: ChangeKind,
    now: datetime,
) -> Touched:
    """Take articles, each with its reason (see `revision_record`), to a story from any others."""
    left = connection.execute(
        _LEFT_SQL, {"articles": json.dumps(list(whys)), "story": story_id}
    ).fetchall()
    if not left:
        return {}
    moment = to_text(now)
    connection.executemany(
        "UPDATE story_members SET story_id = ?, moved_at = ?,"
        " explanation = json_set(explanation, '$.revised', json(?)) WHERE article_id = ?",
        [
            (story_id, moment, json.dumps(whys[row["article_id"]], ensure_ascii=False),
             row["article_id"])
            for row in left
        ],
    )  # fmt: skip
    # What a report that comes means to a story is judged when the origins are known; that one
    # leaves is news in any case.
    left_news = news_record([News(NewsKind.LEFT)])
    connection.executemany(
        "INSERT INTO story_changes (story_id, kind, article_id, material, changed_at, news)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            change
            for row in left
            for change in (
                (row["story_id"], kind, row["article_id"], True, moment, left_news),
                (story_id, kind, row["article_id"], False, moment, None),
            )
        ],
    )
    connection.execute(_POINT_SQL, (json.dumps([row["article_id"] for row in left]),))
    touched: Touched = {row["story_id"]: True for row in left}
    touched[story_id] = False
    return touched


def add_touched(touched: Touched, more: Mapping[int, bool]) -> None:
    """Note in `touched` what `more` says, too."""
    for story_id, material in more.items():
        touched[story_id] = touched.get(story_id, False) or material


def revision_record(kind: ChangeKind, by: str, why: Explanation | None) -> dict[str, object]:
    """Return what is kept of why an article moved, and by whose word."""
    return {"kind": kind, "by": by, **dict(_reasons(why) if why is not None else ())}


def explanation_record(why: Explanation) -> dict[str, object]:
    """Return what is kept of why an article is where it is."""
    return {
        **dict(_reasons(why)),
        "features": {name: round(value, 4) for name, value in why.features.items()},
        "nearest": int(why.nearest) if why.nearest else None,
        "runner_up": int(why.runner_up) if why.runner_up else None,
        "runner_up_score": round(why.runner_up_score, 4),
    }


def _reasons(why: Explanation) -> Iterator[tuple[str, object]]:
    yield "score", round(why.score, 4)
    yield "threshold", round(why.threshold, 4)
    yield "terms", list(why.terms)
