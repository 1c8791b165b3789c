"""The merged feed as RSS 2.0, by the best-practice profile of the RSS Advisory Board.

https://www.rssboard.org/rss-profile
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Final

from lxml import etree

from aggregator.model import Image, Story
from aggregator.publish.syndication.elements import (
    ATOM,
    add_feed_links,
    add_image,
    add_link,
    add_text,
    as_document,
)
from aggregator.publish.syndication.entry import (
    CONFLICT_SCHEME,
    PLACE_SCHEME,
    StoryEntry,
    image_type,
    story_entry,
)
from aggregator.publish.syndication.feed import GENERATOR, OWN_LANGUAGE, FeedFormat, FeedInfo
from aggregator.text.clean import plain_line
from aggregator.text.times import to_text
from aggregator.text.urls import http_url

_CONTENT: Final = "http://purl.org/rss/1.0/modules/content/"
_DUBLIN_CORE: Final = "http://purl.org/dc/elements/1.1/"
_SPECIFICATION: Final = "https://www.rssboard.org/rss-specification"


def render_rss(stories: Sequence[Story], info: FeedInfo) -> bytes:
    """Return the feed as UTF-8 bytes, entries in the order given.

    An item's `pubDate` is when its story opened, so that no reader takes a change for another
    item; when it last changed stands in Atom's `updated`.
    """
    prefixes = {"atom": ATOM, "content": _CONTENT, "dc": _DUBLIN_CORE}
    root = etree.Element("rss", version="2.0", nsmap=prefixes)
    channel = etree.SubElement(root, "channel")
    title = plain_line(info.title)
    add_text(channel, "title", title)
    add_text(channel, "link", http_url(info.base_url) or "")
    add_text(channel, "description", plain_line(info.subtitle) or title)
    add_text(channel, "language", OWN_LANGUAGE)
    add_text(channel, "lastBuildDate", _date(info.updated(stories)))
    add_text(channel, "generator", GENERATOR)
    add_text(channel, "docs", _SPECIFICATION)
    add_link(channel, "self", info.self_url, type=FeedFormat.RSS.media_type)
    add_feed_links(channel, info, FeedFormat.RSS)
    for story in stories:
        _add_item(channel, story_entry(story, info.base_url), title)
    return as_document(root)


def _add_item(channel: etree._Element, entry: StoryEntry, creator: str) -> None:
    item = etree.SubElement(channel, "item")
    add_text(item, "title", entry.title, language=entry.language)
    if entry.url:
        add_text(item, "link", entry.url)
    add_text(item, "guid", entry.id, isPermaLink="false")
    add_text(item, "pubDate", _date(entry.published))
    add_text(item, f"{{{ATOM}}}updated", to_text(entry.updated))
    add_text(item, f"{{{_DUBLIN_CORE}}}creator", creator)
    if entry.language:
        add_text(item, f"{{{_DUBLIN_CORE}}}language", entry.language)
    for domain, names in ((CONFLICT_SCHEME, entry.conflicts), (PLACE_SCHEME, entry.places)):
        for name in names:
            add_text(item, "category", name, domain=domain)
    # Readers take it for HTML.
    add_text(item, "description", escape(entry.summary, quote=False))
    add_text(item, f"{{{_CONTENT}}}encoded", entry.content_html)
    if entry.image:
        _add_enclosure(item, entry.image)
        add_image(item, entry.image)
    for source in entry.sources:
        title = plain_line(f"{source.outlet}: {source.title}")
        add_link(
            item, "via", source.url, hreflang=source.language, title=title, language=source.language
        )


def _add_enclosure(item: etree._Element, image: Image) -> None:
    """Add the image as an enclosure, which has to say of what type and how long it is."""
    media_type = image_type(image)
    if media_type and image.bytes:
        length = str(image.bytes)
        etree.SubElement(item, "enclosure", url=image.url, length=length, type=media_type)


def _date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
