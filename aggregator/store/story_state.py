"""What stands in a story's row, brought up to date with its reports whenever these change."""

import json
import sqlite3
from datetime import datetime
from functools import cache, partial
from typing import Final

from aggregator.group.prominence import prominence
from aggregator.model import News, NewsKind, PlainText
from aggregator.store.headlines import story_headline
from aggregator.store.origins import known_names, refresh_origins
from aggregator.store.report_times import record_of
from aggregator.store.revisions import Touched
from aggregator.store.story_news import add_change, keep_places, note_news, reports_told
from aggregator.text.times import from_text, to_text

SUMMARY_LIMIT: Final = 400
"""Characters of a story's summary; the beginning of the report that speaks for it."""

_STATE_SQL: Final = "SELECT merged_into IS NOT NULL, kinds FROM stories WHERE id = ?"
_BEFORE_SQL: Final = "SELECT headline, conflicts FROM stories WHERE id = ?"
_SPEAKER_SQL: Final = (
    "SELECT title, body, language, image, image_details FROM articles WHERE id = ?"
)

_COUNTS_SQL: Final = """
SELECT count(*) AS article_count,
       count(DISTINCT articles.source) AS source_count,
       min(min(coalesce(articles.published_at, articles.first_seen_at), articles.first_seen_at))
         AS first_report_at,
       max(min(coalesce(articles.published_at, articles.first_seen_at), articles.first_seen_at))
         AS last_report_at,
       json_group_array(DISTINCT articles.language) FILTER (WHERE articles.language IS NOT NULL)
         AS languages,
       json_group_array(DISTINCT feeds.country) FILTER (WHERE feeds.country IS NOT NULL)
         AS countries,
       json_group_array(DISTINCT feeds.kind) AS kinds,
       json_group_array(
         min(coalesce(articles.published_at, articles.first_seen_at), articles.first_seen_at)
       ) AS reported,
       json_group_array(
         min(coalesce(articles.published_at, articles.first_seen_at), articles.first_seen_at)
       ) FILTER (WHERE story_members.origin_id = articles.id) AS origins_reported
FROM story_members
JOIN articles ON articles.id = story_members.article_id
JOIN feeds ON feeds.id = articles.feed_id
WHERE story_members.story_id = ?
"""

_FACETS: Final = {"language": "languages", "country": "countries", "kind": "kinds"}
"""The columns of a story that list what it can be found by."""
_KEPT_FACETS_SQL: Final = "SELECT facet, value FROM story_facets WHERE story_id = ?"

_CONFLICTS_SQL: Final = """
SELECT name FROM story_conflicts
JOIN conflicts ON conflicts.id = conflict_id
WHERE story_id = ?
ORDER BY article_count DESC, name
"""

_FIRST_IMAGE_SQL: Final = """
SELECT image, image_details FROM story_members
JOIN articles ON articles.id = story_members.article_id
WHERE story_members.story_id = ? AND image IS NOT NULL
ORDER BY story_members.id
LIMIT 1
"""


def refresh_stories(connection: sqlite3.Connection, touched: Touched, now: datetime) -> None:
    """Bring stories up to date with their members; one that has ended keeps its last state.

    What is published of a story changes only with what is news in it (see `story_news`), so that
    a copy leaves every byte of the feed as it was; its counts follow at once.
    """
    publishers = cache(partial(known_names, connection))
    for story_id, material in touched.items():
        ended, kinds = connection.execute(_STATE_SQL, (story_id,)).fetchone()
        if ended:
            connection.execute("DELETE FROM story_conflicts WHERE story_id = ?", (story_id,))
            connection.execute("DELETE FROM story_places WHERE story_id = ?", (story_id,))
            _keep_facets(connection, story_id, set())
            note_news(connection, story_id, reports_told(connection, story_id))
            continue
        origin_count = refresh_origins(connection, story_id, publishers)
        told = reports_told(connection, story_id)
        has_news = note_news(connection, story_id, told)
        refresh_counts(connection, story_id, origin_count)
        if material or has_news:
            # A story that has just been opened has no kinds yet, and nobody knew its headline.
            _refresh_published(connection, story_id, now, is_new=kinds == "[]")
            keep_places(connection, story_id, told)


def refresh_counts(connection: sqlite3.Connection, story_id: int, origin_count: int) -> None:
    """Bring up to date what is counted of a story, and by what it is found."""
    counts = connection.execute(_COUNTS_SQL, (story_id,)).fetchone()
    lists = {name: sorted(json.loads(counts[column])) for name, column in _FACETS.items()}
    leads = prominence(map(from_text, json.loads(counts["origins_reported"])))
    connection.execute(
        "UPDATE stories SET article_count = ?, origin_count = ?, source_count = ?,"
        " first_report_at = ?, last_report_at = ?, languages = ?, countries = ?, kinds = ?,"
        " prominence = ?, report_times = ? WHERE id = ?",
        (
            counts["article_count"], origin_count, counts["source_count"],
            counts["first_report_at"], counts["last_report_at"],
            *(json.dumps(values, ensure_ascii=False) for values in lists.values()), leads,
            record_of(map(from_text, json.loads(counts["reported"]))), story_id,
        ),
    )  # fmt: skip
    facets = {(name, value) for name, values in lists.items() for value in values}
    _keep_facets(connection, story_id, facets)
    connection.execute("DELETE FROM story_conflicts WHERE story_id = ?", (story_id,))
    connection.execute(
        "INSERT INTO story_conflicts (story_id, conflict_id, article_count)"
        " SELECT story_members.story_id, conflict_id, count(*) FROM story_members"
        " JOIN article_conflicts ON article_conflicts.article_id = story_members.article_id"
        " WHERE story_members.story_id = ? GROUP BY conflict_id",
        (story_id,),
    )


def _keep_facets(
    connection: sqlite3.Connection, story_id: int, facets: set[tuple[str, str]]
) -> None:
    """Keep what a story can be found by; most reports bring nothing new."""
    kept = {tuple(row) for row in connection.execute(_KEPT_FACETS_SQL, (story_id,))}
    connection.executemany(
        "DELETE FROM story_facets WHERE facet = ? AND value = ? AND story_id = ?",
        ((*each, story_id) for each in kept - facets),
    )
    connection.executemany(
        "INSERT INTO story_facets (facet, value, story_id) VALUES (?, ?, ?)",
        ((*each, story_id) for each in sorted(facets - kept)),
    )


def _refresh_published(
    connection: sqlite3.Connection, story_id: int, now: datetime, *, is_new: bool
) -> None:
    """Bring up to date what subscribers see of a story: to be called only when there is news."""
    before = connection.execute(_BEFORE_SQL, (story_id,)).fetchone()
    headline = story_headline(connection, story_id)
    speaker = connection.execute(_SPEAKER_SQL, (headline.article,)).fetchone()
    conflicts = [row["name"] for row in connection.execute(_CONFLICTS_SQL, (story_id,))]
    pictured = speaker
    if not speaker["image"]:
        pictured = connection.execute(_FIRST_IMAGE_SQL, (story_id,)).fetchone() or speaker
    if not is_new:
        if speaker["title"] != before["headline"]:
            news = News(NewsKind.HEADLINE, PlainText(before["headline"]), headline.article)
            add_change(connection, story_id, "headline", news, now)
        for name in conflicts:
            if name not in json.loads(before["conflicts"]):
                news = News(NewsKind.CONFLICT, PlainText(name))
                add_change(connection, story_id, "conflict", news, now)
    connection.execute(
        "UPDATE stories SET headline = ?, headline_article_id = ?, headline_reason = ?,"
        " summary = ?, language = ?, image = ?, image_details = ?, conflicts = ?, changed_at = ?"
        " WHERE id = ?",
        (
            speaker["title"], headline.article, headline.reason, beginning(speaker["body"]),
            speaker["language"], pictured["image"], pictured["image_details"],
            json.dumps(conflicts, ensure_ascii=False), to_text(now), story_id,
        ),
    )  # fmt: skip


def beginning(body: str) -> str:
    """Return the first paragraphs of `body` up to `SUMMARY_LIMIT` characters, cut at a word."""
    text = " ".join(body.split("\n\n", 3)[:3])
    if len(text) <= SUMMARY_LIMIT:
        return text
    return text[:SUMMARY_LIMIT].rsplit(" ", 1)[0].rstrip(",;:") + "…"
