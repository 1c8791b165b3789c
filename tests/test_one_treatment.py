"""An address means the same wherever it is met: in feeds.yaml, lists, feeds, markup, redirects."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from bs4 import BeautifulSoup

from aggregator.config import parse as parse_config
from aggregator.errors import AddressRefused, ConfigError, FetchError
from aggregator.model import HttpUrl
from aggregator.poll.opml import read_opml
from aggregator.poll.parse import parse
from aggregator.text.clean import safe_html
from aggregator.text.urls import http_url
from aggregator.web.answer import Answer, redirect_target
from tests.vectors import ADDRESSES

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
BASES = [HttpUrl("https://press.example/w/"), HttpUrl("http://press.example/w/")]
SLASHES = [
    "https:///press.example/x", "http:////press.example/x", "HTTPS:///press.example", "https:///x",
    "https:/press.example/x", "https:press.example/x", "https:?x", "//press.example/x",
    "///press.example/x", "//", "///",
]  # fmt: skip
SPELLINGS = [address for address in (*ADDRESSES, *SLASHES) if len(address) < 5000]
SCHEME_ALONE = {"http:", "http://", "https:///", "https:?x"}
IN_XML = [
    address
    for address in SPELLINGS
    # XML has neither the controls nor, in attributes, tabs and line breaks; feedparser reads
    # references a second time.
    if address.isprintable() and "&" not in address
]


def in_rss(address: str, base: HttpUrl) -> set[str | None]:
    document = (
        f"<rss version='2.0'><channel><title>T</title><item><title>T</title>"
        f"<link>{escape(address)}</link><enclosure url={quoteattr(address)} type='image/png'/>"
        "</item></channel></rss>"
    )
    entry = parse(document.encode(), url=base, content_type=None, now=NOW).entries[0]
    return {entry.url, entry.image.url if entry.image else None}


def in_atom(address: str, base: HttpUrl) -> set[str | None]:
    document = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title><entry><id>urn:x:1</id>"
        f"<title>T</title><link href={quoteattr(address)}/></entry></feed>"
    )
    return {parse(document.encode(), url=base, content_type=None, now=NOW).entries[0].url}


def in_broken_rss(address: str, base: HttpUrl) -> set[str | None]:
    document = f"<rss><channel><item><title>T</p><link>{escape(address)}</link></item>"
    return {parse(document.encode(), url=base, content_type=None, now=NOW).entries[0].url}


def in_json(address: str, base: HttpUrl) -> set[str | None]:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "T",
        "items": [{"id": "1", "title": "T", "url": address, "image": address}],
    }
    body = json.dumps(document).encode()
    entry = parse(body, url=base, content_type=None, now=NOW).entries[0]
    return {entry.url, entry.image.url if entry.image else None}


def in_markup(address: str, base: HttpUrl) -> set[str | None]:
    link = BeautifulSoup(safe_html(f"<a href={quoteattr(address)}>x</a>", base), "lxml").a
    assert link is not None
    target = link.get("href")
    return {None if target is None else str(target)}


def in_redirect(address: str, base: HttpUrl) -> set[str | None]:
    answer = Answer(302, (("location", address),))
    try:
        return {redirect_target(base, answer)}
    except (AddressRefused, FetchError):
        return {None}


def in_config(address: str) -> HttpUrl | None:
    text = f"feeds:\n  - name: Press\n    url: {json.dumps(address)}\nconflicts: []\n"
    try:
        return parse_config(text, Path("feeds.yaml")).feeds[0].url
    except ConfigError:
        return None


def in_opml(address: str) -> HttpUrl | None:
    outline = f"<outline type='rss' text='T' xmlUrl={quoteattr(address)}/>"
    feeds = read_opml(f"<opml version='2.0'><body>{outline}</body></opml>".encode())
    return feeds[0].url if feeds else None


@pytest.mark.parametrize("way", [in_rss, in_atom, in_broken_rss])
def test_c12_each_spelling_means_the_same_in_every_feed(
    way: Callable[[str, HttpUrl], set[str | None]],
) -> None:
    for base in BASES:
        for address in IN_XML:
            assert way(address, base) == {http_url(address, base)}, address


def test_c12_each_spelling_means_the_same_in_json() -> None:
    for base in BASES:
        for address in SPELLINGS:
            assert in_json(address, base) == {http_url(address, base)}, address


def test_c12_each_spelling_means_the_same_in_markup() -> None:
    for base in BASES:
        for address in IN_XML:
            # The sanitiser takes a link to nothing away; elsewhere it is the page itself.
            target = None if address in SCHEME_ALONE else http_url(address, base)
            assert in_markup(address, base) == {target}, address


def test_c12_a_redirect_leads_where_a_link_would() -> None:
    for base in BASES:
        for address in SPELLINGS:
            target = http_url(address, base)
            is_downgrade = base.startswith("https:") and (target or "").startswith("http:")
            assert in_redirect(address, base) == {None if is_downgrade else target}, address


def test_c12_each_spelling_means_the_same_in_feeds_yaml_and_lists() -> None:
    for address in SPELLINGS:
        assert in_config(address) == http_url(address), address
    for address in IN_XML:
        # "feed:" is how browsers hand an address to a reader, and so written in lists.
        wanted = address.removeprefix("feed:")
        assert in_opml(address) == http_url(wanted), address


@pytest.mark.parametrize("base", [None, *BASES])
def test_c12_more_slashes_than_two_are_two_as_in_browsers(base: HttpUrl | None) -> None:
    assert http_url("https:///press.example/x", base) == "https://press.example/x"
    assert http_url("HTTP://///Press.Example", base) == "http://press.example/"
    assert http_url("https://a.example/https:///b", base) == "https://a.example/https:///b"
