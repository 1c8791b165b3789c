"""Stories near another in place and time: what else was reported from there in those days."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aggregator.model import PlainText
from aggregator.store.browsing import rows
from aggregator.text.times import from_text, to_text

RELATED_SPAN: Final = timedelta(days=3)
"""A story is near in time if its reports began so long before or after those of the other."""
_LOOKED_AT: Final = 100
"""Stories of a place that are looked at, on each side of the story: numbers follow time."""

_RELATED_SQL: Final = """
WITH near (story_id) AS (
  SELECT found.value FROM story_places AS own
  JOIN json_each((
    SELECT json_group_array(story_id) FROM (
      SELECT story_id FROM story_places
      WHERE place_key = own.place_key AND story_id < :id ORDER BY story_id DESC LIMIT :looked_at
    )
  )) AS found
  WHERE own.story_id = :id
  UNION ALL
  SELECT found.value FROM story_places AS own
  JOIN json_each((
    SELECT json_group_array(story_id) FROM (
      SELECT story_id FROM story_places
      WHERE place_key = own.place_key AND story_id > :id ORDER BY story_id LIMIT :looked_at
    )
  )) AS found
  WHERE own.story_id = :id
)
SELECT stories.id, headline, language, last_report_at, source_count, origin_count,
       count(*) AS shared
FROM near
CROSS JOIN stories ON stories.id = near.story_id
WHERE merged_into IS NULL AND first_report_at BETWEEN :earliest AND :latest
GROUP BY stories.id
ORDER BY shared DESC, origin_count DESC, stories.id
LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class RelatedStory:
    """A story near another one; `shared` counts the places that both name."""

    id: int
    headline: PlainText
    language: str | None
    last_report: datetime
    source_count: int
    origin_count: int
    shared: int


def related_stories(
    connection: sqlite3.Connection, story_id: int, first_report: datetime, *, limit: int = 6
) -> tuple[RelatedStory, ...]:
    """Return the stories of the same places and days, most shared places first, then origins."""
    found = rows(
        connection,
        _RELATED_SQL,
        {
            "id": story_id,
            "earliest": to_text(first_report - RELATED_SPAN),
            "latest": to_text(first_report + RELATED_SPAN),
            "looked_at": _LOOKED_AT,
            "limit": limit,
        },
    )
    return tuple(
        RelatedStory(
            id=row["id"],
            headline=row["headline"],
            language=row["language"],
            last_report=from_text(row["last_report_at"]),
            source_count=row["source_count"],
            origin_count=row["origin_count"],
            shared=row["shared"],
        )
        for row in found
    )
