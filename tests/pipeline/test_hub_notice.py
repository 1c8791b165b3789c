"""A hub on loopback is told when a feed of ours has changed, and only then.

The file is long because which feeds it is told of, when and how often have their tests here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlencode

import pytest

from aggregator.config import Settings, parse
from aggregator.errors import ConfigError
from aggregator.model import FetchRequest, FetchResult, HttpUrl
from aggregator.pipeline.hub_notice import HubNotice
from aggregator.publish.browse.feed_question import read_saved_query
from aggregator.store.published import published_stories
from aggregator.store.saved_filters import asked_by
from aggregator.store.story_filter import StoryFilter
from aggregator.text.urls import http_url
from tests.publish.sample import Desk, fill
from tests.vectors import ADDRESSES, MARKUP, PRETENDING
from tests.web.client_for import client_for, run
from tests.web.hostile_server import Hit, HostileServer, Script, answer

T = TypeVar("T")

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALL_STORIES = "SELECT id, headline FROM stories WHERE merged_into IS NULL"
FEEDS: Final = {
    "feed.atom": StoryFilter(followed_only=True),
    "feed.atom?conflict=highlands": StoryFilter(conflict="highlands"),
    "feed.atom?conflict=velmar": StoryFilter(conflict="velmar"),
    "feed/confirmed.atom": StoryFilter(origins=2),
    "feed/ours.atom": StoryFilter(followed_only=True, origins=2),
    "feed/arabic.atom": StoryFilter(followed_only=True, language="ar"),
}


class Hub:
    """Takes notices; refuses the first `refusals`, and asks for `patience`, in seconds.

    Of addresses in which `barred` stands it wants to hear nothing.
    """

    def __init__(self, refusals: int = 0, patience: int = 0, barred: str = "nothing") -> None:
        self.refusals = refusals
        self.patience = patience
        self.barred = barred
        self.barrings = 0
        self.told: list[dict[str, str]] = []

    def __call__(self, hit: Hit) -> Script:
        if self.refusals:
            self.refusals -= 1
            wait = f"Retry-After: {self.patience}"
            return answer(b"", wait, status="503 Service Unavailable")
        form = dict(parse_qsl(hit.body.decode()))
        if self.barred in form["hub.url"]:
            self.barrings += 1
            return answer(b"", status="400 Bad Request")
        self.told.append(form)
        return answer(b"", status="202 Accepted")


def told_of(hub: Hub) -> set[str]:
    return {form["hub.url"] for form in hub.told}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "news.db", NOW)
    fill(desk)
    yield desk
    desk.store.close()


class Teller:
    """A notice over the real database; `now` moves only when a test moves it."""

    def __init__(self, desk: Desk, ask: Callable[[FetchRequest], Awaitable[FetchResult]]) -> None:
        self.desk = desk
        self.now = NOW
        self.ask = ask
        self.start()

    def start(self) -> None:
        self.notice = HubNotice(stored=self._stored, ask=self.ask, now=lambda: self.now)

    async def _stored(self, function: Callable[..., T], /, *args: object) -> T:
        return function(self.desk.store, *args)

    async def round(self, settings: Settings) -> None:
        self.notice.tell(settings)
        await self.notice.finish()


def play(
    desk: Desk, hub: Hub, scenario: Callable[[Teller, Settings], Awaitable[None]], **more: Any
) -> None:
    """Let a scenario happen with a hub that listens."""

    async def work() -> None:
        async with HostileServer({"/hub": hub}) as server, client_for(server) as web:
            settings = Settings(
                hub=HttpUrl(server.url("/hub")),
                base_url=HttpUrl("https://news.example.org/war/"),
                **more,
            )
            await scenario(Teller(desk, web.fetch), settings)

    run(work())


def tell(desk: Desk, hub: Hub, *changes: str) -> None:
    """Tell the hub once, and again after each change."""

    async def telling(teller: Teller, settings: Settings) -> None:
        for change in ("SELECT 1", *changes):
            desk.change(change)
            await teller.round(settings)

    play(desk, hub, telling)


def name_feed(desk: Desk, name: str, query: str) -> None:
    with desk.store.transaction() as connection:
        connection.execute("INSERT INTO saved_filters VALUES (?, ?, ?, 1)", (name, name, query))


def change_of(desk: Desk, story: int, minute: int) -> None:
    """Let a story change materially."""
    at = f"2026-03-01T12:{minute:02}:00Z"
    with desk.store.transaction() as connection:
        connection.execute("UPDATE stories SET changed_at = ? WHERE id = ?", (at, story))
        connection.execute(
            "INSERT INTO story_changes (story_id, kind, material, changed_at, news)"
            " VALUES (?, 'add', 1, ?, '[]')",
            (story, at),
        )


def test_the_hub_is_told_of_each_feed_in_each_format(desk: Desk) -> None:
    name_feed(desk, "two-sided", "origins=2")
    hub = Hub()
    tell(desk, hub)
    assert hub.told == [
        {"hub.mode": "publish", "hub.url": f"https://news.example.org/war/{feed.format(form)}"}
        for feed in (
            "feed.{}",
            "feed.{}?conflict=highlands",
            "feed.{}?conflict=velmar",
            "feed/confirmed.{}",
            "feed/two-sided.{}",
        )
        for form in ("atom", "rss", "json")
    ]


def test_the_hub_is_told_again_only_of_feeds_that_have_news(desk: Desk) -> None:
    name_feed(desk, "ours", "origins=2")
    name_feed(desk, "arabic", "language=ar")
    stories = {row["headline"]: row["id"] for row in desk.connection.execute(ALL_STORIES)}
    velmar = min(stories.values())
    hub = Hub()

    async def scenario(teller: Teller, settings: Settings) -> None:
        await teller.round(settings)
        hub.told.clear()
        desk.change("UPDATE stories SET article_count = article_count + 1")
        await teller.round(settings)
        assert hub.told == []
        change_of(desk, velmar, 1)
        await teller.round(settings)

    play(desk, hub, scenario)
    told = {each["hub.url"].partition("/war/")[2] for each in hub.told}
    holding = {
        feed
        for feed, wanted in FEEDS.items()
        if velmar in {story.id for story in published_stories(desk.connection, wanted, limit=100)}
    }
    assert {feed for feed in FEEDS if feed in told} == holding
    assert len(told) == 3 * len(holding)
    assert 1 < len(holding) < len(FEEDS)


def test_a_start_tells_the_hub_nothing_that_it_knows(desk: Desk) -> None:
    hub = Hub()

    async def scenario(teller: Teller, settings: Settings) -> None:
        await teller.round(settings)
        count = len(hub.told)
        teller.start()
        await teller.round(settings)
        assert len(hub.told) == count
        # Another address of the feeds is unknown to the hub.
        await teller.round(replace(settings, base_url=HttpUrl("https://other.example/")))
        assert len(hub.told) == 2 * count

    play(desk, hub, scenario)


def test_a_feed_of_a_span_is_told_when_the_hour_takes_a_story_out(desk: Desk) -> None:
    name_feed(desk, "day", "since=24h")
    hub = Hub()

    async def scenario(teller: Teller, settings: Settings) -> None:
        await teller.round(settings)
        hub.told.clear()
        teller.now += timedelta(days=2)
        await teller.round(settings)

    play(desk, hub, scenario)
    assert [each["hub.url"].rpartition("/")[2] for each in hub.told] == [
        "day.atom",
        "day.rss",
        "day.json",
    ]


def test_a_saved_feed_that_cannot_be_served_harms_no_other(desk: Desk) -> None:
    name_feed(desk, "gone", "conflict=atlantis")
    name_feed(desk, "wordless", "q=%3F%3F")
    name_feed(desk, "whole", "")
    hub = Hub()
    tell(desk, hub)
    assert {each["hub.url"].rpartition("/")[2] for each in hub.told} >= {"whole.atom"}
    assert not [each for each in hub.told if "gone" in str(each) or "wordless" in str(each)]


def test_c11_c12_a_hub_gets_addresses_of_ours_whatever_strangers_have_written(desk: Desk) -> None:
    # The names of conflicts and feeds are the user's, and checked; here they are anybody's.
    for number, vector in enumerate([*MARKUP[::16], *ADDRESSES[::8], *PRETENDING[::4]]):
        conflict = desk.conflict(f"{number}{vector[:200]}", vector)
        feed = desk.feed(f"press-{number}", vector)
        desk.story([desk.article(feed, vector, minutes=3)], conflicts=[conflict])
        name_feed(desk, f"saved-{number}", urlencode({"q": f"ferry {vector[:200]}"}))
    hub = Hub()
    tell(desk, hub)
    assert len(hub.told) > 60
    for told in hub.told:
        assert list(told) == ["hub.mode", "hub.url"]
        assert told["hub.url"].startswith("https://news.example.org/war/feed")
        assert told["hub.url"].isascii()
        assert not set(told["hub.url"]) & set(" <>\"'\\\r\n\t")
        assert http_url(told["hub.url"]) is not None


def test_a_hub_that_refuses_is_told_again(desk: Desk) -> None:
    once = Hub()
    tell(desk, once)
    desk.change("DELETE FROM hub_notices")
    hub = Hub(refusals=2)

    async def telling(teller: Teller, settings: Settings) -> None:
        for _ in range(3):
            await teller.round(settings)
            teller.now += timedelta(minutes=1)

    play(desk, hub, telling)
    assert hub.told == once.told


def test_p36_a_hub_that_is_gone_for_a_day_is_asked_ever_more_seldom(desk: Desk) -> None:
    hub = Hub(refusals=10_000)

    async def telling(teller: Teller, settings: Settings) -> None:
        for _ in range(24 * 60):
            await teller.round(settings)
            teller.now += timedelta(minutes=1)
        assert 10 <= 10_000 - hub.refusals <= 24
        hub.refusals = 0
        teller.now += timedelta(hours=2)
        await teller.round(settings)

    play(desk, hub, telling)
    assert hub.told


@pytest.mark.parametrize("ahead", [0, 30])
def test_p36_a_hub_that_asks_for_patience_gets_it_unless_the_clock_was_ahead(
    desk: Desk, ahead: int
) -> None:
    hub = Hub(refusals=1, patience=3600)

    async def telling(teller: Teller, settings: Settings) -> None:
        teller.now += timedelta(days=ahead)
        await teller.round(settings)
        if ahead:
            teller.now -= timedelta(days=ahead)
            await teller.round(settings)
            return
        teller.now += timedelta(minutes=59)
        await teller.round(settings)
        assert hub.told == []
        teller.now += timedelta(minutes=1)
        await teller.round(settings)

    play(desk, hub, telling)
    assert hub.told


def test_a_hub_that_refuses_one_feed_is_told_of_the_others_at_once(desk: Desk) -> None:
    name_feed(desk, "two-sided", "origins=2")
    hub = Hub(barred="conflict=highlands")

    async def telling(teller: Teller, settings: Settings) -> None:
        for minute in range(24 * 60):
            if minute == 300:
                hub.told.clear()
                change_of(desk, 1, 59)
            await teller.round(settings)
            if minute == 300:
                assert "https://news.example.org/war/feed.atom" in told_of(hub)
            teller.now += timedelta(minutes=1)

    play(desk, hub, telling)
    assert 10 <= hub.barrings <= 24
    assert "https://news.example.org/war/feed/two-sided.atom" in told_of(hub)


def test_a_hub_that_hangs_holds_nobody_up(desk: Desk) -> None:
    async def hang(_: object) -> FetchResult:
        await asyncio.Event().wait()
        raise AssertionError

    async def telling() -> None:
        settings = Settings(
            hub=HttpUrl("https://hub.example/"), base_url=HttpUrl("https://news.example.org/")
        )
        teller = Teller(desk, hang)
        teller.notice.tell(settings)
        await asyncio.sleep(0)
        teller.notice.tell(settings)
        async with asyncio.timeout(5):
            await teller.notice.close()

    asyncio.run(telling())


@pytest.mark.parametrize(
    "options",
    [
        "",
        "    conflict: velmar\n",
        "    place: Port Velmar\n    words: grain ship\n",
        '    words: "\'grain ship\' \\"off the\\" coast"\n',
        "    language: uk\n    country: UA\n    kind: state media\n",
        "    outlets: 3\n    origins: 2\n    one_sided: true\n    since: 3d\n    all: true\n",
        "    since: 90m\n    all: true\n",
    ],
)
def test_the_hub_is_told_of_what_the_address_serves(options: str) -> None:
    text = (
        "feeds: []\nconflicts: [{name: Velmar, keywords: [Velmar]}]\n"
        f"saved_feeds:\n  - name: A\n{options}"
    )
    (saved,) = parse(text, Path("feeds.yaml")).saved_feeds
    served = read_saved_query(saved.query)
    assert asked_by(saved.query) == (served.wanted, served.span)


def test_a_hub_without_an_address_of_the_feed_is_a_mistake() -> None:
    text = "settings:\n  hub: https://hub.example.org/\nfeeds: []\nconflicts: []\n"
    with pytest.raises(ConfigError, match="hub needs base_url"):
        parse(text, Path("feeds.yaml"))
