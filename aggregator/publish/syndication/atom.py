"""The merged feed as Atom (RFC 4287), with the tombstones of RFC 6721 for merged stories."""

from collections.abc import Sequence
from typing import Final

from lxml import etree

from aggregator.model import Story
from aggregator.publish.syndication.elements import (
    ATOM,
    XML_LANG,
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
    story_entry,
)
from aggregator.publish.syndication.feed import GENERATOR, OWN_LANGUAGE, FeedFormat, FeedInfo
from aggregator.text.clean import plain_line
from aggregator.text.times import to_text

_TOMBSTONES: Final = "http://purl.org/atompub/tombstones/1.0"


def render_atom(stories: Sequence[Story], info: FeedInfo) -> bytes:
    """Return the feed as UTF-8 bytes, entries in the order given."""
    feed = etree.Element(
        _atom("feed"),
        attrib={XML_LANG: OWN_LANGUAGE},
        nsmap={None: ATOM},  # type: ignore[dict-item]  # None is lxml's word for "no prefix"
    )
    add_text(feed, _atom("id"), info.feed_id)
    add_text(feed, _atom("title"), plain_line(info.title))
    if info.subtitle:
        add_text(feed, _atom("subtitle"), plain_line(info.subtitle))
    add_text(feed, _atom("updated"), to_text(info.updated(stories)))
    add_link(feed, "self", info.self_url, type=FeedFormat.ATOM.media_type)
    # Before the other formats, since many readers take the first alternate for the home page.
    add_link(feed, "alternate", info.base_url, type="text/html")
    add_feed_links(feed, info, FeedFormat.ATOM)
    author = etree.SubElement(feed, _atom("author"))
    add_text(author, _atom("name"), plain_line(info.title))
    add_text(feed, _atom("generator"), GENERATOR)
    entries = [story_entry(story, info.base_url) for story in stories]
    for entry in entries:
        _add_entry(feed, entry)
    _add_tombstones(feed, entries)
    return as_document(feed)


def _add_entry(feed: etree._Element, entry: StoryEntry) -> None:
    element = etree.SubElement(feed, _atom("entry"))
    if entry.language:
        element.set(XML_LANG, entry.language)
    add_text(element, _atom("id"), entry.id)
    add_text(element, _atom("title"), entry.title)
    add_text(element, _atom("published"), to_text(entry.published))
    add_text(element, _atom("updated"), to_text(entry.updated))
    add_link(element, "alternate", entry.url or "", type="text/html")
    for source in entry.sources:
        title = plain_line(f"{source.outlet}: {source.title}")
        language = source.language or OWN_LANGUAGE
        add_link(
            element, "via", source.url, hreflang=source.language, title=title, language=language
        )
    if entry.image:
        add_image(element, entry.image)
    for scheme, names in ((CONFLICT_SCHEME, entry.conflicts), (PLACE_SCHEME, entry.places)):
        for name in names:
            etree.SubElement(element, _atom("category"), term=name, scheme=scheme, label=name)
    add_text(element, _atom("summary"), entry.summary, language=OWN_LANGUAGE)
    add_text(element, _atom("content"), entry.content_html, language=OWN_LANGUAGE, type="html")


def _add_tombstones(feed: etree._Element, entries: Sequence[StoryEntry]) -> None:
    """Say of entries that became part of others that they are gone."""
    present = {entry.id for entry in entries}
    for entry in entries:
        for gone in entry.took_over:
            if gone not in present:
                present.add(gone)
                etree.SubElement(
                    feed,
                    f"{{{_TOMBSTONES}}}deleted-entry",
                    attrib={"ref": gone, "when": to_text(entry.updated)},
                    nsmap={"at": _TOMBSTONES},
                )


def _atom(name: str) -> str:
    return f"{{{ATOM}}}{name}"
