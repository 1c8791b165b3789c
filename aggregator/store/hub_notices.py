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
from urllib.parse import urlencode

from aggregator.errors import NotFound
from aggregator.store.browsing import followed_conflicts, rows
from aggregator.store.connection import Store
from aggregator.store.material_changes import latest_change
from aggregator.store.published import Position, check_conflict, published_positions
from aggregator.store.saved_filters import asked_by, saved_filters
from aggregator.store.story_filter import StoryFilter
from aggregator.text.times import to_text


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


class FirstPages:
    """The first pages that the hub does not know, read anew only when a story has changed."""

    def __init__(self) -> None:
        self._read_at: tuple[object, ...] | None = None
        self._pages: Sequence[FirstPage] = ()

    def unknown(self, store: Store, entries: int, told_at: str, now: datetime) -> list[FirstPage]:
        """Return those that have changed since the hub was told.

        `entries` are the stories of a page, `told_at` is where the hub and the feeds are: another
        hub knows nothing yet.
        """
        connection = store.connection
        wanted = check_conflict(connection, StoryFilter(followed_only=True))
        whole = published_positions(connection, wanted, limit=entries)
        feeds = list(_feeds(connection, now))
        # A story changes its place in no feed without a new row of story_changes.
        read_at = (whole, latest_change(connection), feeds, entries, told_at)
        if read_at != self._read_at:
            pages = [("/feed", "", whole)]
            pages += [
                (path, query, published_positions(connection, asked, limit=entries))
                for path, query, asked in feeds
            ]
            self._pages = [
                FirstPage(path, query, _state(told_at, found)) for path, query, found in pages
            ]
            self._read_at = read_at
        known = {row["feed"]: row["state"] for row in rows(connection, "SELECT * FROM hub_notices")}
        return [page for page in self._pages if known.get(page.key) != page.state]


def note_told(store: Store, page: FirstPage, now: datetime) -> None:
    """Note that the hub knows a page."""
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO hub_notices (feed, state, told_at) VALUES (?, ?, ?)"
            " ON CONFLICT (feed) DO UPDATE SET state = excluded.state, told_at = excluded.told_at",
            (page.key, page.state, to_text(now)),
        )


def _feeds(connection: sqlite3.Connection, now: datetime) -> Iterator[tuple[str, str, StoryFilter]]:
    """Yield the feed of each followed conflict and each that the user has named."""
    for conflict in followed_conflicts(connection):
        yield "/feed", urlencode({"conflict": conflict.id}), StoryFilter(conflict=conflict.id)
    for saved in saved_filters(connection):
        asked = asked_by(saved.query)
        if asked is None:
            continue
        wanted, span = asked
        if span is not None:
            # As a feed is served: a span begins at a full hour.
            wanted = replace(wanted, since=now.replace(minute=0, second=0, microsecond=0) - span)
        try:
            yield f"/feed/{saved.name}", "", check_conflict(connection, wanted)
        except NotFound:
            continue


def _state(told_at: str, positions: Sequence[Position]) -> str:
    told = json.dumps([told_at, [repr(position) for position in positions]])
    return hashlib.sha256(told.encode()).hexdigest()
