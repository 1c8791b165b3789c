"""A strict reader of RSS 2.0: the specification, and the best-practice profile of its board.

https://www.rssboard.org/rss-specification, https://www.rssboard.org/rss-profile, and what RFC 5005
says of paging. Stricter where a feed of ours has no reason to use a freedom.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from lxml import etree

from tests.publish.validity.values import (
    has_only_safe_markup,
    is_address,
    is_bytes,
    is_language,
    is_media_type,
    is_rfc822,
    is_rfc3339,
    media_problems,
)

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
MEDIA = "{http://search.yahoo.com/mrss/}"

_CHANNEL_REQUIRED = {"title", "link", "description"}
_CHANNEL_ONCE = set(
    "language copyright managingEditor webMaster pubDate lastBuildDate generator docs cloud ttl"
    " image rating textInput skipHours skipDays".split()
)
_ITEM_ONCE = set("title link description author comments enclosure guid pubDate source".split())
_ONCE_OF_OTHERS = {f"{CONTENT}encoded", f"{DUBLIN_CORE}creator", f"{ATOM}updated"}
_NAMESPACES = (ATOM, CONTENT, DUBLIN_CORE, HISTORY, MEDIA)
_MARKUP = re.compile(r"[<>]|&(?!(?:[a-z]+|#[0-9]+|#x[0-9a-f]+);)", re.IGNORECASE)
_PAGING = ("first", "last", "previous", "next", "prev-archive", "next-archive", "current")


def problems(document: bytes) -> list[str]:
    """Return every breach in a document."""
    root = etree.fromstring(document)
    if root.tag != "rss" or root.get("version") != "2.0":
        return [f"the document is {root.tag} {root.get('version')}, not RSS 2.0"]
    if [child.tag for child in root] != ["channel"]:
        return ["rss holds something else than one channel"]
    channel = root[0]
    found = [*_channel(channel), *_feed_links(channel)]
    for item in channel.iterfind("item"):
        found += _item(item)
    guids = Counter(element.text for element in channel.iterfind("item/guid"))
    found += [f"the guid {key} stands {count} times" for key, count in guids.items() if count > 1]
    for element in root.iter("*"):
        found += _element(element)
    return found


def _channel(channel: etree._Element) -> Iterator[str]:
    counts = Counter(str(child.tag) for child in channel)
    yield from (f"channel has {counts[name]} {name}" for name in _CHANNEL_REQUIRED
                if counts[name] != 1)  # fmt: skip
    yield from (f"channel has {counts[name]} {name}" for name in _CHANNEL_ONCE if counts[name] > 1)
    yield from _strangers(counts, _CHANNEL_REQUIRED | _CHANNEL_ONCE | {"category", "item"},
                          "channel")  # fmt: skip
    yield from (
        f"channel {name} is empty"
        for name in _CHANNEL_REQUIRED
        if not (channel.findtext(name) or "").strip()
    )


def _item(item: etree._Element) -> Iterator[str]:
    counts = Counter(str(child.tag) for child in item)
    for name in _ITEM_ONCE | _ONCE_OF_OTHERS:
        if counts[name] > 1:
            yield f"item has {counts[name]} {name}"
    yield from _strangers(counts, _ITEM_ONCE | {"category"}, "item")
    if not any((item.findtext(name) or "").strip() for name in ("title", "description")):
        yield "item has neither title nor description"
    if counts["author"] and counts[f"{DUBLIN_CORE}creator"]:
        yield "item has author and dc:creator"
    if item.find("guid") is None:
        yield "item has no guid"
    tags = [child.tag for child in item]
    if f"{CONTENT}encoded" in tags and (
        "description" not in tags or tags.index("description") > tags.index(f"{CONTENT}encoded")
    ):
        yield "item has no description before content:encoded"


def _strangers(counts: Counter[str], known: set[str], parent: str) -> Iterator[str]:
    for name in counts:
        if name not in known and not name.startswith(_NAMESPACES):
            yield f"{parent} may not hold {name}"


def _feed_links(channel: etree._Element) -> Iterator[str]:
    relations = Counter(link.get("rel") for link in channel.iterfind(f"{ATOM}link"))
    if relations["self"] != 1:
        yield f"channel has {relations['self']} self links"
    yield from (
        f"channel has {relations[name]} {name} links" for name in _PAGING if relations[name] > 1
    )
    if bool(relations["current"]) != (channel.find(f"{HISTORY}archive") is not None):
        yield "an archive is marked as such, and names the current feed"


def _element(element: etree._Element) -> Iterator[str]:
    name = str(element.tag)
    text = element.text or ""
    if len(element) and name not in {"rss", "channel", "item"}:
        yield f"{name} holds elements"
    for names, is_right, wanted in _VALUES:
        if name in names and not is_right(text):
            yield f"{name} is not {wanted}: {text!r:.80}"
    if name in _CHECKS:
        yield from _CHECKS[name](element)


def _guid(guid: etree._Element) -> Iterator[str]:
    text = (guid.text or "").strip()
    if not text:
        yield "a guid is empty"
    if guid.get("isPermaLink", "true") not in {"true", "false"}:
        yield f"guid has isPermaLink {guid.get('isPermaLink')!r}"
    elif guid.get("isPermaLink", "true") == "true" and not is_address(text):
        yield "guid is no address, and says that it is one"


def _category(category: etree._Element) -> Iterator[str]:
    if not ((category.text or "").strip() and category.get("domain", "x").strip()):
        yield "a category has no name or no domain"


def _description(element: etree._Element) -> Iterator[str]:
    # Ours is text: for those who read it as HTML its signs are references.
    parent = element.getparent()
    is_items = parent is not None and parent.tag == "item"
    if is_items and _MARKUP.search(element.text or ""):
        yield "a description is not suitable for presentation as HTML"


def _enclosure(element: etree._Element) -> Iterator[str]:
    if not (
        is_address(element.get("url", ""))
        and is_bytes(element.get("length", ""))
        and is_media_type(element.get("type", ""))
    ):
        yield "an enclosure lacks url, length or type"
    parent = element.getparent()
    for media in parent.iterfind(f"{MEDIA}content") if parent is not None else ():
        if media.get("url") == element.get("url") and (
            (media.get("type"), media.get("fileSize"))
            != (element.get("type"), element.get("length"))
        ):
            yield "an enclosure and media:content of one address differ"


def _link(link: etree._Element) -> Iterator[str]:
    if not is_address(link.get("href", "")):
        yield f"atom:link to {link.get('href')!r}"
    if not (link.get("rel") or "").strip():
        yield "an atom:link has no relation"
    if not is_media_type(link.get("type", "text/html")):
        yield f"atom:link is of type {link.get('type')!r}"
    if link.get("rel") == "self" and link.get("type") != "application/rss+xml":
        yield f"the feed itself is of type {link.get('type')!r}"
    if not is_language(link.get("hreflang", "en")):
        yield f"atom:link leads to language {link.get('hreflang')!r}"


_VALUES: tuple[tuple[set[str], Callable[[str], bool], str], ...] = (
    ({"link", "docs", "comments"}, is_address, "an address"),
    ({"pubDate", "lastBuildDate"}, is_rfc822, "an RFC 822 time"),
    ({f"{ATOM}updated"}, is_rfc3339, "an RFC 3339 time"),
    ({"language", f"{DUBLIN_CORE}language"}, is_language, "a language"),
    ({f"{CONTENT}encoded"}, has_only_safe_markup, "safe markup"),
    ({f"{DUBLIN_CORE}creator"}, lambda text: bool(text.strip()), "a name"),
)
_CHECKS: dict[str, Callable[[etree._Element], Iterator[str]]] = {
    "guid": _guid,
    "category": _category,
    "description": _description,
    "enclosure": _enclosure,
    f"{MEDIA}content": media_problems,
    f"{ATOM}link": _link,
}
