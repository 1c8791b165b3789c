"""Subscriptions at a real hub: asked for, verified, renewed, refused, ended.

The file is long because each thing that a hub may do has its test here.
"""

import logging
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from aggregator.config import Config, Settings
from aggregator.poll.subscription import PUSH_WAIT, SubscriptionState
from aggregator.store.feeds import due_feeds, sync_config
from aggregator.store.subscriptions import all_subscriptions
from tests.push.hub import CHALLENGE, Hub, Verification
from tests.push.wiring import BEGIN, COURIER, SECRET, TOPIC, Station, rss, run, station

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Scenario = Callable[[Station, Hub], Awaitable[None]]


def play(folder: Path, scenario: Scenario, hub: Hub | None = None) -> None:
    """Let a feed announce a hub to a desk that listens, then go on with `scenario`."""

    async def work() -> None:
        async with hub or Hub() as opened, station(folder) as desk:
            await desk.announce(opened.url)
            await scenario(desk, opened)

    run(work)


async def subscribed(desk: Station, hub: Hub) -> None:
    await desk.tick()
    await hub.settle()


async def state(desk: Station) -> SubscriptionState | None:
    subscription = await desk.subscription()
    return subscription.state if subscription else None


async def no_subscription_is_left(desk: Station) -> bool:
    return await desk.stored(all_subscriptions) == []


def test_a_hub_is_asked_and_its_question_answered(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await subscribed(desk, hub)
        (form,) = hub.forms
        assert form["hub.topic"] == TOPIC
        assert form["hub.callback"].startswith(f"http://127.0.0.1:{desk.port}/websub/")
        assert hub.verifications == [Verification("subscribe", 200, CHALLENGE)]
        assert await state(desk) is SubscriptionState.ACTIVE
        await desk.tick()
        assert len(hub.forms) == 1

    play(tmp_path, scenario)


def test_a_hub_may_ask_before_it_answers(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await desk.tick()
        assert len(hub.verifications) == 1
        assert await state(desk) is SubscriptionState.ACTIVE

    play(tmp_path, scenario, Hub(verify="before"))


def test_a_hub_that_verifies_and_then_fails_has_verified(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await desk.tick()
        assert len(hub.verifications) == 1
        assert await state(desk) is SubscriptionState.ACTIVE

    play(tmp_path, scenario, Hub(verify="before", status="500 Internal Server Error"))


@pytest.mark.parametrize("hub", [Hub(topic="http://127.0.0.1/other"), Hub(lease="for ever")])
def test_a_question_about_something_else_is_not_found(tmp_path: Path, hub: Hub) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await subscribed(desk, hub)
        assert hub.verifications == [Verification("subscribe", 404, "")]
        assert await state(desk) is SubscriptionState.REQUESTED

    play(tmp_path, scenario, hub)


def test_a_lease_is_renewed_before_its_end(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await subscribed(desk, hub)
        ends: list[datetime] = []
        for _ in range(72):
            await desk.pass_time(hours=1)
            await hub.settle()
            subscription = await desk.subscription()
            assert subscription is not None
            assert subscription.is_live(desk.now)
            assert subscription.lease_ends_at is not None
            ends.append(subscription.lease_ends_at)
        assert 5 <= len(hub.forms) <= 6
        assert ends == sorted(ends)
        assert len({form["hub.callback"] for form in hub.forms}) == 1

    play(tmp_path, scenario, Hub(lease=str(86_400)))


def test_a_hub_that_never_verifies_is_asked_ever_later(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        times: list[datetime] = []
        for _ in range(24 * 4 * 3):
            asked = len(hub.forms)
            await desk.pass_time(minutes=15)
            if len(hub.forms) > asked:
                times.append(desk.now)
        waits = [later - earlier for earlier, later in pairwise(times)]
        # An hour of patience, then the wait: 1, 2, 4, 8, 16 and 24 hours, less a tenth at most.
        assert [round(wait / HOUR) for wait in waits[:4]] == [2, 3, 5, 9]
        subscription = await desk.subscription()
        assert subscription is not None
        assert subscription.last_error == "the hub took the request and did not verify it"

    play(tmp_path, scenario, Hub(verify="never"))


def test_a_hub_in_trouble_is_asked_again_and_recovers(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await desk.tick()
        assert await state(desk) is SubscriptionState.FAILED
        await desk.pass_time(minutes=50)
        assert len(hub.forms) == 1
        hub.status = "202 Accepted"
        await desk.pass_time(minutes=10)
        await hub.settle()
        assert await state(desk) is SubscriptionState.ACTIVE

    play(tmp_path, scenario, Hub(status="503 Service Unavailable"))


def test_a_dead_hub_harms_nobody(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await hub.die()
        await desk.tick()
        subscription = await desk.subscription()
        assert subscription is not None
        assert subscription.state is SubscriptionState.FAILED
        assert subscription.last_error is not None
        assert "127.0.0.1" in subscription.last_error
        assert await desk.push_wait() is None

    play(tmp_path, scenario)


def test_a_refusal_is_kept_with_its_reason_and_respected(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await subscribed(desk, hub)
        subscription = await desk.subscription()
        assert subscription is not None
        assert subscription.state is SubscriptionState.DENIED
        assert subscription.last_error == "denied by the hub: members only"
        await desk.pass_time(days=6)
        assert len(hub.forms) == 1
        await desk.pass_time(days=1)
        assert len(hub.forms) == 2

    play(tmp_path, scenario, Hub(denial="members only"))


def test_a_feed_that_is_removed_is_ended_at_its_hub(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await subscribed(desk, hub)
        await desk.stored(sync_config, Config(Path("feeds.yaml"), Settings(), (), ()), BEGIN)
        await subscribed(desk, hub)
        assert [form["hub.mode"] for form in hub.forms] == ["subscribe", "unsubscribe"]
        assert hub.held == {}
        assert await no_subscription_is_left(desk)

    play(tmp_path, scenario)


def test_a_feed_with_another_id_is_pushed_to_on_and_polled_meanwhile(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await subscribed(desk, hub)
        await desk.pass_time(seconds=1)
        assert await hub.publish(TOPIC, rss("1 Ferry stopped")) == [202]
        desk.schedule_feed(desk.now + PUSH_WAIT)
        renamed = replace(COURIER, id="harbour")
        config = Config(Path("feeds.yaml"), Settings(), (renamed,), ())
        await desk.stored(sync_config, config, desk.now)
        await desk.pass_time(seconds=30)
        await hub.settle()
        assert [due.feed.id for due in await desk.stored(due_feeds, desk.now)] == ["harbour"]
        assert 202 in await hub.publish(TOPIC, rss("2 Ferry sails again"))
        assert desk.titles() == ["Ferry stopped", "Ferry sails again"]

    play(tmp_path, scenario)


@pytest.mark.parametrize("verify", ["never", "dead"])
def test_the_end_is_asked_for_once_whatever_the_hub_does(tmp_path: Path, verify: str) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await subscribed(desk, hub)
        if verify == "dead":
            await hub.die()
        hub.verify = verify
        await desk.announce(None)
        for _ in range(5):
            await desk.pass_time(hours=1)
        assert len(hub.forms) == (1 if verify == "dead" else 2)
        assert await no_subscription_is_left(desk)

    play(tmp_path, scenario)


def test_another_hub_takes_over(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await subscribed(desk, hub)
        async with Hub() as successor:
            await desk.announce(successor.url)
            await desk.tick()
            await hub.settle()
            await successor.settle()
            assert hub.held == {}
            (held,) = successor.held.values()
            assert held.callback not in {form["hub.callback"] for form in hub.forms}
            assert held.secret not in {form.get("hub.secret") for form in hub.forms}
        assert await state(desk) is SubscriptionState.ACTIVE

    play(tmp_path, scenario)


def test_a_question_that_cannot_be_stored_is_not_answered_and_asked_for_again(
    tmp_path: Path,
) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await desk.stored(lambda store: store.connection.execute("PRAGMA busy_timeout = 10"))
        hub.delay = 0.2
        await desk.tick()
        with closing(sqlite3.connect(desk.path)) as other:
            other.execute("BEGIN IMMEDIATE")
            await hub.settle()
            assert hub.verifications == [Verification("subscribe", 404, "")]
            other.rollback()
        await desk.pass_time(hours=1)
        await desk.pass_time(hours=1)
        await hub.settle()
        assert await state(desk) is SubscriptionState.ACTIVE

    play(tmp_path, scenario)


def test_a_busy_database_and_a_bug_harm_one_round_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        async def broken() -> None:
            raise ValueError("no such case")

        desk.before_asking = broken
        await desk.tick()
        desk.before_asking = None
        assert await state(desk) is SubscriptionState.REQUESTED
        await desk.stored(lambda store: store.connection.execute("PRAGMA busy_timeout = 10"))
        desk.now += timedelta(hours=1)
        with closing(sqlite3.connect(desk.path)) as other:
            other.execute("BEGIN IMMEDIATE")
            await desk.tick()
            other.rollback()
        await desk.tick()
        await desk.pass_time(hours=1)
        await hub.settle()
        assert await state(desk) is SubscriptionState.ACTIVE

    play(tmp_path, scenario)
    assert "no such case" in caplog.text
    assert "another process holds the lock" in caplog.text


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def test_no_secret_is_in_the_database_or_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def scenario(desk: Station, hub: Hub) -> None:
        await subscribed(desk, hub)
        await hub.publish(TOPIC, b"no feed")
        await hub.publish(TOPIC, b"no feed", secret="wrong")  # noqa: S106 -- a wrong one
        await desk.tick()
        (held,) = hub.held.values()
        secrets = [SECRET, held.secret, held.callback.rpartition("/")[2]]
        logged = "\n".join(
            record.getMessage() for record in caplog.records if record.name.startswith("aggregator")
        )
        stored = everything_in(tmp_path)
        assert "asked=subscribe" in logged
        assert b"courier" in stored
        for secret in secrets:
            assert secret not in logged
            assert secret.encode() not in stored

    play(tmp_path, scenario)
