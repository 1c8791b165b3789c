"""feedparser: what it does with hostile bytes, and why `poll` does not leave it alone with them."""

import io
from pathlib import Path

import feedparser
import pytest

from tests.assumptions.telling import ours

READING = "aggregator/poll (the one call of feedparser, with a BytesIO)"
PROLOG = "aggregator/poll/prolog.py (no document type subset reaches feedparser)"
CLEANING = "aggregator/text/clean.py (feedparser's own cleaning is not relied on)"


def parse(document: str) -> feedparser.FeedParserDict:
    return feedparser.parse(io.BytesIO(document.encode()))


def test_m01_bytes_that_are_a_path_are_read_from_the_disk(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text("<rss version='2.0'><channel><title>Kept here</title></channel></rss>")
    read = feedparser.parse(str(secret).encode())
    assert read.feed.get("title") == "Kept here", ours(READING)
    wrapped = feedparser.parse(io.BytesIO(str(secret).encode()))
    assert not wrapped.feed.get("title"), "a BytesIO is read as a path: nothing of ours is safe"


def test_m02_an_entity_that_is_used_often_is_expanded_each_time() -> None:
    declared = f'<!DOCTYPE rss [\n<!ENTITY a "{"x" * 2000}">\n]>'
    document = (
        f'<?xml version="1.0"?>\n{declared}\n<rss version="2.0"><channel><title>{"&a;" * 200}'
        # Not well-formed: the parser that takes anything, and bounds nothing, reads it.
        "</title></channel>"
    )
    read = parse(document)
    assert read.bozo
    assert len(read.feed.title) == 400_000, ours(PROLOG)


def test_m02_no_external_entity_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("kept to ourselves")
    document = (
        f'<!DOCTYPE rss [<!ENTITY a SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
        '<rss version="2.0"><channel><title>&a;</title></channel></rss>'
    )
    assert "kept to ourselves" not in str(parse(document)), "feedparser reads external entities"


def test_m04_some_documents_make_it_raise() -> None:
    raised = None
    try:
        parse("<rss><channel><title>&#x99999999999;</title>")
    except (OverflowError, ValueError) as error:
        # The latter since Python 3.13.
        raised = error
    assert raised, ours("aggregator/poll/parse.py (whatever is raised becomes ParseError)")


@pytest.mark.parametrize("field", ["title", "category", "author"])
def test_m05_markup_in_plain_fields_passes_through(field: str) -> None:
    document = (
        f'<rss version="2.0"><channel><item><{field}>&lt;b&gt;&lt;script&gt;x&lt;/script&gt;'
        f"</{field}></item></channel></rss>"
    )
    assert "<script>" in str(parse(document).entries[0]), ours(CLEANING)


@pytest.mark.parametrize(
    "element",
    [
        "<link>javascript:x()</link>",
        "<comments>javascript:x()</comments>",
        "<enclosure url='javascript:x()' type='image/png'/>",
        "<media:content url='javascript:x()'/>",
    ],
)
def test_m05_addresses_of_scripts_pass_through(element: str) -> None:
    document = (
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><item>'
        f"{element}</item></channel></rss>"
    )
    read = parse(document).entries[0]
    assert "javascript:x()" in str(read), ours("aggregator/text/urls.py (http_url)")


def test_m05_forms_pass_its_cleaning() -> None:
    document = (
        '<rss version="2.0"><channel><item><description>&lt;form&gt;&lt;input name="a"&gt;'
        "&lt;/form&gt;</description></item></channel></rss>"
    )
    assert "<input" in parse(document).entries[0].summary, ours(CLEANING)
