"""A daemon in the process of the test, over a clock of its own and a real newsroom."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.config import load
from aggregator.daemon import Daemon


class Clock:
    """A wall clock that can be set, and one that only runs; `passes` moves both."""

    def __init__(self) -> None:
        self._wall = timedelta(0)
        self._passed = timedelta(0)
        self._began = datetime.now(UTC)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._passed + self._wall

    def running(self) -> float:
        return (datetime.now(UTC) - self._began + self._passed).total_seconds()

    def passes(self, span: timedelta) -> None:
        self._passed += span

    def is_set(self, span: timedelta) -> None:
        self._wall += span


def give_to_the_scheduler(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let APScheduler, which asks the system, see this clock."""

    class Clocked(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # one clock, UTC
            assert tz is UTC
            return clock.now()

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Clocked)


@asynccontextmanager
async def living(folder: Path, clock: Clock) -> AsyncIterator[Daemon]:
    """Run a daemon over `folder`, in which there is a feeds.yaml."""
    daemon = Daemon(
        load(folder / "feeds.yaml"),
        folder / "news.db",
        serve=False,
        now=clock.now,
        running=clock.running,
    )
    task = asyncio.create_task(daemon.run())
    try:
        yield daemon
    finally:
        daemon.stop()
        await asyncio.wait_for(task, 30)


async def until(condition: Callable[[], bool], seconds: float = 40) -> None:
    """Wait for a condition; fail when it never holds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 -- what is waited for sets no event
            await asyncio.sleep(0.05)


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    """Return what a query finds in the database, nothing while there is none."""
    if not (folder / "news.db").exists():
        return []
    uri = f"{(folder / 'news.db').as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        try:
            return list(connection.execute(sql))
        except sqlite3.OperationalError:
            return []
