"""A feed names the hub if, and only if, the hub is told of it under that very address."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from datasette.app import Datasette
from lxml import etree

from aggregator.pipeline.hub_notice import addresses_of
from aggregator.store.hub_notices import first_page, our_feeds
from tests.publish.conftest import Browsing
from tests.publish.sample import Desk
from tests.publish.validity.atom import NS

HUB, BASE = "https://hub.example.org/", "https://news.example.org"
SETTINGS = {"hub": HUB, "base_url": BASE, "entries": 2}


@pytest.fixture
def with_hub(runner: asyncio.Runner, desk: Desk, stories: dict[str, int]) -> Iterator[Browsing]:
    assert stories
    config = {"plugins": {"aggregator": SETTINGS}}
    browsing = Browsing(runner, Datasette([str(desk.path)], metadata=config))
    yield browsing
    browsing.close()


def links(document: bytes) -> dict[str, str]:
    """Return the relations of an Atom feed, each with where it leads."""
    feed = etree.fromstring(document)
    return {str(link.get("rel")): str(link.get("href")) for link in feed.iterfind(f"{NS}link")}


def test_what_the_hub_is_told_of_names_it_under_the_same_address(
    with_hub: Browsing, desk: Desk
) -> None:
    _, feeds = our_feeds(desk.store, datetime.now(UTC))
    pages = [first_page(desk.store, feed, 2, "") for feed in feeds]
    assert len(pages) == 4
    for page in pages:
        atom, rss, json = addresses_of(page, BASE)
        told = links(with_hub.get(atom.removeprefix(BASE)).content)
        assert (told.get("hub"), told["self"]) == (HUB, atom)
        rendered = with_hub.get(rss.removeprefix(BASE)).text.replace("&amp;", "&")
        assert f'rel="hub" href="{HUB}"' in rendered
        assert f'href="{rss}"' in rendered
        document = with_hub.get(json.removeprefix(BASE)).json()
        assert document["hubs"] == [{"type": "WebSub", "url": HUB}]
        assert document["feed_url"] == json


@pytest.mark.parametrize(
    "query", ["all=1", "conflict=velmar&origins=2", "q=grain", "language=ar", "story=1"]
)
def test_a_feed_of_any_other_filter_names_no_hub(with_hub: Browsing, query: str) -> None:
    assert "hub" not in links(with_hub.get(f"/feed.atom?{query}").content)


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.atom?conflict=velmar"])
def test_a_further_page_names_no_hub(with_hub: Browsing, path: str) -> None:
    following = links(with_hub.get(path).content)["next"]
    assert "hub" not in links(with_hub.get(following.removeprefix(BASE)).content)


def test_without_a_hub_none_is_named(browsing: Browsing) -> None:
    assert "hub" not in links(browsing.get("/feed/confirmed.atom").content)
