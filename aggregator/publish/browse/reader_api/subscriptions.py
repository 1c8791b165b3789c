"""What there is to read: the merged feed, that of each followed conflict, and the saved feeds.

Streams are named as in the protocol: `feed/...` for one of them, a label for those of one kind,
states of `com.google` for all together and for what a user has marked, which is nothing here.
"""

import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from datasette.utils.asgi import BadRequest

from aggregator.errors import NotFound
from aggregator.model import PlainText
from aggregator.publish.browse.feed_question import read_saved_query
from aggregator.publish.browse.reader_api.asked import STREAMS_LIMIT
from aggregator.store.browsing import followed_conflicts
from aggregator.store.published import check_conflict
from aggregator.store.saved_filters import saved_filters
from aggregator.store.story_filter import StoryFilter
from aggregator.text.clean import plain_line

READING_LIST: Final = "user/-/state/com.google/reading-list"
STARRED: Final = "user/-/state/com.google/starred"

_WHOLE_LABEL: Final = "All stories"
_CONFLICTS_LABEL: Final = "Conflicts"
_SAVED_LABEL: Final = "Saved feeds"
_STATE: Final = re.compile(r"user/[^/]+/state/com\.google/[a-z-]+")
_READING_LIST: Final = re.compile(r"user/[^/]+/state/com\.google/reading-list")
_LABEL: Final = re.compile(r"user/[^/]+/label/(.+)")
_SHOWN_LIMIT: Final = 100


@dataclass(frozen=True, slots=True)
class Subscription:
    """One of our feeds. `path` is its address as Atom, `page` that of the page about the same.

    Both are below the front page; `conflict` is the name of the conflict that it is about.
    """

    id: str
    title: str
    label: str
    wanted: StoryFilter
    path: str
    page: str = "/"
    conflict: PlainText | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """Stories that are read together: those that pass any filter.

    `feed` is the subscription that the stream is, if it is one.
    """

    id: str
    title: str
    wanted: Sequence[StoryFilter]
    feed: Subscription | None = None


def label_id(label: str) -> str:
    """Return the id of the stream of a label."""
    return f"user/-/label/{label}"


def subscriptions(connection: sqlite3.Connection, title: str, now: datetime) -> list[Subscription]:
    """Return all our feeds, the whole one first, the narrower ones behind.

    Newsboat keeps a story in one feed only, the last of those that it loads: this way that which
    says most about it. A saved feed of a conflict that is not followed any more is left out.
    """
    everything = check_conflict(connection, StoryFilter(followed_only=True))
    found = [Subscription("feed/stories", title, _WHOLE_LABEL, everything, "/feed.atom")]
    for known in followed_conflicts(connection):
        query = urlencode({"conflict": known.id})
        found.append(
            Subscription(
                f"feed/conflict:{known.id}",
                known.name,
                _CONFLICTS_LABEL,
                StoryFilter(conflict=known.id),
                f"/feed.atom?{query}",
                f"/?{query}",
                # As the entries have it.
                plain_line(known.name),
            )
        )
    for saved in saved_filters(connection):
        try:
            wanted = check_conflict(connection, read_saved_query(saved.query).filter_at(now))
        except (BadRequest, NotFound):
            continue
        path = f"/feed/{saved.name}.atom"
        found.append(
            Subscription(f"feed/saved:{saved.name}", saved.title, _SAVED_LABEL, wanted, path)
        )
    return found


def labels(known: Iterable[Subscription]) -> list[str]:
    """Return the labels that are in use, in order."""
    return list(dict.fromkeys(each.label for each in known))


def streams_named(ids: Sequence[str], known: Sequence[Subscription]) -> Stream:
    """Return several streams as one; BadRequest where one of them is none."""
    if not 1 <= len(ids) <= STREAMS_LIMIT:
        raise BadRequest(f"s names 1 to {STREAMS_LIMIT} streams, such as {READING_LIST}.")
    named = [stream_named(each, known) for each in ids]
    if len(named) == 1:
        return named[0]
    wanted = tuple(dict.fromkeys(each for stream in named for each in stream.wanted))
    return Stream(READING_LIST, named[0].title, wanted)


def stream_named(stream_id: str, known: Sequence[Subscription]) -> Stream:
    """Return the stream that an id names; BadRequest where it names none."""
    whole = known[0]
    if _READING_LIST.fullmatch(stream_id):
        return Stream(READING_LIST, whole.title, (whole.wanted,))
    if _STATE.fullmatch(stream_id):
        # No marks are kept, so there is nothing that has one.
        return Stream(stream_id, whole.title, ())
    for each in known:
        if each.id == stream_id:
            return Stream(each.id, each.title, (each.wanted,), each)
    if match := _LABEL.fullmatch(stream_id):
        labelled = tuple(each.wanted for each in known if each.label == match[1])
        if labelled and match[1] == _CONFLICTS_LABEL:
            # The same at the price of one question.
            labelled = (StoryFilter(followed_only=True),)
        if labelled:
            return Stream(label_id(match[1]), match[1], labelled)
    shown = plain_line(stream_id, limit=_SHOWN_LIMIT)
    raise BadRequest(f"No stream {shown!r}; subscription/list and tag/list name those there are.")
