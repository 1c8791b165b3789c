"""A clock that is set while the daemon runs, and one that was wrong when it ran before: D26."""

import asyncio
import logging
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aggregator.errors import StoreFull
from aggregator.store import Store
from aggregator.store.clock_steps import step_waits
from aggregator.text.times import from_text
from tests.daemon.living import Clock, give_to_the_scheduler, living, rows, until
from tests.newsroom.room import Newsroom

pytestmark = pytest.mark.timeout(120)

INTERVAL = timedelta(minutes=5)


@pytest.fixture
def folder(tmp_path: Path, room: Newsroom) -> Path:
    text = room.feeds_yaml(
        extract_workers=1,
        poll_tick="1s",
        poll_interval_minimum="5m",
        poll_interval_maximum="5m",
        revisit=False,
    )
    for outlet in room.outlets:
        # Its pages are no matter here, and cost a process.
        text = text.replace(f'id: "{outlet.id}"', f'id: "{outlet.id}"\n    interval: 5m')
    (tmp_path / "feeds.yaml").write_text(
        text.replace('"fulltext": true', '"fulltext": false').replace(
            "fulltext: true", "fulltext: false"
        ),
        encoding="utf-8",
    )
    return tmp_path


def polls(room: Newsroom) -> int:
    paths = {outlet.feed_path for outlet in room.outlets}
    return sum(request.path in paths for request in room.requests)


@pytest.mark.parametrize(
    "hours", [-24, *(pytest.param(each, marks=pytest.mark.slow) for each in (-1, 1, 30 * 24))]
)
def test_d26_the_clock_is_set(
    hours: int,
    folder: Path,
    room: Newsroom,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock()
    give_to_the_scheduler(clock, monkeypatch)
    caplog.set_level(logging.INFO, "aggregator")

    async def run() -> None:
        async with living(folder, clock):
            await until(lambda: polls(room) == 2 and "poll feed=" in caplog.text)
            await until(lambda: rows(folder, "SELECT count(*) FROM polls") == [(2,)])
            clock.is_set(timedelta(hours=hours))
            await until(lambda: "clock set" in caplog.text, 5)
            await until(lambda: rows(folder, "SELECT name FROM troubles") == [("clock",)], 5)
            # Their wait is not over, whatever the clock says.
            await asyncio.sleep(2.5)
            assert polls(room) == 2
            clock.passes(INTERVAL)
            # Two ticks of a clock that nobody sets, and what a busy machine takes.
            await until(lambda: polls(room) == 4, 2 + 5)
            await asyncio.sleep(1.5)
            assert polls(room) == 4
            clock.passes(timedelta(hours=1))
            await until(lambda: polls(room) == 6, 2 + 5)

    asyncio.run(run())
    assert "set back" in caplog.text if hours < 0 else "set forward" in caplog.text
    assert rows(folder, "SELECT * FROM set_aside") == []


def test_d26_a_clock_that_was_ahead_while_an_earlier_daemon_ran(
    folder: Path, room: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "aggregator")
    clock = Clock()
    clock.is_set(timedelta(days=4000))

    async def run(polled: int) -> None:
        async with living(folder, clock):
            await until(lambda: polls(room) == polled)
            await until(lambda: caplog.text.count("poll feed=") == polled)

    asyncio.run(run(2))
    clock.is_set(timedelta(days=-4000))
    clock.passes(INTERVAL)

    async def again() -> None:
        async with living(folder, clock):
            await asyncio.sleep(3)
            # As long as they are waited for when the daemon is started again: not asked at once.
            assert polls(room) == 2
            clock.passes(INTERVAL)
            await until(lambda: polls(room) == 4, 10)

    asyncio.run(again())
    assert "an earlier clock was ahead" in caplog.text


def test_d26_waits_that_cannot_be_moved_at_once_are_moved_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "aggregator")
    (tmp_path / "feeds.yaml").write_text(
        "settings: {poll_tick: 1s, extract_workers: 1}\nconflicts: []\n"
        "feeds: [{name: Pier, url: 'http://127.0.0.1:9/feed'}]\n",
        encoding="utf-8",
    )
    clock = Clock()
    is_full = True

    def without_room(store: Store, before: datetime, after: datetime) -> int:
        if is_full:
            raise StoreFull(store.path, "disk full")
        return step_waits(store, before, after)

    monkeypatch.setattr("aggregator.daemon.watch.step_waits", without_room)

    def due() -> datetime:
        ((text,),) = rows(tmp_path, "SELECT next_due_at FROM feeds")
        return from_text(str(text))

    async def run() -> None:
        nonlocal is_full
        async with living(tmp_path, clock):
            await until(lambda: rows(tmp_path, "SELECT failures FROM feeds") == [(1,)])
            before = due()
            for times in (1, 2):
                clock.is_set(-timedelta(days=1))
                await until(lambda: caplog.text.count("clock set back") == times)  # noqa: B023 -- used at once
                await until(lambda: ("clock",) in rows(tmp_path, "SELECT name FROM troubles"))
            await until(lambda: "clock waits not moved yet" in caplog.text)
            assert due() == before
            is_full = False
            await until(lambda: "clock waits moved=1" in caplog.text, 10)
            assert abs(due() - before + timedelta(days=2)) <= timedelta(seconds=1)

    asyncio.run(run())
    assert caplog.text.count("clock waits moved") == 1


@pytest.mark.slow
def test_d26_another_time_zone_and_its_summer_change_nothing(
    folder: Path, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()

    async def run(polled: int) -> None:
        async with living(folder, clock):
            await until(lambda: polls(room) == polled)
            await asyncio.sleep(1.5)
            assert polls(room) == polled

    import time  # noqa: PLC0415

    asyncio.run(run(2))
    for zone in ("Europe/Berlin", "America/St_Johns"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        asyncio.run(run(2))
    monkeypatch.undo()
    time.tzset()
