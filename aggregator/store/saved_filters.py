"""Feeds that the user has named, kept in the database, since they are served without feeds.yaml."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from aggregator.config import SavedFeed
from aggregator.errors import NotFound
from aggregator.model import PlainText
from aggregator.store.browsing import rows


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved filter: its title for readers, and what it asks for, as a part of an address."""

    name: str
    title: PlainText
    query: str


def keep_saved_filters(connection: sqlite3.Connection, feeds: Iterable[SavedFeed]) -> None:
    """Keep what feeds.yaml names; what it names no more stays, but is not served."""
    connection.execute("UPDATE saved_filters SET listed = 0")
    connection.executemany(
        "INSERT INTO saved_filters (name, title, query) VALUES (?, ?, ?) ON CONFLICT (name)"
        " DO UPDATE SET title = excluded.title, query = excluded.query, listed = 1",
        [(each.id, each.name, each.query) for each in feeds],
    )


def saved_filters(connection: sqlite3.Connection) -> list[Saved]:
    """Return the feeds that the user has named, by name."""
    found = rows(
        connection, "SELECT name, title, query FROM saved_filters WHERE listed ORDER BY name"
    )
    return [Saved(row["name"], row["title"], row["query"]) for row in found]


def saved_filter(connection: sqlite3.Connection, name: str) -> Saved:
    """Return a feed by its name; raises NotFound where feeds.yaml names none so."""
    for saved in saved_filters(connection):
        if saved.name == name:
            return saved
    raise NotFound("saved feed", name)
