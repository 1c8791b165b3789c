"""The feeds as the store keeps them: what is listed, what is due, and what is known of each."""

import json
import sqlite3
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from aggregator.config import Config, Settings
from aggregator.errors import NotFound
from aggregator.model import (
    DueFeed,
    Feed,
    FeedState,
    HttpUrl,
    IdentityKind,
    Move,
    PlainText,
    Rhythm,
    SourceKind,
    Validators,
    Wishes,
)
from aggregator.store.aside_items import forget_unlisted_aside, items_aside, rename_feed_aside
from aggregator.store.conditions import POLL_CONDITIONS, replace_conditions
from aggregator.store.conflicts import keep_conflicts
from aggregator.store.connection import Store
from aggregator.store.headlines import keep_languages
from aggregator.store.saved_filters import keep_saved_filters
from aggregator.text.times import from_text, to_text

_FORGET_ANSWERS: Final = (
    "etag = NULL, last_modified = NULL, body_hash = NULL, failures = 0, failing_since = NULL,"
    " paused = 0, moved_to = NULL, moved_since = NULL, moved_polls = 0, current_url = NULL,"
    " announced_url = NULL, distrusted_since = NULL, identify_by = 'guid', guid_changes = 0"
)

_END_REVISITS: Final = """
UPDATE revisits SET due_at = NULL
WHERE due_at IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM articles JOIN feeds ON feeds.id = articles.feed_id
  WHERE articles.id = revisits.article_id AND listed = 1 AND revisit = 1 AND fulltext = 1)
"""


def sync_config(store: Store, config: Config, now: datetime) -> None:
    """Make the database list the feeds and conflicts of `config`; nothing is deleted.

    A feed with a known id keeps its history, so does one whose id is new but whose address is
    known. A changed address is polled afresh at once.
    """
    with store.transaction() as connection:
        connection.execute("UPDATE feeds SET listed = 0")
        for feed in config.feeds:
            _sync_feed(connection, feed, config.settings, now)
        connection.execute(_END_REVISITS)
        forget_unlisted_aside(connection)
        keep_conflicts(connection, config.conflicts)
        keep_languages(connection, config)
        keep_saved_filters(connection, config.saved_feeds)


def _sync_feed(
    connection: sqlite3.Connection, feed: Feed, settings: Settings, now: datetime
) -> None:
    known = connection.execute("SELECT id, url FROM feeds WHERE id = ?", (feed.id,)).fetchone()
    if known is None:
        _rename(connection, feed)
    elif known["url"] != feed.url:
        _ask_afresh(connection, feed.id, "its address was changed", now)
    interval = int(feed.interval.total_seconds()) if feed.interval else None
    connection.execute(
        "INSERT INTO feeds (id, name, url, homepage, language, country, kind, tags, fulltext,"
        " revisit, interval_seconds, added_at, next_due_at, next_due_reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'never asked yet')"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, url = excluded.url,"
        " homepage = excluded.homepage, language = excluded.language, country = excluded.country,"
        " kind = excluded.kind, tags = excluded.tags, fulltext = excluded.fulltext,"
        " revisit = excluded.revisit, interval_seconds = excluded.interval_seconds, listed = 1",
        (
            feed.id, feed.name, feed.url, feed.homepage, feed.language, feed.country, feed.kind,
            json.dumps(feed.tags, ensure_ascii=False), feed.fulltext,
            settings.revisit if feed.revisit is None else feed.revisit, interval, to_text(now),
            to_text(now),
        ),
    )  # fmt: skip


def _rename(connection: sqlite3.Connection, feed: Feed) -> None:
    named = connection.execute("SELECT id FROM feeds WHERE url = ? LIMIT 1", (feed.url,)).fetchone()
    if named is not None:
        connection.execute("UPDATE feeds SET id = ? WHERE id = ?", (feed.id, named["id"]))
        rename_feed_aside(connection, named["id"], feed.id)


def resume_feed(store: Store, feed_id: str, now: datetime) -> None:
    """Ask a feed again at once, as if it had just been listed; NotFound when there is none."""
    with store.transaction() as connection:
        if not _ask_afresh(connection, feed_id, "resumed by the user", now):
            raise NotFound("feed", feed_id)


def _ask_afresh(connection: sqlite3.Connection, feed_id: str, why: str, now: datetime) -> bool:
    replace_conditions(connection, feed_id, (), POLL_CONDITIONS)
    cursor = connection.execute(
        f"UPDATE feeds SET {_FORGET_ANSWERS}, next_due_at = ?, next_due_reason = ? WHERE id = ?",  # noqa: S608 -- columns are ours
        (to_text(now), why, feed_id),
    )
    return cursor.rowcount == 1


def due_feeds(
    store: Store,
    now: datetime,
    *,
    everything: bool = False,
    limit: int | None = None,
    without: Container[str] = (),
) -> list[DueFeed]:
    """Return the listed feeds that are due at `now`, longest overdue first, at most `limit`.

    `everything` returns all that are not paused, due or not; none is returned of `without`.
    """
    rows = store.connection.execute(
        "SELECT * FROM feeds WHERE listed = 1 AND paused = 0 AND (next_due_at <= ? OR ?)"
        " AND NOT EXISTS (SELECT 1 FROM set_aside WHERE stage = 'poll' AND record = feeds.id"
        " AND retry_at > ?) ORDER BY next_due_at, id",
        (to_text(now), everything, to_text(now)),
    )
    chosen = (row for row in rows if row["id"] not in without)
    return [_due(store, row) for row in islice(chosen, limit)]


def due_feed(store: Store, feed_id: str) -> DueFeed | None:
    """Return one listed feed, due or not; None for one that is paused or not listed."""
    row = store.connection.execute(
        "SELECT * FROM feeds WHERE id = ? AND listed = 1 AND paused = 0", (feed_id,)
    ).fetchone()
    return _due(store, row) if row else None


def _due(store: Store, row: sqlite3.Row) -> DueFeed:
    aside = items_aside(store.connection, row["id"])
    return DueFeed(feed_of(row), state_of(row), aside, row["last_error"])


def feed_of(row: sqlite3.Row) -> Feed:
    """Return what the user asked for from a row of `feeds`; how to ask stands in feeds.yaml."""
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


def state_of(row: sqlite3.Row) -> FeedState:
    """Return what is known of a feed from its row."""
    moved_to, moved_since = row["moved_to"], _moment(row["moved_since"])
    ttl = row["ttl_seconds"]
    return FeedState(
        validators=Validators(row["etag"], row["last_modified"]),
        body_hash=row["body_hash"],
        last_polled_at=_moment(row["last_polled_at"]),
        last_success_at=_moment(row["last_success_at"]),
        last_new_entry_at=_moment(row["last_new_entry_at"]),
        last_body_at=_moment(row["last_body_at"]),
        unchanged_polls=row["unchanged_polls"],
        distrusted_since=_moment(row["distrusted_since"]),
        failures=row["failures"],
        failing_since=_moment(row["failing_since"]),
        paused=bool(row["paused"]),
        current_url=row["current_url"],
        move=Move(moved_to, moved_since, row["moved_polls"]) if moved_to and moved_since else None,
        announced_url=row["announced_url"],
        identify_by=IdentityKind(row["identify_by"]),
        guid_changes=row["guid_changes"],
        wishes=Wishes(
            timedelta(seconds=ttl) if ttl is not None else None,
            frozenset(json.loads(row["skip_hours"])),
            frozenset(json.loads(row["skip_days"])),
        ),
        rhythm=_rhythm(row["rhythm"]),
        entry_count=row["entry_count"],
        undated_count=row["undated_count"],
        newest_entry_at=_moment(row["newest_entry_at"]),
    )


def changed_columns(before: FeedState, after: FeedState) -> dict[str, object]:
    """Return the columns of `feeds` that differ between two states, with their new values."""
    columns: dict[str, object] = {}
    for field in fields(FeedState):
        value = getattr(after, field.name)
        if value != getattr(before, field.name):
            columns |= _COLUMNS[field.name](value)
    return columns


def _moment(text: str | None) -> datetime | None:
    return from_text(text) if text else None


def _rhythm(text: str | None) -> Rhythm | None:
    if text is None:
        return None
    stored = json.loads(text)
    return Rhythm(
        since=from_text(stored["since"]),
        counted_at=from_text(stored["counted_at"]),
        weight=stored["weight"],
        hours=tuple(stored["hours"]),
        days=tuple(stored["days"]),
    )


def _rhythm_column(rhythm: Rhythm | None) -> dict[str, object]:
    if rhythm is None:
        return {"rhythm": None}
    stored = {
        "since": to_text(rhythm.since),
        "counted_at": to_text(rhythm.counted_at),
        "weight": round(rhythm.weight, 3),
        "hours": [round(count, 3) for count in rhythm.hours],
        "days": [round(count, 3) for count in rhythm.days],
    }
    return {"rhythm": json.dumps(stored, separators=(",", ":"))}


def _move_columns(move: Move | None) -> dict[str, object]:
    return {
        "moved_to": move.url if move else None,
        "moved_since": to_text(move.since) if move else None,
        "moved_polls": move.polls if move else 0,
    }


def _wishes_columns(wishes: Wishes) -> dict[str, object]:
    return {
        "ttl_seconds": int(wishes.ttl.total_seconds()) if wishes.ttl is not None else None,
        "skip_hours": json.dumps(sorted(wishes.skip_hours)),
        "skip_days": json.dumps(sorted(wishes.skip_days)),
    }


def _plain(column: str) -> Callable[[Any], dict[str, object]]:
    return lambda value: {column: value}


def _time(column: str) -> Callable[[datetime | None], dict[str, object]]:
    return lambda moment: {column: to_text(moment) if moment else None}


def _columns_of(
    plain: Iterable[str], times: Iterable[str]
) -> dict[str, Callable[[Any], dict[str, object]]]:
    return {name: _plain(name) for name in plain} | {name: _time(name) for name in times}


_COLUMNS: Final[Mapping[str, Callable[[Any], dict[str, object]]]] = MappingProxyType(
    _columns_of(
        plain="body_hash unchanged_polls failures paused current_url announced_url identify_by"
        " guid_changes entry_count undated_count".split(),
        times="last_polled_at last_success_at last_new_entry_at last_body_at distrusted_since"
        " failing_since newest_entry_at".split(),
    )
    | {
        "validators": lambda held: {"etag": held.etag, "last_modified": held.last_modified},
        "move": _move_columns,
        "wishes": _wishes_columns,
        "rhythm": _rhythm_column,
    }
)
"""Each field of `FeedState` as columns."""
