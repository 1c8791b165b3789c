"""The tables of migration m012: where the places of conflicts are."""

from typing import Final

LOCATED_PLACES: Final = """
ALTER TABLE conflicts ADD COLUMN located_by TEXT;
CREATE TABLE located_places (
    conflict_id TEXT NOT NULL REFERENCES conflicts (id) ON UPDATE CASCADE,
    place TEXT NOT NULL,
    latitude REAL NOT NULL,
    longitude REAL NOT NULL,
    name TEXT NOT NULL,
    country TEXT NOT NULL DEFAULT '',
    geonames_id INTEGER,
    PRIMARY KEY (conflict_id, place)
) WITHOUT ROWID;
"""
