"""Articles as the store keeps them: whose page is to be fetched, and what it turned out to say."""

import json
import sqlite3
from collections.abc import Container
from datetime import datetime
from typing import Final

from aggregator.model import (
    Article,
    BodySource,
    Entry,
    HttpUrl,
    IdentityKind,
    PlainText,
    SafeHtml,
    Validators,
    Verdict,
)
from aggregator.scrape.watch.repeats import text_digest
from aggregator.scrape.watch.revisit import KnownText, is_poorer
from aggregator.store.archived import index_responses
from aggregator.store.aside import forget_failures
from aggregator.store.connection import Store
from aggregator.store.feeds import feed_of
from aggregator.store.images import image_columns, image_from
from aggregator.store.outcomes import Found, Look, PageOutcome, PendingPage
from aggregator.store.page_trends import follow_page
from aggregator.store.repeated_texts import without_furniture
from aggregator.store.versions import add_version
from aggregator.text.times import from_text, to_text
from aggregator.text.urls import host_of

# The newest entry that points to the article is the one that announced the latest edit.
_PAGES_SQL: Final = """
SELECT articles.id AS article_id, articles.scrape_attempts,
       articles.first_seen_at AS article_first_seen_at, articles.title AS known_title,
       articles.body AS known_body, articles.body_source AS known_source,
       articles.verdict AS known_verdict, articles.version AS known_version,
       entries.identity, entries.identity_kind, entries.url AS entry_url,
       entries.title AS entry_title, entries.summary, entries.content, entries.authors,
       entries.categories, entries.published_at AS entry_published_at,
       entries.published_how AS entry_published_how, entries.language AS entry_language,
       entries.image AS entry_image, entries.image_details, revisits.etag AS page_etag,
       revisits.last_modified AS page_last_modified, coalesce(revisits.looks, 0) AS looks, feeds.*
FROM articles
JOIN entries ON entries.id = (
    SELECT max(id) FROM entries WHERE article_id = articles.id AND feed_id = articles.feed_id
)
JOIN feeds ON feeds.id = articles.feed_id
LEFT JOIN revisits ON revisits.article_id = articles.id
"""

_PENDING_SQL: Final = f"""{_PAGES_SQL}
WHERE articles.scrape_due_at <= :now
  AND NOT EXISTS (
    SELECT 1 FROM set_aside
    WHERE stage = 'scrape' AND record = CAST(articles.id AS TEXT) AND retry_at > :now
  )
ORDER BY articles.scrape_due_at, articles.id
LIMIT :limit
"""  # noqa: S608 -- both parts are ours

_CHOSEN_SQL: Final = f"""{_PAGES_SQL}
WHERE articles.id IN (SELECT value FROM json_each(:ids))
"""  # noqa: S608 -- both parts are ours

_DUE_REVISITS_SQL: Final = """
SELECT article_id, source FROM revisits
WHERE due_at <= :now
  AND NOT EXISTS (
    SELECT 1 FROM set_aside
    WHERE stage = 'revisit' AND record = CAST(article_id AS TEXT) AND retry_at > :now
  )
ORDER BY due_at, article_id
"""


def pending_pages(store: Store, now: datetime, limit: int) -> list[PendingPage]:
    """Return the articles whose page is to be fetched, longest waiting first."""
    rows = store.connection.execute(_PENDING_SQL, {"now": to_text(now), "limit": limit})
    return [_pending_page(row) for row in rows]


def pending_revisits(
    store: Store, now: datetime, limit: int, without: Container[str] = ()
) -> list[PendingPage]:
    """Return pages to look at again, longest overdue first, one of each publisher at most.

    None is returned of the publishers `without` (registrable domains).
    """
    chosen: dict[str, int] = {}
    for article_id, source in store.connection.execute(_DUE_REVISITS_SQL, {"now": to_text(now)}):
        if len(chosen) >= limit:
            break
        if source not in without:
            chosen.setdefault(source, article_id)
    rows = store.connection.execute(_CHOSEN_SQL, {"ids": json.dumps(list(chosen.values()))})
    return [_pending_page(row, is_revisit=True) for row in rows]


def _pending_page(row: sqlite3.Row, *, is_revisit: bool = False) -> PendingPage:
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
        image=image_from(row["entry_image"], row["image_details"]),
    )
    return PendingPage(
        article_id=row["article_id"],
        url=entry.url,
        feed=feed_of(row),
        entry=entry,
        attempts=row["scrape_attempts"],
        first_seen=from_text(row["article_first_seen_at"]),
        known=_known_text(row),
        validators=Validators(row["page_etag"], row["page_last_modified"]),
        looks=row["looks"],
        is_watched=bool(row["revisit"]),
        is_revisit=is_revisit,
    )


def _known_text(row: sqlite3.Row) -> KnownText | None:
    if not row["known_version"]:
        return None
    return KnownText(
        PlainText(row["known_title"]),
        PlainText(row["known_body"]),
        BodySource(row["known_source"]),
        Verdict(row["known_verdict"]) if row["known_verdict"] else None,
        row["known_version"],
    )


_KNOWN_SQL: Final = """
SELECT title AS known_title, body AS known_body, body_source AS known_source,
       verdict AS known_verdict, version AS known_version, scrape_attempts, scrape_due_at, source,
       feed_id, url
FROM articles WHERE id = ?
"""


def apply_page(store: Store, outcome: PageOutcome, now: datetime) -> bool:
    """Store what a page says; return whether that is a new version of the article.

    An earlier text stays in `article_versions`. A page that is lost, or shows less, after we have
    had its text never takes that text away.
    """
    article, look = outcome.article, outcome.look
    with store.transaction() as connection:
        row = connection.execute(_KNOWN_SQL, (outcome.article_id,)).fetchone()
        if row is None:
            # It was forgotten while its page was read.
            return False
        known = _known_text(row)
        digest = _digest(article)
        if article is not None and digest:
            article = without_furniture(
                connection, outcome.article_id, row["source"], article, digest, now
            )
        is_new, version = False, None
        if article is None or (known is not None and is_poorer(known, article)):
            if article is not None and look is not None:
                look = Look(Found.POORER, look.next_due, look.validators)
            _postpone(connection, outcome, now)
        else:
            is_new, version = _store_article(connection, outcome, article, digest, known, now)
        shown = version if article and article.body_source is BodySource.PAGE else None
        index_responses(connection, outcome.kept, row["feed_id"], outcome.article_id, shown)
        if look is not None:
            _remember_look(connection, outcome, row["source"], look, now)
        is_first = known is None or row["scrape_attempts"] > 0
        if article is not None and outcome.answer is not None and is_first:
            site = (row["feed_id"], host_of(row["url"] or ""))
            follow_page(connection, site, outcome.article_id, article, outcome.answer, now)
        if not outcome.is_makeshift:
            _no_longer_aside(connection, outcome)
    return is_new


def _digest(article: Article | None) -> str | None:
    if article is None or article.body_source is not BodySource.PAGE:
        return None
    return text_digest(article.body) or None


def _store_article(
    connection: sqlite3.Connection,
    outcome: PageOutcome,
    article: Article,
    digest: str | None,
    known: KnownText | None,
    now: datetime,
) -> tuple[bool, int]:
    """Store the article; return whether its text is a new version, and the number of that."""
    changes = outcome.changes
    if known is None or outcome.compared_with != known.version:
        changes = None
    if known is None:
        is_new = True
    elif changes is not None:
        is_new = changes.is_edit
    else:
        is_new = (known.title, known.body) != (article.title, article.body)
    version = (known.version if known else 0) + is_new
    image, image_details = image_columns(article.image)
    columns: dict[str, object] = {
        "authors": json.dumps(article.authors, ensure_ascii=False),
        "site": article.site,
        "published_at": to_text(article.published) if article.published else None,
        "published_how": article.published_how,
        "updated_at": to_text(article.updated) if article.updated else None,
        "updated_how": article.updated_how,
        "canonical_url": article.canonical,
        "language": article.language,
        "image": image,
        "image_details": image_details,
        "verdict": article.verdict,
        "body_source": article.body_source,
        "body_reason": article.body_reason,
        "page_digest": digest,
        "version": version,
    }
    if is_new:
        columns |= {"title": article.title, "body": article.body}
    _update(connection, outcome.article_id, columns | _visit_columns(outcome, now))
    if is_new:
        add_version(
            connection,
            outcome.article_id,
            version,
            (article.title, article.body, article.body_source),
            now,
            changes=changes,
            summary=_summary(known, article),
        )
    return is_new, version


def _summary(known: KnownText | None, article: Article) -> str:
    if known is None or known.body_source is article.body_source:
        return ""
    if article.body_source is BodySource.PAGE:
        return "the page's own text in place of the feed's"
    return "the feed's text in place of the page's"


def _postpone(connection: sqlite3.Connection, outcome: PageOutcome, now: datetime) -> None:
    _update(connection, outcome.article_id, _visit_columns(outcome, now))


def _visit_columns(outcome: PageOutcome, now: datetime) -> dict[str, object]:
    columns: dict[str, object] = {"scraped_at": to_text(now)}
    if not outcome.is_revisit:
        columns |= {
            "scrape_due_at": to_text(outcome.retry_at) if outcome.retry_at else None,
            "scrape_attempts": outcome.attempts,
        }
    return columns


def _update(connection: sqlite3.Connection, article_id: int, columns: dict[str, object]) -> None:
    assignments = ", ".join(f"{column} = ?" for column in columns)
    connection.execute(
        f"UPDATE articles SET {assignments} WHERE id = ?",  # noqa: S608 -- columns are ours
        (*columns.values(), article_id),
    )


def _remember_look(
    connection: sqlite3.Connection, outcome: PageOutcome, source: str, look: Look, now: datetime
) -> None:
    connection.execute(
        "INSERT INTO revisits (article_id, source, due_at, looks, looked_at, found, etag,"
        " last_modified) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (article_id) DO UPDATE SET"
        " due_at = excluded.due_at, looks = looks + excluded.looks,"
        " looked_at = excluded.looked_at, found = excluded.found, etag = excluded.etag,"
        " last_modified = excluded.last_modified",
        (
            outcome.article_id, source, to_text(look.next_due) if look.next_due else None,
            outcome.is_revisit, to_text(now), look.found, look.validators.etag,
            look.validators.last_modified,
        ),
    )  # fmt: skip


def _no_longer_aside(connection: sqlite3.Connection, outcome: PageOutcome) -> None:
    # What was read anew need not come again for a look that had failed.
    for stage in ("revisit",) if outcome.is_revisit else ("scrape", "revisit"):
        forget_failures(connection, stage, str(outcome.article_id))
