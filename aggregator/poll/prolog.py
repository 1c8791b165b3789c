"""What stands before the root element: what to cut, and what to refuse before any parser sees it.

No document type declaration reaches a parser. One that only names a public identifier (RSS 0.91)
is cut; one that declares entities is refused. The scan works on decoded text, so a charset is no
disguise, and reads each character once.
"""

import re
from dataclasses import dataclass
from typing import Final

from aggregator.errors import ForbiddenXml, NotAFeed, WebPageInstead

_ROOT: Final = re.compile(r"<(?:([\w.-]{1,40}):)?(rss|feed|rdf|channel)(?=[\s/>])", re.IGNORECASE)
_WEB_PAGE: Final = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_PARTS_OF_A_PAGE: Final = frozenset("head body title meta script link div p h1".split())
_ELEMENT_NAME: Final = re.compile(r"<([\w.:-]{1,60})")
_BLANK: Final = re.compile(r"[\s\ufeff]+")
_JUNK_LIMIT: Final = 16_384
"""Characters of warnings and blank lines before a document that are cut."""


@dataclass(frozen=True, slots=True)
class Document:
    """Text from its root element on, and what had to be cut before it."""

    text: str
    defects: tuple[str, ...] = ()


def without_prolog(text: str) -> Document:
    """Return the document from its root element on.

    Raises ForbiddenXml when entities are declared, NotAFeed when the root is no feed's
    (WebPageInstead when it is a page's).
    """
    start = _after_declarations(text)
    root = _ROOT.match(text, start)
    if root is None:
        return _after_junk(text, start)
    before = text[: root.start()]
    defects: tuple[str, ...] = ()
    if before.lstrip("\ufeff") != before.lstrip("\ufeff \t\r\n") and "<?xml" in before:
        defects = ("blank lines before the XML declaration",)
    return Document(text[root.start() :], defects)


def _after_declarations(text: str) -> int:
    """Return where the first thing begins that no prolog may hold."""
    position = 0
    while True:
        blank = _BLANK.match(text, position)
        position = blank.end() if blank else position
        if text.startswith("<?", position):
            end = text.find("?>", position)
        elif text.startswith("<!--", position):
            end = text.find("-->", position + 4)
        elif text.startswith("<!", position):
            end = _end_of_declaration(text, position)
        else:
            return position
        if end < 0:
            return position
        position = text.index(">", end) + 1


def _end_of_declaration(text: str, start: int) -> int:
    kind = text[start : start + 10].lower()
    if kind.startswith("<!entity"):
        raise ForbiddenXml("it declares entities, which no feed needs")
    if not kind.startswith("<!doctype"):
        return -1
    end = text.find(">", start)
    subset = text.find("[", start, end) if end >= 0 else -1
    if subset < 0:
        return end
    close = text.find("]", subset)
    declarations = text[subset : close if close >= 0 else len(text)]
    if close < 0 or "<!entity" in declarations.lower() or "%" in declarations:
        raise ForbiddenXml("its document type declares entities, which no feed needs")
    return text.find(">", close)


def _after_junk(text: str, start: int) -> Document:
    head = text[start : start + _JUNK_LIMIT]
    page = _WEB_PAGE.search(head)
    root = _ROOT.search(head)
    first = _ELEMENT_NAME.match(head)
    is_part = root is None and first is not None and first[1].lower() in _PARTS_OF_A_PAGE
    if is_part or (page and (root is None or page.start() < root.start())):
        raise WebPageInstead(
            "it is a web page; look for its feed address, often linked as RSS or Atom on the page"
        )
    if root is None:
        if first:
            raise NotAFeed(f"it is XML of another kind: its root element is <{first[1]}>")
        raise NotAFeed("it is neither XML nor JSON" if head else "it is empty")
    begin = start + root.start()
    if "<!entity" in text[:begin].lower():
        raise ForbiddenXml("it declares entities, which no feed needs")
    return Document(text[begin:], ("other text before the document",))
