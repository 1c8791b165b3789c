"""A hub on loopback is told when the merged feed has changed, and only then."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from aggregator.config import Settings, parse
from aggregator.errors import ConfigError
from aggregator.model import HttpUrl
from aggregator.pipeline.hub_notice import HubNotice, positions_of_feed
from tests.publish.sample import Desk, fill
from tests.web.client_for import client_for, run
from tests.web.hostile_server import Hit, HostileServer, Script, answer


class Hub:
    """Takes notices; refuses the first `refusals` of them."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.told: list[dict[str, str]] = []

    def __call__(self, hit: Hit) -> Script:
        if self.refusals:
            self.refusals -= 1
            return answer(b"", status="503 Service Unavailable")
        self.told.append(dict(parse_qsl(hit.body.decode())))
        return answer(b"", status="202 Accepted")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "news.db", datetime(2026, 3, 1, 12, tzinfo=UTC))
    fill(desk)
    yield desk
    desk.store.close()


def tell(desk: Desk, hub: Hub, *changes: str) -> None:
    """Tell the hub once, and again after each change."""

    async def telling() -> None:
        async with HostileServer({"/hub": hub}) as server, client_for(server) as web:
            settings = Settings(
                hub=HttpUrl(server.url("/hub")), base_url=HttpUrl("https://news.example.org/war/")
            )
            notice = HubNotice(web.fetch)
            for change in ("SELECT 1", *changes):
                desk.change(change)
                notice.tell(settings, positions_of_feed(desk.store, settings))
                await notice.finish()

    run(telling())


def test_the_hub_is_told_of_each_format(desk: Desk) -> None:
    hub = Hub()
    tell(desk, hub)
    assert hub.told == [
        {"hub.mode": "publish", "hub.url": f"https://news.example.org/war/feed.{form}"}
        for form in ("atom", "rss", "json")
    ]


def test_the_hub_is_told_again_only_of_news(desk: Desk) -> None:
    hub = Hub()
    copy = "UPDATE stories SET article_count = article_count + 1"
    news = "UPDATE stories SET changed_at = '2026-03-01T11:59:00Z' WHERE id = 1"
    tell(desk, hub, copy, copy)
    assert len(hub.told) == 3
    tell(desk, hub := Hub(), copy, news)
    assert len(hub.told) == 6


def test_a_hub_that_refuses_is_told_at_the_next_round(desk: Desk) -> None:
    hub = Hub(refusals=2)
    tell(desk, hub, "SELECT 1", "SELECT 1")
    assert len(hub.told) == 3


def test_a_hub_that_hangs_holds_nobody_up(desk: Desk) -> None:
    async def hang(_: object) -> None:
        await asyncio.Event().wait()

    async def telling() -> None:
        notice = HubNotice(hang)  # type: ignore[arg-type]  # it never answers
        settings = Settings(
            hub=HttpUrl("https://hub.example/"), base_url=HttpUrl("https://news.example.org/")
        )
        notice.tell(settings, positions_of_feed(desk.store, settings))
        await asyncio.sleep(0)
        notice.tell(settings, [])
        async with asyncio.timeout(5):
            await notice.close()

    asyncio.run(telling())


def test_a_hub_without_an_address_of_the_feed_is_a_mistake() -> None:
    text = "settings:\n  hub: https://hub.example.org/\nfeeds: []\nconflicts: []\n"
    with pytest.raises(ConfigError, match="hub needs base_url"):
        parse(text, Path("feeds.yaml"))
