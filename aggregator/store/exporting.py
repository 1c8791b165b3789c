"""What an export reads: stories, reports and feeds one by one, however many there are.

Rows come in the order of their numbers, which is that of arrival, so that two exports differ where
the news does. Reading them takes no memory that grows: each query walks its table and sorts nothing
but numbers. Call the functions inside `snapshot` to see one state from the first row to the last.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from aggregator.model import Feed
from aggregator.publish.export.columns import (
    FEED_COLUMNS,
    LISTS,
    Column,
    ColumnKind,
    Record,
    Subject,
    report_columns,
    story_columns,
)
from aggregator.store.browsing import entry_id, installation, rows
from aggregator.store.connection import Store
from aggregator.store.feeds import feed_of
from aggregator.store.sqlite_errors import translated
from aggregator.text.times import from_text, to_text


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """Which records are wanted; None asks for nothing.

    Stories are kept that were reported at `since` or later and before `until`, at least in part;
    reports that were first seen then. `conflict` (an id) and `origins`, the least number of
    independent origins, are asked of stories, and of reports by their story. `language` is that of
    the report, of some report of the story, or of the feed.
    """

    since: datetime | None = None
    until: datetime | None = None
    conflict: str | None = None
    language: str | None = None
    origins: int = 1

    def parameters(self) -> dict[str, object]:
        """Return the values for the queries."""
        return {
            **asdict(self),
            "since": to_text(self.since) if self.since else None,
            "until": to_text(self.until) if self.until else None,
        }


_IMAGE: Final = """json_extract(image_details, '$.media_type') AS image_type,
       json_extract(image_details, '$.width') AS image_width,
       json_extract(image_details, '$.height') AS image_height"""
_STORIES_SQL: Final = f"""
SELECT stories.id AS story_id, headline, headline_article_id, headline_reason, summary, language,
       opened_at, first_report_at, last_report_at, changed_at, article_count, origin_count,
       source_count, languages, countries, kinds, conflicts AS conflict_names,
       places, image, {_IMAGE},
       (SELECT json_group_array(conflict_id) FROM (
          SELECT conflict_id FROM story_conflicts
          JOIN conflicts ON conflicts.id = conflict_id
          WHERE story_id = stories.id ORDER BY article_count DESC, name)) AS conflicts,
       (SELECT earlier_story_id FROM story_links WHERE story_id = stories.id) AS follows_story_id,
       (WITH RECURSIVE ended (id) AS (
          SELECT id FROM stories AS merged WHERE merged.merged_into = stories.id
          UNION
          SELECT merged.id FROM ended JOIN stories AS merged ON merged.merged_into = ended.id)
        SELECT json_group_array(id) FROM (SELECT id FROM ended ORDER BY id)) AS took_over
       {{report_ids}}
FROM stories
WHERE merged_into IS NULL {{conditions}}
ORDER BY stories.id
"""  # noqa: S608 -- columns are ours
_REPORT_IDS: Final = """,
       (SELECT json_group_array(article_id) FROM (
          SELECT article_id FROM story_members WHERE story_id = stories.id ORDER BY id))
          AS report_ids
"""
# Each as ids from an index: the walk is over the ids that are left, in their order.
_STORY_CONDITIONS: Final = {
    "since": "stories.id IN (SELECT id FROM stories WHERE last_report_at >= :since)",
    "until": "first_report_at < :until",
    "conflict": "stories.id IN ("
    "SELECT story_id FROM story_conflicts WHERE conflict_id = :conflict)",
    "language": "EXISTS (SELECT 1 FROM json_each(stories.languages) WHERE value = :language)",
    "origins": "origin_count >= :origins",
}

_REPORT_COLUMNS: Final = f"""
SELECT articles.id AS article_id, story_members.story_id, articles.feed_id, feeds.name AS outlet,
       articles.source, feeds.kind, feeds.country, articles.language, articles.title, articles.url,
       articles.canonical_url, articles.image, {_IMAGE}, articles.authors, articles.published_at,
       articles.published_how, articles.updated_at, articles.first_seen_at, story_members.joined_at,
       story_members.copy_of,
       coalesce(story_members.origin_id, story_members.copy_of, story_members.article_id)
         AS origin_id,
       story_members.dependence, story_members.origin_reason, story_members.shared,
       story_members.shared_with,
       (SELECT json_group_array(conflict_id) FROM (
          SELECT conflict_id FROM story_conflicts
          WHERE story_conflicts.story_id = story_members.story_id ORDER BY conflict_id))
         AS conflicts,
       articles.verdict, articles.body_source, articles.body_reason, articles.version
"""  # noqa: S608 -- columns are ours
_TEXT: Final = ", articles.body AS text"
# CROSS JOIN, so that articles are walked and not feeds.
_REPORTS_SQL: Final = """
FROM articles
CROSS JOIN feeds ON feeds.id = articles.feed_id
LEFT JOIN story_members ON story_members.article_id = articles.id
WHERE TRUE {conditions}
ORDER BY articles.id
"""
_REPORTS_OF_STORY_SQL: Final = """
FROM story_members
CROSS JOIN articles ON articles.id = story_members.article_id
CROSS JOIN feeds ON feeds.id = articles.feed_id
WHERE story_members.story_id = :story
ORDER BY story_members.id
"""
_REPORT_CONDITIONS: Final = {
    "since": "articles.id IN (SELECT id FROM articles WHERE first_seen_at >= :since)",
    "until": "articles.first_seen_at < :until",
    "conflict": "EXISTS (SELECT 1 FROM story_conflicts"
    " WHERE story_conflicts.story_id = story_members.story_id AND conflict_id = :conflict)",
    "language": "articles.id IN (SELECT id FROM articles WHERE language = :language)",
    "origins": "EXISTS (SELECT 1 FROM stories"
    " WHERE stories.id = story_members.story_id AND origin_count >= :origins)",
}

_FEEDS_SQL: Final = """
SELECT feeds.id AS feed_id, feeds.*,
       (SELECT health FROM feed_health WHERE feed_health.feed_id = feeds.id) AS health,
       (SELECT count(*) FROM articles WHERE articles.feed_id = feeds.id) AS article_count
FROM feeds
WHERE :language IS NULL OR feeds.language = :language
ORDER BY feeds.id
"""
_LISTED_FEEDS_SQL: Final = """
SELECT * FROM feeds
WHERE listed = 1 AND (:language IS NULL OR language = :language)
ORDER BY id
"""


@contextmanager
def snapshot(store: Store) -> Iterator[sqlite3.Connection]:
    """Hold one state of the database for reading, whatever is written meanwhile.

    The write-ahead log cannot be emptied until it is let go. Raises StoreError and its kinds.
    """
    with translated(store.path):
        store.connection.execute("BEGIN")
        try:
            yield store.connection
        finally:
            store.connection.rollback()


def conflict_ids(connection: sqlite3.Connection) -> list[str]:
    """Return the ids of all conflicts that were ever followed, in their order."""
    return [str(row["id"]) for row in rows(connection, "SELECT id FROM conflicts ORDER BY id")]


def records(
    connection: sqlite3.Connection,
    subject: Subject,
    wanted: ExportFilter,
    *,
    nested: bool = False,
    with_text: bool = False,
) -> Iterator[Record]:
    """Return the records of a subject, with the columns of `columns_of`."""
    match subject:
        case Subject.STORIES:
            return story_records(connection, wanted, nested=nested, with_text=with_text)
        case Subject.REPORTS:
            return report_records(connection, wanted, with_text=with_text)
        case Subject.FEEDS:
            return feed_records(connection, wanted)


def story_records(
    connection: sqlite3.Connection,
    wanted: ExportFilter,
    *,
    nested: bool = False,
    with_text: bool = False,
) -> Iterator[Record]:
    """Yield the stories with the columns of `story_columns`; those merged into others are not."""
    reader = _Reader(story_columns(nested=nested, with_text=with_text))
    report_reader = _Reader(report_columns(with_text=with_text))
    identifier, _ = installation(connection)
    sql = _STORIES_SQL.format(
        report_ids="" if nested else _REPORT_IDS,
        conditions=_chosen(_STORY_CONDITIONS, wanted),
    )
    reports_sql = f"{_REPORT_COLUMNS}{_TEXT if with_text else ''}{_REPORTS_OF_STORY_SQL}"
    for row in connection.execute(sql, wanted.parameters()):
        story = row["story_id"]
        more: dict[str, object] = {
            "entry_id": entry_id(identifier, from_text(row["opened_at"]), story)
        }
        if nested:
            reports = connection.execute(reports_sql, {"story": story})
            more["reports"] = [report_reader.record(report) for report in reports]
        yield reader.record(row, **more)


def report_records(
    connection: sqlite3.Connection, wanted: ExportFilter, *, with_text: bool = False
) -> Iterator[Record]:
    """Yield the reports with the columns of `report_columns`, those without a story as well."""
    reader = _Reader(report_columns(with_text=with_text))
    reports_sql = _REPORTS_SQL.format(conditions=_chosen(_REPORT_CONDITIONS, wanted))
    sql = f"{_REPORT_COLUMNS}{_TEXT if with_text else ''}{reports_sql}"
    for row in connection.execute(sql, wanted.parameters()):
        yield reader.record(row)


def feed_records(connection: sqlite3.Connection, wanted: ExportFilter) -> Iterator[Record]:
    """Yield the feeds with `FEED_COLUMNS`, those that are not listed any more as well."""
    reader = _Reader(FEED_COLUMNS)
    for row in connection.execute(_FEEDS_SQL, {"language": wanted.language}):
        yield reader.record(row)


def listed_feeds(connection: sqlite3.Connection, wanted: ExportFilter) -> list[Feed]:
    """Return the feeds that are listed; how they are asked stands in feeds.yaml alone."""
    found = connection.execute(_LISTED_FEEDS_SQL, {"language": wanted.language})
    return [feed_of(row) for row in found]


def _chosen(conditions: dict[str, str], wanted: ExportFilter) -> str:
    nothing = ExportFilter()
    asked = [name for name in conditions if getattr(wanted, name) != getattr(nothing, name)]
    return "".join(f"AND {conditions[name]} " for name in asked)


class _Reader:
    """Makes records of rows; which columns need reading is worked out once, not for each row."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._names = [column.name for column in columns]
        self._lists = [column.name for column in columns if column.kind in LISTS]
        self._flags = [column.name for column in columns if column.kind is ColumnKind.FLAG]

    def record(self, row: sqlite3.Row, **more: object) -> dict[str, object]:
        """Return a row with all columns in their order; `more` are those that it has not."""
        found = {**dict(row), **more}
        record: dict[str, object] = {name: found[name] for name in self._names}
        for name in self._lists:
            value = record[name]
            if not isinstance(value, list):
                record[name] = json.loads(str(value)) if value else []
        for name in self._flags:
            record[name] = bool(record[name])
        return record
