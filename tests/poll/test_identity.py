import random
from collections.abc import Callable

import pytest

from aggregator.model import IdentityKind, ParsedFeed
from aggregator.poll.parse import entry_hash
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


MIXED = [
    item("https://www.peak.example/1?utm_source=rss", "http://www.peak.example/1", "One", "North."),
    item("71 at http://peak.example", "http://peak.example/2?a=1&fbclid=x", "Two", "South."),
    item("", "http://www.peak.example/3/?utm_medium=feed", "Three", "East."),
    item("", "", "Four", "West. &lt;a href='http://peak.example/4'>More&lt;/a>"),
]
SPELLINGS = [
    lambda text: text,
    lambda text: text.replace("http://", "https://"),
    lambda text: text.replace("www.", ""),
    lambda text: text.replace("?utm_source=rss", "").replace("&fbclid=x", ""),
    lambda text: text.replace("</link>", "#xtor=RSS-1</link>"),
]


def known(feed: ParsedFeed) -> set[tuple[str, str]]:
    return {(entry.identity, entry_hash(entry)) for entry in feed.entries}


def test_d25_the_same_feed_ten_times_over_is_nothing_new() -> None:
    expected = known(read(rss(*MIXED)))
    assert len(expected) == 4
    shuffle = random.Random(25).shuffle  # noqa: S311 - a fixed seed, no secret
    for _ in range(10):
        shuffled = list(MIXED)
        shuffle(shuffled)
        assert known(read(rss(*shuffled))) == expected


@pytest.mark.parametrize("spelt", SPELLINGS)
@pytest.mark.parametrize("by", [IdentityKind.GUID, IdentityKind.LINK])
def test_d25_other_spellings_of_addresses_are_nothing_new(
    spelt: Callable[[str], str], by: IdentityKind
) -> None:
    assert known(read(spelt(rss(*MIXED)), by=by)) == known(read(rss(*MIXED), by=by))


def test_d25_where_guids_change_the_address_is_the_identity() -> None:
    polls = [
        read(rss(item(f"{number}-a", "http://peak.example/1", "A"), item(f"{number}-b", "", "B")),
             by=IdentityKind.LINK)
        for number in range(3)
    ]  # fmt: skip
    assert known(polls[0]) == known(polls[1]) == known(polls[2])
    assert [entry.identity_kind.value for entry in polls[0].entries] == ["link", "content"]


def test_d25_where_addresses_change_too_the_text_is_the_identity() -> None:
    polls = [
        read(rss(item("", f"http://peak.example/{number}", "A")), by=IdentityKind.CONTENT)
        for number in range(3)
    ]
    assert len({poll.entries[0].identity for poll in polls}) == 1


ADDRESS = "https://peak.example/"


@pytest.mark.parametrize(
    ("items", "by", "rule"),
    [
        ([], "guid", ""),
        ([item("a", ADDRESS, "A"), item("b", "", "B")], "guid", "guid"),
        ([item("", ADDRESS, "A")], "guid", "address: the feed has no guids"),
        ([item("", "", "A")], "guid", "text: it has neither guids nor addresses"),
        ([item("a", f"{ADDRESS}1", "A"), item("a", f"{ADDRESS}2", "B")], "guid",
         "guid and address: its guids repeat"),
        ([item("a", "", "A"), item("", ADDRESS, "B"), item("", "", "C")], "guid",
         "guid, else address, else text: not every item has a guid"),
        ([item("", ADDRESS, "A"), item("", "", "B")], "guid",
         "address, else text: not every item has an address"),
        ([item("a", ADDRESS, "A")], "link", "address: its guids change"),
        ([item("a", ADDRESS, "A"), item("b", "", "B")], "link",
         "address, else text: its guids change"),
        ([item("a", ADDRESS, "A")], "content", "text: its guids and its addresses change"),
    ],
)  # fmt: skip
def test_the_rule_in_force_is_told(items: list[str], by: str, rule: str) -> None:
    assert read(rss(*items), by=IdentityKind(by)).identity_rule == rule


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
