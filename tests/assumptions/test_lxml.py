"""lxml, beautifulsoup4: what their parsers open, lose and refuse."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from lxml import etree, html

from tests.assumptions.telling import ours


def entity_of(path: Path) -> bytes:
    return f'<!DOCTYPE x [<!ENTITY a SYSTEM "{path.as_uri()}">]><x>&a;</x>'.encode()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text("kept to ourselves")
    return path


def test_m12_the_default_parser_opens_no_external_entity(secret: Path) -> None:
    try:
        read = etree.tostring(etree.fromstring(entity_of(secret)))
    except etree.XMLSyntaxError:
        read = b""
    assert b"kept to ourselves" not in read, "lxml opens files: say resolve_entities=False"


def test_m12_resolve_entities_opens_it(secret: Path) -> None:
    parser = etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=True)
    read = etree.tostring(etree.fromstring(entity_of(secret), parser), method="text")
    assert b"kept to ourselves" in read, ours("the rule that resolve_entities is never set")


def test_m13_deep_nesting_loses_text_in_lxml_and_not_in_bs4() -> None:
    depth = 3000
    page = f"<html><body>{'<div>' * depth}the words{'</div>' * depth}</body></html>"
    assert b"the words" not in etree.tostring(html.fromstring(page)), ours(
        "aggregator/scrape/page.py (depth is bounded before parsing)"
    )
    assert "the words" in BeautifulSoup(page, "html.parser").get_text()


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1b", "\ufffe", "\uffff", "\ud800"])
def test_m11_lxml_refuses_to_write_what_xml_forbids(character: str) -> None:
    element = etree.Element("title")
    with pytest.raises((ValueError, UnicodeEncodeError)):
        element.text = character
