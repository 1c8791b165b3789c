"""When a feed asks not to be polled, and where it says that it lives."""

import pytest

from aggregator.model import ParsedFeed
from tests.poll.reading import read

NAMESPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def channel(fields: str, items: str = "") -> ParsedFeed:
    return read(
        f'<rss version="2.0" {NAMESPACES}><channel><title>Courier</title>{fields}{items}'
        "</channel></rss>"
    )


def atom(fields: str) -> ParsedFeed:
    return read(f'<feed xmlns="http://www.w3.org/2005/Atom">{fields}</feed>')


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("<hour>0</hour><hour>7</hour><hour>23</hour>", {0, 7, 23}),
        ("<hour>1</hour><hour>24</hour>", {0, 1}),
        ("<hour> 5\n</hour><hour>05</hour>", {5}),
        ("<hour>25</hour><hour>-1</hour><hour>noon</hour><hour/><hour>1e1</hour>", set()),
        ("<hour>٣</hour><hour>" + "9" * 5000 + "</hour>", {3}),
        ("<!-- at night --><hour><!-- one -->1</hour>", {1}),
        ("", set()),
    ],
)
def test_p37_hours_to_skip(hours: str, expected: set[int]) -> None:
    assert channel(f"<skipHours>{hours}</skipHours>").skip_hours == expected


def test_p37_days_to_skip() -> None:
    days = "".join(f"<day>{day}</day>" for day in DAYS)
    assert channel(f"<skipDays>{days}</skipDays>").skip_days == set(range(7))
    few = channel("<skipdays><day> saturday </day><day>Sunday</day><day>Someday</day></skipdays>")
    assert few.skip_days == {5, 6}


def test_p37_what_an_article_says_of_skipping_is_its_own_affair() -> None:
    feed = channel(
        "",
        "<item><title>T</title><description><![CDATA[<skipHours><hour>3</hour></skipHours>]]>"
        "</description><skipHours><hour>4</hour></skipHours></item>",
    )
    assert (feed.skip_hours, feed.skip_days) == (frozenset(), frozenset())


def test_p37_a_feed_with_a_slip_keeps_its_hours() -> None:
    feed = channel("<skipHours><hour>3</hour></skipHours><description>A & B</description>")
    assert feed.defects
    assert feed.skip_hours == {3}


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://courier.example/feed", "https://courier.example/feed"),
        ("../rss", "https://feeds.example/rss"),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_the_own_address_of_a_feed(href: str, expected: str | None) -> None:
    link = f'rel="self" type="application/xml" href="{href}"/>'
    assert channel(f"<atom:link {link}").self_url == expected
    assert atom(f"<link {link}").self_url == expected
    document = f'{{"version": "https://jsonfeed.org/version/1.1", "feed_url": "{href}"}}'
    assert read(document).self_url == expected


def test_the_first_usable_own_address_counts() -> None:
    feed = channel(
        '<atom:link rel="self" href="ftp://a.example/"/><atom:link rel="self" href="/a"/>'
        '<atom:link rel="self" href="/b"/><link>https://courier.example/</link>'
    )
    assert feed.self_url == "https://feeds.example/a"


def test_hubs_of_every_format() -> None:
    links = (
        '<{0}link rel="hub" href="https://hub.example/"/><{0}link rel="hub" href="//hub2.example"/>'
        '<{0}link rel="hub" href="https://hub.example/"/><{0}link rel="hub" href="data:,x"/>'
    )
    expected = ("https://hub.example/", "https://hub2.example/")
    assert channel(links.format("atom:")).hubs == expected
    assert atom(links.format("")).hubs == expected
    feed = read(
        '{"version": "https://jsonfeed.org/version/1.1", "hubs": ['
        '{"type": "WebSub", "url": "https://hub.example/"}, 7, {"type": "rssCloud", "url": "//r"},'
        '{"type": "websub", "url": "https://hub2.example"}, {"type": "WebSub", "url": 3}]}'
    )
    assert feed.hubs == expected
    assert read('{"version": "https://jsonfeed.org/version/1.1", "hubs": {}}').hubs == ()


def test_a_flood_of_hubs_is_cut() -> None:
    links = "".join(f'<atom:link rel="hub" href="https://hub{n}.example/"/>' for n in range(500))
    assert len(channel(links).hubs) == 10


def test_links_of_an_item_are_not_those_of_its_feed() -> None:
    links = '<atom:link rel="self" href="/item"/><atom:link rel="hub" href="/hub"/>'
    feed = channel("", f"<item><title>T</title>{links}</item>")
    assert (feed.self_url, feed.hubs) == (None, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" https://courier.example/new.xml\n", "https://courier.example/new.xml"),
        ("new.xml", "https://feeds.example/new.xml"),
        ("file:///etc/passwd", None),
        ("", None),
    ],
)
def test_where_a_feed_says_that_it_has_moved(text: str, expected: str | None) -> None:
    assert channel(f"<itunes:new-feed-url>{text}</itunes:new-feed-url>").new_url == expected
