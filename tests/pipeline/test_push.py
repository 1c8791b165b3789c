"""What hubs push, through the pipeline that polls the same feeds."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from aggregator.config import Config, Settings
from aggregator.errors import StoreError
from aggregator.model import Feed, FetchResult, HttpUrl, Outcome, PlainText
from aggregator.pipeline.cycle import Pipeline
from aggregator.poll.subscription import PUSH_WAIT, asked, verified
from aggregator.store import Store, open_store
from aggregator.store.subscriptions import apply_push, change, subscription_of
from tests.push.wiring import rss
from tests.web.client_for import client_for
from tests.web.hostile_server import HostileServer, answer

BEGIN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
HUB = "http://127.0.0.1:9/hub"


class Desk:
    """A pipeline over one feed that names a hub, with a clock of its own."""

    pipeline: Pipeline

    def __init__(self, path: Path, server: HostileServer) -> None:
        self.path = path
        self.server = server
        self.now = BEGIN

    @property
    def url(self) -> HttpUrl:
        return HttpUrl(self.server.url("/feed"))

    def publish(self, *items: str) -> None:
        """Let the feed hold these items, and name its hub."""
        named = f"<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='hub' href='{HUB}'/>"
        self.server.routes["/feed"] = answer(
            rss(*items).replace(b"<item>", named.encode() + b"<item>", 1)
        )

    async def poll(self, after: timedelta = timedelta(0)) -> None:
        self.now += after
        await self.pipeline.poll_due()

    async def push(self, *items: str) -> None:
        await self.pipeline.take_push(
            "courier",
            FetchResult(self.url, Outcome.FRESH, self.now, final_url=self.url, body=rss(*items)),
        )

    async def rely_on_the_hub(self) -> None:
        """Have the hub verify the subscription, and push once."""

        def work(store: Store) -> None:
            held = subscription_of(store.connection, "courier")
            assert held is not None
            change(store, held.key, partial(asked, callback="here", now=self.now), self.now)
            lease = timedelta(days=9)
            change(store, held.key, partial(verified, lease=lease, now=self.now), self.now)
            self.now += timedelta(seconds=1)
            apply_push(store, held.key, "digest", self.now)

        await self.pipeline.stored(work)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(sql).fetchall()

    def next_due(self) -> timedelta:
        ((text,),) = self.rows("SELECT next_due_at FROM feeds")
        return datetime.fromisoformat(str(text)) - self.now


def play(folder: Path, scenario: Callable[[Desk], Awaitable[None]]) -> None:
    async def work() -> None:
        async with HostileServer() as server, client_for(server) as web:
            desk = Desk(folder / "news.db", server)
            feed = Feed("courier", PlainText("Harbour Courier"), desk.url, fulltext=False)
            config = Config(folder / "feeds.yaml", Settings(extract_workers=1), (feed,), ())
            desk.publish("1 Ferry stopped")
            async with Pipeline(
                config, lambda: open_store(desk.path, now=desk.now), web, lambda: desk.now
            ) as desk.pipeline:
                async with asyncio.timeout(40):
                    await scenario(desk)

    asyncio.run(work())


def test_a_poll_finds_the_hub_of_a_feed(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.poll()
        assert desk.rows("SELECT feed_id, topic, hub, state FROM subscriptions") == [
            ("courier", desk.url, HUB, "wanted")
        ]

    play(tmp_path, scenario)


def test_polls_become_rare_while_the_hub_pushes_and_frequent_when_it_misses_something(
    tmp_path: Path,
) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.poll()
        await desk.rely_on_the_hub()
        await desk.poll(after=timedelta(hours=1))
        assert desk.next_due() == PUSH_WAIT
        ((reason,),) = desk.rows("SELECT next_due_reason FROM feeds")
        assert reason == "in 6 h: its hub sends what is new"
        desk.publish("1 Ferry stopped", "2 Ferry sails")
        await desk.poll(after=PUSH_WAIT)
        assert desk.next_due() <= timedelta(hours=1)

    play(tmp_path, scenario)


def test_a_push_is_stored_and_says_nothing_of_the_document_or_the_next_poll(
    tmp_path: Path,
) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.push("1 Ferry stopped")
        assert desk.rows("SELECT title FROM entries") == [("Ferry stopped",)]
        await desk.poll()
        said = "etag, body_hash, failures, last_outcome, last_error, next_due_at, next_due_reason"
        before = desk.rows(f"SELECT {said} FROM feeds")
        desk.now += timedelta(minutes=1)
        await desk.push("2 Ferry sails")
        await desk.push()
        assert len(desk.rows("SELECT id FROM articles")) == 2
        assert desk.rows(f"SELECT {said} FROM feeds") == before
        desk.publish("1 Ferry stopped", "2 Ferry sails")
        await desk.poll(after=timedelta(hours=2))
        ((new,),) = desk.rows("SELECT entries_new FROM polls ORDER BY id DESC LIMIT 1")
        assert new == 0

    play(tmp_path, scenario)


def test_a_push_that_cannot_be_stored_is_not_acknowledged(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.poll()
        await desk.pipeline.stored(lambda s: s.connection.execute("PRAGMA busy_timeout = 10"))
        with closing(sqlite3.connect(desk.path)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="holds the lock"):
                await desk.push("2 Ferry sails")
            other.rollback()
        await desk.push("2 Ferry sails")
        assert len(desk.rows("SELECT id FROM entries")) == 2

    play(tmp_path, scenario)


def test_a_push_for_a_feed_that_is_not_listed_is_dropped(tmp_path: Path) -> None:
    async def scenario(desk: Desk) -> None:
        await desk.pipeline.take_push(
            "nobody", FetchResult(desk.url, Outcome.FRESH, desk.now, body=rss("1 Ferry stopped"))
        )
        assert desk.rows("SELECT id FROM entries") == []

    play(tmp_path, scenario)
