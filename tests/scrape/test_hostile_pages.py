"""C16: a strange page gives a body or a named reason, never silence and never an exception."""

import random

import pytest

from aggregator.model import BodySource, Verdict
from aggregator.scrape.article import extract
from aggregator.scrape.page import PAGE_LIMIT

URL = "https://hostile.example/page"
TEXT = (
    "The ferry to Dalen sails again on Monday, after the harbour office cleared the second of two"
    " mines from the channel and let the pilots test it for a night and a day."
)
MORE = (
    "Pilots will go in pairs until the buoys are back, the office said, and no ship may enter the"
    " channel between dusk and dawn without a tug beside it."
)
PARAGRAPHS = f"<p>{TEXT}</p><p>{MORE}</p>".encode()


def filled(piece: bytes) -> bytes:
    return (piece * (PAGE_LIMIT // len(piece) + 1))[:PAGE_LIMIT]


def test_c16_m13_fifty_thousand_nested_elements_keep_their_text() -> None:
    page = b"<html><body>" + b"<div>" * 50_000 + PARAGRAPHS + b"</div>" * 50_000 + b"</body></html>"
    article = extract(page, URL)
    assert article.verdict is Verdict.ARTICLE
    assert article.body == f"{TEXT}\n\n{MORE}"


@pytest.mark.parametrize(
    "piece",
    [
        b"<div>", b"<p>a", b"<script>", b"<!--", b"<svg>", b"<b><i>", b"<", b"<a ", b"</div>",
        b"<div class='", b"<table><tr><td>", b"<ul><li><a href=x>x</a>", b"&amp;", b"<x-y>",
    ],
)  # fmt: skip
def test_c16_five_mebibytes_of_unclosed_tags_end_in_a_named_reason(piece: bytes) -> None:
    article = extract(filled(piece), URL)
    assert article.body == ""
    assert article.body_source is BodySource.NONE
    assert article.body_reason


def test_c16_unclosed_tags_before_the_text_do_not_swallow_it() -> None:
    for opener in (b"<script>", b"<style>", b"<svg>", b"<!--", b"<noscript>"):
        page = b"<html><body><h1>Ferry sails again</h1>" + opener + PARAGRAPHS
        assert TEXT in extract(page, URL).body, opener


def test_c16_page_beyond_the_limit_is_refused_by_name() -> None:
    article = extract(b"<p>" + b"x" * PAGE_LIMIT, URL)
    assert article.verdict is Verdict.EMPTY
    assert "more than 5242880" in article.body_reason


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
        b"\x89PNG\r\n\x1a\n",
        bytes(range(256)) * 40,
    ],
    ids=["pdf", "png", "noise"],
)
def test_c16_a_file_of_another_kind_is_no_page(content: bytes) -> None:
    article = extract(content, URL, content_type="text/html")
    assert article.verdict is Verdict.EMPTY
    assert article.body_reason == "the page is a file of another kind, not HTML"


@pytest.mark.parametrize("content", [b"", b" \n", b"just words", b"<html></html>", b"<p></p>"])
def test_c16_nearly_nothing_is_empty_with_a_reason(content: bytes) -> None:
    article = extract(content, URL)
    assert (article.verdict, article.body) == (Verdict.EMPTY, "")
    assert article.body_reason


def test_c16_frameset() -> None:
    page = (
        b"<html><frameset cols='20%,80%'><frame src='a.html'><frame src='b.html'></frameset></html>"
    )
    article = extract(page, URL)
    assert (article.verdict, article.body_source) == (Verdict.EMPTY, BodySource.NONE)


def test_c16_nul_bytes_are_no_letters() -> None:
    page = f"<html><body><h1>Fer\0ry sails</h1><p>{TEXT}</p><p>{MORE}</p></body></html>"
    article = extract(page.replace("channel", "chan\0nel").encode(), URL)
    assert article.title == "Ferry sails"
    assert article.body == f"{TEXT}\n\n{MORE}"


def test_c16_broken_structured_data_is_passed_over() -> None:
    for data in (
        b"[" * 200_000,
        b'{"@type": "NewsArticle", "author": ',
        b'{"@type": 7}',
        b"9" * 9000,
    ):
        page = (
            b"<script type='application/ld+json'>" + data + b"</script><h1>Ferry</h1>" + PARAGRAPHS
        )
        assert extract(page, URL).body == f"{TEXT}\n\n{MORE}"


def test_c16_hostile_addresses_and_names_do_not_get_through() -> None:
    page = (
        b"<html><head><meta property='og:image' content='javascript:alert(1)'>"
        b"<meta name='author' content='https://evil.example/me'></head><body><h1>Fe\xe2\x80\xaerry</h1>"
        + PARAGRAPHS
        + b"</body></html>"
    )
    article = extract(page, URL)
    assert article.image is None
    assert article.authors == ()
    assert article.title == "Ferry"


def test_c16_no_page_raises() -> None:
    pieces = [
        b"<div class=article>", b"</div>", b"<p>", TEXT.encode(), b"<h1>", b"</h1>", b"<article>",
        b"</article>", b"<time datetime=", b"'2026-99-99'>", b"<script type='application/ld+json'>",
        b'{"@type":"NewsArticle","author":[[]],', b'"datePublished":{"a":1},"headline":["x"]}',
        b"</script>", b"\xff\xfe", b"\x00", b"<!--", b"-->", b"<meta property=og:title content='",
        b"'>", b"&#0;&#xD800;",
    ]  # fmt: skip
    choose = random.Random(16)  # noqa: S311 - a seed to repeat a failure by
    for _ in range(400):
        page = b"".join(choose.choices(pieces, k=choose.randrange(1, 40)))
        article = extract(page, URL)
        assert article.body or article.body_reason
