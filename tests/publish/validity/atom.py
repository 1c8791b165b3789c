"""A strict reader of Atom: what RFC 4287 requires and forbids, and RFC 5005 and 6721 of theirs.

Stricter where a feed of ours has no reason to use a freedom: addresses are absolute http(s), texts
are "text" or "html", ids stand once.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from tests.publish.validity.values import (
    URI,
    has_only_safe_markup,
    is_address,
    is_language,
    is_media_type,
    is_rfc3339,
    media_problems,
)

MEDIA = "{http://search.yahoo.com/mrss/}"
NS = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
TOMBSTONES = "{http://purl.org/atompub/tombstones/1.0}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_ONCE = {
    "feed": ({"id", "title", "updated"}, {"subtitle", "generator", "icon", "logo", "rights"}),
    "entry": (
        {"id", "title", "updated"},
        {"published", "summary", "content", "source", "rights"},
    ),
}
_MANY = {
    "feed": {"author", "category", "contributor", "link", "entry"},
    "entry": {"author", "category", "contributor", "link"},
}
_TEXTS = ("title", "subtitle", "summary", "content", "rights")
_PERSON = {"name", "uri", "email"}
_PAGING = ("first", "last", "previous", "next", "prev-archive", "next-archive", "current")


def problems(document: bytes) -> list[str]:
    """Return every breach in a feed document."""
    root = etree.fromstring(document)
    if root.tag != f"{NS}feed":
        return [f"the document is {root.tag}, not an Atom feed"]
    found = [*_container(root, "feed"), *_feed_links(root), *_tombstones(root)]
    for entry in root.iterfind(f"{NS}entry"):
        found += [*_container(entry, "entry"), *_entry(entry, root)]
    ids = Counter(element.text for element in root.iterfind(f"{NS}entry/{NS}id"))
    found += [f"the id {key} stands {count} times" for key, count in ids.items() if count > 1]
    for element in root.iter(f"{NS}*"):
        found += _element(element)
    for media in root.iter(f"{MEDIA}content"):
        found += media_problems(media)
    return found


def _container(element: etree._Element, kind: str) -> Iterator[str]:
    required, optional = _ONCE[kind]
    counts = Counter(str(child.tag).removeprefix(NS) for child in element)
    yield from (f"{kind} has {counts[name]} {name}" for name in required if counts[name] != 1)
    yield from (f"{kind} has {counts[name]} {name}" for name in optional if counts[name] > 1)
    known = required | optional | _MANY[kind]
    yield from (
        f"{kind} may not hold {name}"
        for name in counts
        if name not in known and (not name.startswith("{") or str(NS) in name)
    )
    alternates = Counter(
        (link.get("type"), link.get("hreflang"))
        for link in element.iterfind(f"{NS}link")
        if link.get("rel", "alternate") == "alternate"
    )
    yield from (f"{kind} has alternate {key} twice" for key, n in alternates.items() if n > 1)
    for name in ("updated", "published"):
        text = element.findtext(f"{NS}{name}")
        if text is not None and not is_rfc3339(text):
            yield f"{kind} {name} is no RFC 3339 time: {text!r}"
    if not URI.fullmatch(element.findtext(f"{NS}id") or ""):
        yield f"{kind} id is no absolute IRI: {element.findtext(f'{NS}id')!r}"
    if not (element.findtext(f"{NS}title") or "").strip():
        yield f"{kind} title is empty"


def _entry(entry: etree._Element, feed: etree._Element) -> Iterator[str]:
    alternates = [
        link for link in entry.iterfind(f"{NS}link") if link.get("rel", "alternate") == "alternate"
    ]
    if entry.find(f"{NS}content") is None and not alternates:
        yield "an entry has neither content nor an alternate link"
    if feed.find(f"{NS}author") is None and entry.find(f"{NS}author") is None:
        yield "an entry has no author, nor has its feed"
    changed, published = (_time(entry, name) for name in ("updated", "published"))
    if changed and published and changed < published:
        yield "an entry was updated before it was published"
    newest = _time(feed, "updated")
    if changed and newest and newest < changed:
        yield "the feed was updated before its entry"


def _time(element: etree._Element, name: str) -> datetime | None:
    text = element.findtext(f"{NS}{name}")
    return datetime.fromisoformat(text) if text and is_rfc3339(text) else None


def _feed_links(root: etree._Element) -> Iterator[str]:
    relations = Counter(link.get("rel") for link in root.iterfind(f"{NS}link"))
    if relations["self"] != 1:
        yield f"the feed has {relations['self']} self links"
    yield from (
        f"the feed has {relations[name]} {name} links" for name in _PAGING if relations[name] > 1
    )
    archives = root.findall(f"{HISTORY}archive")
    if bool(archives) != bool(relations["current"]) or len(archives) > 1:
        yield "an archive is marked as such, and names the current feed"
    if archives and root.find(f"{HISTORY}complete") is not None:
        yield "a feed cannot be complete and an archive"


def _tombstones(root: etree._Element) -> Iterator[str]:
    ids = {element.text for element in root.iterfind(f"{NS}entry/{NS}id")}
    for stone in root.iter(f"{TOMBSTONES}deleted-entry"):
        if stone.getparent() is not root:
            yield "deleted-entry stands elsewhere than in the feed"
        if not URI.fullmatch(stone.get("ref", "")):
            yield f"deleted-entry refers to {stone.get('ref')!r}"
        if not is_rfc3339(stone.get("when", "")):
            yield f"deleted-entry is of the time {stone.get('when')!r}"
        if stone.get("ref") in ids:
            yield f"{stone.get('ref')} is there and deleted"


def _element(element: etree._Element) -> Iterator[str]:
    name = str(element.tag).removeprefix(NS)
    if name == "link":
        yield from _link(element)
    elif name in _TEXTS:
        yield from _text(element, name)
    elif name == "category":
        if not (element.get("term") or "").strip():
            yield "a category has no term"
        if not URI.fullmatch(element.get("scheme", "tag:x")):
            yield f"a category has the scheme {element.get('scheme')!r}"
    elif name in {"author", "contributor"}:
        counts = Counter(str(child.tag).removeprefix(NS) for child in element)
        if counts["name"] != 1 or not (element.findtext(f"{NS}name") or "").strip():
            yield f"{name} has no name"
        if set(counts) - _PERSON or max(counts.values(), default=0) > 1:
            yield f"{name} holds {dict(counts)}"
    if not is_language(element.get(XML_LANG, "en")):
        yield f"{name} is in language {element.get(XML_LANG)!r}"


def _link(link: etree._Element) -> Iterator[str]:
    if not is_address(link.get("href", "")):
        yield f"link to {link.get('href')!r}"
    if not link.get("rel", "alternate").strip():
        yield "a link has an empty relation"
    if not is_media_type(link.get("type", "text/html")):
        yield f"link is of type {link.get('type')!r}"
    if not is_language(link.get("hreflang", "en")):
        yield f"link leads to language {link.get('hreflang')!r}"
    if not link.get("length", "0").isdigit():
        yield f"link has the length {link.get('length')!r}"
    if len(link) or (link.text or "").strip():
        yield "a link holds something"


def _text(element: etree._Element, name: str) -> Iterator[str]:
    kind = element.get("type", "text")
    if kind not in {"text", "html"}:
        yield f"{name} is of type {kind!r}"
    if len(element):
        yield f"{name} holds elements"
    if kind == "html" and not has_only_safe_markup(element.text or ""):
        yield f"{name} holds unsafe markup"
