"""Feeds that the user has named, kept in the database, since they are served without feeds.yaml."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import parse_qsl

from aggregator.config import SavedFeed
from aggregator.errors import NotFound
from aggregator.model import PlainText
from aggregator.store.browsing import rows
from aggregator.store.search_terms import problem_with, search_terms
from aggregator.store.story_filter import StoryFilter

_WIDENED_BY: Final = ("all", "conflict", "q")
"""Who asks for one of these asks among all stories, not among those of followed conflicts."""


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


def asked_by(query: str) -> tuple[StoryFilter, timedelta | None] | None:
    """Return which stories a saved filter asks for, and how far back it reaches.

    The query is one that `aggregator.config.saved` has written; None where its words are none
    that can be searched for, so that nothing is found.
    """
    asked = dict(parse_qsl(query))
    terms = search_terms(asked.get("q", ""))
    if "q" in asked and problem_with(terms):
        return None
    wanted = StoryFilter(
        conflict=asked.get("conflict"),
        followed_only=not any(name in asked for name in _WIDENED_BY),
        place=asked.get("place"),
        search=terms.query(),
        language=asked.get("language"),
        kind=asked.get("kind"),
        country=asked.get("country"),
        outlets=int(asked.get("outlets", 1)),
        origins=int(asked.get("origins", 1)),
        one_sided="one_sided" in asked,
    )
    span = asked.get("since")
    return wanted, timedelta(hours=int(span.removesuffix("h"))) if span else None
