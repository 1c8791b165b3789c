"""What the hub has been told: which feeds of ours it knows as they are now, and which have changed.

A feed is told of by its first page: which stories it has, and when each last changed. That is noted
in the database, so that a start tells the hub nothing that it knows.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from aggregator.errors import NotFound
from aggregator.store.browsing import followed_conflicts, rows
from aggregator.store.connection import Store
from aggregator.store.material_changes import latest_change
from aggregator.store.published import Position, check_conflict, published_positions
from aggregator.store.saved_filters import asked_by, saved_filters
from aggregator.store.story_filter import StoryFilter
from aggregator.text.times import to_text

_KNOWN_SQL: Final = "SELECT feed, state FROM hub_notices"


@dataclass(frozen=True, slots=True)
class FirstPage:
    """The first page of a feed of ours: `path` and `query` are parts of its address.

    The ending of a format goes between them. `state` tells this page from an earlier one.
    """

    path: str
    query: str
    state: str

    @property
    def key(self) -> str:
        """Return what tells the feed from our others."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class OurFeed:
    """A feed that the hub is told of, by the parts of its address, and what it asks for."""

    path: str
    query: str
    wanted: StoryFilter


def our_feeds(store: Store, now: datetime) -> tuple[int, list[OurFeed]]:
    """Return the newest change of any story, and the feeds: whole, of conflicts, named by the user.

    As long as both stay as they are, so does the first page of each.
    """
    connection = store.connection
    whole = check_conflict(connection, StoryFilter(followed_only=True))
    feeds = [OurFeed("/feed", "", whole)]
    for conflict in followed_conflicts(connection):
        query = urlencode({"conflict": conflict.id})
        feeds.append(OurFeed("/feed", query, StoryFilter(conflict=conflict.id)))
    return latest_change(connection), feeds + list(_saved_feeds(connection, now))


def first_page(store: Store, feed: OurFeed, entries: int, told_at: str) -> FirstPage:
    """Return the first page of a feed, of so many stories.

    `told_at` is where the hub and the feeds are: another hub knows nothing yet.
    """
    found = published_positions(store.connection, feed.wanted, limit=entries)
    return FirstPage(feed.path, feed.query, _state(told_at, found))


def unknown_to_the_hub(store: Store, pages: Sequence[FirstPage]) -> list[FirstPage]:
    """Return those that have changed since the hub was told of them."""
    known = {row["feed"]: row["state"] for row in rows(store.connection, _KNOWN_SQL)}
    return [page for page in pages if known.get(page.key) != page.state]


def note_told(store: Store, page: FirstPage, now: datetime) -> None:
    """Note that the hub knows a page."""
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO hub_notices (feed, state, told_at) VALUES (?, ?, ?)"
            " ON CONFLICT (feed) DO UPDATE SET state = excluded.state, told_at = excluded.told_at",
            (page.key, page.state, to_text(now)),
        )


def _saved_feeds(connection: sqlite3.Connection, now: datetime) -> Iterator[OurFeed]:
    for saved in saved_filters(connection):
        asked = asked_by(saved.query)
        if asked is None:
            continue
        wanted, span = asked
        if span is not None:
            # As a feed is served: a span begins at a full hour.
            wanted = replace(wanted, since=now.replace(minute=0, second=0, microsecond=0) - span)
        try:
            yield OurFeed(f"/feed/{saved.name}", "", check_conflict(connection, wanted))
        except NotFound:
            continue


def _state(told_at: str, positions: Sequence[Position]) -> str:
    told = json.dumps([told_at, [repr(position) for position in positions]])
    return hashlib.sha256(told.encode()).hexdigest()
