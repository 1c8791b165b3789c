"""From a web page to the feeds it offers, best first, each with the reason it is named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final
from urllib.parse import urlsplit

from aggregator.model import HttpUrl, PlainText
from aggregator.poll.feed_address import feed_url
from aggregator.poll.page_links import PageLinks, Tag, read_page_links
from aggregator.poll.platforms import usual_addresses
from aggregator.text.clean import plain_line
from aggregator.text.urls import host_of, page_key, registrable_domain

FOUND_LIMIT: Final = 50
"""Feeds of one page that are told; lists of sections are seldom longer."""
GUESS_LIMIT: Final = 6

# As publishers write them: application/rss+xml, application/x.atom+xml, text/rss, ...
_FEED_TYPE: Final = re.compile(r"(?:rss|atom|rdf)(?:\+xml)?\s*(?:;|$)|feed\+json", re.IGNORECASE)
_OTHER_JSON: Final = re.compile(r"/wp-json/|oembed|manifest|\.jsonld\b", re.IGNORECASE)
_FEED_PATH: Final = re.compile(
    r"(?:^|/)(?:feeds?|rss2?|atom|rdf)(?:\.(?:xml|json|php|aspx?|jsp))?(?:/|$)"
    r"|\.(?:rss|atom|rdf)$|(?:rss|feed|atom|index|news)[\w-]*\.xml$",
    re.IGNORECASE,
)
_ANY_XML: Final = re.compile(r"(?<!sitemap)(?<!sitemap_index)(?<!opensearch)\.xml$", re.IGNORECASE)
_FEED_QUERY: Final = re.compile(
    r"(?:^|&)(?:feed|format|type|output|alt|view)=(?:rss|atom|feed|rdf)", re.IGNORECASE
)
_READERS: Final = frozenset(
    "feedly.com inoreader.com netvibes.com newsblur.com theoldreader.com bloglovin.com"
    " add.my.yahoo.com".split()
)
"""Links that subscribe in somebody else's reader lead to no feed."""
_MARK: Final = re.compile(r"(?<![a-z])rss(?![a-z])", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]+")
# What people call it who do not say RSS.
_NAMES: Final = frozenset(
    "newsfeed newsfeeds webfeed рсс фид фиды фід خلاصات خوراک פיד רסס フィード 피드"
    " 订阅源 訂閱源 ฟีด besleme".split()
)
_AMBIGUOUS_NAMES: Final = frozenset({"atom", "feed", "feeds"})
_WORDS_OF_A_LABEL: Final = 5
_WORDS_OF_AN_AMBIGUOUS_LABEL: Final = 2
"""A longer text is a headline, which may well be about feeds, or atoms."""

_COMMENTS: Final = re.compile(
    r"(?:^|[/=])comments?(?:/|$|\.|-)|/replies\b|\b(?:comments?|replies|comentarios"
    r"|comentários|commentaires?|kommentare?|kommentarer|commenti|reacties|komentarze|komentáře"
    r"|yorumlar|комментарии|комментариев|коментарі|коментарів|коментари|komentari)\b"
    r"|تعليقات|نظرات|תגובות|コメント|评论|評論|댓글",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """An address at which a page offers a feed; whether there is one, only asking tells.

    `why` is a phrase for people. `title` is what the page calls it, perhaps "". `is_guess` says
    that the page does not name it: such pages usually have one there. `is_of_comments`: it seems
    to hold what readers say.
    """

    url: HttpUrl
    title: PlainText
    why: str
    is_guess: bool = False
    is_of_comments: bool = False


class _Rank(IntEnum):
    """How much a page's word is worth; the order of the page decides between equals."""

    LINKED = 0
    MENTIONED = 1
    RESEMBLING = 2
    ELSEWHERE = 3
    GUESSED = 4
    COMMENTS = 5


def discover(page: bytes, url: HttpUrl, content_type: str | None) -> tuple[FoundFeed, ...]:
    """Return the feeds that a page at `url` offers, best first, each address once.

    Comes first what the page declares, then links that say or look so, then where such sites
    usually have a feed, and feeds of comments last. `content_type` is the HTTP header. Raises
    nothing, whatever the bytes are: what is no HTML offers only guesses.
    """
    links = read_page_links(page, url, content_type)
    ranked = [*_named(links), *_guessed(links)]
    best: dict[str, FoundFeed] = {}
    for _, found in sorted(ranked, key=lambda each: each[0]):
        best.setdefault(page_key(found.url), found)
    return tuple(best.values())[:FOUND_LIMIT]


def _named(page: PageLinks) -> Iterator[tuple[_Rank, FoundFeed]]:
    for tag in page.tags:
        if tag.name not in {"link", "a"}:
            continue
        url = feed_url(tag.get("href"), page.base)
        if url is None:
            continue
        judged = _linked(tag, url) if tag.name == "link" else _mentioned(tag, url, page)
        if judged is None:
            continue
        rank, why = judged
        title = plain_line(tag.get("title") or tag.text)
        is_of_comments = bool(_COMMENTS.search(f"{url} {title}"))
        yield (
            _Rank.COMMENTS if is_of_comments else rank,
            FoundFeed(url, title, why, is_of_comments=is_of_comments),
        )


def _guessed(page: PageLinks) -> Iterator[tuple[_Rank, FoundFeed]]:
    keys: set[str] = set()
    for url, platform in usual_addresses(page):
        keys.add(page_key(url))
        if len(keys) > GUESS_LIMIT:
            return
        where = f"the usual address of {platform}" if platform else "a usual address of feeds"
        yield _Rank.GUESSED, FoundFeed(url, PlainText(""), where, is_guess=True)


def _linked(tag: Tag, url: HttpUrl) -> tuple[_Rank, str] | None:
    """Judge a <link>: https://html.spec.whatwg.org/#rel-alternate."""
    relations = frozenset(tag.get("rel").lower().split())
    kind = tag.get("type").strip().lower()
    if "stylesheet" in relations or not relations & {"alternate", "feed"}:
        return None
    if _FEED_TYPE.search(kind):
        shown = plain_line(kind.partition(";")[0])
        return _Rank.LINKED, f"the page declares it as its feed ({shown})"
    if "feed" in relations:
        return _Rank.LINKED, 'the page declares it as its feed (rel="feed")'
    if kind.partition(";")[0] == "application/json" and not _OTHER_JSON.search(url):
        return _Rank.RESEMBLING, "the page declares it as JSON, which may be a feed"
    is_translation = tag.get("hreflang") or tag.get("media")
    is_open = kind in {"", "text/xml", "application/xml"} and not is_translation
    if is_open and (_looks_like_one(url) or _is_xml(url)):
        return _Rank.RESEMBLING, "the page declares an address that looks like a feed"
    return None


def _mentioned(tag: Tag, url: HttpUrl, page: PageLinks) -> tuple[_Rank, str] | None:
    host = host_of(url)
    if registrable_domain(host) in _READERS or host in _READERS:
        return None
    says_so, looks_so = _says_so(tag), _looks_like_one(url)
    if not (says_so or looks_so or _is_xml(url)):
        return None
    if not _is_of_the_same_site(host, page.url):
        is_feed = says_so and looks_so
        return (_Rank.ELSEWHERE, "the page links it, on another site") if is_feed else None
    if says_so:
        shown = plain_line(tag.text or tag.get("title") or tag.get("aria-label"), limit=40)
        return (
            _Rank.MENTIONED,
            f'a link says "{shown}"' if shown else "a link has the icon of feeds",
        )
    return _Rank.RESEMBLING, "the page links an address that looks like a feed"


def _says_so(tag: Tag) -> bool:
    length = len(_WORD.findall(tag.text))
    label = f"{tag.text} {tag.get('title')} {tag.get('aria-label')}"
    words = set(_WORD.findall(label.lower()))
    if length <= _WORDS_OF_AN_AMBIGUOUS_LABEL and words & _AMBIGUOUS_NAMES:
        return True
    is_marked = _MARK.search(label) or _MARK.search(tag.marks)
    return length <= _WORDS_OF_A_LABEL and bool(words & _NAMES or is_marked)


def _looks_like_one(url: HttpUrl) -> bool:
    parts = urlsplit(url)
    named_host = (parts.hostname or "").startswith(("feeds.", "feed.", "rss."))
    return bool(named_host or _FEED_PATH.search(parts.path) or _FEED_QUERY.search(parts.query))


def _is_xml(url: HttpUrl) -> bool:
    return bool(_ANY_XML.search(urlsplit(url).path))


def _is_of_the_same_site(host: str, page: HttpUrl) -> bool:
    return registrable_domain(host) in {
        registrable_domain(host_of(page)),
        "feedburner.com",
        "feedburner.google.com",
    }
