"""What the addresses of the interface answer, and what they refuse: anything that would be kept.

A stream is asked for by its stories' numbers or by their contents, and the contents of stories by
their numbers. A story that became part of another is none any more: the other came up as news.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote

from datasette.utils.asgi import BadRequest

from aggregator.publish.browse.reader_api import rendering
from aggregator.publish.browse.reader_api.asked import (
    CONTENTS_LIMIT,
    NUMBERS_LIMIT,
    Parameters,
    Part,
    last,
    read_part,
    read_story_ids,
)
from aggregator.publish.browse.reader_api.continuation import (
    Told,
    part_from_newest,
    part_from_oldest,
    write_continuation,
)
from aggregator.publish.browse.reader_api.subscriptions import (
    READING_LIST,
    Stream,
    Subscription,
    label_id,
    labels,
    stream_named,
    streams_named,
    subscriptions,
)
from aggregator.store.published import Position, stories_at
from aggregator.store.story_filter import StoryFilter
from aggregator.store.story_walk import positions_of, stories_above, stories_below

UNREAD_SPAN: Final = timedelta(days=7)
"""Since no marks are kept, what counts as unread is what had news lately."""

NOTHING_IS_KEPT: Final = (
    "Nothing was changed: this is for reading only, so marks, folders and subscriptions stay in"
    " your reader."
)
REFUSED: Final = frozenset(
    {
        "disable-tag",
        "edit-tag",
        "mark-all-as-read",
        "rename-tag",
        "subscription/edit",
        "subscription/import",
        "subscription/quickadd",
    }
)
"""What would have to keep something. A yes that is none would lose marks: NetNewsWire forgets a
mark that it believes to be kept here, and keeps one that was refused."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: `rest` is the address behind the name of the call, as it was written."""

    connection: sqlite3.Connection
    title: str
    base_url: str
    now: datetime
    rest: str
    parameters: Parameters

    def subscriptions(self) -> list[Subscription]:
        """Return all our feeds."""
        return subscriptions(self.connection, self.title, self.now)


Call = Callable[[Asked], dict[str, Any]]


def stream_path(rest: str, parameters: Parameters) -> str:
    """Return the id of the stream that an address names in its path, else as `s`, else all."""
    return unquote(rest) or last(parameters, "s") or READING_LIST


def _user_info(_: Asked) -> dict[str, Any]:
    return rendering.user_info()


def _subscription_list(asked: Asked) -> dict[str, Any]:
    return rendering.subscription_list(asked.subscriptions(), asked.base_url)


def _tag_list(asked: Asked) -> dict[str, Any]:
    return rendering.tag_list(asked.subscriptions())


def _unread_count(asked: Asked) -> dict[str, Any]:
    known = asked.subscriptions()
    part = Part(rendering.COUNTED, unread_only=True)
    streams = [READING_LIST, *(each.id for each in known), *map(label_id, labels(known))]
    counted: dict[tuple[StoryFilter, ...], Sequence[Position]] = {}
    unread: dict[str, Sequence[Position]] = {}
    for stream_id in streams:
        stream = stream_named(stream_id, known)
        wanted = tuple(stream.wanted)
        if wanted not in counted:
            counted[wanted] = _told(asked, stream, part).positions
        unread[stream_id] = counted[wanted]
    return rendering.unread_count(unread)


def _stream_contents(asked: Asked) -> dict[str, Any]:
    known = asked.subscriptions()
    stream = stream_named(stream_path(asked.rest, asked.parameters), known)
    part = read_part(asked.parameters, CONTENTS_LIMIT)
    told = _told(asked, stream, part)
    stories = stories_at(asked.connection, told.positions)
    return rendering.contents(
        stream, stories, known, asked.base_url, asked.now, _continuation(told, part)
    )


def _items_ids(asked: Asked) -> dict[str, Any]:
    stream = streams_named(asked.parameters.get("s", ()), asked.subscriptions())
    part = read_part(asked.parameters, NUMBERS_LIMIT)
    told = _told(asked, stream, part)
    return rendering.numbers(told.positions, _continuation(told, part))


def _items_contents(asked: Asked) -> dict[str, Any]:
    story_ids = read_story_ids(asked.parameters)
    known = asked.subscriptions()
    positions = positions_of(asked.connection, story_ids)
    stories = stories_at(asked.connection, positions)
    stream = stream_named(READING_LIST, known)
    return rendering.contents(stream, stories, known, asked.base_url, asked.now)


def _told(asked: Asked, stream: Stream, part: Part) -> Told:
    if part.nothing:
        return Told(())
    since = part.since
    if part.unread_only:
        start = asked.now - UNREAD_SPAN
        since = max(since, start) if since else start
    wanted = [_since(each, since) for each in stream.wanted]

    def above(limit: int, bound: Position | None) -> list[Position]:
        return stories_above(asked.connection, wanted, limit=limit, bound=bound)

    def below(limit: int, bound: Position | None) -> list[Position]:
        return stories_below(asked.connection, wanted, limit=limit, bound=bound)

    if part.oldest_first:
        return part_from_oldest(above, count=part.count, reached=part.reached, until=part.until)
    return part_from_newest(above, below, count=part.count, reached=part.reached, until=part.until)


def _since(wanted: StoryFilter, since: datetime | None) -> StoryFilter:
    if since is None or (wanted.since is not None and wanted.since > since):
        return wanted
    return replace(wanted, since=since)


def _continuation(told: Told, part: Part) -> str | None:
    return write_continuation(told.reached, part.oldest_first) if told.reached else None


_CALLS: Final = MappingProxyType[str, Call](
    {
        "stream/contents": _stream_contents,
        "stream/items/contents": _items_contents,
        "stream/items/ids": _items_ids,
        "subscription/list": _subscription_list,
        "tag/list": _tag_list,
        "unread-count": _unread_count,
        "user-info": _user_info,
    }
)


def call_named(path: str) -> tuple[Call, str] | None:
    """Return what answers a path behind `/reader/api/0/`, and the rest of the path behind it."""
    if path in _CALLS:
        return _CALLS[path], ""
    name, slash, rest = path.partition("stream/contents/")
    if slash and not name:
        return _CALLS["stream/contents"], rest
    return None


def check_output(parameters: Parameters) -> None:
    """Refuse any form of answer but the one that there is."""
    if last(parameters, "output") not in {"", "json"}:
        raise BadRequest("output is json: there is no other.")
