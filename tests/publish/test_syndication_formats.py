"""What each format has a place of its own for, as a reader finds it there."""

import dataclasses
import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import feedparser
import pytest

from aggregator.model import NewsKind, PlainText
from aggregator.publish.syndication import (
    FeedFormat,
    Pages,
    render,
    render_atom,
    render_json_feed,
    render_rss,
)
from tests.publish.made import EVERYTHING_INFO, INFO, everything, story
from tests.running import ROOT

XML_FORMATS = [FeedFormat.ATOM, FeedFormat.RSS]
CONFLICT = "tag:conflict-news.invalid,2026:conflict"
PLACE = "tag:conflict-news.invalid,2026:place"


@pytest.mark.parametrize("feed_format", XML_FORMATS)
def test_reader_finds_the_same_in_atom_and_rss(feed_format: FeedFormat) -> None:
    read = feedparser.parse(render(everything(), EVERYTHING_INFO, feed_format))
    assert read.version == {"atom": "atom10", "rss": "rss20"}[feed_format]
    assert (read.feed.title, read.feed.link) == ("Conflict news", "https://news.example.org/")
    first = read.entries[0]
    assert first.id == "tag:7c1d.conflict-news.invalid,2026-03-01:story:1"
    assert first.link == "https://news.example.org/story/1"
    # An Atom entry without an author has that of its feed, which feedparser leaves to us.
    assert first.get("author", read.feed.get("author")) == "Conflict news"
    assert first.published_parsed[:5] == (2026, 3, 1, 12, 0)
    assert first.updated_parsed[:5] == (2026, 3, 1, 13, 0)
    assert first.content[0].value.startswith("<p>New: ")
    assert [(tag.scheme, tag.term) for tag in first.tags] == [
        (CONFLICT, "Velmar and Osk"),
        (PLACE, "Osk"),
        (PLACE, "ڤيلمار"),
    ]
    via = [(link.href, link.title) for link in first.links if link.rel == "via"]
    assert via == [
        ("https://herald.example/1", "Outlet 1: Bridge at Osk closed, report 1"),
        ("https://herald.example/3", "Outlet 3: Bridge at Osk closed, report 3"),
    ]


@pytest.mark.parametrize("feed_format", XML_FORMATS)
def test_feed_names_its_other_addresses(feed_format: FeedFormat) -> None:
    links = feedparser.parse(render([], EVERYTHING_INFO, feed_format)).feed.links
    by_relation: dict[str, list[str]] = {}
    for link in links:
        by_relation.setdefault(link.rel, []).append(link.href)
    assert by_relation["hub"] == ["https://hub.example.org/"]
    others = [f"https://news.example.org/feed.{other}" for other in FeedFormat
              if other is not feed_format]  # fmt: skip
    assert by_relation["alternate"] == ["https://news.example.org/", *others]
    assert by_relation["first"] == ["https://news.example.org/feed?page=1"]
    assert by_relation["next"] == ["https://news.example.org/feed?page=3"]
    assert by_relation["previous"] == ["https://news.example.org/feed?page=1"]
    assert by_relation["prev-archive"] == ["https://news.example.org/archive/7"]


@pytest.mark.parametrize("feed_format", XML_FORMATS)
def test_only_a_document_that_names_the_current_one_is_an_archive(feed_format: FeedFormat) -> None:
    newest = dataclasses.replace(INFO, pages=Pages(prev_archive="https://news.example.org/old/7"))
    assert b"archive xmlns" in render([], EVERYTHING_INFO, feed_format)
    assert b"archive xmlns" not in render([], newest, feed_format)


def test_json_feed_leads_on_to_the_next_page_or_the_archive_before() -> None:
    def next_url(pages: Pages) -> str | None:
        feed = json.loads(render_json_feed([], dataclasses.replace(INFO, pages=pages)))
        found: str | None = feed.get("next_url")
        return found

    assert next_url(Pages()) is None
    assert next_url(Pages(next="https://a.example/2")) == "https://a.example/2"
    assert next_url(Pages(prev_archive="https://a.example/7")) == "https://a.example/7"
    assert next_url(Pages(next="javascript:alert(1)")) is None


def test_json_feed_says_in_its_extension_what_the_format_has_no_word_for() -> None:
    item = json.loads(render_json_feed(everything(), INFO))["items"][0]
    ours = item["_conflict_news"]
    assert (ours["outlets"], ours["origins"]) == (3, 2)
    assert ours["places"] == ["Osk", "ڤيلمار"]
    assert ours["kinds"] == {"newspaper": 3}
    assert ours["countries"] == ["UA"]
    assert ours["took_over"] == ["tag:7c1d.conflict-news.invalid,2026-03-01:story:9"]
    assert [source["url"] for source in ours["sources"]] == [
        "https://herald.example/1", "https://herald.example/3"
    ]  # fmt: skip
    assert item["tags"] == ["Velmar and Osk", "Osk", "ڤيلمار"]
    assert item["language"] == "uk"


def test_documentation_names_each_member_of_the_extension_and_each_kind_of_news() -> None:
    page = (ROOT / "docs" / "merged-feed.md").read_text(encoding="utf-8")
    feed = json.loads(render_json_feed(everything(), INFO))
    ours = feed["items"][0]["_conflict_news"]
    members = {*feed["_conflict_news"], *ours, *ours["sources"][0], *ours["news"][0],
               *ours["image"]}  # fmt: skip
    assert [name for name in (*members, *NewsKind) if f"`{name}`" not in page] == []


def test_many_places_are_counted() -> None:
    places = tuple(PlainText(f"Village {number}") for number in range(1, 24))
    read = feedparser.parse(render_atom([story(1, places=places)], INFO))
    assert "Village 20</b>, 3 more." in read.entries[0].content[0].value


def test_base_address_that_is_none_gives_no_links() -> None:
    info = dataclasses.replace(INFO, base_url="javascript:alert(1)", subtitle="")
    for feed_format in FeedFormat:
        assert b"javascript" not in render([story(1)], info, feed_format)
    assert "link" not in feedparser.parse(render_rss([story(1)], info)).entries[0]


def test_entry_says_that_it_took_over_others() -> None:
    gone = ("tag:x.invalid,2026-03-01:story:8", "tag:x.invalid,2026-03-01:story:9")
    document = render_atom([story(1, took_over=gone), story(2)], INFO).decode()
    assert "It took over 2 other stories." in document
    for identifier in gone:
        assert '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0"' in document
        assert f'ref="{identifier}" when="2026-03-01T13:00:00Z"' in document


def test_entry_that_is_there_is_not_reported_as_gone() -> None:
    """Its story may have been parted from the other one again."""
    stories = [story(1, took_over=(story(2).entry_id,)), story(2)]
    assert "deleted-entry" not in render_atom(stories, INFO).decode()


def test_headline_with_signs_of_markup_is_read_back_as_it_was() -> None:
    headline = PlainText("Fire & smoke: 3 < 5")
    for feed_format in XML_FORMATS:
        read = feedparser.parse(render([story(1, headline=headline)], INFO, feed_format))
        assert read.entries[0].title == headline


@pytest.mark.parametrize("feed_format", FeedFormat)
def test_same_moment_in_another_zone_gives_the_same_bytes(feed_format: FeedFormat) -> None:
    there = timezone(timedelta(hours=5, minutes=30))
    utc = story(1)
    moved = dataclasses.replace(
        utc, opened=utc.opened.astimezone(there), updated=utc.updated.astimezone(there)
    )
    assert render([utc], INFO, feed_format) == render([moved], INFO, feed_format)


_PRINT_HASH = """
import hashlib, locale
locale.setlocale(locale.LC_ALL, "")
from aggregator.publish.syndication import FeedFormat, render
from tests.publish.made import EVERYTHING_INFO, everything
for known in FeedFormat:
    print(hashlib.sha256(render(everything(), EVERYTHING_INFO, known)).hexdigest())
"""


def test_d25_bytes_depend_on_no_clock_zone_locale_or_hash_seed() -> None:
    def printed(**environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", _PRINT_HASH], cwd=ROOT, check=True,
            capture_output=True, text=True, timeout=60,
            env={"PYTHONPATH": str(ROOT), **environment},
        )  # fmt: skip
        return done.stdout

    assert printed(PYTHONHASHSEED="1", TZ="UTC") == printed(
        PYTHONHASHSEED="2", TZ="Asia/Kathmandu", LC_ALL="C.UTF-8"
    )


@pytest.mark.parametrize(
    ("name", "feed_format"),
    [
        ("feed.rss", FeedFormat.RSS),
        ("FEED.JSON", FeedFormat.JSON),
        ("feed.atom", FeedFormat.ATOM),
        ("feed.xml", FeedFormat.ATOM),
        ("feed", FeedFormat.ATOM),
    ],
)
def test_name_of_a_file_tells_its_format(name: str, feed_format: FeedFormat) -> None:
    assert FeedFormat.of_file(Path("out") / name) is feed_format


def test_formats_are_served_under_their_registered_media_types() -> None:
    assert [known.content_type for known in FeedFormat] == [
        "application/atom+xml; charset=utf-8",
        "application/rss+xml; charset=utf-8",
        "application/feed+json",
    ]


def test_feed_was_updated_in_every_format_when_its_newest_entry_was() -> None:
    stories = [story(2), story(5), story(1)]
    newest = datetime.fromisoformat("2026-03-01T17:00:00Z")
    assert (
        feedparser.parse(render_rss(stories, INFO)).feed.updated_parsed[:6]
        == (newest.timetuple()[:6])
    )
    assert json.loads(render_json_feed(stories, INFO))["_conflict_news"]["updated"] == (
        "2026-03-01T17:00:00Z"
    )
