"""The daemon's heartbeat in the database: written in one small transaction, read by whoever asks.

What waits for each stage is counted at the beat, so that to ask how the daemon is costs nothing.
"""

import shutil
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Final

from aggregator.store.browsing import moment, rows
from aggregator.store.connection import Store
from aggregator.store.daemon_state import Beat, DaemonState, StageState, Usage
from aggregator.store.sqlite_errors import translated
from aggregator.text.times import from_text, to_text

STAGES: Final = ("poll", "scrape", "revisit", "group", "alert")
"""What the daemon does, in order; `revisit` looks at pages again that were read before."""

COUNTED_LIMIT: Final = 10_000
"""What waits is counted up to this, and for the stage `group` among as many of the oldest articles
without a story: a beat is to take a moment even when a hundred thousand pages wait."""

# Each finds what is due now and not set aside, its earliest time, and how much of it there is.
_DUE: Final = {
    "poll": "SELECT next_due_at AS due FROM feeds WHERE listed = 1 AND paused = 0"
    " AND next_due_at <= :now AND NOT EXISTS (SELECT 1 FROM set_aside WHERE stage = 'poll'"
    " AND record = feeds.id AND retry_at > :now)",
    "scrape": "SELECT scrape_due_at AS due FROM articles WHERE scrape_due_at <= :now AND NOT EXISTS"
    " (SELECT 1 FROM set_aside WHERE stage = 'scrape' AND record = CAST(articles.id AS TEXT)"
    " AND retry_at > :now) ORDER BY scrape_due_at",
    "revisit": "SELECT due_at AS due FROM revisits WHERE due_at <= :now AND NOT EXISTS"
    " (SELECT 1 FROM set_aside WHERE stage = 'revisit' AND record = CAST(article_id AS TEXT)"
    " AND retry_at > :now) ORDER BY due_at",
    "group": "SELECT coalesce(scraped_at, first_seen_at) AS due FROM"
    " (SELECT id, version, scraped_at, first_seen_at FROM articles INDEXED BY articles_ungrouped"
    " WHERE grouped = 0 LIMIT :limit) AS oldest WHERE version > 0 AND NOT EXISTS"
    " (SELECT 1 FROM set_aside WHERE stage = 'group' AND record = CAST(oldest.id AS TEXT)"
    " AND retry_at > :now)",
    "alert": "SELECT next_attempt_at AS due FROM alert_deliveries WHERE state = 'pending'"
    " AND next_attempt_at <= :now",
}


_BEAT_SQL: Final = """
INSERT INTO daemon (id, pid, version, sqlite_version, started_at, beat_at, tick_seconds, stopped_at,
  memory_bytes, threads, open_files, database_bytes, database_free_bytes, log_bytes,
  disk_free_bytes)
VALUES (1, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
  pid = excluded.pid, version = excluded.version, sqlite_version = excluded.sqlite_version,
  started_at = excluded.started_at, beat_at = excluded.beat_at,
  tick_seconds = excluded.tick_seconds, stopped_at = NULL, memory_bytes = excluded.memory_bytes,
  threads = excluded.threads, open_files = excluded.open_files,
  database_bytes = excluded.database_bytes, database_free_bytes = excluded.database_free_bytes,
  log_bytes = excluded.log_bytes, disk_free_bytes = excluded.disk_free_bytes
"""

_STAGE_SQL: Final = """
INSERT INTO daemon_stages (stage, pending, waiting_since, under_way, ended_at)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT (stage) DO UPDATE SET
  pending = excluded.pending, waiting_since = excluded.waiting_since,
  under_way = excluded.under_way, ended_at = coalesce(excluded.ended_at, ended_at)
"""


def write_beat(store: Store, beat: Beat) -> None:
    """Keep what the daemon says of itself, and what waits; raises StoreError."""
    with translated(store.path):
        pages, free, page_bytes = (
            store.connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        waiting = [(stage, *_waiting(store.connection, stage, beat.at)) for stage in STAGES]
    usage = beat.usage
    with store.transaction() as connection:
        connection.execute(
            _BEAT_SQL,
            (
                beat.pid, beat.version, sqlite3.sqlite_version, to_text(beat.started),
                to_text(beat.at), beat.tick_seconds, usage.memory_bytes, usage.threads,
                usage.open_files, pages * page_bytes, free * page_bytes, log_bytes(store.path),
                disk_free_bytes(store.path),
            ),
        )  # fmt: skip
        for stage, pending, since in waiting:
            ended = beat.ended.get(stage)
            under_way = beat.under_way.get(stage, 0)
            connection.execute(
                _STAGE_SQL, (stage, pending, since, under_way, to_text(ended) if ended else None)
            )


def note_stop(store: Store, pid: int, now: datetime) -> None:
    """Keep that the daemon has ended as it should; raises StoreError."""
    with store.transaction() as connection:
        connection.execute(
            "UPDATE daemon SET stopped_at = ?, beat_at = ? WHERE pid = ?",
            (to_text(now), to_text(now), pid),
        )
        connection.execute("UPDATE daemon_stages SET under_way = 0")


def note_death(store: Store) -> None:
    """Keep that a daemon which did not end as it should ended when it was last heard of.

    For who holds its lock, so that none lives; raises StoreError.
    """
    if store.connection.execute("SELECT 1 FROM daemon WHERE stopped_at IS NULL").fetchone():
        with store.transaction() as connection:
            connection.execute("UPDATE daemon SET stopped_at = beat_at WHERE stopped_at IS NULL")
            connection.execute("UPDATE daemon_stages SET under_way = 0")


def daemon_state(connection: sqlite3.Connection) -> DaemonState | None:
    """Return what the daemon said last; None where none has run."""
    found = rows(connection, "SELECT * FROM daemon")
    if not found:
        return None
    (row,) = found
    stages = {
        stage["stage"]: StageState(
            stage["stage"],
            stage["pending"],
            moment(stage["waiting_since"]),
            stage["under_way"],
            moment(stage["ended_at"]),
        )
        for stage in rows(connection, "SELECT * FROM daemon_stages")
    }
    return DaemonState(
        pid=row["pid"],
        version=row["version"],
        sqlite_version=row["sqlite_version"],
        started=from_text(row["started_at"]),
        beat=from_text(row["beat_at"]),
        tick_seconds=row["tick_seconds"],
        stopped=moment(row["stopped_at"]),
        usage=Usage(row["memory_bytes"], row["threads"], row["open_files"]),
        database_bytes=row["database_bytes"],
        database_free_bytes=row["database_free_bytes"],
        log_bytes=row["log_bytes"],
        disk_free_bytes=row["disk_free_bytes"],
        stages=tuple(stages[name] for name in STAGES if name in stages),
    )


def log_bytes(database: Path) -> int:
    """Return the size of the write-ahead log beside the database file; 0 where there is none."""
    try:
        return database.with_name(f"{database.name}-wal").stat().st_size
    except OSError:
        return 0


def disk_free_bytes(database: Path) -> int | None:
    """Return the room that is left to us where the database is; None where nobody knows."""
    try:
        return shutil.disk_usage(database.absolute().parent).free
    except OSError:
        return None


def _waiting(connection: sqlite3.Connection, stage: str, now: datetime) -> tuple[int, str | None]:
    due = f"SELECT due FROM ({_DUE[stage]} LIMIT :limit)"  # noqa: S608 -- queries of ours
    count, first = connection.execute(
        f"SELECT count(*), min(due) FROM ({due})",  # noqa: S608 -- the same
        {"now": to_text(now), "limit": COUNTED_LIMIT},
    ).fetchone()
    return count, first
