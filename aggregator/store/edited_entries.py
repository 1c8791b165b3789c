"""What feeds said of an article before they said something else."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aggregator.model import PlainText
from aggregator.store.browsing import rows
from aggregator.text.clean import line_of_safe_html
from aggregator.text.times import from_text

_SUMMARY_LIMIT: Final = 400
"""Characters of a summary that are shown."""

_EDITED_SQL: Final = """
SELECT feeds.name, earlier.replaced_at, earlier.title AS title_before,
       coalesce(later.title, entries.title) AS title_after, earlier.summary AS summary_before,
       coalesce(later.summary, entries.summary) AS summary_after
FROM entries
JOIN entry_versions AS earlier ON earlier.entry_id = entries.id
JOIN feeds ON feeds.id = entries.feed_id
LEFT JOIN entry_versions AS later
  ON later.entry_id = entries.id AND later.number = earlier.number + 1
WHERE entries.article_id = :id
ORDER BY earlier.replaced_at, entries.id, earlier.number
LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class EditedEntry:
    """An edit of an entry by its feed; summaries are plain lines."""

    feed: PlainText
    edited: datetime
    title_before: PlainText
    title_after: PlainText
    summary_before: PlainText
    summary_after: PlainText


def edited_entries(
    connection: sqlite3.Connection, article_id: int, *, limit: int
) -> tuple[EditedEntry, ...]:
    """Return the edits of an article's entries, the earliest first."""
    found = rows(connection, _EDITED_SQL, {"id": article_id, "limit": limit})
    return tuple(
        EditedEntry(
            feed=row["name"],
            edited=from_text(row["replaced_at"]),
            title_before=row["title_before"],
            title_after=row["title_after"],
            summary_before=line_of_safe_html(row["summary_before"], limit=_SUMMARY_LIMIT),
            summary_after=line_of_safe_html(row["summary_after"], limit=_SUMMARY_LIMIT),
        )
        for row in found
    )
