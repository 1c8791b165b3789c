"""Who wrote it, as names."""

import html
import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Final

from lxml import etree

from aggregator.model import PlainText
from aggregator.scrape.body.noise import words_of_name
from aggregator.scrape.statements import Statements, is_of_comment, text_within
from aggregator.scrape.words import squeezed
from aggregator.text.clean import line_of_html

_META_NAMES: Final = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator", "byl", "authors", "article:author_name", "citation_author",
    "cxenseparse:author", "articleauthor",
)  # fmt: skip
_MARK: Final = re.compile(
    r"\b(?:by ?lines?|author\w*|autor(?:en?|in|es)?|auteurs?|writer|user ?name)\b"
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
_DATE_AND_NAME: Final = re.compile(
    r"\d{1,2}[./-]\d{1,2}.*\s[–—-]\s([^\W\d_]+(?:\s[^\W\d_]+){1,2})$"
)
"""As Drupal signs: "Tue, 03/11/2026 - 09:15 - Name"."""
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
    r"|recipe|learn|comments?|about|image|photo\w*|getty|more|all|mehr|alle|von)\b",
    re.IGNORECASE,
)
_TITLE_OF_REPORTER: Final = re.compile(
    r"\s*(?:선임|인턴)?(?:기자|특파원)$|(?:記者|记者)$|^(?:記者|记者)"
)
_INITIAL_AT_END: Final = re.compile(r"\b[A-ZÀ-Þ]\.$")
_DOMAIN: Final = re.compile(r"^\w[\w-]*\.(?:[a-z]{2,3}|com|org|net|info|news)$", re.IGNORECASE)
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
    said: Statements, tree: etree._Element, near_headline: Iterable[str], site: str = ""
) -> tuple[PlainText, ...]:
    """Return the authors' names: from JSON-LD, else a byline, else meta tags; never an address.

    A newsroom that signs as a whole is the author where no meta tag and no line near the headline
    names a person.
    """
    stated = _names(said.structured.authors, signed=True)
    in_metas = _names((v for name in _META_NAMES for v in said.metas.get(name, ())), signed=True)
    in_lines = _names(_lines(near_headline), signed=False)
    newsrooms = {squeezed(site), squeezed(said.structured.publisher)} - {""}
    marked = () if stated else next(filter(None, map(_named_in, _marked(tree))), ())
    found = stated or _narrowed(marked, in_metas) or in_lines or in_metas
    persons = tuple(name for name in found if not _is_newsroom(name, newsrooms))
    if persons:
        return persons
    for names in (in_metas, in_lines):
        persons = tuple(name for name in names if not _is_newsroom(name, newsrooms))
        if any(" " in name or not name.isascii() for name in persons):
            return persons
    return found


def _named_in(texts: list[str]) -> tuple[PlainText, ...]:
    return _names(texts, signed=False)


def _narrowed(
    marked: tuple[PlainText, ...], in_metas: tuple[PlainText, ...]
) -> tuple[PlainText, ...]:
    """Return those of the marked names that a meta tag has, if any: the others only helped."""
    first = {squeezed(name) for name in in_metas}
    return tuple(name for name in marked if squeezed(name) in first) or marked


def _is_newsroom(name: str, newsrooms: set[str]) -> bool:
    letters = squeezed(name)
    return _DOMAIN.search(name) is not None or any(
        letters in newsroom or newsroom in letters for newsroom in newsrooms
    )


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
        name = _TITLE_OF_REPORTER.sub("", _BY.sub("", part)).strip(" ,:;-–—")
        name = name if _INITIAL_AT_END.search(name) else name.rstrip(".")
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
        own = [text for text in links if text] or _parts_of(element)
        usable = [
            text for text in own if len(text) < _BYLINE_LIMIT and _names([text], signed=False)
        ]
        parent = element.getparent()
        if usable and (family is None or parent is family or _parent(parent) is family):
            texts.extend(usable)
            family = family if family is not None else _parent(parent)
    return texts


def _parts_of(element: etree._Element) -> list[str]:
    """Return the text of an element; that of each part where it would be too long for a name."""
    whole = text_within(element)
    if len(whole.split()) <= _WORDS_IN_NAME or len(whole) > _BYLINE_LIMIT:
        return [whole]
    return [text for part in element.itertext() if (text := " ".join(str(part).split()))]


def _parent(element: etree._Element | None) -> etree._Element | None:
    return element.getparent() if element is not None else None


def _lines(near_headline: Iterable[str]) -> list[str]:
    """Return the names in the first line that says "by" and names, or a date and a name."""
    for line in near_headline:
        match = _BY_LINE.match(_LINE_PARTS.split(line, maxsplit=1)[0])
        words = match[1].split() if match else []
        names = list(takewhile(lambda word: _of_a_name(word.strip(",;")), words))
        while names and names[-1] in _NAME_PARTICLES:
            names.pop()
        if names and (len(names) == len(words) or names[-1].endswith(",")):
            return _without_place(" ".join(names))
        signed = _DATE_AND_NAME.search(line)
        if signed and all(map(_of_a_name, signed[1].split())):
            return [signed[1]]
    return []


def _without_place(line: str) -> list[str]:
    """Return the names of a line; beside a full name a single word is a town or an agency."""
    names = line.split(",")
    return [name for name in names if " " in name.strip()] or names


def _of_a_name(word: str) -> bool:
    # Scripts without capitals have no lower case either.
    return word in _NAME_PARTICLES or not (word[:1].islower() or word[:1].isdigit())
