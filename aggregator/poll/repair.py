"""Mends XML that a strict parser refuses, in linear time, so that one slip costs no feed.

feedparser has a second, lenient parser for this, which is quadratic on unclosed markup and raises
on strange characters. A document that is mended first never gets there.
"""

import html.entities
import re
import sys
from typing import Final

from lxml import etree

from aggregator.errors import NotAFeed

_ILLEGAL_CHARACTER: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AMPERSAND: Final = re.compile(
    r"&(?:#([0-9]{1,8}|[xX][0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{1,31});)?"
)
_XML_ENTITIES: Final = frozenset({"lt", "gt", "amp", "quot", "apos"})
_SLIP_LIMIT: Final = 100_000
_MARKUP: Final = frozenset("<>&")
_UNPARSED: Final = (("<![CDATA[", "]]>"), ("<!--", "-->"))
_PREFIX_IN_USE: Final = re.compile(
    r"</?([A-Za-z_][\w.-]{0,30}):|\s([A-Za-z_][\w.-]{0,30}):[\w.-]{1,60}\s?=\s?[\"']"
)
_PREFIX_DECLARED: Final = re.compile(r"xmlns:([A-Za-z_][\w.-]{0,30})\s*=")
_OPENED_ITEM: Final = re.compile(r"<(?:[\w.-]{1,30}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_CLOSED_OR_KNOWN: Final = re.compile(
    r"</(?:[\w.-]{1,30}:)?(?:item|entry|channel|feed|rss|rdf|guid|id|link)\s*>"
    r"|<(?:[\w.-]{1,30}:)?link\s[^<>]*>",
    re.IGNORECASE,
)
_ROOT_NAME: Final = re.compile(r"<[\w.:-]+")

_WELL_KNOWN_PREFIXES: Final = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}


def with_legal_characters(document: str) -> str:
    """Return `document` with entities, ampersands, characters and prefixes that XML allows.

    Raises NotAFeed when that takes more than `_SLIP_LIMIT` ampersands.
    """
    document = _ILLEGAL_CHARACTER.sub("", document)
    pieces: list[str] = []
    prefixes: set[str] = set()
    for piece, unparsed in _sections(document):
        pieces.append(piece if unparsed else _AMPERSAND.sub(_legal_reference, piece))
        if not unparsed:
            prefixes.update(first or second for first, second in _PREFIX_IN_USE.findall(piece))
    mended = "".join(pieces)
    if mended.count("&amp;") - document.count("&amp;") > _SLIP_LIMIT:
        raise NotAFeed("it is no XML: too many ampersands stand alone")
    return _with_declared_prefixes(mended, prefixes)


def without_cut_item(document: str) -> str:
    """Return `document` without the item in the middle of which it ends, if it does.

    Half a headline without guid or link would be another entry than the whole item, which comes
    with the next poll; an item that has one stays. A document whose root is closed is whole.
    """
    last = max(_OPENED_ITEM.finditer(document), key=re.Match.start, default=None)
    if last is None or _CLOSED_OR_KNOWN.search(document, last.end()):
        return document
    return document[: last.start()]


def with_balanced_tags(document: str) -> bytes:
    """Return what libxml2 makes of a document whose tags do not match."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8"
    )
    return etree.tostring(etree.fromstring(document.encode("utf-8"), parser), encoding="utf-8")


def _sections(document: str) -> list[tuple[str, bool]]:
    """Cut `document` into markup (False) and what no parser looks into (True)."""
    sections: list[tuple[str, bool]] = []
    position = 0
    following = {start: document.find(start) for start, _ in _UNPARSED}
    while True:
        for start, _ in _UNPARSED:
            if 0 <= following[start] < position:
                following[start] = document.find(start, position)
        starts = [(following[start], end) for start, end in _UNPARSED if following[start] >= 0]
        if not starts:
            break
        begin, end_mark = min(starts)
        end = document.find(end_mark, begin)
        if end < 0:
            break
        end += len(end_mark)
        sections += [(document[position:begin], False), (document[begin:end], True)]
        position = end
    return [*sections, (document[position:], False)]


def _legal_reference(match: re.Match[str]) -> str:
    number, name = match.groups()
    if number:
        hexadecimal = number[0] in "xX"
        code = int(number[1:], 16) if hexadecimal else int(number)
        legal = code <= sys.maxunicode and not _ILLEGAL_CHARACTER.match(chr(code))
        return match[0].replace("X", "x", 1) if legal else ""
    if name in _XML_ENTITIES:
        return match[0]
    if name:
        character = html.entities.html5.get(f"{name};")
        return character if character and not _MARKUP & set(character) else f"&amp;{name};"
    return "&amp;"


def _with_declared_prefixes(document: str, used: set[str]) -> str:
    missing = sorted(used - {"xml", "xmlns"} - set(_PREFIX_DECLARED.findall(document)))
    root = _ROOT_NAME.match(document)
    if not missing or root is None:
        return document
    declarations = "".join(
        f' xmlns:{prefix}="{_WELL_KNOWN_PREFIXES.get(prefix, f"urn:undeclared:{prefix}")}"'
        for prefix in missing
    )
    return document[: root.end()] + declarations + document[root.end() :]
