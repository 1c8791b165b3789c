"""What every page and the merged feed need to read: conflicts, identifiers, rows.

Each function takes a plain connection, whatever its row factory, so that the daemon and Datasette
share them; call several of them inside one read transaction to see one state. The front page reads
through `front_page`, the merged feed through `published`, a story's page through `whole_story`, the
health of feeds through `health`.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aggregator.model import HttpUrl, PlainText, Report
from aggregator.text.times import from_text, to_text

Row = Mapping[str, Any]

REPORT_COLUMNS: Final = """
story_members.story_id, articles.id AS article_id, articles.source, articles.title,
coalesce(articles.url, feeds.homepage, feeds.url) AS url, articles.published_at,
articles.first_seen_at, articles.language, story_members.copy_of,
coalesce(story_members.origin_id, story_members.copy_of, articles.id) AS origin_id,
story_members.dependence, story_members.origin_reason, feeds.name AS outlet, feeds.kind,
feeds.country
"""
"""What `report_of` reads, of story_members, articles and feeds."""


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


def entry_id(installation_id: str, opened: datetime, story_id: int) -> str:
    """Return the Atom id of a story: a tag URI (RFC 4151), the same for the life of the story."""
    return f"tag:{installation_id}.conflict-news.invalid,{opened:%Y-%m-%d}:story:{story_id}"


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
