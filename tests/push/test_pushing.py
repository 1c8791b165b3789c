"""What a real hub pushes: stored when it is signed, and how polling slows down and takes over."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.model import FetchResult, HttpUrl, Outcome
from aggregator.poll.subscription import PUSH_WAIT
from aggregator.store.feeds import due_feeds
from tests.push.hub import Hub
from tests.push.wiring import TOPIC, Station, rss, run, station

Scenario = Callable[[Station, Hub], Awaitable[None]]

FIRST = rss("1 Ferry stopped")
SECOND = rss("1 Ferry stopped", "2 Ferry sails again")
EDITED = rss("1 Ferry stopped for a day")


def play(folder: Path, scenario: Scenario) -> None:
    """Subscribe a feed at a hub, let a second pass, and go on with `scenario`."""

    async def work() -> None:
        async with Hub() as hub, station(folder) as desk:
            await desk.announce(hub.url)
            await desk.tick()
            await hub.settle()
            desk.now += timedelta(seconds=1)
            await scenario(desk, hub)

    run(work)


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_what_a_hub_pushes_is_stored(tmp_path: Path, method: str) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        assert await hub.publish(TOPIC, SECOND, method=method) == [202]
        assert desk.titles() == ["Ferry stopped", "Ferry sails again"]
        (entry, _) = desk.rows("SELECT url, feed_id FROM entries ORDER BY id")
        assert entry == {"url": "http://127.0.0.1/courier/1", "feed_id": "courier"}
        subscription = await desk.subscription()
        assert subscription is not None
        assert (subscription.pushes, subscription.last_push_at) == (1, desk.now)

    play(tmp_path, scenario)


def test_what_is_not_signed_by_the_hub_is_ignored_and_counted(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        wrong = "a" * 64
        assert await hub.publish(TOPIC, FIRST, secret=wrong) == [202]
        assert await hub.publish(TOPIC, FIRST, method="") == [202]
        assert await hub.publish(TOPIC, FIRST, method="md5") == [202]
        assert desk.titles() == []
        await desk.tick()
        subscription = await desk.subscription()
        assert subscription is not None
        assert (subscription.pushes, subscription.bad_signatures) == (0, 3)
        assert await desk.push_wait() is None

    play(tmp_path, scenario)


def test_a_replay_changes_nothing(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        for body in (FIRST, EDITED):
            assert await hub.publish(TOPIC, body) == [202]
        before = desk.rows("SELECT * FROM entries"), await desk.subscription()
        desk.now += timedelta(hours=1)
        for body in (FIRST, EDITED, FIRST):
            assert await hub.publish(TOPIC, body) == [202]
        assert (desk.rows("SELECT * FROM entries"), await desk.subscription()) == before
        assert desk.titles() == ["Ferry stopped for a day"]

    play(tmp_path, scenario)


def test_a_replay_does_not_keep_polling_slow(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await hub.publish(TOPIC, FIRST)
        desk.now += timedelta(hours=1)
        await desk.polled(new_entries=1)
        desk.now += timedelta(hours=1)
        await hub.publish(TOPIC, FIRST)
        assert await desk.push_wait() is None

    play(tmp_path, scenario)


def test_polling_slows_down_with_the_first_push_and_takes_over_when_push_misses_something(
    tmp_path: Path,
) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        assert await desk.push_wait() is None
        await hub.publish(TOPIC, FIRST)
        assert await desk.push_wait() == PUSH_WAIT
        desk.now += timedelta(hours=6)
        await desk.polled(new_entries=0)
        assert await desk.push_wait() == PUSH_WAIT
        assert await desk.push_wait(new_entries=2) is None
        await desk.polled(new_entries=2)
        desk.now += timedelta(minutes=5)
        assert await desk.push_wait() is None
        await hub.publish(TOPIC, SECOND)
        assert await desk.push_wait() == PUSH_WAIT

    play(tmp_path, scenario)


@pytest.mark.parametrize("trouble", ["denied", "dead", "silent"])
def test_polling_takes_over_at_once_when_the_hub_gives_up(tmp_path: Path, trouble: str) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await hub.publish(TOPIC, FIRST)
        assert await desk.push_wait() == PUSH_WAIT
        desk.schedule_feed(desk.now + PUSH_WAIT)
        assert await desk.stored(due_feeds, desk.now) == []
        if trouble == "denied":
            (held,) = hub.held.values()
            assert await hub.deny(held.callback, TOPIC, "closed") == 200
        else:
            hub.verify = "never"
            if trouble == "dead":
                await hub.die()
            # The lease of ten days is renewed in time for this.
            desk.now += timedelta(days=7)
            desk.schedule_feed(desk.now + PUSH_WAIT)
            await desk.tick()
            await desk.pass_time(hours=1)
        assert [due.feed.id for due in await desk.stored(due_feeds, desk.now)] == ["courier"]
        assert await desk.push_wait() is None

    play(tmp_path, scenario)


def test_without_a_renewal_polling_takes_over_when_the_lease_ends(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await hub.publish(TOPIC, FIRST)
        desk.now += timedelta(days=9, hours=22)
        wait = await desk.push_wait()
        assert wait is not None
        assert wait < timedelta(hours=2)
        desk.now += wait
        assert await desk.push_wait() is None

    play(tmp_path, scenario)


def test_a_push_that_cannot_be_stored_is_asked_for_again(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await desk.stored(lambda store: store.connection.execute("PRAGMA busy_timeout = 10"))
        with closing(sqlite3.connect(desk.path)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert await hub.publish(TOPIC, FIRST) == [503]
            other.rollback()
        assert desk.titles() == []
        assert await hub.publish(TOPIC, FIRST) == [202]
        assert desk.titles() == ["Ferry stopped"]

    play(tmp_path, scenario)


def test_a_push_that_breaks_our_code_harms_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        async def broken() -> None:
            raise ValueError("no such case")

        desk.before_storing = broken
        assert await hub.publish(TOPIC, FIRST) == [503]
        desk.before_storing = None
        assert await hub.publish(TOPIC, SECOND) == [202]
        assert len(desk.titles()) == 2

    play(tmp_path, scenario)
    assert "no such case" in caplog.text


def test_a_push_that_is_being_stored_when_the_daemon_stops_comes_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        desk.before_storing = asyncio.Event().wait
        pushing = asyncio.create_task(hub.publish(TOPIC, FIRST))
        await asyncio.sleep(0.2)
        async with asyncio.timeout(5):
            await desk.desk.close()
        assert await pushing == [503]
        desk.before_storing = None
        await desk.open_desk().open()
        await desk.tick()
        assert await hub.publish(TOPIC, FIRST) == [202]
        assert desk.titles() == ["Ferry stopped"]

    play(tmp_path, scenario)
    assert "Traceback" not in caplog.text


def test_a_push_that_is_no_feed_is_taken_and_brings_nothing(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        for body in (b"", b"<html>gone</html>", b"\xff\x00" * 99):
            assert await hub.publish(TOPIC, body) == [202]
        assert desk.titles() == []

    play(tmp_path, scenario)


def test_a_subscription_that_is_being_ended_takes_nothing_more(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        hub.verify = "never"
        await desk.announce(None)
        await desk.tick()
        assert await hub.publish(TOPIC, FIRST) == [410]
        assert desk.titles() == []

    play(tmp_path, scenario)


def test_a_push_is_a_fetched_feed_without_validators(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await hub.publish(TOPIC, FIRST)
        (result,) = desk.taken
        assert result == FetchResult(
            TOPIC,
            Outcome.FRESH,
            desk.now,
            final_url=TOPIC,
            body=FIRST,
            content_type="application/rss+xml",
            pushed_by=HttpUrl(hub.url),
        )

    play(tmp_path, scenario)
