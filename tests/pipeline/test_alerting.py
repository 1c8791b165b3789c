"""Alerts on their way to real receivers on loopback: signed, repeated, never lost or doubled.

The file is long because each way and each trouble on it has its test here.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any, TypeVar

import pytest

from aggregator.config import Config, Settings
from aggregator.config.alert_rules import (
    Alerting,
    AlertRule,
    Conditions,
    Digest,
    MailSecurity,
    MailServer,
    Period,
    PushTopic,
    Webhook,
)
from aggregator.errors import StoreBusy
from aggregator.model import HttpUrl
from aggregator.pipeline import alerting
from aggregator.pipeline.alerting import AlertDesk
from aggregator.publish.alerts.webhook import signature
from aggregator.store import Store, open_store
from aggregator.store.feeds import sync_config
from tests.publish.alerts.telling import HOSTILE
from tests.store.building import AGENCY, CONFLICT, COURIER, NOW
from tests.store.building import config as feeds_config
from tests.store.telling import Telling
from tests.web.client_for import client_for, run
from tests.web.hostile_server import HANG_UP, Hit, HostileServer, Script, answer
from tests.web.mail_server import MailServer as RunningMailServer

T = TypeVar("T")

SECRET = "a secret of more than sixteen bytes"  # noqa: S105 -- of the tests
ENVIRONMENT = {"HOOK_SECRET": SECRET, "NTFY_TOKEN": "tk_1"}
EVERYTHING = Conditions(least_outlets=1)


@dataclass
class Receiver:
    """A webhook that verifies each message and takes it, after `failing` scripts of trouble."""

    failing: list[Script] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, hit: Hit) -> Script:
        key, timestamp, signed = (
            (hit.header(f"webhook-{name}") or b"").decode()
            for name in ("id", "timestamp", "signature")
        )
        assert signed == signature(SECRET.encode(), key, int(timestamp), hit.body)
        assert hit.header("idempotency-key") == key.encode()
        body = json.loads(hit.body)
        assert body["key"] == key
        self.tried.append(key)
        if self.failing:
            return self.failing.pop(0)
        self.taken.append(body)
        return answer(b"")


@dataclass
class Bureau:
    """A desk over a real database and a real client, both of which can be closed and opened."""

    path: Path
    alerting: Alerting
    server: HostileServer
    telling: Telling
    desk: AlertDesk
    environment: dict[str, str]

    async def round(self, **later: float) -> None:
        """Let time pass, do one round, and wait for its end."""
        self.telling.pass_time(**later)
        await self.desk.tick()
        await self.desk.finish()

    def rows(self, columns: str = "state, attempts, last_error") -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in self.telling.rows(columns)]


@asynccontextmanager
async def bureau(
    path: Path,
    alerting: Alerting,
    server: HostileServer,
    *,
    environment: dict[str, str] | None = None,
    **policy: Any,
) -> AsyncIterator[Bureau]:
    store = open_store(path, now=NOW)
    environment = ENVIRONMENT if environment is None else environment

    async def stored(function: Callable[..., T], /, *args: object) -> T:
        return function(store, *args)

    with store:
        sync_config(store, feeds_config(COURIER, AGENCY), NOW)
        telling = Telling(store)
        async with client_for(server, **policy) as web:
            config = Config(
                Path("feeds.yaml"), Settings(title="Lorn watch"), (), (CONFLICT,), alerting=alerting
            )
            desk = AlertDesk(
                config, stored=stored, ask=web.fetch, now=lambda: telling.now,
                environment=environment,
            )  # fmt: skip
            await desk.open()
            try:
                yield Bureau(path, alerting, server, telling, desk, environment)
            finally:
                await desk.close()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what a server or a thread does; `play` bounds it."""
    while not condition():  # noqa: ASYNC110 -- the other side has no event to wait for
        await asyncio.sleep(0.01)


def hook(server: HostileServer, name: str = "All", **rule: Any) -> AlertRule:
    webhook = Webhook(HttpUrl(server.url("/hook")), "${HOOK_SECRET}")
    return AlertRule(name=name, conditions=EVERYTHING, webhook=webhook, **rule)


def play(
    folder: Path,
    scenario: Callable[[HostileServer, Receiver, Path], Awaitable[None]],
    *failing: Script,
) -> None:
    async def work() -> None:
        receiver = Receiver(list(failing))
        async with HostileServer({"/hook": receiver}) as server:
            await scenario(server, receiver, folder / "news.db")

    run(work())


def test_a_webhook_gets_each_change_once_signed(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        async with bureau(path, Alerting(None, (hook(server),)), server) as at:
            first = at.telling.report()
            await at.round()
            await at.round()
            at.telling.pass_time(minutes=5)
            at.telling.report(story=first)
            await at.round()
            await at.round(hours=30)
            assert [body["stories"][0]["outlets"] for body in receiver.taken] == [1, 2]
            assert at.rows() == [("sent", 1, None)] * 2
            body = receiver.taken[0]
            assert (body["kind"], body["name"]) == ("alert", "All")
            assert body["stories"][0]["reports"][0]["outlet"] == "Harbour Courier"

    play(tmp_path, scenario)


def test_after_failures_and_a_restart_it_arrives_once_with_the_same_key(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        alerting = Alerting(None, (hook(server),))
        async with bureau(path, alerting, server) as at:
            at.telling.report()
            await at.round()
            assert at.rows() == [("pending", 1, "HTTP 500 Internal Server Error")]
            await at.round(seconds=29)
            assert len(receiver.tried) == 1
            await at.round(seconds=1)
            assert len(receiver.tried) == 2
        async with bureau(path, alerting, server) as at:
            await at.round(minutes=2)
            await at.round(minutes=2)
            assert at.rows("state, attempts") == [("sent", 3)]
        assert len(receiver.taken) == 1
        assert len(set(receiver.tried)) == 1

    play(tmp_path, scenario, answer(status="500 Internal Server Error"), (HANG_UP,))


def test_ended_while_it_was_being_sent_it_is_sent_again_with_the_same_key(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        alerting = Alerting(None, (hook(server),))
        async with bureau(path, alerting, server) as at:
            at.telling.report()
            await at.desk.tick()
            await until(lambda: bool(receiver.tried))
            await at.desk.close()
            assert at.rows("state, attempts") == [("pending", 1)]
        async with bureau(path, alerting, server) as at:
            await at.round(seconds=30)
            assert at.rows("state, attempts") == [("sent", 2)]
        assert len(receiver.tried) == 2
        assert len(set(receiver.tried)) == 1

    play(tmp_path, scenario, (60.0,))


def test_what_was_sent_is_forgotten_a_month_later_and_never_sent_again(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        alerting = Alerting(None, (hook(server),))
        async with bureau(path, alerting, server) as at:
            second = [at.telling.report(), at.telling.report()][1]
            await at.round()
            await at.round(days=31)
            assert at.rows() == []
            await at.desk.close()
            await at.desk.open()
            await at.round()
            at.telling.report(story=second)
            await at.round()
            await at.round()
            assert at.rows("story_id, state") == [(second, "sent")]
        assert [body["stories"][0]["id"] for body in receiver.taken] == [1, 2, 2]

    play(tmp_path, scenario)


def test_o33_what_breaks_every_alert_is_set_aside_for_an_hour_and_then_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def broken(*_: object) -> int:
        tries.append("alert")
        raise ValueError("a bug in what decides")

    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        async with bureau(path, Alerting(None, (hook(server),)), server) as at:
            at.telling.report()
            with monkeypatch.context() as patched:
                patched.setattr(alerting, "decide", broken)
                await at.round()
                await at.round(minutes=59)
                assert len(tries) == 1
                (row,) = at.telling.store.connection.execute("SELECT * FROM set_aside")
                assert tuple(row)[:3] == ("alert", "every alert", 1)
                assert "a bug in what decides" in row["error"]
                await at.round(minutes=1)
                assert len(tries) == 2
            await at.round(hours=2)
            assert len(receiver.taken) == 1
            assert not list(at.telling.store.connection.execute("SELECT * FROM set_aside"))

    play(tmp_path, scenario)


def test_a_receiver_that_asks_for_patience_gets_it(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        async with bureau(path, Alerting(None, (hook(server),)), server) as at:
            at.telling.report()
            await at.round()
            await at.round(minutes=59)
            assert len(receiver.tried) == 1
            await at.round(minutes=1)
            assert len(receiver.taken) == 1

    play(tmp_path, scenario, answer(b"", "Retry-After: 3600", status="503 Busy"))


def test_a_receiver_that_asks_for_patience_gets_it_for_all_that_waits(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        async with bureau(path, Alerting(None, (hook(server),)), server) as at:
            for _ in range(5):
                at.telling.report()
            for _ in range(59):
                await at.round(minutes=1)
            assert len(receiver.tried) == 1
            await at.round(minutes=2)
            assert [body["stories"][0]["id"] for body in receiver.taken] == [1, 2, 3, 4, 5]

    play(tmp_path, scenario, answer(b"", "Retry-After: 3600", status="429 Too Many Requests"))


def test_a_receiver_that_never_takes_it_is_given_up_after_a_day_visibly(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        async with bureau(path, Alerting(None, (hook(server),)), server) as at:
            at.telling.report()
            for _ in range(30):
                await at.round(hours=2)
            ((state, attempts, error),) = at.rows()
            assert (state, error) == ("failed", "HTTP 404 Not Found")
            assert attempts == len(receiver.tried) == 13

    play(tmp_path, scenario, *[answer(status="404 Not Found")] * 50)


def test_a_receiver_that_does_not_answer_keeps_no_other_waiting(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        server.routes["/mute"] = (60.0,)
        mute = replace(
            hook(server, "Mute"),
            webhook=Webhook(HttpUrl(server.url("/mute")), "${HOOK_SECRET}"),
        )
        note = Digest(
            name="Note", conditions=Conditions(), every=Period.HOURLY, file=path.with_name("n.txt")
        )
        alerting = Alerting(None, (mute,), (note,))
        async with bureau(path, alerting, server) as at:
            at.telling.report()
            at.telling.pass_time(hours=1)
            await at.desk.tick()
            await until(path.with_name("n.txt").exists)
            await at.desk.tick()
            await until(lambda: server.paths() == ["/mute"])
        assert "1 story with news" in path.with_name("n.txt").read_text()
        assert receiver.tried == []

    play(tmp_path, scenario)


def test_whoever_takes_nothing_for_hours_keeps_no_other_waiting(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        server.routes["/down"] = answer(status="502 Bad Gateway")
        down = replace(
            hook(server, "Down", hourly_limit=1000),
            webhook=Webhook(HttpUrl(server.url("/down")), "${HOOK_SECRET}"),
        )
        other = hook(server, hourly_limit=1000)
        async with bureau(path, Alerting(None, (down, other)), server) as at:
            for _ in range(600):
                at.telling.report()
            await at.round()
            assert 0 < len(receiver.taken) < 600
            for _ in range(8):
                await at.round()
            assert [body["stories"][0]["id"] for body in receiver.taken] == list(range(1, 601))
            at.telling.report()
            await at.round()
            assert receiver.taken[-1]["stories"][0]["id"] == 601

    play(tmp_path, scenario)


def test_n01_a_webhook_to_a_private_address_needs_permission(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        alerting = Alerting(None, (hook(server),))
        async with bureau(path, alerting, server, allowed_networks=()) as at:
            at.telling.report()
            await at.round()
            ((state, _, error),) = at.rows()
            assert state == "pending"
            assert "AddressRefused" in error
        assert server.connections == 0
        assert receiver.tried == []

    play(tmp_path, scenario)


def test_a_missing_or_weak_secret_is_told_by_its_name_and_sends_nothing(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        environment: dict[str, str] = {}
        alerting = Alerting(None, (hook(server),))
        async with bureau(path, alerting, server, environment=environment) as at:
            at.telling.report()
            await at.round()
            assert "the environment has no variable HOOK_SECRET" in at.rows()[0][2]
            environment["HOOK_SECRET"] = "hunter2"  # noqa: S105 -- a bad one
            await at.round(minutes=1)
            assert "fewer than 16 bytes" in at.rows()[0][2]
            assert "hunter2" not in at.rows()[0][2]
            environment["HOOK_SECRET"] = SECRET
            await at.round(minutes=2)
            assert at.rows() == [("sent", 3, None)]
        assert len(receiver.taken) == 1

    play(tmp_path, scenario)


def test_a_push_reaches_its_topic_whatever_the_headline_is(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, _: Receiver, path: Path) -> None:
        server.routes["/ossian"] = answer(b"{}")
        topic = PushTopic(HttpUrl(server.url("/ossian")), "${NTFY_TOKEN}", 5, ("ship",))
        alerting = Alerting(None, (AlertRule(name="P", conditions=EVERYTHING, push=topic),))
        async with bureau(path, alerting, server) as at:
            at.telling.report()
            at.telling.store.connection.execute("UPDATE stories SET headline = ?", (HOSTILE,))
            at.telling.store.connection.commit()
            await at.round()
            assert at.rows() == [("sent", 1, None)]
        (hit,) = server.hits
        title = str(make_header(decode_header((hit.header("title") or b"").decode())))
        assert title.startswith("Ferry Bcc: everybody@example.org")
        assert hit.header("bcc") is None
        assert b"${MAIL_PASSWORD}" not in hit.head
        assert hit.header("authorization") == b"Bearer tk_1"
        assert (hit.header("priority"), hit.header("tags")) == (b"5", b"ship")
        assert hit.header("click") == b"http://127.0.0.1:8001/story/1"

    play(tmp_path, scenario)


def test_a_mail_that_the_server_refuses_comes_later_and_stops_no_webhook(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        async with RunningMailServer(refuses={"DATA"}) as post:
            mail = MailServer(
                host="127.0.0.1", sender="desk@example.org", security=MailSecurity.NONE,
                port=post.port,
            )  # fmt: skip
            alerting = Alerting(mail, (hook(server, email=("a@example.org",)),))
            async with bureau(path, alerting, server) as at:
                at.telling.report()
                at.telling.store.connection.execute("UPDATE stories SET headline = ?", (HOSTILE,))
                at.telling.store.connection.commit()
                await at.round()
                assert [row[0] for row in at.rows()] == ["sent", "pending"]
                assert at.rows()[1][2] == "mail server 127.0.0.1: 451 try later"
                post.refuses.clear()
                await at.round(seconds=30)
                assert [row[0] for row in at.rows()] == ["sent", "sent"]
            (taken,) = post.taken
            assert taken.recipients == ["a@example.org"]
            assert taken.mail["Bcc"] is None
            assert taken.mail["Subject"].startswith("[All] Ferry Bcc: everybody@example.org")
        assert len(receiver.taken) == 1

    play(tmp_path, scenario)


def test_many_at_once_arrive_in_order_up_to_the_limit_and_the_rest_in_one(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        async with bureau(path, Alerting(None, (hook(server, hourly_limit=5),)), server) as at:
            for _ in range(12):
                at.telling.report()
            await at.round()
            assert [body["stories"][0]["id"] for body in receiver.taken] == [1, 2, 3, 4, 5]
            await at.round(minutes=61)
            folded = receiver.taken[-1]
            assert folded["kind"] == "folded"
            assert sorted(story["id"] for story in folded["stories"]) == list(range(6, 13))
            assert len(receiver.taken) == 6

    play(tmp_path, scenario)


def test_a_receiver_that_was_away_gets_no_flood_and_all_of_it(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        async with bureau(path, Alerting(None, (hook(server, hourly_limit=5),)), server) as at:
            times = []
            for ten_minutes in range(16 * 6):
                if ten_minutes == 12 * 6:
                    receiver.failing.clear()
                if ten_minutes < 13 * 6:
                    at.telling.report()
                before = len(receiver.taken)
                await at.round(minutes=10)
                times += [ten_minutes] * (len(receiver.taken) - before)
            assert max(sum(at <= time < at + 6 for time in times) for at in times) <= 5
            told = {story["id"] for body in receiver.taken for story in body["stories"]}
            assert told == set(range(1, 13 * 6 + 1))

    play(tmp_path, scenario, *[answer(status="502 Bad Gateway")] * 1000)


def test_a_digest_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, _: Receiver, path: Path) -> None:
        file = path.with_name("out") / "wall.html"
        digest = Digest(name="Wall", conditions=Conditions(), every=Period.HOURLY, file=file)
        async with bureau(path, Alerting(None, (), (digest,)), server) as at:
            at.telling.report()
            await at.round(hours=1)
            ((state, _, error),) = at.rows()
            assert (state, "cannot be written" in error) == ("pending", True)
            file.parent.mkdir()
            await at.round(minutes=1)
            assert at.rows("state") == [("sent",)]
        text = file.read_text(encoding="utf-8")
        assert text.startswith("<!DOCTYPE html>")
        assert "Report number 1" in text

    play(tmp_path, scenario)


def test_rules_that_change_while_the_program_runs_are_followed(tmp_path: Path) -> None:
    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        async with bureau(path, Alerting(), server) as at:
            at.telling.report()
            await at.round()
            changed = Config(
                Path("feeds.yaml"),
                Settings(),
                (),
                (CONFLICT,),
                alerting=Alerting(None, (hook(server),)),
            )
            await at.desk.follow(changed)
            await at.round()
            assert receiver.taken == []
            at.telling.pass_time(minutes=1)
            at.telling.report(story=1)
            await at.round(seconds=timedelta(minutes=1).total_seconds())
            assert len(receiver.taken) == 1

    play(tmp_path, scenario)


def test_rules_that_cannot_be_stored_are_followed_once_they_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(store: Store, *_: object) -> None:
        raise StoreBusy(store.path, "database is locked")

    async def scenario(server: HostileServer, receiver: Receiver, path: Path) -> None:
        async with bureau(path, Alerting(None, (hook(server),)), server) as at:
            both = Alerting(None, (hook(server), hook(server, "New")))
            changed = Config(Path("feeds.yaml"), Settings(), (), (CONFLICT,), alerting=both)
            with monkeypatch.context() as patched:
                patched.setattr(alerting, "follow_alerting", busy)
                with pytest.raises(StoreBusy):
                    await at.desk.follow(changed)
            at.telling.report()
            await at.round()
            await at.desk.follow(changed)
            at.telling.pass_time(minutes=1)
            at.telling.report()
            await at.round()
            told = [(body["name"], body["stories"][0]["id"]) for body in receiver.taken]
            assert sorted(told) == [("All", 1), ("All", 2), ("New", 2)]
            assert not list(at.telling.store.connection.execute("SELECT * FROM set_aside"))

    play(tmp_path, scenario)
