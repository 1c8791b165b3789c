"""Who wrote it, as names."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from aggregator.model import PlainText
from aggregator.scrape.noise import words_of_name
from aggregator.scrape.statements import Statements, is_of_comment, text_within
from aggregator.scrape.words import squeezed
from aggregator.text.clean import line_of_html

_META_NAMES: Final = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator", "byl", "authors", "article:author_name", "citation_author",
)  # fmt: skip
_MARK: Final = re.compile(
    r"\b(?:by ?lines?|author\w*|autor(?:en?|in|es)?|auteurs?|writer|user name)\b"
)
_NAME_MARK: Final = re.compile(r"\b(?:author|byline|autor|user)s? ?(?:name|link)s?\b")
_NOT_BYLINE: Final = re.compile(
    r"\b(?:bio|box|desc\w*|avatar|image|img|photo|picture|credit|caption|related|more|comments?"
    r"|social|share|follow|job|role|position|about|card|email|twitter|date|time|teaser)\b"
)
_AUTHOR_ADDRESS: Final = re.compile(
    r"/(?:authors?|autor(?:en|es|in)?|auteurs?|contributors?|people|person|profiles?|staff|writers?"
    r"|journalists?|reporters?|redakt\w+|by|avtor|autori|forfatter)/[^/]",
    re.IGNORECASE,
)
_BY_WORD: Final = (
    r"(?:(?:written|posted|published|reported|story|text|words|report|article|bericht|article"
    r" rédigé) (?:by|von|par)|by|von|par|por|di|door|af|av|text|words|autor(?:in|en|es)?|auteur"
    r"|authors?|writer|penulis|yazan|autore|författare|автор[иы]?|текст|كتب|بقلم|מאת|作者|記者|기자)"
)
_BY: Final = re.compile(rf"^(?:{_BY_WORD}\s*[:：]\s*|{_BY_WORD}\s+|[-–—|]\s*)", re.IGNORECASE)
_BY_LINE: Final = re.compile(rf"^{_BY_WORD}\s*[:：]?\s+(\S.+)$", re.IGNORECASE)
_NAME_PARTICLES: Final = frozenset(
    "and und et y e en och og i with de del della di da dos la le van von der den ter zu al el bin"
    " ben ibn &".split()
)
_LINE_PARTS: Final = re.compile(r"\s+[|·•–—-]\s+")
_BETWEEN_NAMES: Final = re.compile(
    r"\s*(?:[;|/،、•·,]|\s&\s|\s(?:and|und|et|y|och|og|en|и|та|with|ve)\s)\s*", re.IGNORECASE
)
_ROLE: Final = re.compile(
    r"\b(?:editor\w*|reporter|correspondent|writer|journalist\w*|columnist|contribut(?:or|ing)|staff"
    r"|producer|analyst|professor|redakt\w*|korrespondent\w*|ressort\w*|chief|bureau|director"
    r"|officer|head|senior|manager|department|newsroom|desk|team|agency|agencies|media|news|website"
    r"|published|updated|min(?:ute)?s? read|follow|view|posts|guest|copy|link|reviewed|tested"
    r"|recipe|learn|about|image|photo\w*|getty|more|all|mehr|alle|von)\b",
    re.IGNORECASE,
)
_NO_NAME: Final = re.compile(
    r"@|\d:\d|\d{3}|[{}<>\[\]=_()]|^(?:by|von|par|por|di|text)$", re.IGNORECASE
)
_ADDRESS: Final = re.compile(r"https?:|www\.|^/", re.IGNORECASE)
_NOBODY: Final = frozenset(
    "admin administrator editor webmaster author unknown none null root user anonymous".split()
)
_BYLINE_TAGS: Final = ("a", "span", "div", "p", "address", "li", "cite", "strong", "h3", "h4")
_CANDIDATES: Final = 30
"""Marked elements looked at; a page that names more has stopped naming its own authors."""
_NAMES_LIMIT: Final = 12
_WORDS_IN_NAME: Final = 6
_BYLINE_LIMIT: Final = 100


def authors_of(
    said: Statements, tree: etree._Element, near_headline: Iterable[str]
) -> tuple[PlainText, ...]:
    """Return the authors' names: from JSON-LD, else a byline, else meta tags; never an address.

    A newsroom that signs as a whole in JSON-LD or a meta tag is its author.
    """
    names = _names(said.structured.authors, signed=True)
    if names:
        return names
    for texts in (*_marked(tree), _lines(near_headline)):
        if names := _names(texts, signed=False):
            return names
    return _names((v for name in _META_NAMES for v in said.metas.get(name, ())), signed=True)


def names_in(texts: Iterable[str]) -> tuple[PlainText, ...]:
    """Return the names in texts of which it is known that they name the authors."""
    return _names(texts, signed=True)


def _names(raw: Iterable[str], *, signed: bool) -> tuple[PlainText, ...]:
    found: dict[str, PlainText] = {}
    for text in raw:
        if _ADDRESS.search(text):
            continue
        parts = [name for name in _split(text) if _may_be_name(name)]
        persons = [name for name in parts if not _ROLE.search(name)]
        for name in persons or (parts[:1] if signed else ()):
            found.setdefault(squeezed(name), name)
        if len(found) >= _NAMES_LIMIT:
            break
    return tuple(found.values())


def _split(text: str) -> Iterator[PlainText]:
    line = _BY.sub("", line_of_html(html.unescape(text), limit=300))
    for part in _BETWEEN_NAMES.split(line):
        name = _BY.sub("", part).strip(" .,:;-–—")
        if name:
            yield PlainText(name)


def _may_be_name(name: str) -> bool:
    letters = squeezed(name)
    return (
        len(letters) > 1
        and letters not in _NOBODY
        and len(name.split()) <= _WORDS_IN_NAME
        and _NO_NAME.search(name) is None
    )


def _marked(tree: etree._Element) -> Iterator[list[str]]:
    """Yield the texts of what is marked as an author, the most explicit marks first."""
    strict: list[etree._Element] = []
    named: list[etree._Element] = []
    bylines: list[etree._Element] = []
    linked: list[etree._Element] = []
    for element in tree.iter(*_BYLINE_TAGS):
        if "author" in (element.get("rel") or "") or element.get("itemprop") == "author":
            strict.append(element)
            continue
        if element.tag == "a" and _AUTHOR_ADDRESS.search(element.get("href") or ""):
            linked.append(element)
        mark = " ".join(filter(None, map(element.get, ("class", "data-testid", "data-hook"))))
        words = words_of_name(mark) if mark else ""
        if words and _MARK.search(words):
            if _NAME_MARK.search(words):
                named.append(element)
            elif not _NOT_BYLINE.search(words):
                bylines.append(element)
    for elements in (strict, named, bylines, linked):
        yield _texts_of_first(elements)


def _texts_of_first(elements: list[etree._Element]) -> list[str]:
    """Return the texts of the first usable element and of its siblings and cousins."""
    texts: list[str] = []
    family: etree._Element | None = None
    for element in elements[:_CANDIDATES]:
        if family is None and is_of_comment(element):
            continue
        links = [text_within(link) for link in element.iter("a")] if element.tag != "a" else []
        own = [text for text in links if text] or [text_within(element)]
        usable = [
            text for text in own if len(text) < _BYLINE_LIMIT and _names([text], signed=False)
        ]
        parent = element.getparent()
        if usable and (family is None or parent is family or _parent(parent) is family):
            texts.extend(usable)
            family = family if family is not None else _parent(parent)
    return texts


def _parent(element: etree._Element | None) -> etree._Element | None:
    return element.getparent() if element is not None else None


def _lines(near_headline: Iterable[str]) -> list[str]:
    """Return the names in the first line that says "by" and names, before any separator."""
    for line in near_headline:
        match = _BY_LINE.match(_LINE_PARTS.split(line, maxsplit=1)[0])
        if match and all(map(_of_a_name, match[1].replace(",", " ").split())):
            return [match[1]]
    return []


def _of_a_name(word: str) -> bool:
    # Scripts without capitals have no lower case either.
    return word in _NAME_PARTICLES or not word[0].islower()
