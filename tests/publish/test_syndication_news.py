"""What an entry says is new, in words and in each format."""

import json

import feedparser
import pytest

from aggregator.model import HttpUrl, News, NewsKind, PlainText, Story
from aggregator.publish.syndication import (
    news_in_words,
    render_atom,
    render_json_feed,
    render_rss,
    story_entry,
)
from tests.publish.made import INFO, everything, report, story


def told(*news: tuple[NewsKind, str, int | None]) -> Story:
    return story(1, news=tuple(News(kind, PlainText(text), by) for kind, text, by in news))


@pytest.mark.parametrize(
    ("kind", "detail", "article", "line"),
    [
        (NewsKind.OPENED, "", None, "New: first report, by Outlet 1."),
        (NewsKind.OPENED, "", 3, "New: first report, by Outlet 3."),
        (NewsKind.ORIGIN, "Velmar Herald", 3, "New: an independent report by Velmar Herald."),
        (NewsKind.ORIGIN, "", 3, "New: an independent report by Outlet 3."),
        (NewsKind.ORIGIN, "", None, "New: an independent report."),
        (NewsKind.DENIAL, "Osk ministry", 1, "New: a denial (Osk ministry)."),
        (NewsKind.DENIAL, "", 1, "New: a denial (Outlet 1)."),
        (NewsKind.CONFIRMATION, "", 3, "New: a confirmation (Outlet 3)."),
        (NewsKind.CONFIRMATION, "", 99, "New: a confirmation."),
        (NewsKind.FIGURE, "14 dead", 3, "New: 14 dead."),
        (NewsKind.FIGURE, "", 3, "New: another figure."),
        (NewsKind.PLACE, "Osk", 3, "New: another place (Osk)."),
        (NewsKind.CONFLICT, "War in Osk", None, "New: another conflict (War in Osk)."),
        (NewsKind.HEADLINE, "Bridge at Osk closed", 3, "New: another headline."),
        (NewsKind.MERGED, "Fire in Velmar port", None,
         "New: joined by another story (Fire in Velmar port)."),
        (NewsKind.MERGED, "", None, "New: joined by another story."),
        (NewsKind.LEFT, "Outlet 7", 7, "New: a report taken out (Outlet 7)."),
    ],
)  # fmt: skip
def test_each_kind_of_news_has_its_words(
    kind: NewsKind, detail: str, article: int | None, line: str
) -> None:
    assert news_in_words(told((kind, detail, article))) == line


def test_every_kind_has_words() -> None:
    for kind in NewsKind:
        assert news_in_words(told((kind, "Osk", None))).startswith("New: ")


def test_news_of_several_kinds_is_one_line_in_the_order_of_the_story() -> None:
    line = news_in_words(
        told(
            (NewsKind.ORIGIN, "Outlet 1", 1),
            (NewsKind.FIGURE, "14 dead", 1),
            (NewsKind.DENIAL, "Outlet 3", 3),
            (NewsKind.ORIGIN, "Outlet 3", 3),
            (NewsKind.FIGURE, "9 hurt", 3),
            (NewsKind.ORIGIN, "Outlet 1", 1),
        )
    )
    assert line == (
        "New: independent reports by Outlet 1 and Outlet 3; 14 dead and 9 hurt;"
        " a denial (Outlet 3)."
    )


def test_many_of_one_kind_are_counted() -> None:
    many = [(NewsKind.PLACE, f"Village {number}", None) for number in range(1, 1_008)]
    assert news_in_words(told(*many)) == (
        "New: other places (Village 1, Village 2, Village 3, Village 4, Village 5 and 1,002 more)."
    )


def test_story_without_news_says_nothing_of_it() -> None:
    assert news_in_words(story(1)) == ""
    assert "New:" not in render_atom([story(1)], INFO).decode()


def test_news_stands_in_summary_and_content_of_every_format() -> None:
    line = "New: an independent report by Outlet 3; 14 dead; a denial (Outlet 1)."
    stories = everything()
    for document in (render_atom(stories, INFO), render_rss(stories, INFO)):
        entry = feedparser.parse(document).entries[0]
        assert entry.summary.endswith(f"12:01 UTC. {line}")
    item = json.loads(render_json_feed(stories, INFO))["items"][0]
    assert item["summary"].endswith(f"12:01 UTC. {line}")
    assert item["content_text"].startswith(f"{line}\n\nReported by 3 outlets")
    assert item["_conflict_news"]["news"] == [
        {"kind": "new origin", "detail": "Outlet 3", "article": 3},
        {"kind": "figure", "detail": "14 dead", "article": 3},
        {"kind": "denial", "article": 1},
    ]


def test_news_links_to_the_report_that_brought_it_and_cannot_turn_the_line() -> None:
    arabic = PlainText("صوت الميناء")
    content = story_entry(
        story(1, report(1, source_name=arabic), news=(News(NewsKind.DENIAL, article=1),)),
        INFO.base_url,
    ).content_html
    assert content.startswith(
        '<p>New: a denial (<a href="https://herald.example/1" rel="noopener noreferrer nofollow">'
        f'<b dir="auto">{arabic}</b></a>).</p>'
    )


def test_news_of_a_report_without_a_usable_address_has_no_link() -> None:
    hostile = report(1, url=HttpUrl("javascript:alert(1)"))
    content = story_entry(
        story(1, hostile, news=(News(NewsKind.FIGURE, PlainText("14 dead"), 1),)), INFO.base_url
    ).content_html
    assert content.startswith('<p>New: <b dir="auto">14 dead</b>.</p>')
