"""Which feeds a page offers, in which order, and why.

The file is long because the spellings of pages stand in tables.
"""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import HttpUrl
from aggregator.poll.discovery import FOUND_LIMIT, GUESS_LIMIT, FoundFeed, discover
from aggregator.poll.feed_address import feed_url

URL = HttpUrl("https://news.example.org/world/")
RSS = "application/rss+xml"


def found(page: str | bytes, url: str = URL, content_type: str | None = None) -> list[FoundFeed]:
    body = page.encode() if isinstance(page, str) else page
    return list(discover(body, HttpUrl(url), content_type))


def named(page: str | bytes, url: str = URL) -> list[str]:
    return [feed.url for feed in found(page, url) if not feed.is_guess]


def guessed(page: str, url: str = URL) -> list[str]:
    return [feed.url for feed in found(page, url) if feed.is_guess]


@pytest.mark.parametrize(
    "kind",
    [
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/json",
        "application/rdf+xml",
        "APPLICATION/RSS+XML; charset=utf-8",
        "application/x.atom+xml",
        "text/rss",
    ],
)
def test_each_type_of_feed_is_found(kind: str) -> None:
    (feed,) = (f for f in found(f'<link rel=alternate type="{kind}" href=/all>') if not f.is_guess)
    assert feed.url == "https://news.example.org/all"
    assert "declares" in feed.why


@pytest.mark.parametrize(
    "tag",
    [
        '<link rel="alternate" type="application/rss+xml" href="all.xml">',
        '<LINK HREF="all.xml" TYPE="application/rss+xml" REL="home ALTERNATE">',
        "<link rel='alternate' type='application/rss+xml' href=' all.xml '/>",
        "<link\nrel = alternate\ntype = application/rss+xml\nhref = all.xml >",
        '<link title="a > b" rel=alternate type=application/rss+xml href=all.xml>',
        '<link rel=feed href="all.xml">',
        '<link rel="alternate" href="all.xml">',
        '<a href="all.xml">RSS</a>',
        '<a href="feed://news.example.org/world/all.xml">RSS</a>',
        '<a href="feed:https://news.example.org/world/all.xml">RSS</a>',
        '<area href="all.xml">',
    ],
)
def test_spellings_of_a_link(tag: str) -> None:
    (url,) = named(f"<html><head>{tag}")
    assert url.removeprefix("https").removeprefix("http") == "://news.example.org/world/all.xml"


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("/other/", "https://news.example.org/other/all.xml"),
        ("https://cdn.example.net/x/y", "https://cdn.example.net/x/all.xml"),
        ("javascript:alert(1)", "https://news.example.org/world/all.xml"),
        ("", "https://news.example.org/world/all.xml"),
    ],
)
def test_addresses_are_relative_to_the_base(base: str, expected: str) -> None:
    link = f'<link rel=alternate type={RSS} href="all.xml">'
    assert named(f'{link}<base href="{base}"><base href="/second/">') == [expected]


def test_the_best_comes_first_and_comments_last() -> None:
    page = f"""
    <link rel="alternate" type="{RSS}" title="Lorn &raquo; Comments Feed" href="/comments/feed/">
    <a href="/rss.xml">Newest</a>
    <a href="/lists/7">RSS</a>
    <a href="https://elsewhere.example/feed.xml">Their RSS feed</a>
    <link rel="alternate" type="{RSS}" title="Lorn &amp; Sea" href="/feed/">
    <link rel="alternate" type="application/atom+xml" href="/atom">
    """
    feeds = found(page)
    assert [feed.url for feed in feeds if not feed.is_guess] == [
        "https://news.example.org/feed/",
        "https://news.example.org/atom",
        "https://news.example.org/lists/7",
        "https://news.example.org/rss.xml",
        "https://elsewhere.example/feed.xml",
        "https://news.example.org/comments/feed/",
    ]
    assert feeds[0].title == "Lorn & Sea"
    assert feeds[-1].is_of_comments
    assert [feed.is_of_comments for feed in feeds].count(True) == 1


@pytest.mark.parametrize(
    "title",
    ["Comments", "Коментарі", "Комментарии", "تعليقات", "Kommentare", "Comentarios", "תגובות"],
)
def test_comments_are_known_in_many_languages(title: str) -> None:
    page = f'<link rel=alternate type={RSS} title="Lorn: {title}" href="/a/feed">'
    assert [feed.is_of_comments for feed in found(page) if not feed.is_guess] == [True]


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/x">RSS</a>',
        '<a href="/x">RSS-лента</a>',
        '<a href="/x">خلاصات RSS</a>',
        '<a href="/x">Flux RSS</a>',
        '<a href="/x">RSS订阅</a>',
        '<a href="/x">フィード</a>',
        '<a href="/x" title="RSS"><img src="i.png"></a>',
        '<a href="/x" aria-label="Subscribe by RSS"></a>',
        '<a href="/x"><i class="fa fa-rss"></i></a>',
        '<a href="/x"><img src="/images/rss.gif"></a>',
        '<a href="/x">Feed</a>',
        '<a href="/x"><b>R</b><!-- -->SS <i>rss</i></a>',
    ],
)
def test_a_link_that_says_so_is_found(link: str) -> None:
    assert named(link) == ["https://news.example.org/x"]


@pytest.mark.parametrize(
    "address",
    [
        "/feed",
        "/feed/",
        "/rss",
        "/atom/",
        "/rss.xml",
        "/news.rss",
        "/blog/atom.xml",
        "/latest/index.xml",
        "/?feed=rss2",
        "/blog?format=rss",
        "/export/all.xml",
        "https://feeds.news.example.org/world",
    ],
)
def test_a_link_that_looks_so_is_found(address: str) -> None:
    assert len(named(f'<a href="{address}">Newest reports</a>')) == 1


@pytest.mark.parametrize(
    "tag",
    [
        '<a href="/2026/feed-prices">Feed prices rise as the drought goes on</a>',
        '<a href="/2026/17">Atom smasher starts again</a>',
        '<a href="/sitemap.xml">Map</a>',
        '<a href="/progress">Progress</a>',
        '<a href="https://feedly.com/i/subscription/feed/https%3A%2F%2Fnews.example.org">RSS</a>',
        '<a href="https://elsewhere.example/about">RSS</a>',
        '<a href="javascript:rss()">RSS</a>',
        '<a href="file:///feed.xml">RSS</a>',
        '<a href="https://desk:pass@news.example.org/feed">RSS</a>',
        f'<link rel=alternate type="{RSS}" href="data:text/xml,x">',
        f'<link rel="alternate stylesheet" type="{RSS}" href="/x">',
        f'<link rel=canonical type="{RSS}" href="/x">',
        '<link rel=alternate hreflang=fr href="/fr/feed/">',
        '<link rel=alternate type="application/json+oembed" href="/oembed">',
        '<link rel=alternate type="application/json" href="/wp-json/wp/v2/pages/1">',
        '<link rel=alternate type="application/activity+json" href="/users/desk">',
        f'<!-- <link rel=alternate type="{RSS}" href="/old"> -->',
        f'<script>a = \'<link rel=alternate type="{RSS}" href="/js">\'</script>',
        "<textarea><a href=/rss>RSS</a></textarea>",
    ],
)
def test_what_is_no_feed_is_not_named(tag: str) -> None:
    assert named(f"<body>{tag}<p>") == []


def test_an_address_is_named_once_by_its_best_reason() -> None:
    page = f"""<a href="http://www.news.example.org/feed/?utm_source=page">RSS</a>
    <link rel=alternate type={RSS} href=/feed>"""
    (feed,) = (f for f in found(page) if "/feed" in f.url and "xml" not in f.url)
    assert feed.url == "https://news.example.org/feed"
    assert "declares" in feed.why


@pytest.mark.parametrize(
    ("url", "page", "first"),
    [
        (URL, '<meta name="generator" content="WordPress 6.5">', "https://news.example.org/feed/"),
        (URL, "<script src=/wp-content/a.js></script>", "https://news.example.org/feed/"),
        ("https://desk.blogspot.com/", "", "https://desk.blogspot.com/feeds/posts/default"),
        (URL, '<meta name=generator content="Ghost 5.8">', "https://news.example.org/rss/"),
        ("https://desk.substack.com/about", "", "https://desk.substack.com/feed"),
        (URL, "<img src=https://substackcdn.com/x.png>", "https://news.example.org/feed"),
        ("https://medium.com/@desk/a-1", "", "https://medium.com/feed/@desk"),
        (URL, "<img src=https://miro.medium.com/x.png>", "https://news.example.org/feed"),
        (URL, "<img src=//static.wixstatic.com/x.png>", "https://news.example.org/blog-feed.xml"),
        (
            "https://news.example.org/blog",
            "<img src=https://static1.squarespace.com/x.png>",
            "https://news.example.org/blog?format=rss",
        ),
        (URL, '<meta name="Generator" content="Drupal 10">', "https://news.example.org/rss.xml"),
        (
            URL,
            '<meta name="generator" content="Hugo 0.120">',
            "https://news.example.org/world/index.xml",
        ),
        (URL, '<meta name="generator" content="Jekyll 4">', "https://news.example.org/feed.xml"),
        (
            "https://social.example.org/@desk",
            '<div id="mastodon">',
            "https://social.example.org/@desk.rss",
        ),
        (
            "https://www.youtube.com/@desk",
            '<script>{"externalId":"UC0123456789abcdefghij-_"}</script>',
            "https://www.youtube.com/feeds/videos.xml?channel_id=UC0123456789abcdefghij-_",
        ),
        (
            "https://news.example.org/world",
            '<meta name="generator" content="Joomla! - Open Source">',
            "https://news.example.org/world?format=feed&type=rss",
        ),
        ("https://desk.tumblr.com/", "", "https://desk.tumblr.com/rss"),
    ],
)
def test_the_system_of_a_site_says_where_its_feed_usually_is(
    url: str, page: str, first: str
) -> None:
    assert guessed(page, url)[0] == first


def test_any_site_may_have_a_feed_at_a_usual_address_of_its_own_host() -> None:
    feeds = found("<p>nothing", "https://news.example.org:8443/a?b")
    assert 0 < len(feeds) <= GUESS_LIMIT
    assert all(feed.is_guess for feed in feeds)
    assert all(feed.url.startswith("https://news.example.org:8443/") for feed in feeds)
    assert guessed("<p>", "https://social.example.org/@desk") == guessed(
        '<p>"/@desk"', "https://social.example.org/@desk"
    )


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "cp1251"])
def test_titles_are_read_in_the_charset_of_the_page(codec: str) -> None:
    declared = "windows-1251" if codec == "cp1251" else codec
    page = f'<meta charset={declared}><link rel=alternate type={RSS} title="Порт" href="/a">'
    assert found(page.encode(codec))[0].title == "Порт"
    assert found(page.encode(codec), content_type=f"text/html; charset={declared}")[0].title == (
        "Порт"
    )


def test_c17_titles_and_reasons_are_clean_text() -> None:
    page = f'<link rel=alternate type="\x1b[2J{RSS}" title="A\u202e\x1b[2J\u200bB" href="/a">'
    (feed, *_) = found(page)
    assert feed.title == "A[2JB"
    assert feed.why.isprintable()
    page = '<a href="/x">RSS\u202e\x1b[2J\n</a>'
    assert found(page)[0].why.isprintable()


MANY = 2 << 20
PATTERNS: dict[str, Callable[[], str]] = {
    "nesting": lambda: "<div>" * 50_000 + '<a href="/feed">RSS</a>' + "</div>" * 50_000,
    "nesting with other ends": lambda: "<div>" * (MANY // 10) + "</p>" * (MANY // 8),
    "links": lambda: "".join(f'<a href="/feed/{n}">RSS</a>' for n in range(MANY // 28)),
    "nested links": lambda: "<a href=x>" * (MANY // 10),
    "tags without end": lambda: "<a " * (MANY // 3),
    "quotes without end": lambda: "<a b='<a b=\"" * (MANY // 12),
    "one tag of attributes": lambda: "<a " + "a=1 " * (MANY // 4),
    "blanks": lambda: "<a href " + " " * MANY,
    "references": lambda: f'<a href="{"&amp;" * (MANY // 5)}">',
    "comments without end": lambda: "<!--" * (MANY // 4),
    "scripts without end": lambda: "<script>" * (MANY // 8),
    "signs": lambda: "<" * MANY,
    "noise": lambda: "".join(random.Random(7).choices("<>/a=\"'!-&; link", k=MANY)),  # noqa: S311 - noise, no secret
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_c16_hostile_pages_end(pattern: str) -> None:
    feeds = found(PATTERNS[pattern]())
    assert len(feeds) <= FOUND_LIMIT
    if pattern == "nesting":
        assert feeds[0].url == "https://news.example.org/feed"


@given(st.binary(max_size=400) | st.text("<>aAlink href=/\"'!-x\n", max_size=400).map(str.encode))
def test_any_bytes_give_http_addresses(page: bytes) -> None:
    assert all(feed.url.startswith(("http://", "https://")) for feed in found(page))


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("feed://a.example/x", "http://a.example/x"),
        ("FEED:https://a.example/x", "https://a.example/x"),
        ("feed:http://a.example/x", "http://a.example/x"),
        ("feed:a.example/x", "http://a.example/x"),
        ("https://a.example/feed:x", "https://a.example/feed:x"),
        ("feed:javascript:alert(1)", None),
        ("feed:", None),
        ("", None),
        (None, None),
    ],
)
def test_the_scheme_of_feed_readers_means_http(written: str | None, url: str | None) -> None:
    assert feed_url(written) == url
