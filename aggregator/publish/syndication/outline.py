"""Our own feeds as an outline (OPML 2.0), to subscribe to several of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from aggregator.text.clean import plain_line
from aggregator.text.urls import http_url

MEDIA_TYPE: Final = "text/x-opml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One of our feeds: what it is called, its address, and the page that shows the same."""

    title: str
    feed_url: str
    page_url: str


def render_outline(title: str, groups: Sequence[tuple[str, Sequence[Subscription]]]) -> bytes:
    """Return the feeds by group as UTF-8 bytes; a group without feeds is left out."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = plain_line(title)
    body = etree.SubElement(root, "body")
    for name, subscriptions in groups:
        if not subscriptions:
            continue
        group = etree.SubElement(body, "outline", text=plain_line(name))
        for each in subscriptions:
            called = plain_line(each.title)
            attributes = {"type": "rss", "text": called, "title": called}
            for key, url in (("xmlUrl", each.feed_url), ("htmlUrl", each.page_url)):
                if address := http_url(url):
                    attributes[key] = address
            etree.SubElement(group, "outline", attrib=attributes)
    etree.indent(root, space=" ")
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)
