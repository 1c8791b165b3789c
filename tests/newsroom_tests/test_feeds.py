import io
import json
from typing import Any

import feedparser
import pytest

from tests.newsroom import FeedFormat, Newsroom, Outlet
from tests.newsroom.outlets import OUTLETS
from tests.newsroom_tests.conftest import Ask

_VERSIONS = {
    FeedFormat.RSS: "rss20",
    FeedFormat.RSS_091: "rss091n",
    FeedFormat.ATOM: "atom10",
    FeedFormat.RDF: "rss10",
}


def _outlets(*formats: FeedFormat) -> list[Any]:
    return [pytest.param(o, id=o.id) for o in OUTLETS if o.format in formats]


def _parsed(room: Newsroom, ask: Ask, outlet: str) -> Any:
    answer = ask(room.feed_url(outlet))
    headers = {"content-location": room.feed_url(outlet), **answer.headers}
    return feedparser.parse(io.BytesIO(answer.content), response_headers=headers)


@pytest.mark.parametrize("outlet", _outlets(*_VERSIONS))
def test_a_feed_is_sound_and_names_every_article(room: Newsroom, ask: Ask, outlet: Outlet) -> None:
    feed = _parsed(room, ask, outlet.id)
    mine = [a for a in room.articles() if a.outlet.id == outlet.id]
    assert not feed.bozo
    assert feed.version == _VERSIONS[outlet.format]
    assert feed.feed.title == outlet.name
    assert [(e.link, e.title) for e in feed.entries] == [(a.url, a.report.headline) for a in mine]
    dated = [e for e in feed.entries if "published_parsed" in e or "updated_parsed" in e]
    assert len(dated) == (len(mine) if outlet.dated else 0)


@pytest.mark.parametrize("outlet", _outlets(FeedFormat.JSON))
def test_a_json_feed_names_every_article(room: Newsroom, ask: Ask, outlet: Outlet) -> None:
    feed = json.loads(ask(room.feed_url(outlet.id)).content)
    mine = [a.url for a in room.articles() if a.outlet.id == outlet.id]
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["url"] for item in feed["items"]] == mine
    assert all(item.get("content_html") or item["content_text"] for item in feed["items"])


def test_full_feeds_carry_the_whole_text(room: Newsroom, ask: Ask) -> None:
    for article in room.articles():
        if article.outlet.id == "globe-ledger":
            feed = ask(room.feed_url("globe-ledger")).text
            assert article.report.body[-1][:20].replace("&", "&amp;") in feed


def test_one_feed_is_in_windows_1251(room: Newsroom, ask: Ask) -> None:
    body = ask(room.feed_url("vestnik-sarvenii")).content
    assert "Вестник Сарвении".encode("windows-1251") in body
    assert b'encoding="windows-1251"' in body


def test_one_feed_has_the_old_document_type(room: Newsroom, ask: Ask) -> None:
    assert "<!DOCTYPE rss PUBLIC" in ask(room.feed_url("president-drovia")).text


def test_some_links_are_relative_and_some_guids_no_addresses(room: Newsroom, ask: Ask) -> None:
    assert 'type="text/html" href="/2026/' in ask(room.feed_url("drovia-today")).text
    assert '<guid isPermaLink="false">olm-dispatch-post/' in ask(room.feed_url("olm-dispatch")).text
