import random

import pytest

from aggregator.model import IdentityKind
from tests.poll.reading import only, read, rss


def item(guid: str = "", link: str = "", title: str = "", text: str = "") -> str:
    fields = {"guid": guid, "link": link, "title": title, "description": text}
    return "".join(
        f"<{name}>{value.replace('&', '&amp;')}</{name}>" for name, value in fields.items() if value
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://peak.example/story/1", "https://peak.example/story/1"),
        ("https://www.peak.example/story/1/", "https://peak.example/story/1"),
        ("https://peak.example/1?utm_source=rss", "https://peak.example/1"),
        ("https://peak.example/1#xtor=RSS-1", "https://peak.example/1"),
        ("https://peak.example/1?b=2&a=1", "https://peak.example/1?a=1&b=2&fbclid=x"),
        ("71 at http://www.peak.example", "71 at https://peak.example"),
        (" tag:peak.example,2026:1\n", "tag:peak.example,2026:1"),
    ],
)
def test_d25_spellings_of_one_guid_are_one_identity(one: str, other: str) -> None:
    first, second = only(rss(item(guid=one, title="A"))), only(rss(item(guid=other, title="A")))
    assert first.identity == second.identity
    assert first.identity_kind is IdentityKind.GUID


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://peak.example/1?id=1", "https://peak.example/1?id=2"),
        ("https://peak.example/live#post-1", "https://peak.example/live#post-2"),
        ("Case", "case"),
        ("x" * 3000 + "a", "x" * 3000 + "b"),
    ],
)
def test_different_guids_are_different_identities(one: str, other: str) -> None:
    entries = read(rss(item(guid=one, title="A"), item(guid=other, title="A"))).entries
    assert len({entry.identity for entry in entries}) == 2


def test_link_then_content_stand_in_for_a_guid() -> None:
    by_link = only(rss(item(link="http://peak.example/1?utm_medium=rss", title="A")))
    by_text = only(rss(item(title="A", text="Text")))
    assert by_link.identity == "link:peak.example/1"
    assert by_text.identity_kind is IdentityKind.CONTENT


def test_a_title_is_never_identity() -> None:
    before = only(rss(item(link="https://peak.example/1", title="Ten hurt")))
    after = only(rss(item(link="https://peak.example/1", title="Twelve hurt")))
    assert before.identity == after.identity
    texts = read(rss(item(title="Brief", text="North."), item(title="Brief", text="South.")))
    assert len(texts.entries) == 2


def test_d25_the_order_of_a_feed_does_not_matter() -> None:
    items = [
        item("a", "https://peak.example/1", "One", "x"),
        item("same", "https://peak.example/2", "Two", "x"),
        item("same", "https://peak.example/3", "Three", "x"),
        item("live", "https://peak.example/l", "Four", "x"),
        item("live", "https://peak.example/l", "Five", "x"),
        item("edit", "https://peak.example/e", "Six", "old"),
        item("edit", "https://peak.example/e", "Six", "new"),
        item("", "", "Seven", "text"),
        item("", "", "Seven", "text"),
    ]
    expected = set(read(rss(*items)).entries)
    assert len(expected) == 7
    shuffle = random.Random(7).shuffle  # noqa: S311 - a fixed seed, no secret
    for _ in range(10):
        shuffle(items)
        assert set(read(rss(*items)).entries) == expected


def test_an_exact_copy_does_not_change_the_identity() -> None:
    alone = only(rss(item("g", "", "", "text")))
    assert only(rss(item("g", "", "", "text"), item("g", "", "", "text"))) == alone


def test_of_two_versions_the_newest_stays() -> None:
    old = item("g", "https://peak.example/1", "Gate", "old")
    new = item("g", "https://peak.example/1", "Gate", "new")
    dated = [
        f"{old}<pubDate>Thu, 05 Mar 2026 08:00:00 GMT</pubDate>",
        f"{new}<pubDate>Thu, 05 Mar 2026 07:00:00 GMT</pubDate>",
    ]
    assert only(rss(*dated)).summary == only(rss(*reversed(dated))).summary == "old"


def test_a_guid_that_looks_relative_stays_as_it_is() -> None:
    assert only(rss(item("t3_42tizy", "", "A"))).identity == "guid:t3_42tizy"
    assert only(rss(item("t3_42tizy", "", "A"))).url is None
