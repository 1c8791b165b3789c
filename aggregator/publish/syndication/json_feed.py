"""The merged feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from collections.abc import Sequence
from typing import Any, Final

from aggregator.model import Image, Story
from aggregator.publish.syndication.entry import Source, StoryEntry, image_type, story_entry
from aggregator.publish.syndication.feed import OWN_LANGUAGE, FeedInfo
from aggregator.text.clean import plain_line
from aggregator.text.times import to_text
from aggregator.text.urls import http_url

VERSION: Final = "https://jsonfeed.org/version/1.1"
EXTENSION: Final = "_conflict_news"
"""What the format has no word for, in an object that other readers ignore."""


def render_json_feed(stories: Sequence[Story], info: FeedInfo) -> bytes:
    """Return the feed as UTF-8 bytes, entries in the order given."""
    title = plain_line(info.title)
    pages = dict(info.pages.links())
    feed = {
        "version": VERSION,
        "title": title,
        "home_page_url": http_url(info.base_url),
        "feed_url": http_url(info.self_url),
        "description": plain_line(info.subtitle),
        "next_url": pages.get("next") or pages.get("prev-archive"),
        "authors": [_present(name=title, url=http_url(info.base_url))],
        "language": OWN_LANGUAGE,
        "hubs": [{"type": "WebSub", "url": hub} for hub in info.hub_addresses()],
        EXTENSION: {"id": info.feed_id, "updated": to_text(info.updated(stories))},
    }
    document = _present(**feed)
    document["items"] = [_item(story_entry(story, info.base_url)) for story in stories]
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _item(entry: StoryEntry) -> dict[str, Any]:
    return _present(
        id=entry.id,
        url=entry.url,
        title=entry.title,
        content_html=entry.content_html,
        content_text=entry.content_text,
        summary=entry.summary,
        image=entry.image.url if entry.image else None,
        date_published=to_text(entry.published),
        date_modified=to_text(entry.updated),
        tags=list(dict.fromkeys((*entry.conflicts, *entry.places))),
        language=entry.language,
        **{EXTENSION: _extension(entry)},
    )


def _extension(entry: StoryEntry) -> dict[str, Any]:
    extension = {
        "outlets": entry.outlet_count,
        "origins": entry.origin_count,
        "conflicts": entry.conflicts,
        "places": entry.places,
        "kinds": dict(entry.kinds),
        "countries": entry.countries,
        "news": [
            _present(kind=news.kind.value, detail=news.detail, article=news.article)
            for news in entry.news
        ],
        "took_over": entry.took_over,
        "sources": [_source(source) for source in entry.sources],
    }
    if entry.image and entry.image.is_declared:
        extension["image"] = _image(entry.image)
    return extension


def _image(image: Image) -> dict[str, Any]:
    # By the names that the format has for attachments.
    return _present(
        url=image.url,
        mime_type=image_type(image),
        width=image.width,
        height=image.height,
        size_in_bytes=image.bytes,
    )


def _source(source: Source) -> dict[str, Any]:
    return _present(
        url=source.url,
        outlet=source.outlet,
        title=source.title,
        kind=source.kind,
        country=source.country,
        language=source.language,
        date_published=to_text(source.published),
    )


def _present(**members: object) -> dict[str, Any]:
    """Return what there is to say; the format wants what is unknown left out, not null."""
    return {name: value for name, value in members.items() if value or value == 0}
