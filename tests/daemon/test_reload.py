"""feeds.yaml edited, broken, half written and removed under a running daemon: O32."""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest

from aggregator.config import Config, load
from aggregator.daemon import Daemon
from aggregator.daemon.following import TROUBLE, ConfigFollower
from aggregator.errors import StoreFull
from aggregator.model import Trouble
from aggregator.pipeline.trouble_desk import TroubleDesk
from aggregator.store import Store
from aggregator.store.feeds import sync_config
from tests.config.test_bad_files import BAD
from tests.daemon.living import Clock, living, rows, until
from tests.newsroom.room import Newsroom

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
]

MANY_BAD = {name: text for name, (text, _) in BAD.items()}
FILES = [*list(MANY_BAD)[:: max(len(MANY_BAD) // 22, 1)][:22], "large", "not text", "gone"]


@pytest.fixture(autouse=True)
def _hangups_reload() -> Iterator[None]:
    # As under nohup, for the tests may run in a terminal.
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def folder(tmp_path: Path, room: Newsroom) -> Path:
    text = room.feeds_yaml(extract_workers=1, poll_tick="1s").replace(
        "fulltext: true", "fulltext: false"
    )
    (tmp_path / "feeds.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def spoil(path: Path, how: str) -> None:
    path.unlink(missing_ok=True)
    if how == "large":
        path.write_bytes(b"# filling\n" * 1_000_001)
    elif how == "not text":
        path.write_bytes(b"feeds: \xff\xfe\n")
    elif how != "gone":
        path.write_text(MANY_BAD[how], encoding="utf-8")


@pytest.mark.parametrize(
    "files", [FILES[::6], pytest.param(FILES, marks=pytest.mark.slow)], ids=["some", "all 25"]
)
def test_o32_bad_files_change_nothing_but_the_log(
    files: list[str], folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "aggregator")
    path = folder / "feeds.yaml"
    good = path.read_text(encoding="utf-8")
    assert len(FILES) == 25

    def kept() -> list[str]:
        return [each for each in caplog.messages if each.startswith("config kept")]

    async def run() -> None:
        async with living(folder, Clock()):
            await until(lambda: "daemon started" in caplog.text)
            for number, how in enumerate(files, 1):
                spoil(path, how)
                os.kill(os.getpid(), signal.SIGHUP)
                await until(lambda: len(kept()) >= number)  # noqa: B023 -- used at once
            listed = rows(folder, "SELECT count(*) FROM feeds WHERE listed = 1")
            assert listed == [(2,)]
            assert rows(folder, "SELECT name FROM troubles") == [("feeds.yaml",)]
            path.write_text(good[: good.rindex("  - id:")], encoding="utf-8")
            # Without a signal: within two ticks.
            await until(lambda: "config reloaded feeds=1" in caplog.text, 2 + 5)
            await until(lambda: rows(folder, "SELECT name FROM troubles") == [])
            assert rows(folder, "SELECT count(*) FROM feeds") == [(2,)]

    asyncio.run(run())
    assert all("\n" not in line and str(path) in line for line in kept())


def test_o32_what_cannot_be_followed_is_named(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "aggregator")
    path = folder / "feeds.yaml"

    async def run() -> None:
        async with living(folder, Clock()):
            await until(lambda: "daemon started" in caplog.text)
            text = path.read_text(encoding="utf-8")
            text = text.replace("extract_workers: 1", "extract_workers: 2\n  database: other.db")
            path.write_text(text, encoding="utf-8")
            os.kill(os.getpid(), signal.SIGHUP)
            await until(lambda: "config reloaded" in caplog.text)

    asyncio.run(run())
    assert "config restart needed for: database, extract_workers" in caplog.messages


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux'")
def test_o32_a_signal_during_a_beat_is_followed_at_once_and_ready_is_told_after_that(
    folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, "aggregator")
    path = folder / "feeds.yaml"
    # A reload that came with the next beat would come too late.
    good = path.read_text(encoding="utf-8").replace('poll_tick: "1s"', "poll_tick: 10m")
    assert "poll_tick: 10m" in good
    path.write_text(good, encoding="utf-8")
    heartbeat = Daemon._heartbeat

    async def disturbed(daemon: Daemon) -> None:
        await heartbeat(daemon)
        if "signal SIGHUP" not in caplog.text:
            path.write_text(good[: good.rindex("  - id:")], encoding="utf-8")
            os.kill(os.getpid(), signal.SIGHUP)
            await until(lambda: "signal SIGHUP" in caplog.text)
            await asyncio.sleep(0.05)

    monkeypatch.setattr(Daemon, "_heartbeat", disturbed)
    monkeypatch.setenv("NOTIFY_SOCKET", str(folder / "notify"))
    heard: list[str] = []

    async def run() -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
            listening.bind(str(folder / "notify"))
            listening.setblocking(False)

            def hears(wanted: str) -> bool:
                with suppress(BlockingIOError):
                    while True:
                        heard.append(listening.recv(4096).decode())
                return any(wanted in each for each in heard)

            async with living(folder, Clock()):
                await until(lambda: hears("READY=1"))

    asyncio.run(run())
    states = [each for each in heard if each.startswith(("RELOADING", "READY"))]
    assert states[0].startswith("RELOADING=1")
    assert states[1] == "READY=1\nSTATUS=1 feeds are followed"
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


def test_o32_a_file_that_is_being_written_is_not_taken(folder: Path) -> None:
    path = folder / "feeds.yaml"
    good = path.read_text(encoding="utf-8")
    told: list[Trouble] = []

    async def stored(_: object, *arguments: object) -> None:
        told.extend(each for each in arguments if isinstance(each, Trouble))

    async def run() -> None:
        clock = Clock()
        desk = TroubleDesk(stored=stored, now=clock.now)
        follower = ConfigFollower(load(path))
        assert await follower.look(desk) is None
        path.write_text(good[:200], encoding="utf-8")
        assert await follower.look(desk) is None
        path.write_text(good[: good.rindex("  - id:")], encoding="utf-8")
        assert await follower.look(desk) is None
        config = await follower.look(desk)
        assert config is not None
        assert len(config.feeds) == 1

    asyncio.run(run())
    assert told == []


def fewer_feeds(text: str) -> str:
    return text[: text.rindex("  - id:")]


def unkept_troubles() -> TroubleDesk:
    async def stored(*_: object) -> None:
        pass

    return TroubleDesk(stored=stored, now=Clock().now)


def test_o32_what_the_database_does_not_take_is_taken_up_later(
    folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, "aggregator")
    path = folder / "feeds.yaml"
    refused: list[int] = []

    def without_room(store: Store, config: Config, now: datetime) -> None:
        if len(config.feeds) == 1 and not refused:
            refused.append(1)
            raise StoreFull(store.path, "disk full")
        sync_config(store, config, now)

    monkeypatch.setattr("aggregator.pipeline.cycle.sync_config", without_room)

    async def run() -> None:
        async with living(folder, Clock()):
            await until(lambda: "daemon started" in caplog.text)
            path.write_text(fewer_feeds(path.read_text(encoding="utf-8")), encoding="utf-8")
            os.kill(os.getpid(), signal.SIGHUP)
            await until(lambda: "config reloaded feeds=1" in caplog.text, 10)

    asyncio.run(run())
    assert refused == [1]
    assert rows(folder, "SELECT count(*) FROM feeds WHERE listed = 1") == [(1,)]


def test_o32_the_trouble_lasts_until_the_good_file_is_taken_up(folder: Path) -> None:
    path = folder / "feeds.yaml"
    good = path.read_text(encoding="utf-8")

    async def run() -> None:
        troubles = unkept_troubles()
        follower = ConfigFollower(load(path))
        for text in ("feeds: 1", fewer_feeds(good)):
            path.write_text(text, encoding="utf-8")
            follower.read_again()
            config = await follower.look(troubles)
        assert config is not None
        assert troubles.names == {TROUBLE}
        assert await follower.look(troubles) is config
        path.write_text("feeds: 1", encoding="utf-8")
        follower.read_again()
        # The last good one is followed all the same; that the file is bad now stays told.
        assert await follower.look(troubles) is config
        await follower.take(config, troubles)
        assert troubles.names == {TROUBLE}
        assert await follower.look(troubles) is None
        path.write_text(good, encoding="utf-8")
        follower.read_again()
        config = await follower.look(troubles)
        assert config is not None
        await follower.take(config, troubles)
        assert troubles.names == set()

    asyncio.run(run())


def test_o32_what_is_asked_for_while_the_file_is_read_is_not_forgotten(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "feeds.yaml"
    good = path.read_text(encoding="utf-8")

    async def run() -> None:
        troubles = unkept_troubles()
        follower = ConfigFollower(load(path))
        path.write_text(good + "# edited\n", encoding="utf-8")
        assert await follower.look(troubles) is None

        def edited_meanwhile(path: Path) -> Config:
            config = load(path)
            path.write_text(fewer_feeds(good), encoding="utf-8")
            follower.read_again()
            return config

        with monkeypatch.context() as patch:
            patch.setattr("aggregator.daemon.following.load", edited_meanwhile)
            assert await follower.look(troubles) is None
        config = await follower.look(troubles)
        assert config is not None
        assert len(config.feeds) == 1

    asyncio.run(run())


def test_o32_an_edit_between_reading_and_following_is_seen(folder: Path) -> None:
    path = folder / "feeds.yaml"
    config = load(path)
    path.write_text(fewer_feeds(path.read_text(encoding="utf-8")), encoding="utf-8")

    async def run() -> list[Config | None]:
        follower = ConfigFollower(config)
        return [await follower.look(unkept_troubles()) for _ in range(2)]

    first, then = asyncio.run(run())
    assert first is None
    assert then is not None
    assert len(then.feeds) == 1
