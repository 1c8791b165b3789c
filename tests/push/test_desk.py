"""Whether push is on: settings, the secret, the port, signals, and what `status` says of it."""

import asyncio
import logging
import signal
import socket
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from aggregator.config import Settings
from aggregator.errors import StoreFull
from aggregator.model import HttpUrl
from aggregator.poll.subscription import PUSH_WAIT, SubscriptionState
from aggregator.push.desk import SECRET_VARIABLE
from aggregator.store import reading
from tests.push.hub import Hub
from tests.push.wiring import SECRET, TOPIC, Station, free_port, rss, run, station


async def status(desk: Station) -> object:
    return (await desk.stored(reading.status))["push"]


async def is_listening(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def play(
    folder: Path, scenario: Callable[[Station, Hub], Awaitable[None]], **given: object
) -> None:
    async def work() -> None:
        async with Hub() as hub, station(folder, **given) as desk:
            await desk.announce(hub.url)
            await scenario(desk, hub)

    run(work)


def test_with_an_address_and_a_secret_it_is_on(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        assert await status(desk) == "on; 1 wanted"
        await desk.tick()
        await hub.settle()
        assert await status(desk) == "on; 1 active"

    play(tmp_path, scenario)


def test_without_an_address_it_is_off_and_asks_nobody(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await desk.desk.reconfigure(Settings(websub_port=desk.port))
        await desk.tick()
        assert await status(desk) == "off; 1 wanted"
        assert hub.forms == []
        assert not await is_listening(desk.port)

    play(tmp_path, scenario)


@pytest.mark.parametrize(("secret", "found"), [(None, "not set"), ("x" * 31, "too short")])
def test_without_a_good_secret_it_says_so_once_and_does_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, secret: str | None, found: str
) -> None:
    caplog.set_level(logging.INFO)

    async def scenario(desk: Station, hub: Hub) -> None:
        for _ in range(3):
            await desk.tick()
        assert hub.forms == []
        assert not await is_listening(desk.port)
        said = await status(desk)
        assert str(said).startswith(
            f"unusable: websub_callback is set, but AGGREGATOR_WEBSUB_SECRET is {found}: put"
        )

    play(tmp_path, scenario, environment={SECRET_VARIABLE: secret} if secret else {})
    (line,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert line.getMessage().startswith("push unusable, polling goes on: websub_callback is set")


def test_a_port_that_is_taken_is_tried_again_at_each_tick(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        taken = free_port()
        with closing(socket.create_server(("127.0.0.1", taken))):
            await desk.desk.reconfigure(replace(desk.settings, websub_port=taken))
            for _ in range(3):
                await desk.tick()
            assert str(await status(desk)).startswith(
                f"unusable: cannot listen on 127.0.0.1 port {taken}: "
            )
            assert hub.forms == []
        await desk.tick()
        assert str(await status(desk)).startswith("on; 1 ")
        assert len(hub.forms) == 1

    play(tmp_path, scenario)
    assert caplog.text.count("cannot listen") == 1


def test_a_changed_address_is_followed_and_the_hub_told(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await desk.tick()
        await hub.settle()
        await hub.publish(TOPIC, rss("1 Ferry stopped"))
        before, desk.port = desk.port, free_port()
        await desk.desk.reconfigure(desk.settings)
        assert not await is_listening(before)
        assert await desk.push_wait() is None
        hub.held.clear()
        await desk.tick()
        await hub.settle()
        (held,) = hub.held.values()
        assert held.callback.startswith(f"http://127.0.0.1:{desk.port}/websub/")
        assert await hub.publish(TOPIC, rss("2 Ferry sails")) == [202]

    play(tmp_path, scenario)


@pytest.mark.parametrize("is_closed", [False, True], ids=["goes on", "is closed"])
def test_settings_that_cannot_be_stored_are_followed_once_they_can(
    tmp_path: Path, *, is_closed: bool
) -> None:
    async def scenario(desk: Station, _: Hub) -> None:
        desk.port, desk.is_disk_full = free_port(), True
        with pytest.raises(StoreFull):
            await desk.desk.reconfigure(desk.settings)
        with pytest.raises(StoreFull):
            await desk.tick()
        if is_closed:
            await desk.desk.close()
        desk.is_disk_full = False
        await desk.tick()
        assert await is_listening(desk.port) is not is_closed

    play(tmp_path, scenario)


def test_settings_that_do_not_concern_push_leave_it_alone(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await desk.tick()
        await hub.settle()
        await desk.desk.reconfigure(replace(desk.settings, title="Another title"))
        await desk.tick()
        assert len(hub.forms) == 1
        assert await hub.publish(TOPIC, rss("1 Ferry stopped")) == [202]

    play(tmp_path, scenario)


def test_after_a_restart_subscriptions_go_on_and_feeds_are_polled_at_once(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await desk.tick()
        await hub.settle()
        desk.now = desk.now.replace(minute=1)
        await hub.publish(TOPIC, rss("1 Ferry stopped"))
        assert await desk.push_wait() is not None
        desk.schedule_feed(desk.now + PUSH_WAIT)
        await desk.desk.close()
        assert await desk.push_wait() is None
        await desk.open_desk().open()
        (feed,) = desk.rows("SELECT next_due_at, next_due_reason FROM feeds")
        assert feed == {
            "next_due_at": "2026-03-01T09:01:00Z",
            "next_due_reason": "now: nobody listened to its hub",
        }
        assert await hub.publish(TOPIC, rss("2 Ferry sails")) == [202]
        await desk.tick()
        assert len(hub.forms) == 1

    play(tmp_path, scenario)


def test_another_secret_begins_every_subscription_anew(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        await desk.tick()
        await hub.settle()
        await desk.desk.close()
        desk.environment[SECRET_VARIABLE] = SECRET[::-1]
        await desk.open_desk().open()
        subscription = await desk.subscription()
        assert subscription is not None
        assert subscription.state is SubscriptionState.WANTED
        assert await hub.publish(TOPIC, rss("1 Ferry stopped")) == [404]
        await desk.tick()
        await hub.settle()
        assert len(hub.held) == 2

    play(tmp_path, scenario)


def test_o29_signals_stay_with_the_daemon(tmp_path: Path) -> None:
    def handlers() -> list[object]:
        return [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]

    async def scenario(desk: Station, hub: Hub) -> None:
        await desk.desk.close()
        before = handlers()
        await desk.desk.open()
        await desk.tick()
        await hub.settle()
        assert await hub.publish(TOPIC, rss("1 Ferry stopped")) == [202]
        assert handlers() == before

    play(tmp_path, scenario)


def test_o29_closing_does_not_wait_for_a_hub_that_does_not_answer(tmp_path: Path) -> None:
    async def scenario(desk: Station, _: Hub) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as silent:
            await desk.announce(f"http://127.0.0.1:{silent.getsockname()[1]}/")
            await desk.desk.tick()
            await asyncio.sleep(0.1)
            async with asyncio.timeout(3):
                await desk.desk.close()

    play(tmp_path, scenario)


@pytest.mark.parametrize("host", ["localhost", "::1"])
def test_it_listens_where_the_settings_say(tmp_path: Path, host: str) -> None:
    async def scenario(desk: Station, _: Hub) -> None:
        desk.port = free_port()
        await desk.desk.reconfigure(replace(desk.settings, websub_host=host))
        assert str(await status(desk)).startswith("on;")
        reader, writer = await asyncio.open_connection(host, desk.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 404 ")
        writer.close()

    play(tmp_path, scenario)


def test_an_address_without_a_name_to_it_is_unusable(tmp_path: Path) -> None:
    async def scenario(desk: Station, _: Hub) -> None:
        nowhere = replace(desk.settings, websub_host="no-such-host.invalid")
        await desk.desk.reconfigure(nowhere)
        assert "cannot listen on no-such-host.invalid" in str(await status(desk))

    play(tmp_path, scenario)


def test_the_public_address_is_a_prefix(tmp_path: Path) -> None:
    async def scenario(desk: Station, hub: Hub) -> None:
        public = HttpUrl("https://news.example.org/websub/")
        await desk.desk.reconfigure(replace(desk.settings, websub_callback=public))
        hub.verify = "never"
        await desk.tick()
        assert hub.forms[0]["hub.callback"].startswith("https://news.example.org/websub/")

    play(tmp_path, scenario)
