"""Bytes of an OPML file -> its outlines: what makes such a file safe to read.

The rules before the root element are those of feeds (`prolog`), but stricter: no OPML has a
document type, so none is taken. expat walks the rest once; nesting costs neither recursion nor
more than linear time, and what a slip breaks is mended as in feeds (`repair`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from lxml import etree

from aggregator.errors import ForbiddenXml, NotAFeed, NotOpml
from aggregator.poll import repair
from aggregator.poll.decoding import decode

NAMESPACE: Final = "urn:conflict-news-aggregator:opml"
"""Of the attributes that no other reader knows; OPML 2.0 asks for one, others ignore it."""

SIZE_LIMIT: Final = 10 * 1024 * 1024
"""Bytes; ten thousand feeds are 3 MB."""
OUTLINE_LIMIT: Final = 20_000
"""As many feeds take two seconds."""
FOLDER_LIMIT: Final = 50
"""Folders around an outline that are kept, from the outermost; deeper ones are passed through."""

_SEPARATOR: Final = " "
_BEFORE_ROOT: Final = re.compile(r"(?:[\s\ufeff\x00]++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_ROOT: Final = re.compile(r"<(?:[\w.-]{1,40}:)?opml(?=[\s/>]|$)", re.IGNORECASE)
_WEB_PAGE: Final = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_FEED: Final = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf)(?=[\s/>])", re.IGNORECASE)
_ELEMENT: Final = re.compile(r"<([\w.:-]{1,60})")
_KEPT: Final = frozenset("text title type xmlurl htmlurl url language category".split())


@dataclass(frozen=True, slots=True)
class Outline:
    """One outline, its text **hostile**.

    `attributes` have names in lower case, those of our namespace stand in `own`. `folders` are
    the names of the outlines around it that are no feeds, from the outermost.
    """

    line: int
    attributes: Mapping[str, str]
    own: Mapping[str, str]
    folders: tuple[str, ...]
    has_children: bool


@dataclass(frozen=True, slots=True)
class Outlines:
    """All outlines of a file; `is_own`: this program wrote it. `defects` are what was mended."""

    outlines: tuple[Outline, ...]
    is_own: bool
    defects: tuple[str, ...] = ()


def read_outlines(body: bytes) -> Outlines:
    """Return the outlines of an OPML file in their order.

    Raises NotOpml, or ForbiddenXml for a document type.
    """
    if len(body) > SIZE_LIMIT:
        raise NotOpml(f"it is larger than {SIZE_LIMIT >> 20} MiB: is this the right file?")
    decoded = decode(body, None, None)
    start = _start_of_root(decoded.text)
    first_line = 1 + decoded.text.count("\n", 0, start)
    walk, defects = _walked(decoded.text[start:], first_line)
    return Outlines(walk.outlines(), walk.is_own, (*decoded.defects, *defects))


def _start_of_root(text: str) -> int:
    before = _BEFORE_ROOT.match(text)
    start = before.end() if before else 0
    if _ROOT.match(text, start):
        return start
    if start == len(text):
        raise NotOpml("it is empty: export the list again")
    if _WEB_PAGE.match(text, start):
        raise NotOpml("it is a web page: save the OPML file itself, not the page that links it")
    if text[start : start + 9].lower().startswith(("<!doctype", "<!entity")):
        raise ForbiddenXml("it has a document type, which no OPML needs: delete <!DOCTYPE ...>")
    if _FEED.match(text, start):
        raise NotOpml("it is a feed and no list of feeds: add it by its address")
    element = _ELEMENT.match(text, start)
    if element:
        raise NotOpml(f"it is XML of another kind: its root element is <{element[1]}>, not <opml>")
    raise NotOpml("it is no XML: export the list as OPML")


def _walked(document: str, first_line: int) -> tuple["_Walk", tuple[str, ...]]:
    try:
        return _walk(document.encode("utf-8", "replace"), first_line), ()
    except expat.ExpatError as slip:
        line = first_line + slip.lineno - 1
        reason = f"{expat.ErrorString(slip.code)}, line {line}"
    defect = f"not well-formed ({reason}): what could be read was taken"
    try:
        legal = repair.with_legal_characters(document)
        try:
            return _walk(legal.encode("utf-8", "replace"), first_line), (defect,)
        except expat.ExpatError:
            return _walk(repair.with_balanced_tags(legal), first_line), (defect,)
    except (expat.ExpatError, etree.LxmlError, NotAFeed, ValueError) as error:
        raise NotOpml(
            f"it cannot be read, not even after repair ({reason}): export the list again"
        ) from error


def _walk(document: bytes, first_line: int) -> "_Walk":
    parser = expat.ParserCreate("utf-8", _SEPARATOR)
    walk = _Walk(parser, first_line)
    parser.StartElementHandler = walk.start_element
    parser.EndElementHandler = walk.end_element
    parser.StartNamespaceDeclHandler = walk.start_namespace
    parser.Parse(document, True)
    return walk


@dataclass(slots=True)
class _Open:
    """An outline while its children are being read."""

    line: int
    attributes: dict[str, str]
    own: dict[str, str]
    folders: tuple[str, ...]
    inner_folders: tuple[str, ...] | None = None

    def folders_of_children(self) -> tuple[str, ...]:
        if self.inner_folders is None:
            name = self.attributes.get("text") or self.attributes.get("title") or ""
            is_folder = bool(name) and "xmlurl" not in self.attributes
            has_room = len(self.folders) < FOLDER_LIMIT
            self.inner_folders = (*self.folders, name) if is_folder and has_room else self.folders
        return self.inner_folders


@dataclass(slots=True)
class _Walk:
    """Collects outlines while expat walks."""

    parser: expat.XMLParserType
    first_line: int
    is_own: bool = False
    found: list[_Open] = field(default_factory=list)
    opened: list[_Open] = field(default_factory=list)

    def start_namespace(self, _prefix: str | None, uri: str) -> None:
        self.is_own = self.is_own or uri == NAMESPACE

    def start_element(self, name: str, attributes: Mapping[str, str]) -> None:
        if not _is_outline(name):
            return
        if len(self.found) >= OUTLINE_LIMIT:
            raise NotOpml(f"it has more than {OUTLINE_LIMIT:,} outlines: split it")
        known: dict[str, str] = {}
        own: dict[str, str] = {}
        for full_name, value in attributes.items():
            namespace, _, local = full_name.rpartition(_SEPARATOR)
            if namespace == NAMESPACE:
                own[local] = value
            elif not namespace and local.lower() in _KEPT and value.strip():
                known.setdefault(local.lower(), value)
        folders = self.opened[-1].folders_of_children() if self.opened else ()
        outline = _Open(self.first_line + self.parser.CurrentLineNumber - 1, known, own, folders)
        self.found.append(outline)
        self.opened.append(outline)

    def end_element(self, name: str) -> None:
        if _is_outline(name):
            self.opened.pop()

    def outlines(self) -> tuple[Outline, ...]:
        return tuple(
            Outline(
                each.line, each.attributes, each.own, each.folders, each.inner_folders is not None
            )
            for each in self.found
        )


def _is_outline(name: str) -> bool:
    return name.rpartition(_SEPARATOR)[2].lower() == "outline"
