"""The answers as readers know them, made from values: no clock, no database.

The form is that of Google Reader as FreshRSS has it, which readers are written for: numbers of
more than 32 bits are texts, and a field without a value is left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from aggregator.model import Story
from aggregator.publish.browse.reader_api.asked import LONG_ID
from aggregator.publish.browse.reader_api.continuation import seconds_of
from aggregator.publish.browse.reader_api.subscriptions import (
    READING_LIST,
    STARRED,
    Stream,
    Subscription,
    label_id,
    labels,
)
from aggregator.publish.syndication import StoryEntry, story_entry
from aggregator.store.published import Position

COUNTED: Final = 1_000
"""How far unread stories are counted, as in Google Reader."""

_USER: Final = "1"


def user_info() -> dict[str, Any]:
    """Return who is logged in: the one user that there is."""
    return {"userId": _USER, "userName": "reader", "userProfileId": _USER, "userEmail": ""}


def subscription_list(known: Iterable[Subscription], base_url: str) -> dict[str, Any]:
    """Return what is subscribed to."""
    return {
        "subscriptions": [
            {
                "id": each.id,
                "title": each.title,
                "categories": [{"id": label_id(each.label), "label": each.label}],
                "url": f"{base_url}{each.path}",
                "htmlUrl": f"{base_url}{each.page}",
                "iconUrl": f"{base_url}/favicon.ico",
            }
            for each in known
        ]
    }


def tag_list(known: Iterable[Subscription]) -> dict[str, Any]:
    """Return the folders of the subscriptions, and the state that readers ask about."""
    folders = [{"id": label_id(label), "type": "folder"} for label in labels(known)]
    return {"tags": [{"id": STARRED}, *folders]}


def unread_count(unread: Mapping[str, Sequence[Position]]) -> dict[str, Any]:
    """Return how many stories of each stream count as unread; they come newest first."""
    return {
        "max": COUNTED,
        "unreadcounts": [
            {
                "id": stream_id,
                "count": len(positions),
                "newestItemTimestampUsec": _microseconds(positions[0].changed)
                if positions
                else "0",
            }
            for stream_id, positions in unread.items()
        ],
    }


def numbers(positions: Iterable[Position], continuation: str | None) -> dict[str, Any]:
    """Return which stories a part of a stream has."""
    return _going_on(
        {
            "itemRefs": [
                {
                    "id": str(position.story_id),
                    "directStreamIds": [],
                    "timestampUsec": _microseconds(position.changed),
                }
                for position in positions
            ]
        },
        continuation,
    )


def contents(
    stream: Stream,
    stories: Sequence[Story],
    known: Sequence[Subscription],
    base_url: str,
    now: datetime,
    continuation: str | None = None,
) -> dict[str, Any]:
    """Return the stories of a part of a stream."""
    answer = {
        "direction": "ltr",
        "id": stream.id,
        "title": stream.title,
        "updated": seconds_of(max((story.updated for story in stories), default=now)),
        "items": [_item(story, stream.feed, known, base_url) for story in stories],
    }
    return _going_on(answer, continuation)


def _origin(entry: StoryEntry, known: Sequence[Subscription]) -> Subscription:
    """Return the one feed that a story is filed under: that of its first conflict, or the whole."""
    by_conflict = {each.conflict: each for each in known if each.conflict is not None}
    found = (by_conflict[name] for name in entry.conflicts if name in by_conflict)
    return next(found, known[0])


def _item(
    story: Story, feed: Subscription | None, known: Sequence[Subscription], base_url: str
) -> dict[str, Any]:
    entry = story_entry(story, base_url)
    origin = feed or _origin(entry, known)
    changed = _microseconds(entry.updated)
    subjects = dict.fromkeys((*entry.conflicts, *entry.places))
    item: dict[str, Any] = {
        "id": f"{LONG_ID}{story.id:016x}",
        "crawlTimeMsec": changed[:-3],
        "timestampUsec": changed,
        "published": seconds_of(entry.published),
        "updated": seconds_of(entry.updated),
        "title": entry.title,
        "summary": {"content": entry.content_html},
        "canonical": [{"href": entry.url}],
        "alternate": [{"href": entry.url, "type": "text/html"}],
        "categories": [READING_LIST, label_id(origin.label), *subjects],
        "origin": {
            "streamId": origin.id,
            "title": origin.title,
            "htmlUrl": f"{base_url}{origin.page}",
        },
    }
    if entry.sources:
        item["author"] = entry.sources[0].outlet
    return item


def _going_on(answer: dict[str, Any], continuation: str | None) -> dict[str, Any]:
    return answer if continuation is None else {**answer, "continuation": continuation}


def _microseconds(moment: datetime) -> str:
    return str(seconds_of(moment) * 1_000_000)
