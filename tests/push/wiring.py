"""The desk as the daemon has it: a real database in a thread of its own, real sockets, a clock."""

import asyncio
import socket
import sqlite3
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, Final, TypeVar

from aggregator.config import Config, Settings
from aggregator.errors import StoreFull
from aggregator.model import (
    Feed,
    FetchRequest,
    FetchResult,
    HttpUrl,
    PlainText,
)
from aggregator.pipeline.polling import read_feed
from aggregator.poll.outcome import PollOutcome
from aggregator.poll.subscription import Subscription, SubscriptionKey, push_wait
from aggregator.poll.websub import Announcement
from aggregator.push import PushDesk
from aggregator.push.desk import SECRET_VARIABLE
from aggregator.store import Store
from aggregator.store.feeds import sync_config
from aggregator.store.subscriptions import follow_poll, subscription_of
from aggregator.text.times import to_text
from aggregator.web.client import WebClient
from aggregator.web.policy import WebPolicy, user_agent
from tests.store.building import poll, request_of
from tests.store.fresh import fresh_store

T = TypeVar("T")

SECRET: Final = "forty characters that nobody could guess"  # noqa: S105 -- of the tests
BEGIN: Final = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
TOPIC: Final = HttpUrl("http://127.0.0.1/courier/feed")
ANY_PORT: Final = WebPolicy(
    user_agent(None),
    allowed_networks=(IPv4Network("127.0.0.0/8"),),
    allowed_ports=tuple(range(1, 1 << 16)),
    host_gap=timedelta(0),
)
NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
COURIER: Final = Feed("courier", PlainText("Harbour Courier"), TOPIC, language="en")


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        return int(found.getsockname()[1])


def rss(*items: str) -> bytes:
    """Return a feed of items, each "number title"."""
    entries = "".join(
        f"<item><guid>{number}</guid><title>{title}</title>"
        f"<link>http://127.0.0.1/courier/{number}</link></item>"
        for number, _, title in (item.partition(" ") for item in items)
    )
    return f"<rss version='2.0'><channel><title>C</title>{entries}</channel></rss>".encode()


@dataclass
class Station:
    """One database with its desk. Time stands still unless a test moves it."""

    path: Path
    port: int
    environment: dict[str, str] = field(default_factory=lambda: {SECRET_VARIABLE: SECRET})
    now: datetime = BEGIN
    before_asking: Callable[[], Awaitable[object]] | None = None
    before_storing: Callable[[], Awaitable[object]] | None = None
    is_disk_full: bool = False
    taken: list[FetchResult] = field(default_factory=list)

    @property
    def prefix(self) -> HttpUrl:
        return HttpUrl(f"http://127.0.0.1:{self.port}/websub/")

    @property
    def settings(self) -> Settings:
        return Settings(websub_callback=self.prefix, websub_port=self.port, feed_limit=100_000)

    def open_desk(self, settings: Settings | None = None) -> PushDesk:
        self._thread = ThreadPoolExecutor(1)
        self.desk = PushDesk(
            settings or self.settings,
            stored=self.stored,
            ask=self._ask,
            pushed=self.take_push,
            now=lambda: self.now,
            environment=self.environment,
        )
        return self.desk

    async def stored(self, function: Callable[..., T], /, *args: object) -> T:
        if self.is_disk_full:
            raise StoreFull(self.path, "disk full")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, partial(function, self.store, *args))

    def open_store(self) -> Store:
        self.store = fresh_store(self.path, self.now)
        sync_config(self.store, Config(Path("feeds.yaml"), Settings(), (COURIER,), ()), self.now)
        return self.store

    async def _ask(self, request: FetchRequest) -> FetchResult:
        if self.before_asking is not None:
            await self.before_asking()
        async with WebClient(ANY_PORT, now=lambda: self.now, ssl_context=NO_TLS) as web:
            return await web.fetch(request)

    async def take_push(self, feed_id: str, result: FetchResult) -> None:
        if self.before_storing is not None:
            await self.before_storing()
        self.taken.append(result)
        read = read_feed(result, "en")
        outcome = PollOutcome(
            feed_id, request_of(COURIER), result, None, read.parsed, read.entries, read.error,
            is_push=True,
        )  # fmt: skip
        await self.stored(poll, outcome, self.now)

    async def announce(self, hub: str | None) -> None:
        """Tell the store what a poll found in the feed."""
        await self.polled(Announcement(TOPIC, HttpUrl(hub) if hub else None))

    async def polled(self, announcement: Announcement | None = None, new_entries: int = 0) -> None:
        """Store what a poll found."""

        def store_poll(store: Store) -> None:
            with store.transaction() as connection:
                held = subscription_of(connection, "courier")
                follow_poll(connection, "courier", held, announcement, new_entries, self.now)

        await self.stored(store_poll)

    async def tick(self) -> None:
        """Tick once, and wait until the hubs have been asked."""
        await self.desk.tick()
        for task in asyncio.all_tasks():
            if task.get_name() == "ask hubs":
                await task

    async def pass_time(self, **span: float) -> None:
        """Let time pass, then tick."""
        self.now += timedelta(**span)
        await self.tick()

    async def subscription(self) -> Subscription | None:
        return await self.stored(lambda store: subscription_of(store.connection, "courier"))

    async def key(self) -> SubscriptionKey:
        subscription = await self.subscription()
        assert subscription is not None
        return subscription.key

    async def push_wait(self, new_entries: int = 0) -> timedelta | None:
        return push_wait(await self.subscription(), new_entries=new_entries, now=self.now)

    def titles(self) -> list[str]:
        return [row["title"] for row in self.rows("SELECT title FROM entries ORDER BY id")]

    def schedule_feed(self, next_due: datetime) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute("UPDATE feeds SET next_due_at = ?", (to_text(next_due),))

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql)]


@asynccontextmanager
async def station(folder: Path, **given: Any) -> AsyncIterator[Station]:
    """Open a database and its desk; both are closed at the end."""
    opened = Station(folder / "news.db", free_port(), **given)
    with opened.open_store():
        await opened.open_desk().open()
        try:
            yield opened
        finally:
            await opened.desk.close()


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Run a test's coroutine function; one that hangs fails instead."""

    async def bounded() -> None:
        async with asyncio.timeout(30):
            await work()

    asyncio.run(bounded())
