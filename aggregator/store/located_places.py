"""Where the places of conflicts are, as it was looked up; and which are to be looked up (again)."""

import hashlib
import json
import sqlite3
from collections.abc import Sequence

from aggregator.facts.places import LocatedPlace
from aggregator.model import Conflict
from aggregator.store.connection import Store


def names_places(store: Store) -> bool:
    """Return whether any report has named a place yet."""
    found = store.connection.execute("SELECT EXISTS (SELECT 1 FROM story_places)").fetchone()
    return bool(found[0])


def conflicts_to_locate(
    store: Store, conflicts: Sequence[Conflict], gazetteer: str
) -> list[Conflict]:
    """Return the conflicts whose places were never looked up as they are now in this gazetteer."""
    known = {
        row["id"]: row["located_by"]
        for row in store.connection.execute("SELECT id, located_by FROM conflicts")
    }
    return [each for each in conflicts if known.get(each.id) != _question(each, gazetteer)]


def keep_located(
    store: Store, conflicts: Sequence[Conflict], located: Sequence[LocatedPlace], gazetteer: str
) -> None:
    """Keep where the places of `conflicts` are, and by which question that was learnt."""
    with store.transaction() as connection:
        for conflict in conflicts:
            _keep(connection, conflict, [it for it in located if it.conflict == conflict.id])
            connection.execute(
                "UPDATE conflicts SET located_by = ? WHERE id = ?",
                (_question(conflict, gazetteer), conflict.id),
            )


def _keep(
    connection: sqlite3.Connection, conflict: Conflict, located: Sequence[LocatedPlace]
) -> None:
    connection.execute("DELETE FROM located_places WHERE conflict_id = ?", (conflict.id,))
    connection.executemany(
        "INSERT INTO located_places"
        " (conflict_id, place, latitude, longitude, name, country, geonames_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                conflict.id, place.place, place.at.latitude, place.at.longitude,
                place.name or place.place.rstrip("*"), place.country, place.geonames_id,
            )
            for place in located
        ],
    )  # fmt: skip


def _question(conflict: Conflict, gazetteer: str) -> str:
    placed = [(place, (at.latitude, at.longitude) if at else None) for place, at in conflict.placed]
    asked = json.dumps([gazetteer, conflict.places, conflict.countries, placed])
    return hashlib.sha256(asked.encode()).hexdigest()
