"""What holds in every database of ours at each moment: queries for the rows that break it."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

INVARIANTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "each article has an entry": (
            "SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM entries)"
        ),
        "each article can be searched": (
            "SELECT id FROM articles WHERE id NOT IN (SELECT id FROM articles_fts_docsize)"
        ),
        "each story that stands has a report": (
            "SELECT id FROM stories WHERE merged_into IS NULL"
            " AND id NOT IN (SELECT story_id FROM story_members)"
        ),
        "each story counts its reports": (
            "SELECT id FROM stories WHERE merged_into IS NULL AND article_count <>"
            " (SELECT count(*) FROM story_members WHERE story_id = stories.id)"
        ),
        "an article is grouped when it is in a story": (
            "SELECT id FROM articles WHERE grouped <>"
            " (id IN (SELECT article_id FROM story_members))"
        ),
        "what a feed is asked with came with entries, or was empty": (
            "SELECT id FROM feeds WHERE coalesce(etag, last_modified) IS NOT NULL"
            " AND entry_count > 0 AND id NOT IN (SELECT feed_id FROM entries)"
        ),
        "polls say of no more new entries than there are": (
            "SELECT id FROM feeds WHERE (SELECT coalesce(sum(entries_new), 0) FROM polls"
            " WHERE feed_id = feeds.id) <> (SELECT count(*) FROM entries WHERE feed_id = feeds.id)"
        ),
        "an article that was read has a version, and the newest is its own": (
            "SELECT id FROM articles WHERE version <>"
            " (SELECT coalesce(max(number), 0) FROM article_versions"
            " WHERE article_id = articles.id)"
        ),
    }
)


def violations(connection: sqlite3.Connection) -> list[str]:
    """Return what does not hold, the integrity of the file and its references first."""
    found = [
        f"integrity: {row[0]}"
        for row in connection.execute("PRAGMA integrity_check")
        if row[0] != "ok"
    ]
    found += [f"reference: {tuple(row)}" for row in connection.execute("PRAGMA foreign_key_check")]
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'entries'").fetchone():
        # Killed before its tables were made, all of them at once.
        return found
    for name, sql in INVARIANTS.items():
        found += [f"{name}: {row[0]}" for row in connection.execute(sql)]
    return found


def violations_of(path: Path) -> list[str]:
    """Return what does not hold in a file, which is opened as the program opens it."""
    connection = sqlite3.connect(path)
    try:
        return violations(connection)
    finally:
        connection.close()
