"""Is a document well-formed, and small enough in every measure for feedparser to end in time?

feedparser is linear in the number of entries but quadratic in the attributes of one element, the
namespaces of a document, the categories of an entry and the length of an author; measured, one
mebibyte of each takes minutes. One pass of expat, a tenth of feedparser's own cost, bounds them.
"""

from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

from aggregator.errors import NotAFeed

_SEPARATOR: Final = " "

ENTRY_LIMIT: Final = 20_000
"""About four seconds of feedparser, as the elements are."""
ELEMENT_LIMIT: Final = 250_000
DEPTH_LIMIT: Final = 250
"""libxml2's own limit is 256."""
_ATTRIBUTE_LIMIT: Final = 500
_NAMESPACE_LIMIT: Final = 200
_INSTRUCTION_LIMIT: Final = 1_000
_SHORT_FIELD_BYTES: Final = 4_000
_WORD_WORK_LIMIT: Final = 300_000_000
"""feedparser looks for an e-mail address in each author in the square of its longest word; about
two seconds of it."""
_REFERENCE_LIMIT: Final = 1_000_000
_COMPARISON_LIMIT: Final = 10_000_000
"""feedparser compares each category of an entry with the ones before; about two seconds of it."""

_ENTRY_ELEMENTS: Final = frozenset({"item", "entry"})
_CATEGORY_ELEMENTS: Final = frozenset({"category", "subject", "keywords", "tags"})
_SHORT_FIELDS: Final = _CATEGORY_ELEMENTS | frozenset(
    "author creator managingeditor webmaster publisher contributor name email owner"
    " pubdate date published updated modified issued created lastbuilddate expirationdate".split()
)


class NotWellFormedError(Exception):
    """The document is no XML as it stands; it may be after repair."""


def check(document: bytes) -> None:
    """Return quietly if feedparser may have `document` (UTF-8, without prolog).

    Raises NotWellFormedError, or NotAFeed when something is larger than any feed needs.
    """
    references = document.count(b"&")
    if references > _REFERENCE_LIMIT:
        raise NotAFeed(f"it has {references:,} character references")
    parser = expat.ParserCreate("utf-8", _SEPARATOR)
    measure = _Measure(parser, document)
    parser.StartElementHandler = measure.start_element
    parser.EndElementHandler = measure.end_element
    parser.StartNamespaceDeclHandler = measure.start_namespace
    parser.ProcessingInstructionHandler = measure.instruction
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise NotWellFormedError(str(error)) from error


class _Measure:
    """Counts while expat walks, and stops it at the first excess."""

    def __init__(self, parser: expat.XMLParserType, document: bytes) -> None:
        self._parser = parser
        self._document = document
        self._depth = self._elements = self._entries = 0
        self._instructions = 0
        self._prefixes: set[str | None] = set()
        self._terms = self._comparisons = self._word_work = 0
        self._short_field_starts: list[tuple[int, int]] = []

    def start_element(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > DEPTH_LIMIT or self._elements > ELEMENT_LIMIT:
            raise NotAFeed(
                f"it has more than {ELEMENT_LIMIT:,} elements or {DEPTH_LIMIT} levels of them"
            )
        if len(attributes) > _ATTRIBUTE_LIMIT:
            raise NotAFeed(f"an element has {len(attributes):,} attributes")
        local = name.rpartition(_SEPARATOR)[2].lower()
        if local in _ENTRY_ELEMENTS:
            self._terms = 0
            self._entries += 1
            if self._entries > ENTRY_LIMIT:
                raise NotAFeed(f"it has more than {ENTRY_LIMIT:,} entries")
        elif local in _SHORT_FIELDS:
            self._short_field_starts.append((self._depth, self._parser.CurrentByteIndex))

    def end_element(self, name: str) -> None:
        starts = self._short_field_starts
        if starts and starts[-1][0] == self._depth:
            start = starts.pop()[1]
            end = self._parser.CurrentByteIndex
            local = name.rpartition(_SEPARATOR)[2].lower()
            if end - start > _SHORT_FIELD_BYTES:
                raise NotAFeed(f"an element <{local[:40]}> has {end - start:,} bytes")
            if local in _CATEGORY_ELEMENTS:
                self._count_terms(start, end)
            else:
                self._count_words(start, end)
        self._depth -= 1

    def _count_terms(self, start: int, end: int) -> None:
        # An entity may hide a comma.
        terms = 1 + self._document.count(b",", start, end) + self._document.count(b"&", start, end)
        self._comparisons += terms * (self._terms + terms)
        self._terms += terms
        if self._comparisons > _COMPARISON_LIMIT:
            raise NotAFeed("its entries have more categories than any feed needs")

    def _count_words(self, start: int, end: int) -> None:
        self._word_work += max(map(len, self._document[start:end].split())) ** 2
        if self._word_work > _WORD_WORK_LIMIT:
            raise NotAFeed("its authors have longer names than any feed needs")

    def start_namespace(self, prefix: str | None, _uri: str) -> None:
        self._prefixes.add(prefix)
        if len(self._prefixes) > _NAMESPACE_LIMIT:
            raise NotAFeed(f"it has more than {_NAMESPACE_LIMIT} namespaces")

    def instruction(self, target: str, _data: str) -> None:
        self._instructions += 1
        if self._instructions > _INSTRUCTION_LIMIT:
            raise NotAFeed(
                f"it has more than {_INSTRUCTION_LIMIT:,} instructions <?{target[:40]}?>"
            )
