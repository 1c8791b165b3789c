import json
import re
from html import unescape
from typing import Any

import lxml.html
import pytest

from tests.newsroom import Newsroom, Published
from tests.newsroom.layouts import LAYOUTS, TEASER_PARAGRAPHS
from tests.newsroom_tests.conftest import Ask


def _text(page: bytes) -> str:
    tree = lxml.html.fromstring(page)
    for element in tree.iter("script", "style"):
        element.text = ""
    return re.sub(r"\s+", " ", "".join(str(piece) for piece in tree.itertext()))


def _first(room: Newsroom, layout: str) -> Published:
    return next(a for a in room.articles() if a.outlet.layout == layout)


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_every_page_of_a_layout_shows_headline_and_text(
    room: Newsroom, ask: Ask, layout: str
) -> None:
    shown = [a for a in room.articles() if a.outlet.layout == layout and not a.report.missing]
    assert shown
    for article in shown:
        text = _text(ask(article.url).content)
        assert article.report.headline in text
        for paragraph in room.truth()[article.url].body.split("\n\n"):
            assert paragraph in text


def test_what_is_behind_the_paywall_is_not_on_the_page(room: Newsroom, ask: Ask) -> None:
    article = _first(room, "paywall")
    page = ask(article.url).text
    hidden = article.report.body[TEASER_PARAGRAPHS:]
    assert hidden
    assert all(paragraph not in unescape(page) for paragraph in hidden)
    assert '"isAccessibleForFree": false' in page


def _linked_data(page: str) -> dict[str, Any]:
    match = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert match
    data: dict[str, Any] = json.loads(match[1])
    return data


def test_linked_data_says_what_is_true(room: Newsroom, ask: Ask) -> None:
    article = next(a for a in room.articles() if a.outlet.id == "lowland-post" and a.report.authors)
    data = _linked_data(ask(article.url).text)
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == article.report.headline
    assert data["datePublished"] == f"{article.published:%Y-%m-%dT%H:%M:%S}+00:00"
    assert [author["name"] for author in data["author"]] == list(article.report.authors)


def test_the_site_builder_page_has_the_shape_of_its_kind(room: Newsroom, ask: Ask) -> None:
    article = _first(room, "sitebuilder")
    page = ask(article.url).text
    text = _text(page.encode())
    assert len(page) > 200_000
    assert text.index("top of page") < text.index("Writer: Wren Halloran") < text.index("min read")
    assert text.index("Recent Posts") < text.rindex("Wren Halloran") < text.index("bottom of page")
    assert f"{article.published:%b} {article.published.day}" in text
    assert 'alt="ree"' in page
    assert "articleBody" not in _linked_data(page)
    assert article.report.body[0] not in page, "the spans must cut the text"


def test_a_site_builder_page_says_when_it_was_edited(ask: Ask, room: Newsroom) -> None:
    edited = [a for a in room.articles() if a.outlet.layout == "sitebuilder" and a.updated]
    assert edited
    for article in edited:
        assert "Updated: " in ask(article.url).text


def test_the_scrolling_page_goes_on_with_another_article(room: Newsroom, ask: Ask) -> None:
    page = ask(_first(room, "scroll").url).text
    assert page.count('<article class="topic"') == 2


def test_the_consent_dialogue_is_long_and_comes_first(room: Newsroom, ask: Ask) -> None:
    article = _first(room, "consent")
    text = _text(ask(article.url).content)
    assert text.index("Your privacy is important") < text.index(article.report.body[0])
    assert len(text[: text.index(article.report.body[0])]) > 1000


def test_boxes_stand_between_the_paragraphs(room: Newsroom, ask: Ask) -> None:
    article = next(
        a for a in room.articles() if a.outlet.id == "lowland-post" and len(a.report.body) > 2
    )
    text = _text(ask(article.url).content)
    box = text.index("Subscribe to our newsletter")
    assert text.index(article.report.body[0]) < box < text.index(article.report.body[-2])


def test_arabic_and_hebrew_pages_run_from_right_to_left(room: Newsroom, ask: Ask) -> None:
    for outlet in ("al-nahir", "levona-hayom", "sawt-tirsan"):
        article = next(a for a in room.articles() if a.outlet.id == outlet)
        assert 'dir="rtl"' in ask(article.url).text[:200]


def test_the_old_page_says_its_encoding_only_inside(room: Newsroom, ask: Ask) -> None:
    article = _first(room, "oldtable")
    answer = ask(article.url)
    assert answer.headers["content-type"] == "text/html"
    assert b"charset=windows-1251" in answer.content
    assert article.report.headline.encode("windows-1251") in answer.content


def test_one_entry_leads_nowhere(room: Newsroom, ask: Ask) -> None:
    missing = [a for a in room.articles() if a.report.missing]
    assert [ask(a.url).status_code for a in missing] == [404]
