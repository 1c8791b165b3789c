"""The tables of migration m018: how the daemon is, as it says itself at each beat."""

from typing import Final

DAEMON: Final = """
CREATE TABLE daemon (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    pid INTEGER NOT NULL,
    version TEXT NOT NULL,
    sqlite_version TEXT NOT NULL,
    started_at TEXT NOT NULL,
    beat_at TEXT NOT NULL,
    tick_seconds REAL NOT NULL,
    stopped_at TEXT,
    memory_bytes INTEGER,
    threads INTEGER,
    open_files INTEGER,
    database_bytes INTEGER NOT NULL,
    database_free_bytes INTEGER NOT NULL,
    log_bytes INTEGER NOT NULL,
    disk_free_bytes INTEGER
);
CREATE TABLE daemon_stages (
    stage TEXT PRIMARY KEY,
    pending INTEGER NOT NULL,
    waiting_since TEXT,
    under_way INTEGER NOT NULL,
    ended_at TEXT
) WITHOUT ROWID;
"""
