"""expat, which reads XML for feedparser and for us."""

import io
from xml.etree import ElementTree as ET
from xml.parsers import expat

import feedparser

from tests.assumptions.telling import ours


def test_m03_unclosed_entity_declarations_make_feedparser_work_more_than_they_are_long() -> None:
    looked = {}
    for count in (500, 2000):
        document = b'<?xml version="1.0"?><!DOCTYPE rss [' + b"<!ENTITY a " * count
        looked[count] = _characters_looked_at(document)
    growth = looked[2000] / looked[500]
    assert growth > 8, ours("aggregator/poll/prolog.py (such a prolog is refused before parsing)")


def _characters_looked_at(document: bytes) -> int:
    """Return how far all searches of feedparser's expression for entities go together.

    Each beginning of a declaration is looked from to the end of the document, which has no end of
    one.
    """
    pattern = feedparser.api.replace_doctype.__globals__["RE_ENTITY_PATTERN"]
    total, at = 0, 0
    while (found := document.find(b"<!ENTITY", at)) >= 0:
        assert pattern.match(document, found) is None
        total += len(document) - found
        at = found + 1
    return total


def test_m11_elementtree_writes_what_no_parser_reads() -> None:
    for character in "\x00\x0b\x1b\ufffe\uffff":
        element = ET.Element("title")
        element.text = character
        written = ET.tostring(element, encoding="utf-8")
        try:
            expat.ParserCreate().Parse(written, True)
            refused = False
        except expat.ExpatError:
            refused = True
        assert refused, ours("aggregator/text/clean.py (such characters are dropped at entry)")


def test_m02_expat_refuses_what_grows_out_of_bounds() -> None:
    nested = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    document = f'<!DOCTYPE x [<!ENTITY a0 "{"x" * 1000}">{nested}]><x>&a8;</x>'
    parser = expat.ParserCreate()
    seen = io.StringIO()
    parser.CharacterDataHandler = seen.write
    try:
        parser.Parse(document, True)
        refused = False
    except expat.ExpatError:
        refused = True
    assert refused, "this expat expands without bounds: nothing with a subset may reach it"
