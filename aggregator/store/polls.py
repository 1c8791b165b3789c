"""The feeds as the store keeps them: what is listed, what is due, what a poll brought."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from aggregator.config import Config
from aggregator.model import (
    DueFeed,
    Feed,
    FeedState,
    HttpUrl,
    Outcome,
    PlainText,
    SourceKind,
    Validators,
)
from aggregator.poll.schedule import Schedule
from aggregator.store.connection import Store
from aggregator.store.outcomes import AppliedPoll, HashedEntry, PollOutcome
from aggregator.text.times import from_text, to_text
from aggregator.text.urls import host_of, page_key, registrable_domain

REVISION_LIMIT: Final = 24
"""Edits of one entry after which it stops causing work: such feeds rewrite items each time."""

_ANSWERED: Final = frozenset({Outcome.FRESH, Outcome.UNCHANGED})


def sync_config(store: Store, config: Config, now: datetime) -> None:
    """Make the database list the feeds and conflicts of `config`; nothing is deleted.

    A feed with a known id keeps its history, so does one whose id is new but whose address is
    known. A changed address is polled afresh at once.
    """
    with store.transaction() as connection:
        connection.execute("UPDATE feeds SET listed = 0")
        for feed in config.feeds:
            _sync_feed(connection, feed, now)
        connection.execute("UPDATE conflicts SET listed = 0")
        connection.executemany(
            "INSERT INTO conflicts (id, name) VALUES (?, ?)"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, listed = 1",
            [(conflict.id, conflict.name) for conflict in config.conflicts],
        )


def _sync_feed(connection: sqlite3.Connection, feed: Feed, now: datetime) -> None:
    known = connection.execute("SELECT id, url FROM feeds WHERE id = ?", (feed.id,)).fetchone()
    if known is None:
        connection.execute(
            "UPDATE feeds SET id = ? WHERE id = (SELECT id FROM feeds WHERE url = ? LIMIT 1)",
            (feed.id, feed.url),
        )
    elif known["url"] != feed.url:
        connection.execute(
            "UPDATE feeds SET etag = NULL, last_modified = NULL, body_hash = NULL, failures = 0,"
            " failing_since = NULL, paused = 0, moved_to = NULL, next_due_at = ?,"
            " next_due_reason = 'its address was changed' WHERE id = ?",
            (to_text(now), feed.id),
        )
    interval = int(feed.interval.total_seconds()) if feed.interval else None
    connection.execute(
        "INSERT INTO feeds (id, name, url, homepage, language, country, kind, tags, fulltext,"
        " interval_seconds, added_at, next_due_at, next_due_reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'never asked yet')"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, url = excluded.url,"
        " homepage = excluded.homepage, language = excluded.language, country = excluded.country,"
        " kind = excluded.kind, tags = excluded.tags, fulltext = excluded.fulltext,"
        " interval_seconds = excluded.interval_seconds, listed = 1",
        (
            feed.id, feed.name, feed.url, feed.homepage, feed.language, feed.country, feed.kind,
            json.dumps(feed.tags, ensure_ascii=False), feed.fulltext, interval, to_text(now),
            to_text(now),
        ),
    )  # fmt: skip


def due_feeds(store: Store, now: datetime, *, everything: bool = False) -> list[DueFeed]:
    """Return the listed feeds that are due at `now`, longest overdue first.

    `everything` returns all that are not paused, due or not.
    """
    rows = store.connection.execute(
        "SELECT * FROM feeds WHERE listed = 1 AND paused = 0 AND (next_due_at <= ? OR ?)"
        " AND NOT EXISTS (SELECT 1 FROM set_aside WHERE stage = 'poll' AND record = feeds.id"
        " AND retry_at > ?) ORDER BY next_due_at, id",
        (to_text(now), everything, to_text(now)),
    )
    return [DueFeed(feed_of(row), _state_of(row)) for row in rows]


def feed_of(row: sqlite3.Row) -> Feed:
    """Return what the user asked for from a row of `feeds`."""
    interval = row["interval_seconds"]
    return Feed(
        id=row["id"],
        name=PlainText(row["name"]),
        url=HttpUrl(row["url"]),
        homepage=HttpUrl(row["homepage"]) if row["homepage"] else None,
        language=row["language"],
        country=row["country"],
        kind=SourceKind(row["kind"]),
        fulltext=bool(row["fulltext"]),
        interval=timedelta(seconds=interval) if interval else None,
        tags=tuple(json.loads(row["tags"])),
    )


def _state_of(row: sqlite3.Row) -> FeedState:
    def moment(column: str) -> datetime | None:
        return from_text(row[column]) if row[column] else None

    return FeedState(
        validators=Validators(row["etag"], row["last_modified"]),
        body_hash=row["body_hash"],
        last_polled_at=moment("last_polled_at"),
        last_success_at=moment("last_success_at"),
        last_new_entry_at=moment("last_new_entry_at"),
        failures=row["failures"],
        paused=bool(row["paused"]),
    )


def apply_poll(
    store: Store, outcome: PollOutcome, schedule: Callable[[AppliedPoll], Schedule], now: datetime
) -> AppliedPoll:
    """Store one poll: its entries, the feed's new state and the log, all or nothing.

    `schedule` decides when the feed is next asked, from what turned out to be new.
    """
    with store.transaction() as connection:
        new = changed = 0
        for item in outcome.entries:
            state = _store_entry(connection, outcome.feed_id, item, now)
            new += state == "new"
            changed += state == "changed"
        applied = AppliedPoll(new, changed)
        _log_poll(connection, outcome, applied, now)
        _update_feed(connection, outcome, applied, schedule(applied), now)
        connection.execute(
            "DELETE FROM set_aside WHERE stage = 'poll' AND record = ?", (outcome.feed_id,)
        )
    return applied


def _store_entry(
    connection: sqlite3.Connection, feed_id: str, item: HashedEntry, now: datetime
) -> str:
    entry = item.entry
    known = connection.execute(
        "SELECT id, content_hash, revision, article_id FROM entries"
        " WHERE feed_id = ? AND identity = ?",
        (feed_id, entry.identity),
    ).fetchone()
    if known is not None:
        if known["content_hash"] == item.content_hash or known["revision"] >= REVISION_LIMIT:
            return "same"
        connection.execute(
            "UPDATE entries SET url = ?, title = ?, summary = ?, content = ?, content_hash = ?,"
            " revision = revision + 1 WHERE id = ?",
            (entry.url, entry.title, entry.summary, entry.content, item.content_hash, known["id"]),
        )
        # The edit of an entry announces an edit of its page, and of the text that stands in.
        connection.execute(
            "UPDATE articles SET scrape_due_at = ?, scrape_attempts = 0 WHERE id = ?",
            (to_text(now), known["article_id"]),
        )
        return "changed"
    connection.execute(
        "INSERT INTO entries (feed_id, identity, identity_kind, article_id, url, title, summary,"
        " content, authors, categories, published_at, published_how, language, image,"
        " first_seen_at, content_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            feed_id, entry.identity, entry.identity_kind,
            _article_for(connection, feed_id, item, now), entry.url, entry.title, entry.summary,
            entry.content, _json(entry.authors), _json(entry.categories),
            to_text(entry.published) if entry.published else None, entry.published_how,
            entry.language, entry.image, to_text(now), item.content_hash,
        ),
    )  # fmt: skip
    return "new"


def _article_for(
    connection: sqlite3.Connection, feed_id: str, item: HashedEntry, now: datetime
) -> int:
    entry = item.entry
    key = page_key(entry.url) if entry.url else f"entry:{feed_id}:{entry.identity}"
    known = connection.execute("SELECT id FROM articles WHERE page_key = ?", (key,)).fetchone()
    if known is not None:
        return int(known["id"])
    cursor = connection.execute(
        "INSERT INTO articles (page_key, feed_id, url, source, title, published_at, published_how,"
        " language, first_seen_at, scrape_due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            key, feed_id, entry.url,
            registrable_domain(host_of(entry.url)) if entry.url else feed_id, entry.title,
            to_text(entry.published) if entry.published else None, entry.published_how,
            entry.language, to_text(now), to_text(now),
        ),
    )  # fmt: skip
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _log_poll(
    connection: sqlite3.Connection, outcome: PollOutcome, applied: AppliedPoll, now: datetime
) -> None:
    result = outcome.result
    connection.execute(
        "INSERT INTO polls (feed_id, polled_at, outcome, status, took_ms, bytes, entries_seen,"
        " entries_new, entries_changed, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            outcome.feed_id, to_text(now), _outcome_name(outcome), result.status,
            round(result.took.total_seconds() * 1000), len(result.body), len(outcome.entries),
            applied.new, applied.changed, outcome.error,
        ),
    )  # fmt: skip


def _outcome_name(outcome: PollOutcome) -> str:
    if outcome.error and outcome.result.outcome is Outcome.FRESH:
        return Outcome.FAILED
    return outcome.result.outcome


def _update_feed(
    connection: sqlite3.Connection,
    outcome: PollOutcome,
    applied: AppliedPoll,
    following: Schedule,
    now: datetime,
) -> None:
    result, parsed = outcome.result, outcome.parsed
    answered = _outcome_name(outcome) in _ANSWERED
    changes: dict[str, object] = {
        "last_polled_at": to_text(now),
        "last_outcome": _outcome_name(outcome),
        "last_error": outcome.error,
        "paused": following.paused,
        "next_due_at": to_text(following.next_due),
        "next_due_reason": following.reason,
    }
    if answered:
        changes |= {"last_success_at": to_text(now), "failures": 0, "failing_since": None}
        changes["moved_to"] = result.permanent_url
    if applied.new:
        changes["last_new_entry_at"] = to_text(now)
    if parsed is not None:
        # Validators belong to these entries: stored with them, or not at all.
        changes |= {
            "etag": result.validators.etag,
            "last_modified": result.validators.last_modified,
            "body_hash": outcome.body_hash,
            "title": parsed.title,
            "format": parsed.format,
            "defects": _json(parsed.defects),
        }
    assignments = ", ".join(f"{column} = ?" for column in changes)
    if not answered:
        assignments += (
            f", failures = failures + 1, failing_since = coalesce(failing_since, '{to_text(now)}')"
        )
    connection.execute(
        f"UPDATE feeds SET {assignments} WHERE id = ?",  # noqa: S608 -- columns are ours
        (*changes.values(), outcome.feed_id),
    )


def _json(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
