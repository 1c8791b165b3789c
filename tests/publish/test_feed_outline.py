from lxml import etree

from aggregator.publish.syndication.outline import Subscription, render_outline
from tests.publish.conftest import Browsing
from tests.publish.sample import Desk


def test_all_our_feeds_are_in_one_outline_and_each_answers(browsing: Browsing) -> None:
    response = browsing.get("/feed.opml", headers={"Host": "news.example.org"})
    assert response.headers["content-type"].startswith("text/x-opml")
    root = etree.fromstring(response.content)
    groups = {
        str(group.get("text")): [str(feed.get("text")) for feed in group]
        for group in root.iterfind("body/outline")
    }
    assert groups == {
        "All stories": ["Conflict news"],
        "Conflicts": ["Conflict news: Highlands insurgency", "Conflict news: Velmar and Osk"],
        "Saved feeds": ["Conflict news: Confirmed by two"],
    }
    for feed in root.iterfind("body/outline/outline"):
        for name in ("xmlUrl", "htmlUrl"):
            path = str(feed.get(name)).removeprefix("http://news.example.org")
            assert browsing.get(path).status_code == 200


def test_a_group_without_feeds_is_left_out(browsing: Browsing, desk: Desk) -> None:
    desk.change("UPDATE saved_filters SET listed = 0")
    assert b"Saved feeds" not in browsing.get("/feed.opml").content


def test_hostile_titles_and_addresses_break_nothing() -> None:
    hostile = Subscription("<b>\x00&\ufffe\"'", "javascript:alert(1)", "https://n.example/?a=1&b=2")
    (feed,) = etree.fromstring(render_outline("\x0b]]>", [("A & B", [hostile])])).iterfind(
        "body/outline/outline"
    )
    assert feed.get("xmlUrl") is None
    assert feed.get("htmlUrl") == "https://n.example/?a=1&b=2"
