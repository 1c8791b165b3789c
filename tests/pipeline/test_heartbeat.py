"""The heartbeat in the database, as those who watch it read it."""

import asyncio
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.errors import StoreFull
from aggregator.pipeline.heartbeat import Heartbeat
from aggregator.pipeline.process_usage import process_usage
from aggregator.store import Store, open_store
from aggregator.store.daemon_state import DaemonState
from aggregator.store.feeds import sync_config
from aggregator.store.heartbeat import daemon_state
from tests.store.building import AGENCY, COURIER, config

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TICK = timedelta(seconds=5)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Desk:
    """A store and a heart that beats into it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = Clock()
        self.writes = 0
        self.is_full = False
        self.under_way: list[str] = []
        self.heart = Heartbeat(stored=self.stored, under_way=lambda: self.under_way, now=self.clock)

    async def stored(self, function: Callable[..., None], *args: object) -> None:
        if self.is_full:
            raise StoreFull(self.store.path, "no room")
        self.writes += 1
        function(self.store, *args)

    def ticks(self, seconds: float) -> None:
        """Let time pass, with a tick every second of it."""
        for _ in range(round(seconds)):
            self.clock.now += timedelta(seconds=1)
            asyncio.run(self.heart.tick(TICK))

    def state(self) -> DaemonState:
        state = daemon_state(self.store.connection)
        assert state is not None
        return state


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_store(tmp_path / "news.db", now=NOON) as store:
        yield Desk(store)


def test_a_beat_says_what_the_daemon_is_and_does(desk: Desk) -> None:
    sync_config(desk.store, config(COURIER, AGENCY), NOON)
    desk.under_way = ["poll courier.example", "scrape 4", "scrape 5", "places all"]
    desk.heart.stage_ended("poll")
    desk.ticks(1)
    state = desk.state()
    assert (state.pid, state.version) == (os.getpid(), "0.1.0")
    assert state.started == state.beat == NOON + timedelta(seconds=1)
    assert (state.stopped, state.tick_seconds) == (None, 5)
    assert state.database_bytes > 100_000
    assert state.log_bytes > 0
    assert (state.disk_free_bytes or 0) > 0
    stages = {stage.stage: stage for stage in state.stages}
    assert list(stages) == ["poll", "scrape", "revisit", "group", "alert"]
    assert (stages["poll"].pending, stages["poll"].waiting_since) == (2, NOON)
    assert (stages["poll"].ended, stages["group"].ended) == (NOON, None)
    assert [stage.under_way for stage in state.stages] == [1, 2, 0, 0, 0]


def test_it_beats_every_half_minute_at_most(desk: Desk) -> None:
    desk.ticks(301)
    assert desk.writes == 11
    assert desk.state().started == NOON + timedelta(seconds=1)


@pytest.mark.parametrize("jump", [-24 * 3600, -3600, 3600, 30 * 24 * 3600])
def test_d26_a_clock_that_jumps_does_not_silence_it(desk: Desk, jump: int) -> None:
    desk.ticks(10)
    desk.clock.now += timedelta(seconds=jump)
    desk.ticks(1)
    assert desk.state().beat == desk.clock.now


def test_a_beat_that_cannot_be_stored_is_told_and_the_next_one_comes(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.is_full = True
    desk.ticks(31)
    assert caplog.messages == [f"heartbeat error={desk.store.path}: no room"] * 2
    desk.is_full = False
    desk.ticks(30)
    assert desk.state().beat == NOON + timedelta(seconds=61)


def test_a_clean_stop_is_kept_until_the_next_start(desk: Desk) -> None:
    desk.ticks(1)
    desk.clock.now += timedelta(minutes=5)
    asyncio.run(desk.heart.stop())
    assert desk.state().stopped == desk.state().beat == desk.clock.now
    Desk(desk.store).ticks(1)
    assert desk.state().stopped is None


def test_what_was_never_a_daemon_stops_without_a_word(desk: Desk) -> None:
    asyncio.run(desk.heart.stop())
    assert daemon_state(desk.store.connection) is None


def test_the_last_end_of_a_stage_outlives_the_daemon(desk: Desk) -> None:
    desk.heart.stage_ended("scrape")
    desk.ticks(1)
    Desk(desk.store).ticks(1)
    assert desk.state().stages[1].ended == NOON


def test_where_the_system_tells_less_less_is_known(tmp_path: Path) -> None:
    here, elsewhere = process_usage(), process_usage(tmp_path)
    assert (here.memory_bytes or 0) > 10 * 2**20
    assert elsewhere.threads == here.threads
    assert elsewhere.open_files is None
    assert elsewhere.memory_bytes is None or elsewhere.memory_bytes > 10 * 2**20
