"""Elements that both XML formats have: text, links of Atom, images, marks of RFC 5005."""

from typing import Final

from lxml import etree

from aggregator.model import Image
from aggregator.publish.syndication.entry import image_type
from aggregator.publish.syndication.feed import FeedFormat, FeedInfo
from aggregator.text.language import language_tag
from aggregator.text.urls import http_url

ATOM: Final = "http://www.w3.org/2005/Atom"
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

_MEDIA_RSS: Final = "http://search.yahoo.com/mrss/"
_FEED_HISTORY: Final = "http://purl.org/syndication/history/1.0"


def add_text(
    parent: etree._Element,
    name: str,
    text: str,
    *,
    language: str | None = None,
    **attributes: str,
) -> None:
    """Add an element that holds text, which is escaped: nothing of ours needs CDATA."""
    element = etree.SubElement(parent, name, attrib=attributes)
    if tag := language_tag(language):
        element.set(XML_LANG, tag)
    element.text = text


def add_link(
    parent: etree._Element,
    relation: str,
    url: str,
    *,
    language: str | None = None,
    **attributes: str | None,
) -> None:
    """Add a link of Atom unless `url` is no http(s) address; empty attributes are left out.

    `language` is that of the link's title.
    """
    if address := http_url(url):
        kept = {name: value for name, value in attributes.items() if value}
        link = etree.SubElement(
            parent, f"{{{ATOM}}}link", attrib={"rel": relation, "href": address, **kept}
        )
        if tag := language_tag(language):
            link.set(XML_LANG, tag)


def add_feed_links(parent: etree._Element, info: FeedInfo, own: FeedFormat) -> None:
    """Add the links of the feed beside its own address: other formats, hubs, other pages."""
    for other, url in info.other_formats(own):
        add_link(parent, "alternate", url, type=other.media_type)
    for hub in info.hub_addresses():
        add_link(parent, "hub", hub)
    for relation, url in info.pages.links():
        add_link(parent, relation, url, type=own.media_type)
    if http_url(info.pages.current):
        nsmap = {"fh": _FEED_HISTORY}
        etree.SubElement(parent, f"{{{_FEED_HISTORY}}}archive", nsmap=nsmap)


def add_image(parent: etree._Element, image: Image) -> None:
    """Add an image in the words of Media RSS, with what is known of its type and size."""
    attributes = {"url": image.url, "medium": "image"}
    known = {
        "type": image_type(image),
        "width": image.width,
        "height": image.height,
        "fileSize": image.bytes,
    }
    attributes |= {name: str(value) for name, value in known.items() if value}
    nsmap = {"media": _MEDIA_RSS}
    etree.SubElement(parent, f"{{{_MEDIA_RSS}}}content", attrib=attributes, nsmap=nsmap)


def as_document(root: etree._Element) -> bytes:
    """Return the bytes of a whole document in UTF-8."""
    etree.indent(root, space=" ")
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)
