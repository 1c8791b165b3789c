"""What the command line shows: counts, search results, a story with its reasons, the feeds."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from aggregator.group.life_cycle import life_cycle
from aggregator.store.connection import Store, sqlite_warning
from aggregator.store.search_terms import search_terms
from aggregator.store.story_links import LinkedStory, followed, followers
from aggregator.store.subscriptions import push_summary
from aggregator.store.whole_story import current_story_id, latest_reports
from aggregator.text.times import to_text

Record = dict[str, object]
"""One row for people and programs: JSON-ready values under telling names."""

_STATUS_SQL: Final = """
SELECT (SELECT count(*) FROM feeds WHERE listed = 1) AS feeds,
       (SELECT count(*) FROM entries) AS entries,
       (SELECT count(*) FROM articles) AS articles,
       (SELECT count(*) FROM articles WHERE body_source = 'page') AS articles_with_page_text,
       (SELECT count(*) FROM articles WHERE body_source = 'feed' AND version > 0)
         AS articles_with_feed_text,
       (SELECT count(*) FROM articles WHERE version = 0) AS articles_waiting_for_their_page,
       (SELECT count(*) FROM articles WHERE grouped = 0 AND version > 0)
         AS articles_waiting_for_a_story,
       (SELECT count(*) FROM stories WHERE merged_into IS NULL) AS stories,
       (SELECT count(*) FROM story_members WHERE copy_of IS NOT NULL) AS copies,
       (SELECT count(*) FROM set_aside) AS set_aside,
       (SELECT max(last_polled_at) FROM feeds) AS last_poll_at,
       (SELECT min(next_due_at) FROM feeds WHERE listed = 1 AND paused = 0) AS next_poll_at
"""

_ALERTS_NOT_DELIVERED_SQL: Final = """
SELECT rule, kind, channel, health, since, attempts, next_attempt_at, last_error, waiting, given_up,
       last_sent_at
FROM alert_health
WHERE health <> 'working'
ORDER BY since, rule, channel
"""

_SEARCH_SQL: Final = """
SELECT articles.id AS article_id, story_members.story_id, articles.title, feeds.name AS outlet,
       articles.language,
       coalesce(articles.published_at, articles.first_seen_at) AS reported_at, articles.url,
       snippet(articles_fts, 1, '', '', '…', 16) AS excerpt
FROM articles_fts
JOIN articles ON articles.id = articles_fts.rowid
JOIN feeds ON feeds.id = articles.feed_id
LEFT JOIN story_members ON story_members.article_id = articles.id
WHERE articles_fts MATCH ?
ORDER BY articles_fts.rank
LIMIT ?
"""

_MEMBERS_SQL: Final = """
SELECT articles.id AS article_id, articles.title, feeds.name AS outlet, feeds.kind, feeds.country,
       articles.language, coalesce(articles.published_at, articles.first_seen_at) AS reported_at,
       articles.url, story_members.copy_of,
       coalesce(story_members.origin_id, story_members.copy_of, articles.id) AS origin_id,
       story_members.dependence, story_members.origin_reason, story_members.shared,
       story_members.shared_with, story_members.score, story_members.explanation,
       articles.body_source, articles.body_reason
FROM story_members
JOIN articles ON articles.id = story_members.article_id
JOIN feeds ON feeds.id = articles.feed_id
WHERE story_members.story_id = ?
ORDER BY story_members.id
"""


def status(store: Store) -> Record:
    """Return how much there is, what waits, and which feeds and alerts need attention."""
    connection = store.connection
    counts: Record = dict(connection.execute(_STATUS_SQL).fetchone())
    counts["sqlite_version"] = sqlite3.sqlite_version
    counts["sqlite_warning"] = sqlite_warning()
    counts["push"] = push_summary(connection)
    counts["feeds_by_health"] = {
        row["health"]: row["feeds"]
        for row in connection.execute(
            "SELECT health, count(*) AS feeds FROM feed_health GROUP BY health ORDER BY health"
        )
    }
    counts["feeds_in_trouble"] = [
        {name: row[name] for name in ("feed_id", "condition", "since", "detail", "remedy")}
        for row in feeds_in_trouble(store)
    ]
    counts["records_set_aside"] = [
        dict(row) for row in connection.execute("SELECT * FROM set_aside ORDER BY retry_at")
    ]
    counts["alerts_not_delivered"] = [
        dict(row) for row in connection.execute(_ALERTS_NOT_DELIVERED_SQL)
    ]
    return counts


def feeds_in_trouble(store: Store) -> list[Record]:
    """Return what is wrong with which listed feed, the worst first."""
    rows = store.connection.execute(
        "SELECT feed_id, condition, since, detail, remedy, failures, next_due_at, next_due_reason"
        " FROM feed_conditions JOIN feeds ON feeds.id = feed_id WHERE listed = 1"
        " ORDER BY severity, since, feed_id"
    )
    return [dict(row) for row in rows]


def search(store: Store, words: str, limit: int) -> list[Record]:
    """Return the articles that contain what `words` ask for (`search_terms`), best match first.

    Nothing a person types is an error; where nothing is to be there, nothing is found.
    """
    query = search_terms(words).query()
    if not query:
        return []
    return [dict(row) for row in store.connection.execute(_SEARCH_SQL, (query, limit))]


def story(store: Store, story_id: int, now: datetime) -> Record:
    """Return a story with its reports and why each is in it; NotFound when there is none.

    Of a story that was merged into another, it is the other.
    """
    story_id = current_story_id(store.connection, story_id)
    row = store.connection.execute("SELECT * FROM stories WHERE id = ?", (story_id,)).fetchone()
    record = _with_lists(row, ("languages", "countries", "kinds", "conflicts"))
    record["life_cycle"] = life_cycle(latest_reports(store.connection, story_id), now)
    record["follows"] = _links(followed(store.connection, story_id))
    record["followed_by"] = _links(followers(store.connection, story_id))
    record["reports"] = [
        {**dict(member), "explanation": json.loads(member["explanation"])}
        for member in store.connection.execute(_MEMBERS_SQL, (story_id,))
    ]
    return record


def _links(stories: Sequence[LinkedStory]) -> list[Record]:
    return [
        {
            "story_id": story.id,
            "headline": story.headline,
            "last_report_at": to_text(story.last_report),
            "score": story.score,
            "reason": story.reason,
        }
        for story in stories
    ]


def feeds(store: Store) -> list[Record]:
    """Return each listed feed with its health."""
    return [
        dict(row)
        for row in store.connection.execute("SELECT * FROM feed_health ORDER BY name, feed_id")
    ]


def _with_lists(row: sqlite3.Row, columns: tuple[str, ...]) -> Record:
    record: Record = dict(row)
    for column in columns:
        record[column] = json.loads(row[column])
    return record
