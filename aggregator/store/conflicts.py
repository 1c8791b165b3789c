"""The followed conflicts as the store keeps them: the pages are served without feeds.yaml."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from aggregator.errors import NotFound
from aggregator.model import Conflict, PlainText
from aggregator.store.browsing import names, rows


@dataclass(frozen=True, slots=True)
class KnownConflict:
    """A conflict with the words by which reports about it are known; none before it was synced."""

    id: str
    name: PlainText
    keywords: tuple[PlainText, ...]
    places: tuple[PlainText, ...]
    parties: tuple[PlainText, ...]


def keep_conflicts(connection: sqlite3.Connection, conflicts: Iterable[Conflict]) -> None:
    """Keep what feeds.yaml names; what it names no more stays, but is not listed."""
    connection.execute("UPDATE conflicts SET listed = 0")
    connection.executemany(
        "INSERT INTO conflicts (id, name, keywords, places, parties) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET name = excluded.name, keywords = excluded.keywords,"
        " places = excluded.places, parties = excluded.parties, listed = 1",
        [
            (
                conflict.id,
                conflict.name,
                *(
                    json.dumps(words, ensure_ascii=False)
                    for words in (conflict.keywords, conflict.places, conflict.parties)
                ),
            )
            for conflict in conflicts
        ],
    )


def known_conflict(connection: sqlite3.Connection, conflict_id: str) -> KnownConflict:
    """Return a followed conflict; raises NotFound for one that is not followed."""
    for row in rows(
        connection,
        "SELECT id, name, keywords, places, parties FROM conflicts WHERE id = :id AND listed = 1",
        {"id": conflict_id},
    ):
        words = (names(row[column]) for column in ("keywords", "places", "parties"))
        return KnownConflict(row["id"], row["name"], *words)
    raise NotFound("conflict", conflict_id)
