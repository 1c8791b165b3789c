"""What is left of what was forgotten: by what a feed's items are known again, and that it was here.

An item that its feed still lists must not come back as new. It is known by its identity, or by its
address, headline and date together under any other identity and in any feed. One thing is new all
the same: another text, address or headline under an identity that the publisher used before, unless
its own date says that it is as old.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from aggregator.errors import Forgotten
from aggregator.model import Entry
from aggregator.poll.outcome import HashedEntry
from aggregator.text.times import from_text, to_text
from aggregator.text.urls import page_key

KEPT_UNLISTED: Final = timedelta(days=365)
"""How long an item's identity outlives its last listing."""

IDENTITIES_AT_ONCE: Final = 500
"""Identities that one step of forgetting lets go of at most."""

_LISTING_NOTED: Final = timedelta(days=30)
"""That an item is still listed is written no more often."""

_BY_IDENTITY_SQL: Final = """
SELECT identity, content_hash, same_page, forgotten_at, listed_at FROM forgotten_entries
WHERE feed_id = ? AND identity IN (SELECT value FROM json_each(?))
"""

_BY_PAGE_SQL: Final = """
SELECT same_page FROM forgotten_entries
WHERE same_page IN (SELECT value FROM json_each(?)) AND same_page IS NOT NULL
"""

_ENTRIES_SQL: Final = """
SELECT feed_id, identity, content_hash, url, title, published_at FROM entries
WHERE article_id IN (SELECT value FROM json_each(?))
"""

# An item is no longer listed for sure when its feed has brought something new so long after.
_UNLISTED_SQL: Final = """
SELECT identity FROM forgotten_entries
WHERE feed_id = :feed AND listed_at < :before ORDER BY listed_at LIMIT :limit
"""


def known_of_old(
    connection: sqlite3.Connection, feed_id: str, items: Sequence[HashedEntry], now: datetime
) -> set[str]:
    """Return the identities of those items that are forgotten ones, and note that they are listed.

    `items` are unknown to the entries that are there.
    """
    found = {
        row["identity"]: row
        for row in connection.execute(
            _BY_IDENTITY_SQL, (feed_id, _json(item.entry.identity for item in items))
        )
    }
    same = {
        row["same_page"]
        for row in connection.execute(
            _BY_PAGE_SQL, (_json(filter(None, (same_page(item.entry) for item in items))),)
        )
    }
    known = {
        item.entry.identity
        for item in items
        if same_page(item.entry) in same or _is_the_same(found.get(item.entry.identity), item)
    }
    before = to_text(now - _LISTING_NOTED)
    connection.executemany(
        "UPDATE forgotten_entries SET listed_at = ? WHERE feed_id = ? AND identity = ?",
        [
            (to_text(now), feed_id, identity)
            for identity in known
            if identity in found and found[identity]["listed_at"] < before
        ],
    )
    connection.execute(
        "UPDATE forgotten_entries SET listed_at = ?"
        " WHERE same_page IN (SELECT value FROM json_each(?)) AND listed_at < ?",
        (to_text(now), _json(same), before),
    )
    return known


def _is_the_same(row: sqlite3.Row | None, item: HashedEntry) -> bool:
    if row is None:
        return False
    if row["content_hash"] == item.content_hash:
        return True
    published = item.entry.published
    return published is not None and published <= from_text(row["forgotten_at"])


def keep_identities(connection: sqlite3.Connection, articles: Sequence[int], now: datetime) -> None:
    """Keep by what the entries of articles that go are known again."""
    moment = to_text(now)
    connection.executemany(
        "INSERT OR REPLACE INTO forgotten_entries"
        " (feed_id, identity, content_hash, same_page, forgotten_at, listed_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                row["feed_id"], row["identity"], row["content_hash"],
                _digest(row["url"], row["title"], row["published_at"]), moment, moment,
            )
            for row in connection.execute(_ENTRIES_SQL, (json.dumps(list(articles)),)).fetchall()
        ],
    )  # fmt: skip


def forget_unlisted(connection: sqlite3.Connection, feed_id: str) -> int:
    """Let go of identities that a feed has not listed for `KEPT_UNLISTED`; return how many.

    That counts up to the newest article that the feed brought: a feed which has said nothing since
    may list them still.
    """
    (newest,) = connection.execute(
        "SELECT max(first_seen_at) FROM articles WHERE feed_id = ?", (feed_id,)
    ).fetchone()
    if newest is None:
        return 0
    before = to_text(from_text(newest) - KEPT_UNLISTED)
    asked = {"feed": feed_id, "before": before, "limit": IDENTITIES_AT_ONCE}
    rows = connection.execute(_UNLISTED_SQL, asked).fetchall()
    connection.executemany(
        "DELETE FROM forgotten_entries WHERE feed_id = ? AND identity = ?",
        [(feed_id, row["identity"]) for row in rows],
    )
    return len(rows)


def same_page(entry: Entry) -> str | None:
    """Return by what an entry is known under another identity; None without address or headline."""
    return _digest(entry.url, entry.title, to_text(entry.published) if entry.published else None)


def _digest(url: str | None, title: str, published: str | None) -> str | None:
    # Of a page without a headline, or a headline without a page, there are many.
    if not (url and title):
        return None
    text = "\x1f".join((page_key(url), title, published or ""))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def refuse_forgotten_story(connection: sqlite3.Connection, story_id: int) -> None:
    """Raise Forgotten when there was such a story."""
    row = connection.execute(
        "SELECT forgotten_at FROM forgotten_stories WHERE story_id = ?", (story_id,)
    ).fetchone()
    if row is not None:
        raise Forgotten("story", story_id, row[0])


def refuse_forgotten_article(connection: sqlite3.Connection, article_id: int) -> None:
    """Raise Forgotten when there was such an article."""
    row = connection.execute(
        "SELECT forgotten_at FROM forgotten_articles"
        " JOIN forgotten_stories USING (story_id) WHERE article_id = ?",
        (article_id,),
    ).fetchone()
    if row is not None:
        raise Forgotten("article", article_id, row[0])


def _json(values: Iterable[str | None]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
