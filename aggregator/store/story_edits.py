"""What the publishers of a story's reports changed after we first had them."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aggregator.model import PlainText
from aggregator.scrape.watch.edits import Changes
from aggregator.store.browsing import Row, rows
from aggregator.store.versions import from_json
from aggregator.text.times import from_text

_EDITS_SQL: Final = """
SELECT later.article_id, later.seen_at, feeds.name AS outlet, earlier.title AS title_before,
       later.title AS title_after, length(later.body) - length(earlier.body) AS characters_added,
       later.summary, later.changes
FROM story_members
JOIN article_versions AS later ON later.article_id = story_members.article_id
JOIN article_versions AS earlier
  ON earlier.article_id = later.article_id AND earlier.number = later.number - 1
JOIN articles ON articles.id = later.article_id
JOIN feeds ON feeds.id = articles.feed_id
WHERE story_members.story_id = :id AND later.body_source = earlier.body_source
ORDER BY later.seen_at, later.id
LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of an article after we first had it; `changes` is None where nobody compared."""

    article_id: int
    edited: datetime
    outlet: PlainText
    title_before: PlainText
    title_after: PlainText
    characters_added: int
    summary: str = ""
    changes: Changes | None = None


def story_edits(connection: sqlite3.Connection, story_id: int, *, limit: int) -> tuple[Edit, ...]:
    """Return the edits of a story's reports, the earliest first."""
    found = rows(connection, _EDITS_SQL, {"id": story_id, "limit": limit})
    return tuple(map(_edit, found))


def _edit(row: Row) -> Edit:
    return Edit(
        article_id=row["article_id"],
        edited=from_text(row["seen_at"]),
        outlet=row["outlet"],
        title_before=row["title_before"],
        title_after=row["title_after"],
        characters_added=row["characters_added"],
        summary=row["summary"],
        changes=from_json(row["changes"]) if row["changes"] else None,
    )
