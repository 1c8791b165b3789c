import feedparser
from lxml import etree
from lxml import html as lxml_html

from aggregator.model import PlainText, Story
from aggregator.publish.syndication import (
    LISTED_COPIES,
    LISTED_ORIGINS,
    render_atom,
)
from tests.publish.made import INFO, report, story
from tests.publish.sample import ARABIC_TITLE
from tests.publish.validity.atom import NS, XML_LANG, problems


def parsed(*stories: Story) -> etree._Element:
    return etree.fromstring(render_atom(stories, INFO))


def content(feed: etree._Element) -> lxml_html.HtmlElement:
    text = feed.findtext(f"{NS}entry/{NS}content")
    assert text is not None
    return lxml_html.fragment_fromstring(text, create_parent="div")


def test_feed_keeps_every_rule_of_rfc_4287() -> None:
    feed = render_atom([story(1), story(2), story(3, language=None, conflicts=())], INFO)
    assert problems(feed) == []
    read = feedparser.parse(feed)
    assert not read.bozo
    assert len(read.entries) == 3


def test_same_stories_give_the_same_bytes() -> None:
    once, again = (render_atom([story(1), story(2)], INFO) for _ in range(2))
    assert once == again
    assert once != render_atom([story(1)], INFO)


def test_feed_was_updated_when_its_newest_entry_was() -> None:
    feed = parsed(story(2), story(5), story(1))
    assert feed.findtext(f"{NS}updated") == "2026-03-01T17:00:00Z"


def test_feed_without_entries_was_updated_when_it_was_made() -> None:
    feed = render_atom([], INFO)
    assert problems(feed) == []
    assert etree.fromstring(feed).findtext(f"{NS}updated") == "2026-02-01T00:00:00Z"


def test_entry_says_who_reports_in_plain_words() -> None:
    entry = parsed(story(1)).find(f"{NS}entry")
    assert entry is not None
    assert entry.findtext(f"{NS}summary") == (
        "Reported by 3 outlets, 2 independent origins;"
        " first by Outlet 1 on 1 March 2026, 12:01 UTC."
    )
    assert entry.findtext(f"{NS}published") == "2026-03-01T12:00:00Z"
    assert entry.findtext(f"{NS}updated") == "2026-03-01T13:00:00Z"
    link = entry.find(f"{NS}link[@rel='alternate']")
    assert link is not None
    assert link.get("href") == "https://news.example.org/story/1"


def test_copies_are_folded_under_their_origin_and_are_no_sources_of_their_own() -> None:
    feed = parsed(story(1))
    outer = content(feed).findall("ol/li")
    assert [li.find("a").get("href") for li in outer] == [
        "https://herald.example/1",
        "https://herald.example/3",
    ]
    assert [a.get("href") for a in outer[0].findall("ul/li/a")] == ["https://herald.example/2"]
    via = [link.get("href") for link in feed.iter(f"{NS}link") if link.get("rel") == "via"]
    assert via == ["https://herald.example/1", "https://herald.example/3"]


def test_state_media_and_governments_are_named_as_such() -> None:
    text = content(
        parsed(story(1, report(1, source_kind="state media"), report(2, source_kind="government")))
    ).text_content()
    assert "Outlet 1 (state media, Ukraine, English, 1 March 2026, 12:01 UTC)" in text
    assert "Sources: 1 government source, 1 state media." in text


def test_long_story_lists_a_bounded_number_and_says_so() -> None:
    reports = [report(number) for number in range(1, LISTED_ORIGINS + 6)]
    reports += [report(number, copy_of=1) for number in range(1000, 1000 + LISTED_COPIES + 3)]
    body = content(parsed(story(1, *reports)))
    assert len(body.findall("ol/li")) == LISTED_ORIGINS
    assert len(body.findall("ol/li/ul/li")) == LISTED_COPIES + 1
    assert "and 5 more" in body.text_content()
    assert "and 3 more" in body.text_content()


def test_right_to_left_headline_carries_its_language_and_direction() -> None:
    arabic = report(1, title=PlainText(ARABIC_TITLE), language="ar")
    feed = parsed(story(1, arabic, headline=PlainText(ARABIC_TITLE), language="ar"))
    entry = feed.find(f"{NS}entry")
    assert entry is not None
    assert (entry.findtext(f"{NS}title"), entry.get(XML_LANG)) == (ARABIC_TITLE, "ar")
    for ours in ("summary", "content"):
        element = entry.find(f"{NS}{ours}")
        assert element is not None
        assert element.get(XML_LANG) == "en"
    bold = content(feed).find("ol/li/a/b")
    assert (bold.get("lang"), bold.get("dir")) == ("ar", "auto")


def test_story_without_headline_still_has_a_title() -> None:
    feed = render_atom([story(1, report(1, title=PlainText("")), headline=PlainText(""))], INFO)
    assert problems(feed) == []
