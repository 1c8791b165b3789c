import dataclasses
import re
from datetime import UTC, datetime, timedelta
from xml.parsers import expat

import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from aggregator.model import HttpUrl, PlainText, Report, Story
from aggregator.publish.syndication import (
    LISTED_COPIES,
    LISTED_ORIGINS,
    FeedInfo,
    entity_tag,
    render_atom,
)
from aggregator.text.clean import plain_line
from tests.publish.atom import NS, XML_LANG, problems
from tests.publish.sample import ARABIC_TITLE, HOSTILE_TITLE

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
INFO = FeedInfo(
    title="Conflict news",
    base_url="https://news.example.org/",
    feed_id="tag:7c1d.conflict-news.invalid,2026-02-01:stories",
    self_url="https://news.example.org/feed.atom",
    created=datetime(2026, 2, 1, tzinfo=UTC),
)


def report(number: int, **changes: object) -> Report:
    made = Report(
        article_id=number,
        url=HttpUrl(f"https://herald.example/{number}"),
        title=PlainText(f"Bridge at Osk closed, report {number}"),
        source_name=PlainText(f"Outlet {number}"),
        source_kind="newspaper",
        country="UA",
        language="en",
        published=NOON + timedelta(minutes=number),
        first_seen=NOON + timedelta(minutes=number + 2),
        copy_of=None,
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]  # any field may change


def story(number: int = 1, *reports: Report, **changes: object) -> Story:
    members = reports or (report(1), report(2, copy_of=1), report(3))
    made = Story(
        id=number,
        entry_id=f"tag:7c1d.conflict-news.invalid,2026-03-01:story:{number}",
        headline=PlainText("Bridge at Osk closed after explosion"),
        opened=NOON,
        updated=NOON + timedelta(hours=number),
        source_count=len({member.source_name for member in members}),
        origin_count=sum(member.copy_of is None for member in members),
        conflicts=(PlainText("Velmar and Osk"),),
        reports=tuple(members),
        summary=PlainText("The bridge at Osk was closed on Sunday after an explosion."),
        language="en",
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]  # any field may change


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


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("<title>Conflict news</title>", ""),
        ("<updated>2026-03-01T13:00:00Z</updated>", "<updated>yesterday</updated>"),
        ('rel="self"', 'rel="related"'),
        ('<link rel="alternate" href="https://news.example.org/story/1"', '<link href="/story/1"'),
        ("<name>Conflict news</name>", "<name></name>"),
        ('term="Velmar and Osk"', 'term=""'),
        ("<published>", "<published>2026-03-01T12:00:00Z</published><published>"),
        ('hreflang="en"', 'hreflang="en_GB!"'),
        ("<id>tag:7c1d.conflict-news.invalid,2026-03-01:story:1</id>", "<id>1</id>"),
        ("<generator>", "<pubDate>x</pubDate><generator>"),
    ],
)
def test_strict_check_notices_a_broken_feed(good: str, bad: str) -> None:
    feed = render_atom([story(1)], INFO).decode()
    assert good in feed
    assert problems(feed.replace(good, bad, 1).encode()) != []


def test_same_stories_give_the_same_bytes_and_tag() -> None:
    once, again = (render_atom([story(1), story(2)], INFO) for _ in range(2))
    assert once == again
    assert entity_tag(once) == entity_tag(again)
    assert re.fullmatch(r'"[0-9a-f]{64}"', entity_tag(once))
    assert entity_tag(once) != entity_tag(render_atom([story(1)], INFO))


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


_VECTORS = [
    HOSTILE_TITLE,
    "<svg/onload=alert(1)>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=https://evil.example><input name=a></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
    "<style>@import 'https://evil.example/a.css';</style>",
    "<a href=javascript:alert(1)>click</a>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "</b></a></li></ol><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' onfocus=alert(1) autofocus='",
    "]]><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<plaintext>",
]
_ALLOWED = {
    "a": {"href", "rel"}, "b": {"lang", "dir"}, "blockquote": {"lang", "dir"}, "br": set(),
    "div": set(), "li": set(), "ol": set(), "p": set(), "ul": set(),
}  # fmt: skip


@pytest.mark.parametrize("vector", _VECTORS)
def test_c11_no_active_markup_leaves_in_any_field(vector: str) -> None:
    text = PlainText(vector)
    hostile = report(1, title=text, source_name=text, source_kind=vector, country=vector)
    copy = report(2, title=text, source_name=text, copy_of=1, language=vector)
    feed = parsed(story(1, hostile, copy, headline=text, summary=text, conflicts=(text,)))
    for element in content(feed).iter():
        assert element.tag in _ALLOWED
        assert set(element.keys()) <= _ALLOWED[str(element.tag)]
    assert feed.findtext(f"{NS}entry/{NS}title") == plain_line(vector)


_ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "\tjavascript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/x",
    "/story/1",
    "https:\\\\evil.example",
    "https://user:secret@evil.example/",
    "blob:https://evil.example/1",
    "",
]


@pytest.mark.parametrize("address", _ADDRESSES)
def test_c12_only_absolute_http_addresses_are_published_ghsa_44pq_9929_f8mq(address: str) -> None:
    hostile = report(1, url=HttpUrl(address))
    feed = parsed(story(1, hostile, report(2, url=HttpUrl(address), copy_of=1)))
    links = [link.get("href", "") for link in feed.iter(f"{NS}link")]
    links += [a.get("href", "") for a in content(feed).iter("a")]
    assert all(link.startswith("https://news.example.org/") for link in links)


_ANY_CHARACTER = st.characters(exclude_categories=())
_NASTY = st.sampled_from(
    ["]]>", "<![CDATA[", "&#0;", "&amp;", "<b", "\x00", "\x0b", "\x1b[31m", "\ufffe", "\uffff",
     "\ud800", "\udfff", "\U0001fffe", "\u202e", "\u200b", "--", "\r\n", "\u2028", "&", "<", ">"]
)  # fmt: skip
_HOSTILE_TEXT = st.lists(st.one_of(_NASTY, st.text(_ANY_CHARACTER, max_size=8)), max_size=6).map(
    "".join
)


@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(st.lists(_HOSTILE_TEXT, min_size=8, max_size=8))
def test_c13_any_text_gives_a_well_formed_feed_and_survives(texts: list[str]) -> None:
    headline, summary, title, outlet, kind, country, language, conflict = map(PlainText, texts)
    hostile = report(
        1, title=title, source_name=outlet, source_kind=kind, country=country, language=language
    )
    document = render_atom(
        [
            story(
                1,
                hostile,
                headline=headline,
                summary=summary,
                language=language,
                conflicts=(conflict,),
            )
        ],
        INFO,
    )
    expat.ParserCreate().Parse(document, True)
    assert not feedparser.parse(document).bozo
    assert b"<![CDATA[" not in document
    assert problems(document) == []
    entry = etree.fromstring(document).find(f"{NS}entry")
    assert entry is not None
    assert entry.findtext(f"{NS}title") == (plain_line(headline) or "(no headline)")
    terms = [category.get("term") for category in entry.findall(f"{NS}category")]
    assert terms == [term for term in [plain_line(conflict)] if term]
