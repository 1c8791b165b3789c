"""Stories that take up an earlier one again: found by rare names, kept, and read."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aggregator.group.follow_ups import (
    COMMON_NAME,
    FOLLOWED_FOR,
    MOST_COMPARED,
    EarlierStory,
    FollowUp,
    rarity_of_names,
)
from aggregator.model import PlainText
from aggregator.store.name_search import name_query
from aggregator.text.times import from_text, to_text

_FROM_ID_SQL: Final = "SELECT id, opened_at FROM stories WHERE id >= ? ORDER BY id LIMIT 1"

_WITH_NAME_SQL: Final = """
SELECT rowid FROM stories_fts WHERE stories_fts MATCH ? AND rowid >= ? ORDER BY rowid DESC LIMIT ?
"""

_EARLIER_SQL: Final = """
SELECT stories.id, stories.headline, articles.body
FROM json_each(:ids) AS chosen
CROSS JOIN stories ON stories.id = chosen.value
JOIN articles ON articles.id = stories.headline_article_id
WHERE stories.merged_into IS NULL
  AND stories.last_report_at >= :oldest AND stories.last_report_at < :closed
"""

# Links stay with the story for which they were made; one that has ended speaks for its successor.
_FOLLOWS_SQL: Final = """
WITH parts (id) AS (SELECT :id UNION SELECT id FROM stories WHERE merged_into = :id)
SELECT earlier.id, earlier.headline, earlier.last_report_at, max(story_links.score) AS score,
       story_links.reason
FROM parts
JOIN story_links ON story_links.story_id = parts.id
JOIN stories AS linked ON linked.id = story_links.earlier_story_id
JOIN stories AS earlier ON earlier.id = coalesce(linked.merged_into, linked.id)
WHERE earlier.id <> :id
GROUP BY earlier.id
ORDER BY score DESC, earlier.id
"""

_FOLLOWED_BY_SQL: Final = """
WITH parts (id) AS (SELECT :id UNION SELECT id FROM stories WHERE merged_into = :id)
SELECT later.id, later.headline, later.last_report_at, max(story_links.score) AS score,
       story_links.reason
FROM parts
JOIN story_links ON story_links.earlier_story_id = parts.id
JOIN stories AS linked ON linked.id = story_links.story_id
JOIN stories AS later ON later.id = coalesce(linked.merged_into, linked.id)
WHERE later.id <> :id
GROUP BY later.id
ORDER BY later.id
"""


@dataclass(frozen=True, slots=True)
class LinkedStory:
    """Another story that is linked to one, and why."""

    id: int
    headline: PlainText
    last_report: datetime
    score: float
    reason: str


def earlier_stories(
    connection: sqlite3.Connection,
    names: Sequence[str],
    reported_at: datetime,
    window: timedelta,
) -> list[EarlierStory]:
    """Return the stories with most of these names that ended before a report, at most a few.

    They ended at least one `window` before it, and not before `FOLLOWED_FOR`.
    """
    oldest = to_text(reported_at - FOLLOWED_FOR)
    first = _first_opened_since(connection, oldest)
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for name in names:
        if not (query := name_query(name)):
            continue
        hits = connection.execute(_WITH_NAME_SQL, (query, first, COMMON_NAME)).fetchall()
        if len(hits) < COMMON_NAME:
            for (story_id,) in hits:
                found[story_id][name] = len(hits)
    likeliest = sorted(found, key=lambda story: (-rarity_of_names(found[story]), story))
    rows = connection.execute(
        _EARLIER_SQL,
        {
            "ids": json.dumps(likeliest[: MOST_COMPARED * 4]),
            "oldest": oldest,
            "closed": to_text(reported_at - window),
        },
    ).fetchmany(MOST_COMPARED)
    return [EarlierStory(row[0], row[1], row[2], found[row[0]]) for row in rows]


def _first_opened_since(connection: sqlite3.Connection, moment: str) -> int:
    """Return the id from which on stories were opened since `moment`, the newest at the latest.

    By bisection, since ids ascend with time.
    """
    low, high = 0, connection.execute("SELECT coalesce(max(id), 0) FROM stories").fetchone()[0]
    while low < high:
        middle = (low + high) // 2
        story_id, opened_at = connection.execute(_FROM_ID_SQL, (middle,)).fetchone()
        if opened_at < moment:
            low = story_id + 1
        else:
            high = middle
    return low


def add_link(connection: sqlite3.Connection, story_id: int, link: FollowUp) -> None:
    """Keep that a story takes up an earlier one."""
    connection.execute(
        "INSERT INTO story_links (story_id, earlier_story_id, score, reason) VALUES (?, ?, ?, ?)",
        (story_id, link.story, link.score, link.reason),
    )


def followed(connection: sqlite3.Connection, story_id: int) -> tuple[LinkedStory, ...]:
    """Return the earlier stories that a current story takes up, the surest first."""
    return _linked(connection, _FOLLOWS_SQL, story_id)


def followers(connection: sqlite3.Connection, story_id: int) -> tuple[LinkedStory, ...]:
    """Return the later stories that take up a current story, in order of opening."""
    return _linked(connection, _FOLLOWED_BY_SQL, story_id)


def _linked(connection: sqlite3.Connection, sql: str, story_id: int) -> tuple[LinkedStory, ...]:
    cursor = connection.execute(sql, {"id": story_id})
    return tuple(
        LinkedStory(id=row[0], headline=row[1], last_report=from_text(row[2]), score=row[3],
                    reason=row[4])
        for row in cursor
    )  # fmt: skip
