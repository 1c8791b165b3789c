"""What is out to break a document, or to run in a reader, through all three formats."""

import json
from xml.parsers import expat

import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from aggregator.model import HttpUrl, Image, News, NewsKind, PlainText, Story
from aggregator.publish.syndication import (
    LISTED_COPIES,
    LISTED_ORIGINS,
    FeedFormat,
    render,
    render_atom,
    render_json_feed,
    render_rss,
)
from aggregator.text.clean import plain_line
from tests.publish.hostile import ADDRESSES, HOSTILE_TEXT, VECTORS
from tests.publish.made import INFO, report, story
from tests.publish.validity.atom import NS
from tests.publish.validity.formats import PROBLEMS


def check(stories: list[Story], feed_format: FeedFormat) -> bytes:
    """Return the feed, which is valid, the same twice, and read without complaint."""
    document = render(stories, INFO, feed_format)
    assert render(stories, INFO, feed_format) == document
    assert PROBLEMS[feed_format](document) == []
    if feed_format is not FeedFormat.JSON:
        expat.ParserCreate().Parse(document, True)
        read = feedparser.parse(document)
        assert not read.bozo
        assert [entry.id for entry in read.entries] == [told.entry_id for told in stories]
        assert b"<![CDATA[" not in document
    return document


def hostile_story(text: str, url: str = "https://herald.example/1") -> Story:
    """Return a story that says `text` wherever the network has a say."""
    line, address = PlainText(text), HttpUrl(url)
    return story(
        1,
        report(1, title=line, source_name=line, source_kind=text, country=text, url=address),
        report(2, title=line, source_name=line, copy_of=1, language=text, url=address),
        headline=line,
        summary=line,
        language=text,
        image=Image(address, text, width=-1, height=10**30, bytes=0),
        conflicts=(line,),
        places=(line, line),
        news=tuple(News(kind, line, 1) for kind in NewsKind),
    )


def titles(stories: list[Story]) -> list[str | None]:
    """Return the title of the first entry in each of the formats."""
    in_atom = etree.fromstring(render_atom(stories, INFO)).findtext(f"{NS}entry/{NS}title")
    in_rss = etree.fromstring(render_rss(stories, INFO)).findtext("channel/item/title")
    in_json = json.loads(render_json_feed(stories, INFO))["items"][0]["title"]
    return [in_atom, in_rss, in_json]


@pytest.mark.parametrize("vector", VECTORS)
def test_c11_no_active_markup_leaves_in_any_field(vector: str) -> None:
    hostile = [hostile_story(vector)]
    for feed_format in FeedFormat:
        # Content of other than the few plain elements and attributes that we use is a problem.
        check(hostile, feed_format)
    assert titles(hostile) == [plain_line(vector)] * 3


@pytest.mark.parametrize("address", ADDRESSES)
def test_c12_only_absolute_http_addresses_are_published_ghsa_44pq_9929_f8mq(address: str) -> None:
    hostile = [hostile_story("Bridge closed", address)]
    for feed_format in FeedFormat:
        document = check(hostile, feed_format).decode()
        assert "herald.example" not in document
        assert "evil.example" not in document
        assert address not in document or address in {"", "/story/1"}


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(st.lists(HOSTILE_TEXT, min_size=10, max_size=10))
def test_c13_any_text_gives_a_valid_feed_and_survives(texts: list[str]) -> None:
    check_survival(texts)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(HOSTILE_TEXT, min_size=10, max_size=10))
def test_c13_any_of_two_thousand_texts_gives_a_valid_feed_and_survives(texts: list[str]) -> None:
    check_survival(texts)


def check_survival(texts: list[str]) -> None:
    headline, summary, title, outlet, kind, country, language, conflict, place, detail = map(
        PlainText, texts
    )
    member = report(
        1, title=title, source_name=outlet, source_kind=kind, country=country, language=language
    )
    told = story(
        1,
        member,
        headline=headline,
        summary=summary,
        language=language,
        conflicts=(conflict,),
        places=(place,),
        news=(News(NewsKind.DENIAL, detail, 1), News(NewsKind.FIGURE, detail)),
    )
    in_atom, in_rss, in_json = (check([told], feed_format) for feed_format in FeedFormat)
    assert titles([told]) == [plain_line(headline) or "(no headline)"] * 3
    named = [term for term in map(plain_line, (conflict, place)) if term]
    entry = etree.fromstring(in_atom).iterfind(f"{NS}entry/{NS}category")
    assert [category.get("term") for category in entry] == named
    item = etree.fromstring(in_rss).iterfind("channel/item/category")
    assert [category.text for category in item] == named
    assert json.loads(in_json)["items"][0].get("tags", []) == list(dict.fromkeys(named))


@pytest.mark.parametrize("feed_format", FeedFormat)
@pytest.mark.parametrize(
    "text", ["🕊️ Truce 👩🏽‍🚒", "هدنة في ڤيلمار", "הגשר ליד אוסק", "韦尔马港口"]
)
def test_other_scripts_and_emoji_survive(feed_format: FeedFormat, text: str) -> None:
    document = check([hostile_story(text)], feed_format).decode()
    assert document.count(plain_line(text)) > 5


@pytest.mark.parametrize("feed_format", FeedFormat)
def test_story_of_ten_thousand_reports_stays_small(feed_format: FeedFormat) -> None:
    reports = [report(number) for number in range(1, 5_001)]
    reports += [report(number, copy_of=1 + number % 50) for number in range(5_001, 10_001)]
    document = check([story(1, *reports)], feed_format)
    listed = LISTED_ORIGINS + 50 * LISTED_COPIES
    assert len(document) < 1_000 * listed
    assert b"and 4,940 more" in document
