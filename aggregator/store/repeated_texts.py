"""The same text under different headlines of one site: found, and taken back from where it is."""

import sqlite3
from dataclasses import replace
from datetime import datetime
from typing import Final

from aggregator.model import Article, BodySource, PlainText, SafeHtml, Verdict
from aggregator.scrape.watch.repeats import is_about, is_furniture
from aggregator.store.versions import add_version
from aggregator.text.clean import text_of_safe_html

REASON: Final = "the site shows the same text on pages of different articles"

_LOOKED_AT: Final = 50

_SAME_TEXT_SQL: Final = """
SELECT id, title, body, body_source, version FROM articles
WHERE source = ? AND page_digest = ? AND id <> ?
ORDER BY id DESC
LIMIT ?
"""

_ENTRY_SQL: Final = """
SELECT summary, content FROM entries
WHERE id = (
  SELECT max(id) FROM entries WHERE article_id = :id
    AND feed_id = (SELECT feed_id FROM articles WHERE id = :id))
"""


def without_furniture(
    connection: sqlite3.Connection,
    article_id: int,
    source: str,
    article: Article,
    digest: str,
    now: datetime,
) -> Article:
    """Return the article with the feed's own text where that of its page is no report.

    It is none when pages of different articles of the same `source` show it; those that were
    stored with it are mended too, and keep it as an earlier version.
    """
    others = connection.execute(_SAME_TEXT_SQL, (source, digest, article_id, _LOOKED_AT)).fetchall()
    titles = [article.title, *(row["title"] for row in others)]
    if not is_furniture(article.body, titles):
        return article
    for row in others:
        if row["body_source"] == BodySource.PAGE and not is_about(row["body"], row["title"]):
            _take_back(connection, row, now)
    if is_about(article.body, article.title):
        return article
    text = _feed_text(connection, article_id)
    return replace(
        article,
        body=text,
        body_source=BodySource.FEED if text else BodySource.NONE,
        body_reason=REASON,
        verdict=Verdict.NOT_AN_ARTICLE,
    )


def _take_back(connection: sqlite3.Connection, row: sqlite3.Row, now: datetime) -> None:
    text = _feed_text(connection, row["id"])
    source = BodySource.FEED if text else BodySource.NONE
    version = row["version"] + 1
    connection.execute(
        "UPDATE articles SET body = ?, body_source = ?, body_reason = ?, verdict = ?, version = ?"
        " WHERE id = ?",
        (text, source, REASON, Verdict.NOT_AN_ARTICLE, version, row["id"]),
    )
    add_version(connection, row["id"], version, (row["title"], text, source), now, summary=REASON)


def _feed_text(connection: sqlite3.Connection, article_id: int) -> PlainText:
    row = connection.execute(_ENTRY_SQL, {"id": article_id}).fetchone()
    if row is None:
        return PlainText("")
    return text_of_safe_html(SafeHtml(row["content"])) or text_of_safe_html(
        SafeHtml(row["summary"])
    )
