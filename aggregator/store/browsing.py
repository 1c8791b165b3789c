"""What the merged feed reads, and what every page needs: conflicts, identifiers, rows.

Each function takes a plain connection, whatever its row factory, so that the daemon and Datasette
share them; call several of them inside one read transaction to see one state. The front page reads
through `front_page`, a story's page through `whole_story`, the health of feeds through `health`.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aggregator.errors import NotFound
from aggregator.model import HttpUrl, PlainText, Report, Story
from aggregator.text.times import from_text, to_text

Row = Mapping[str, Any]

# A story is published as it was at its last material change, so that another copy of a known text
# leaves every byte of the feed as it was.
_PUBLISHED_STORIES_SQL: Final = """
SELECT id, headline, summary, language, opened_at, changed_at, conflicts
FROM stories
WHERE merged_into IS NULL
  AND (:conflict IS NULL OR EXISTS (
    SELECT 1 FROM story_conflicts WHERE story_id = stories.id AND conflict_id = :conflict))
  AND (NOT :with_conflict_only OR EXISTS (
    SELECT 1 FROM story_conflicts JOIN conflicts ON conflicts.id = conflict_id
    WHERE story_id = stories.id AND listed = 1))
ORDER BY changed_at DESC, id DESC
LIMIT :limit
"""

_PUBLISHED_REPORTS_SQL: Final = """
SELECT story_members.story_id, articles.id AS article_id, articles.source, articles.title,
       coalesce(articles.url, feeds.homepage, feeds.url) AS url, articles.published_at,
       articles.first_seen_at, articles.language, story_members.copy_of,
       coalesce(story_members.origin_id, story_members.copy_of, articles.id) AS origin_id,
       story_members.dependence, story_members.origin_reason, feeds.name AS outlet, feeds.kind,
       feeds.country
FROM json_each(:ids) AS chosen
JOIN stories ON stories.id = chosen.value
JOIN story_members ON story_members.story_id = stories.id
JOIN articles ON articles.id = story_members.article_id
JOIN feeds ON feeds.id = articles.feed_id
WHERE coalesce(story_members.moved_at, story_members.joined_at) <= stories.changed_at
   OR story_members.article_id = stories.opened_by
ORDER BY story_members.id
"""


@dataclass(frozen=True, slots=True)
class FollowedConflict:
    """A conflict that the user follows, with how many stories moved since a given time."""

    id: str
    name: PlainText
    story_count: int = 0


def rows(
    connection: sqlite3.Connection, sql: str, parameters: Mapping[str, object] | None = None
) -> list[dict[str, Any]]:
    """Return the rows of a query as dictionaries."""
    cursor = connection.execute(sql, parameters or {})
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def installation(connection: sqlite3.Connection) -> tuple[str, datetime]:
    """Return the identifier of this database and when it was made."""
    (row,) = rows(connection, "SELECT id, created_at FROM installation LIMIT 1")
    return row["id"], from_text(row["created_at"])


def feed_identifier(
    connection: sqlite3.Connection, *, conflict: str | None = None, everything: bool = False
) -> str:
    """Return the id of the merged feed, of that of one conflict, or of all stories: for ever."""
    identifier, created = installation(connection)
    which = f"conflict:{conflict}" if conflict else "everything" if everything else "stories"
    return f"tag:{identifier}.conflict-news.invalid,{created:%Y-%m-%d}:{which}"


def followed_conflicts(
    connection: sqlite3.Connection, *, since: datetime | None = None
) -> list[FollowedConflict]:
    """Return the conflicts that are followed, by name, with the stories that moved since then."""
    counts: dict[str, int] = {}
    if since is not None:
        counted = rows(
            connection,
            "SELECT conflict_id, count(*) AS stories FROM stories"
            " CROSS JOIN story_conflicts ON story_conflicts.story_id = stories.id"
            " WHERE last_report_at >= :since AND merged_into IS NULL GROUP BY conflict_id",
            {"since": to_text(since)},
        )
        counts = {row["conflict_id"]: row["stories"] for row in counted}
    listed = rows(connection, "SELECT id, name FROM conflicts WHERE listed = 1 ORDER BY name, id")
    return [FollowedConflict(row["id"], row["name"], counts.get(row["id"], 0)) for row in listed]


def published_stories(
    connection: sqlite3.Connection,
    *,
    limit: int,
    conflict: str | None = None,
    with_conflict_only: bool = True,
) -> list[Story]:
    """Return the stories of the merged feed, the last one to change first.

    `conflict` keeps those of one conflict; `with_conflict_only` those of any that is followed,
    and means nothing where none is. Raises NotFound for a conflict that is not known.
    """
    identifier, _ = installation(connection)
    followed = {known.id for known in followed_conflicts(connection)}
    if conflict is not None and conflict not in followed:
        raise NotFound("conflict", conflict)
    chosen = rows(
        connection,
        _PUBLISHED_STORIES_SQL,
        {
            "conflict": conflict,
            "with_conflict_only": with_conflict_only and bool(followed),
            "limit": limit,
        },
    )
    members: dict[int, list[Row]] = {row["id"]: [] for row in chosen}
    for row in rows(connection, _PUBLISHED_REPORTS_SQL, {"ids": json.dumps(list(members))}):
        members[row["story_id"]].append(row)
    return [_story(row, members[row["id"]], identifier) for row in chosen]


def entry_id(installation_id: str, opened: datetime, story_id: int) -> str:
    """Return the Atom id of a story: a tag URI (RFC 4151), the same for the life of the story."""
    return f"tag:{installation_id}.conflict-news.invalid,{opened:%Y-%m-%d}:story:{story_id}"


def _story(row: Row, members: Sequence[Row], installation_id: str) -> Story:
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
    )


def report_of(row: Row) -> Report:
    """Return the report of a row with the columns of an article and its outlet."""
    return Report(
        article_id=row["article_id"],
        url=HttpUrl(row["url"]),
        title=row["title"],
        source_name=row["outlet"],
        source_kind=row["kind"],
        country=row["country"],
        language=row["language"],
        published=moment(row["published_at"]),
        first_seen=from_text(row["first_seen_at"]),
        copy_of=row["copy_of"],
        origin=row["origin_id"],
        dependence=row["dependence"],
        origin_reason=row["origin_reason"],
    )


def names(column: str) -> tuple[PlainText, ...]:
    """Return a column that holds a JSON list of texts."""
    return tuple(PlainText(str(name)) for name in json.loads(column))


def moment(text: str | None) -> datetime | None:
    """Return a column that may hold a time."""
    return from_text(text) if text else None
