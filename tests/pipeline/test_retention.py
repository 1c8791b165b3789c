"""The daemon forgets between its other work: a few steps at a time, an hour between two looks."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from aggregator.config import Config
from aggregator.config.keep import Keep
from aggregator.errors import StoreBusy
from aggregator.model import Trouble
from aggregator.pipeline.grouping import StoryStage
from aggregator.pipeline.retention import LOOK_EVERY, TOO_LARGE, Retention
from aggregator.pipeline.trouble_desk import TroubleDesk
from aggregator.store import Store
from aggregator.store.daily_counts import count_next_day
from aggregator.store.feeds import sync_config
from aggregator.store.kept import kept
from aggregator.store.poll_retention import ALWAYS_KEPT
from tests.store.building import (
    COURIER,
    NOW,
    config,
    entry,
    failed_outcome,
    group_all,
    poll,
    poll_outcome,
)
from tests.store.fresh import fresh_store

T = TypeVar("T")

WINDOW = timedelta(days=7)


@dataclass(slots=True)
class Desk:
    """A store with its grouper, and a clock that is set by hand."""

    store: Store
    clock: datetime = NOW
    calls: int = 0
    fails: list[Exception] = field(default_factory=list)

    async def stored(self, function: Callable[..., T], /, *args: object) -> T:
        self.calls += 1
        if self.fails:
            raise self.fails.pop()
        return function(self.store, *args)

    def now(self) -> datetime:
        return self.clock

    def report(
        self, number: int, moment: datetime, *, source: str = "courier", is_dated: bool = True
    ) -> None:
        new = replace(entry(number, host=source), published=moment if is_dated else None)
        poll(self.store, poll_outcome(COURIER, new), moment)
        with self.store.transaction() as connection:
            connection.execute("UPDATE articles SET scrape_due_at = NULL, version = 1")
        group_all(self.store, now=moment)

    def retention(self) -> Retention:
        while count_next_day(self.store, self.clock):
            pass
        troubles = TroubleDesk(stored=self.stored, now=self.now)
        return Retention(
            StoryStage(self.store, (), WINDOW), stored=self.stored, troubles=troubles, now=self.now
        )

    def ids(self) -> list[int]:
        rows = self.store.connection.execute("SELECT id FROM articles ORDER BY id")
        return [row[0] for row in rows]

    def troubles(self) -> list[str]:
        return [row[0] for row in self.store.connection.execute("SELECT name FROM troubles")]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with fresh_store(tmp_path / "news.db", NOW) as store:
        sync_config(store, config(COURIER), NOW)
        yield Desk(store)


def keeping(keep: Keep) -> Config:
    return replace(config(COURIER), keep=keep)


def test_what_is_older_than_the_policy_goes_and_the_rest_stays(desk: Desk) -> None:
    for number, days in enumerate((0, 100, 200), 1):
        desk.report(number, NOW + timedelta(days=days))
    desk.clock = NOW + timedelta(days=200)
    asyncio.run(desk.retention().work(keeping(Keep())))
    assert desk.ids() == [1, 2, 3]
    asyncio.run(desk.retention().work(keeping(Keep(articles=timedelta(days=150)))))
    assert desk.ids() == [2, 3]


def test_what_the_grouper_holds_is_never_forgotten(desk: Desk) -> None:
    """A report of long ago that was grouped today is in the memory of the grouper."""
    desk.report(1, NOW)
    desk.report(2, NOW + timedelta(days=200))
    with desk.store.transaction() as connection:
        connection.execute("UPDATE story_members SET joined_at = '2026-09-17T09:00:00Z'")
    desk.clock = NOW + timedelta(days=200)
    retention = desk.retention()
    with desk.store.transaction() as connection:
        connection.execute("UPDATE story_members SET joined_at = '2026-03-01T09:00:00Z'")
    asyncio.run(retention.work(keeping(Keep(articles=timedelta(days=30)))))
    assert desk.ids() == [1, 2]


def test_the_next_look_is_an_hour_later_and_a_new_policy_is_followed_at_once(desk: Desk) -> None:
    desk.report(1, NOW)
    desk.report(2, NOW + timedelta(days=200))
    desk.clock = NOW + timedelta(days=200)
    retention = desk.retention()
    with asyncio.Runner() as runner:
        runner.run(retention.work(keeping(Keep())))
        calls = desk.calls
        runner.run(retention.work(keeping(Keep())))
        assert desk.calls == calls
        desk.clock += LOOK_EVERY
        runner.run(retention.work(keeping(Keep())))
        assert desk.calls > calls
        runner.run(retention.work(keeping(Keep(articles=timedelta(days=90)))))
    assert desk.ids() == [2]


def test_d26_a_clock_that_is_ahead_makes_nothing_old(desk: Desk, tmp_path: Path) -> None:
    for day in range(0, 140, 20):
        desk.report(day, NOW + timedelta(days=day))
        desk.report(day + 1, NOW + timedelta(days=day), source="agency")
    for minute in range(ALWAYS_KEPT + 5):
        poll(desk.store, failed_outcome(COURIER), NOW + timedelta(minutes=minute))
    folder = tmp_path / "news-archive"
    folder.mkdir()
    answers = [folder / f"news-{day}-00001.warc.gz" for day in ("20260601", "20260702")]
    ahead = desk.clock = NOW + timedelta(days=140 + 366)
    for path in [*answers, folder / f"news-{ahead:%Y%m%d}-00001.warc.gz"]:
        path.write_bytes(b"")
    for number, source in ((900, "courier"), (901, "agency")):
        desk.report(number, ahead, source=source, is_dated=False)
    before = desk.ids()
    keep = Keep(articles=timedelta(days=180), polls=timedelta(days=180), archive=timedelta(days=90))
    polls = "SELECT count(*) FROM polls"
    (count,) = desk.store.connection.execute(polls).fetchone()
    assert kept(desk.store.connection, keep, WINDOW, ahead).stories == 0
    asyncio.run(desk.retention().work(keeping(keep)))
    assert desk.ids() == before
    assert desk.store.connection.execute(polls).fetchone()[0] == count
    assert all(path.exists() for path in answers)


def test_only_so_many_steps_follow_one_grouping(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aggregator.store.retention.STORIES_LOOKED_AT", 1)
    monkeypatch.setattr("aggregator.pipeline.retention.STEPS_AT_ONCE", 3)
    for number in range(1, 6):
        desk.report(number, NOW)
    desk.report(99, NOW + timedelta(days=200))
    desk.clock = NOW + timedelta(days=200)
    retention = desk.retention()
    keep = keeping(Keep(articles=timedelta(days=90)))
    with asyncio.Runner() as runner:
        runner.run(retention.work(keep))
        assert 2 <= len(desk.ids()) <= 4
        runner.run(retention.work(keep))
    assert len(desk.ids()) == 1


def test_what_fails_comes_again(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.report(1, NOW)
    desk.report(2, NOW + timedelta(days=200))
    desk.clock = NOW + timedelta(days=200)
    retention = desk.retention()
    keep = keeping(Keep(articles=timedelta(days=90)))
    desk.fails.append(StoreBusy(desk.store.path, "held"))
    with asyncio.Runner() as runner:
        runner.run(retention.work(keep))
        assert desk.ids() == [1, 2]
        assert "keep error=" in caplog.text
        desk.clock += LOOK_EVERY
        runner.run(retention.work(keep))
    assert desk.ids() == [2]


def test_too_large_a_database_lets_the_oldest_go_and_says_when_none_may(desk: Desk) -> None:
    for number, days in enumerate((0, 100, 200), 1):
        desk.report(number, NOW + timedelta(days=days))
    desk.clock = NOW + timedelta(days=200)
    retention = desk.retention()
    with asyncio.Runner() as runner:
        runner.run(retention.work(keeping(Keep(database_size=1))))
        assert desk.ids() == [3]
        assert desk.troubles() == [TOO_LARGE]
        runner.run(retention.work(keeping(Keep(database_size=1 << 40))))
    assert desk.troubles() == []


def test_a_story_that_cannot_go_keeps_no_other(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    for number in (1, 2, 3):
        desk.report(number, NOW + timedelta(days=number))
    desk.report(4, NOW + timedelta(days=300))
    desk.clock = NOW + timedelta(days=300)
    with desk.store.transaction() as connection:
        connection.execute(
            "CREATE TRIGGER torn BEFORE DELETE ON articles WHEN old.id = 2"
            " BEGIN SELECT raise(ABORT, 'torn'); END"
        )
    asyncio.run(desk.retention().work(keeping(Keep(articles=timedelta(days=180)))))
    assert desk.ids() == [2, 4]
    assert "keep story=2 stays error=torn" in caplog.text


def test_a_trouble_whose_end_could_not_be_stored_ends_later(desk: Desk) -> None:
    troubles = TroubleDesk(stored=desk.stored, now=desk.now)
    with asyncio.Runner() as runner:
        runner.run(troubles.begin(Trouble("disk full", "no room", "free some")))
        desk.fails.append(StoreBusy(desk.store.path, "held"))
        runner.run(troubles.end("disk full"))
        assert desk.troubles() == ["disk full"]
        assert not troubles.names
        runner.run(troubles.settle())
    assert desk.troubles() == []
