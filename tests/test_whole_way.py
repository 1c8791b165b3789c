"""Hostile feeds through the whole way, from bytes to everything that leaves us.

Each vector is title, summary, content, author, category, link, picture and source of an entry of
its own feed, and stands in the page behind it. What comes out is read by parsers that are not ours.
"""

import asyncio
import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

import pytest
from bs4 import BeautifulSoup
from datasette.app import Datasette
from lxml import etree

import aggregator
from aggregator.config import Config, Settings
from aggregator.model import Feed, FetchResult, HttpUrl, Outcome
from aggregator.poll.outcome import HashedEntry, PollOutcome
from aggregator.poll.parse import entry_hash, parse
from aggregator.publish.export.columns import report_columns
from aggregator.publish.export.csv_table import csv_table
from aggregator.store.feeds import sync_config
from aggregator.store.outcomes import PageOutcome
from aggregator.store.pages import apply_page, pending_pages
from aggregator.text.clean import plain_line
from aggregator.text.tame import ALLOWED_ATTRIBUTES, ALLOWED_TAGS
from tests.publish.conftest import CONFIGURED, Browsing
from tests.publish.read_pages import assert_nothing_runs
from tests.publish.reader_client import API
from tests.store.building import CONFLICT, NOW, group_all, poll, request_of
from tests.store.fresh import fresh_store
from tests.vectors import ADDRESSES, MARKUP, PRETENDING

SHARE = 10
SHARES = [
    pytest.param(share, marks=() if share == NOW.month % SHARE else pytest.mark.slow)
    for share in range(SHARE)
]
ATTRIBUTES = frozenset().union(*ALLOWED_ATTRIBUTES.values(), {"rel"})
FILLER = "The pilot boats stayed in the harbour until the wind had turned. " * 8
INVISIBLE = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x1B, 0]))


def document(text: str, address: str, number: int) -> bytes:
    """Return a feed that says `text` and `address` wherever it can."""
    said, link = escape(text), escape(address)
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:media="http://search.yahoo.com/mrss/"'
        f"><channel><title>{said}</title><link>{link}</link><item>"
        f"<guid isPermaLink='false'>{number}</guid><title>Report {number}: {said}</title>"
        f"<link>{link}</link><comments>{link}</comments><author>{escape(text[:400])}</author>"
        f"<category>{said}</category><source url={quoteattr(address)}>{said}</source>"
        f"<enclosure url={quoteattr(address)} type='image/png'/>"
        f"<media:content url={quoteattr(address)} medium='image'/>"
        f"<description>{said} {escape(FILLER)}</description>"
        f"<content:encoded>{escape(f'<p>{FILLER}</p><a href={quoteattr(address)}>x</a>')}"
        f"{escape(f'<img src={quoteattr(address)}>')}{said}</content:encoded></item></channel>"
        "</rss>"
    ).encode("utf-8", "replace")


def page(text: str, address: str) -> bytes:
    attribute = quoteattr(text)
    return (
        f"<html><head><meta name=author content={attribute}><meta property=og:title"
        f" content={attribute}><meta property=og:image content={quoteattr(address)}></head><body>"
        f"<article><h1>{escape(text)}</h1><p>{FILLER}</p><p>{text}</p><p>{FILLER}</p></article>"
    ).encode("utf-8", "replace")


@contextmanager
def published(folder: Path, told: Sequence[tuple[str, str]]) -> Iterator[tuple[Path, Browsing]]:
    """Take a feed for each (text, address) in, and yield the database and the pages on it."""
    feeds = tuple(
        Feed(
            f"press-{number}",
            plain_line(text) or plain_line("Press"),
            HttpUrl(f"https://press-{number}.example/feed"),
        )
        for number, (text, _) in enumerate(told)
    )
    path = folder / "news.db"
    with fresh_store(path, NOW) as store:
        store.connection.execute("PRAGMA synchronous = OFF")
        sync_config(store, Config(Path("feeds.yaml"), Settings(), feeds, (CONFLICT,)), NOW)
        for number, (feed, (text, address)) in enumerate(zip(feeds, told, strict=True)):
            body = document(text, address, number)
            parsed = parse(body, url=feed.url, content_type=None, now=NOW)
            result = FetchResult(feed.url, Outcome.FRESH, NOW, 200, feed.url, body=body)
            hashed = tuple(HashedEntry(entry, entry_hash(entry)) for entry in parsed.entries)
            outcome = PollOutcome(
                feed.id, request_of(feed), result, str(number), parsed, hashed, None
            )
            assert poll(store, outcome).new == 1, text
        for pending in pending_pages(store, NOW, len(told)):
            text, address = told[int(pending.feed.id.partition("-")[2])]
            url = pending.entry.url or pending.feed.url
            article = aggregator.extract(page(text, address), url, hint=pending.entry, now=NOW)
            apply_page(store, PageOutcome(pending.article_id, article, 0, None), NOW)
        group_all(store)
    with asyncio.Runner() as runner:
        browsing = Browsing(runner, Datasette([str(path)], metadata=CONFIGURED))
        yield path, browsing
        browsing.close()


def assert_plain(markup: str, base: str = "http://localhost") -> None:
    """Assert that markup has no element, attribute or address but those of our list."""
    for parser in ("lxml", "html.parser"):
        for element in BeautifulSoup(markup, parser).find_all(True):
            if element.name in {"html", "body"} and parser == "lxml":
                continue
            assert element.name in ALLOWED_TAGS, markup
            assert set(element.attrs) <= ATTRIBUTES, markup
            for name in ("href", "src"):
                assert_web(str(element.get(name, base)))


def assert_web(address: str) -> None:
    assert address.startswith(("https://", "http://")), address
    assert "evil.example" not in address.partition("?")[0].split("/")[2], address


def strings(value: Any, under: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text in a JSON document with the name that it stands under."""
    if isinstance(value, str):
        yield under, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from strings(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, under)


ADDRESS_NAMES = frozenset({"url", "external_url", "image", "home_page_url", "feed_url", "href"})


def assert_json(text: str) -> None:
    """Assert that a JSON document is strict, and that what it says is plain."""

    def refused(constant: str) -> None:
        pytest.fail(f"{constant} is no JSON")

    for name, said in strings(json.loads(text, parse_constant=refused)):
        assert not INVISIBLE & set(said), (name, said)
        if name in ADDRESS_NAMES and said:
            assert_web(said)
        if name in {"content_html", "content"}:
            assert_plain(said)


def assert_xml(document_bytes: bytes) -> None:
    root = etree.fromstring(document_bytes, etree.XMLParser(resolve_entities=False))
    for element in root.iter():
        for name, value in element.attrib.items():
            if str(name) in {"href", "url", "src", "htmlUrl", "xmlUrl"}:
                assert_web(str(value))
        said = element.text or ""
        assert not INVISIBLE & set(said)
        if element.get("type") == "html" or str(element.tag).endswith(("encoded", "description")):
            assert_plain(said)
        if str(element.tag).rpartition("}")[2] in {"link", "comments", "uri"} and said.strip():
            assert_web(said.strip())


def check(path: Path, browsing: Browsing, count: int) -> None:
    """Assert that nothing which leaves us is anything but text and plain markup."""
    for name in ("/feed.atom", "/feed.rss", "/feed.opml"):
        assert_xml(browsing.get(f"{name}?all=1").content)
    stream = f"{API}/stream/contents/user/-/state/com.google/reading-list?n=200"
    for name in ("/feed.json", "/map.json", "/feeds.json", "/sources.json", "/conflicts.json",
                 "/numbers.json", "/.json", stream, f"{API}/subscription/list"):  # fmt: skip
        assert_json(browsing.get(name).text)
    items = json.loads(browsing.get("/feed.json?all=1").text)["items"]
    assert len(items) == min(count, 100)
    for number in range(1, count + 1):
        for kind in ("story", "article"):
            shown = browsing.get(f"/{kind}/{number}")
            assert shown.status_code == 200
            found = BeautifulSoup(shown.text, "html.parser")
            assert_nothing_runs(found)
            for link in found.select("main a[href^=http]"):
                assert_web(str(link["href"]))
    for name in ("/", "/?all=1", "/feeds", "/sources", "/search?q=report", "/map", "/numbers",
                 "/conflicts", "/feeds/press-0"):  # fmt: skip
        assert_nothing_runs(BeautifulSoup(browsing.get(name).text, "html.parser"))
    records = list(aggregator.export(path, "reports", with_text=True))
    assert len(records) == count
    for record in records:
        # Some spellings of nonsense name a host to a browser too; that is an address of the web.
        if record["url"] is not None:
            assert_web(str(record["url"]))
        assert not INVISIBLE & set(json.dumps(record, ensure_ascii=False))
    table = b"".join(csv_table(report_columns(with_text=True), records)).decode()
    for row in csv.reader(io.StringIO(table, newline="")):
        assert not [cell for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("share", SHARES)
def test_c11_no_active_markup_leaves_in_any_field_of_any_document(
    share: int, tmp_path: Path
) -> None:
    told = [
        (vector, f"https://press-{number}.example/{number}?said={quote(vector[:200])}")
        for number, vector in enumerate(MARKUP[share::SHARE])
    ]
    with published(tmp_path, told) as (path, browsing):
        check(path, browsing, len(told))


@pytest.mark.timeout(300)
def test_c12_c17_ghsa_44pq_9929_f8mq_no_other_scheme_and_no_pretending_text_survives(
    tmp_path: Path,
) -> None:
    texts = [PRETENDING[number % len(PRETENDING)] for number in range(len(ADDRESSES))]
    with published(tmp_path, list(zip(texts, ADDRESSES, strict=True))) as (path, browsing):
        check(path, browsing, len(ADDRESSES))


def test_c12_relative_addresses_are_resolved_against_the_feed(tmp_path: Path) -> None:
    told = [
        ("Ferry stopped", address) for address in ("../a", "/a", "a?b=1", "//press-3.example/a")
    ]
    with published(tmp_path, told) as (path, _):
        found = {str(record["url"]) for record in aggregator.export(path, "reports")}
    assert found == {
        "https://press-0.example/a",
        "https://press-1.example/a",
        "https://press-2.example/a?b=1",
        "https://press-3.example/a",
    }
