"""The fast way through a well-formed feed: libxml2 reads it, and nothing else looks at each byte.

It gives what feedparser would give, field by field, in a twentieth of the time, or raises Unusual:
then feedparser has to read the document. Every step is linear in the size of the document.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, cast

from lxml import etree

from aggregator.poll.cursor import (
    Action,
    Cursor,
    Element,
    attributes_of,
    items_of,
    stripped,
    without_effect,
)
from aggregator.poll.entry_elements import (
    ENTRY,
    PASSED_OVER,
    author,
    check_type,
    leaf,
    link,
    person_without_effect,
    text_field,
    title_without_effect,
    unknown_field,
)
from aggregator.poll.items import RawFeed
from aggregator.poll.nodes import raw_feed
from aggregator.poll.vocabulary import Namespaces, Unusual

FORMATS: Final = {
    "rss": "RSS (unknown version)",
    "rss090": "RSS 0.90",
    "rss091u": "RSS 0.91 (Userland)",
    "rss092": "RSS 0.92",
    "rss093": "RSS 0.93",
    "rss094": "RSS 0.94",
    "rss10": "RSS 1.0",
    "rss20": "RSS 2.0",
    "atom": "Atom (unknown version)",
    "atom01": "Atom 0.1",
    "atom02": "Atom 0.2",
    "atom03": "Atom 0.3",
    "atom10": "Atom 1.0",
}
_RSS_VERSIONS: Final = {"0.91": "rss091u", "0.92": "rss092", "0.93": "rss093", "0.94": "rss094"}
_ATOM_VERSIONS: Final = {"0.1": "atom01", "0.2": "atom02", "0.3": "atom03"}
_VERSION_NAMESPACES: Final = {
    "http://purl.org/rss/1.0/": "rss10",
    "http://www.w3.org/2005/atom": "atom10",
}

# Texts with these may be UTF-8 or Windows-1252 read as Latin-1: control characters of Latin-1,
# accented letters before the end of a piece of text or before signs, references to both.
_MENDABLE: Final = (
    (b"\xc2", re.compile(rb"\xc2[\x80-\x9f]")),
    (b"\xc2", re.compile(rb"\xc3[\x82-\xb4][\xc2<\]]")),
    (b"&#", re.compile(rb"&#(?:x0*[89a-fA-F][0-9a-fA-F]|0*(?:1[2-9]|2[0-5])[0-9]);")),
)
"""Each behind bytes that are found in less time than a pattern."""
_BASE: Final = ((b"base", re.compile(rb"base\s*=")),)
_BASES: Final = etree.XPath("count(//@*[local-name() = 'base'])")

_PARSER: Final = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    recover=False,
    remove_comments=True,
)


def read_well_formed(
    document: str,
    body: bytes,
    *,
    defects: tuple[str, ...],
    looks_like_html: Callable[[str], bool],
) -> RawFeed:
    """Return the feed in `document`, of which `body` is the UTF-8, without prolog.

    `looks_like_html` is feedparser's answer for RSS texts of no declared type. Raises Unusual.
    """
    namespaces = Namespaces(document)
    try:
        tree = etree.fromstring(body, _PARSER)
    except etree.XMLSyntaxError as error:
        raise Unusual("not well-formed") from error
    if tree.getnext() is not None:
        raise Unusual("an instruction after the root element")
    root = cast("Element", tree)
    version = _version(root, namespaces.name(root.tag))
    is_rss = version.startswith("rss")
    has_bases = _holds_any(body, _BASE)
    cursor = Cursor(
        namespaces,
        is_rss=is_rss,
        mends=_holds_any(body, _MENDABLE),
        has_bases=has_bases,
        looks_like_html=looks_like_html,
    )
    cursor.depth = 1
    if has_bases:
        cursor.enter_base(root)
    _enter_root(cursor, root)
    cursor.read(root, _ROOT if is_rss else _ATOM_FEED)
    if has_bases and _BASES(tree) != cursor.bases_met:
        raise Unusual("a base address at an unusual place")
    feed = cursor.feed
    return raw_feed(
        FORMATS[version],
        feed,
        cursor.entries,
        is_atom=not is_rss,
        defects=defects,
        skips=(tuple(feed.get("skiphours", ())), tuple(feed.get("skipdays", ()))),
    )


def _holds_any(body: bytes, patterns: Iterable[tuple[bytes, re.Pattern[bytes]]]) -> bool:
    return any(literal in body and pattern.search(body) for literal, pattern in patterns)


def _version(root: Element, name: str) -> str:
    version = ""
    for prefix, uri in root.nsmap.items():
        if prefix is None and uri.lower() == "http://my.netscape.com/rdf/simple/0.9/":
            version = version or "rss090"
        version = version or _VERSION_NAMESPACES.get(uri.lower(), "")
    written = root.get("version") or ""
    if name == "rss" and not version.startswith("rss"):
        version = _RSS_VERSIONS.get(written) or ("rss20" if written.startswith("2.") else "rss")
    if name == "feed" and not version:
        version = _ATOM_VERSIONS.get(written, "atom")
    if {"rss": "rss", "rdf_rdf": "rss", "feed": "atom"}.get(name) != version.rstrip("u0123459"):
        raise Unusual(f"a root element <{name}>")
    return version


def _enter_root(cursor: Cursor, root: Element) -> None:
    for name, value in items_of(root):
        local = name.rpartition("}")[2].lower()
        if name in {"lang", "{http://www.w3.org/XML/1998/namespace}lang"}:
            if cursor.language is not None:
                raise Unusual("a root element of two languages")
            cursor.language = value
        elif local in {"lang", "version"} and name != "version":
            raise Unusual("a strange attribute of the root element")
    cursor.language = cursor.language or None
    if cursor.language and not root.tag.lower().endswith("}rdf"):
        cursor.feed["language"] = cursor.language.replace("_", "-")


def _item(cursor: Cursor, element: Element) -> None:
    cursor.enter_item(element, ENTRY)


def _channel(cursor: Cursor, element: Element) -> None:
    if "channel" in cursor.feed:
        raise Unusual("several channels")
    cursor.feed["channel"] = True
    cursor.enter(element, _CHANNEL)


def _title(cursor: Cursor, element: Element) -> None:
    check_type(attributes_of(element))
    text = cursor.text(element)
    if not -1 < cursor.title_depth <= cursor.depth:
        cursor.feed["title"] = text
    if text:
        cursor.title_depth = cursor.depth


def _media_title(cursor: Cursor, element: Element) -> None:
    depth = cursor.title_depth
    _title(cursor, element)
    cursor.title_depth = depth


def _description(cursor: Cursor, element: Element) -> None:
    # A second description makes feedparser believe that the first item has its content already.
    stripped(element)
    if "summary" in cursor.feed:
        cursor.has_content = True


def _summary(cursor: Cursor, element: Element) -> None:
    _description(cursor, element)
    cursor.feed["summary"] = ""


def _picture(cursor: Cursor, element: Element) -> None:
    cursor.title_depth = -1
    cursor.read(element, _PICTURE)


def _text_input(cursor: Cursor, element: Element) -> None:
    cursor.title_depth = -1
    cursor.read(element, _TEXT_INPUT)


def _nested_category(cursor: Cursor, element: Element) -> None:
    cursor.read(element, _CATEGORY)


def _skips(cursor: Cursor, element: Element) -> None:
    without_effect(cursor, element)
    name = element.tag.rpartition("}")[2].lower()
    cursor.feed.setdefault(name, []).extend(child.text or "" for child in element)


def _refused(_cursor: Cursor, element: Element) -> None:
    raise Unusual(f"<{element.tag}> at an unusual place")


_PICTURE: Final[Mapping[str, Action]] = {
    **dict.fromkeys("link description url href width height".split(), leaf),
    "title": title_without_effect,
}
_TEXT_INPUT: Final[Mapping[str, Action]] = {
    **dict.fromkeys("link description name".split(), leaf),
    "title": title_without_effect,
}
_CATEGORY: Final[Mapping[str, Action]] = {"itunes_category": _nested_category}
_FEED: Final[Mapping[str, Action]] = {
    **dict.fromkeys(PASSED_OVER, leaf),
    **dict.fromkeys(
        "abstract category created dc_date dc_subject dcterms_created dcterms_issued"
        " dcterms_modified guid id issued itunes_image itunes_keywords itunes_link keywords"
        " lastbuilddate media_category media_content media_credit media_keywords media_license"
        " media_player media_rating media_restriction media_thumbnail modified pubdate published"
        " updated".split(),
        leaf,
    ),
    **dict.fromkeys(("dc_description", "description", "media_description"), _description),
    **dict.fromkeys(("itunes_summary", "summary"), _summary),
    **dict.fromkeys(("dc_language", "language"), text_field("language")),
    **dict.fromkeys(("dc_title", "title"), _title),
    **dict.fromkeys(("entry", "item"), _item),
    **dict.fromkeys(("skipdays", "skiphours"), _skips),
    **{
        field: unknown_field(field)
        for field in ("itunes_new-feed-url", "sy_updatefrequency", "sy_updateperiod", "ttl")
    },
    "contributor": person_without_effect,
    "image": _picture,
    "itunes_category": _nested_category,
    "link": link,
    "media_title": _media_title,
    "textinput": _text_input,
}
_AUTHORS: Final = ("author", "dc_author", "dc_creator", "itunes_author", "managingeditor")
_ATOM_FEED: Final[Mapping[str, Action]] = {**_FEED, **dict.fromkeys(_AUTHORS, author)}
_CHANNEL: Final[Mapping[str, Action]] = {
    **_FEED,
    **dict.fromkeys((*_AUTHORS, "itunes_owner"), person_without_effect),
}
_ROOT: Final[Mapping[str, Action]] = {
    **dict.fromkeys(("skipdays", "skiphours"), _refused),
    "channel": _channel,
    "image": _picture,
    "item": _item,
    "textinput": _text_input,
}
