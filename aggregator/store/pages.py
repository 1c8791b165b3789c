"""Articles as the store keeps them: whose page is to be fetched, and what it turned out to say."""

import json
import sqlite3
from datetime import datetime
from typing import Final

from aggregator.model import Entry, HttpUrl, IdentityKind, PlainText, SafeHtml
from aggregator.store.connection import Store
from aggregator.store.feeds import feed_of
from aggregator.store.outcomes import PageOutcome, PendingPage
from aggregator.text.times import from_text, to_text

# The newest entry that points to the article is the one that announced the latest edit.
_PENDING_SQL: Final = """
SELECT articles.id AS article_id, articles.scrape_attempts,
       articles.first_seen_at AS article_first_seen_at,
       entries.identity, entries.identity_kind, entries.url AS entry_url,
       entries.title AS entry_title, entries.summary, entries.content, entries.authors,
       entries.categories, entries.published_at AS entry_published_at,
       entries.published_how AS entry_published_how, entries.language AS entry_language,
       entries.image AS entry_image, feeds.*
FROM articles
JOIN entries ON entries.id = (
    SELECT max(id) FROM entries WHERE article_id = articles.id AND feed_id = articles.feed_id
)
JOIN feeds ON feeds.id = articles.feed_id
WHERE articles.scrape_due_at <= :now
  AND NOT EXISTS (
    SELECT 1 FROM set_aside
    WHERE stage = 'scrape' AND record = articles.id AND retry_at > :now
  )
ORDER BY articles.scrape_due_at, articles.id
LIMIT :limit
"""


def pending_pages(store: Store, now: datetime, limit: int) -> list[PendingPage]:
    """Return the articles whose page is to be fetched, longest waiting first."""
    rows = store.connection.execute(_PENDING_SQL, {"now": to_text(now), "limit": limit})
    return [_pending_page(row) for row in rows]


def _pending_page(row: sqlite3.Row) -> PendingPage:
    entry = Entry(
        identity=row["identity"],
        identity_kind=IdentityKind(row["identity_kind"]),
        url=HttpUrl(row["entry_url"]) if row["entry_url"] else None,
        title=PlainText(row["entry_title"]),
        summary=SafeHtml(row["summary"]),
        content=SafeHtml(row["content"]),
        authors=tuple(PlainText(name) for name in json.loads(row["authors"])),
        categories=tuple(PlainText(name) for name in json.loads(row["categories"])),
        published=from_text(row["entry_published_at"]) if row["entry_published_at"] else None,
        published_how=row["entry_published_how"],
        language=row["entry_language"],
        image=HttpUrl(row["entry_image"]) if row["entry_image"] else None,
    )
    return PendingPage(
        article_id=row["article_id"],
        url=entry.url,
        feed=feed_of(row),
        entry=entry,
        attempts=row["scrape_attempts"],
        first_seen=from_text(row["article_first_seen_at"]),
    )


def apply_page(store: Store, outcome: PageOutcome, now: datetime) -> bool:
    """Store what a page says; return whether that is a new version of the article.

    An earlier text stays in `article_versions`. A page that is lost after we have had its text
    never takes that text away.
    """
    article = outcome.article
    with store.transaction() as connection:
        known = connection.execute(
            "SELECT title, body, body_source, version FROM articles WHERE id = ?",
            (outcome.article_id,),
        ).fetchone()
        lost = known["version"] > 0 and known["body"] and not article.body
        poorer = known["body_source"] == "page" and article.body_source != "page"
        if lost or poorer:
            _postpone(connection, outcome, now)
            return False
        edited = (known["title"], known["body"]) != (article.title, article.body)
        version = known["version"] + (edited or known["version"] == 0)
        connection.execute(
            "UPDATE articles SET title = ?, body = ?, authors = ?, site = ?,"
            " published_at = ?, published_how = ?, language = ?, image = ?, verdict = ?,"
            " body_source = ?, body_reason = ?, scraped_at = ?, scrape_due_at = ?,"
            " scrape_attempts = ?, version = ? WHERE id = ?",
            (
                article.title, article.body, json.dumps(article.authors, ensure_ascii=False),
                article.site, to_text(article.published) if article.published else None,
                article.published_how, article.language, article.image, article.verdict,
                article.body_source, article.body_reason, to_text(now),
                to_text(outcome.retry_at) if outcome.retry_at else None, outcome.attempts,
                version, outcome.article_id,
            ),
        )  # fmt: skip
        if version != known["version"]:
            connection.execute(
                "INSERT INTO article_versions (article_id, number, seen_at, title, body,"
                " body_source) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    outcome.article_id, version, to_text(now), article.title, article.body,
                    article.body_source,
                ),
            )  # fmt: skip
        _no_longer_aside(connection, outcome.article_id)
    return bool(version != known["version"])


def _postpone(connection: sqlite3.Connection, outcome: PageOutcome, now: datetime) -> None:
    connection.execute(
        "UPDATE articles SET scraped_at = ?, scrape_due_at = ?, scrape_attempts = ? WHERE id = ?",
        (
            to_text(now),
            to_text(outcome.retry_at) if outcome.retry_at else None,
            outcome.attempts,
            outcome.article_id,
        ),
    )
    _no_longer_aside(connection, outcome.article_id)


def _no_longer_aside(connection: sqlite3.Connection, article_id: int) -> None:
    connection.execute(
        "DELETE FROM set_aside WHERE stage = 'scrape' AND record = ?", (str(article_id),)
    )
