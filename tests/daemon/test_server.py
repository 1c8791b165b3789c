"""The pages' server as the daemon keeps it: when it cannot stay up, when it begins anew."""

import asyncio
import socket
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from aggregator.config import Config, Settings, load
from aggregator.daemon import server
from aggregator.daemon.server import ServerProcess
from aggregator.model import Trouble
from aggregator.pipeline.trouble_desk import TroubleDesk
from tests.daemon.living import until
from tests.store.fresh import fresh_store

ENDS = [sys.executable, "-S", "-c", "raise SystemExit(3)"]
STAYS = [sys.executable, "-S", "-c", "input()"]


def test_pages_whose_server_ends_each_time_are_a_trouble_until_it_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "feeds.yaml").write_text("feeds: []\nconflicts: []\n", encoding="utf-8")
    told: list[Trouble] = []

    async def stored(_: object, *arguments: object) -> None:
        told.extend(each for each in arguments if isinstance(each, Trouble))

    async def run() -> None:
        troubles = TroubleDesk(stored=stored, now=lambda: datetime.now(UTC))
        pages = ServerProcess(load(tmp_path / "feeds.yaml"), tmp_path / "news.db")

        async def keep() -> None:
            while True:
                await pages.keep_alive(troubles)
                await asyncio.sleep(0.02)

        monkeypatch.setattr(ServerProcess, "_command", lambda _: ENDS)
        keeping = asyncio.create_task(keep())
        await until(lambda: troubles.names == {"pages not served"})
        monkeypatch.setattr(ServerProcess, "_command", lambda _: STAYS)
        monkeypatch.setattr(server, "WELL_AFTER", timedelta(0))
        await until(lambda: not troubles.names)
        monkeypatch.setattr(ServerProcess, "_command", lambda _: ENDS)
        caplog.clear()
        await pages.stop()
        await until(lambda: "serve ended" in caplog.text)
        keeping.cancel()
        await pages.stop()

    asyncio.run(run())
    assert "with code 3" in told[0].detail
    # After a minute without an end it begins with the shortest wait.
    assert "again in 0:00:01" in caplog.text


def test_other_settings_are_served_at_once_however_often_it_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    config = Config(tmp_path / "feeds.yaml", Settings(serve_port=18001), (), ())
    begun = tmp_path / "begun"
    program = f"open({str(begun)!r}, 'w').close()\ninput()"

    async def stored(*_: object) -> None:
        pass

    async def run() -> None:
        troubles = TroubleDesk(stored=stored, now=lambda: datetime.now(UTC))
        pages = ServerProcess(config, tmp_path / "news.db")
        monkeypatch.setattr(ServerProcess, "_command", lambda _: ENDS)
        await pages.keep_alive(troubles)
        while "serve ended" not in caplog.text:
            await asyncio.sleep(0.01)
            await pages.keep_alive(troubles)
        monkeypatch.setattr(ServerProcess, "_command", lambda _: [*ENDS[:-1], program])
        await pages.follow(replace(config, settings=Settings(serve_port=18002)))
        await pages.keep_alive(troubles)
        await until(begun.exists, 5)
        await pages.stop()

    asyncio.run(run())


def test_o32_the_server_begins_anew_beside_a_bad_file_with_the_settings_in_force(
    tmp_path: Path,
) -> None:
    port = free_port()
    path = tmp_path / "feeds.yaml"
    settings = f"settings: {{title: Вести «побережья», serve_port: {port}}}"
    path.write_text(f"{settings}\nfeeds: []\nconflicts: []\n", encoding="utf-8")
    fresh_store(tmp_path / "news.db", datetime.now(UTC)).close()

    async def stored(*_: object) -> None:
        pass

    async def run() -> None:
        troubles = TroubleDesk(stored=stored, now=lambda: datetime.now(UTC))
        pages = ServerProcess(load(path), tmp_path / "news.db")
        path.write_text("feeds: [", encoding="utf-8")
        await pages.keep_alive(troubles)
        try:
            await until(lambda: "Вести «побережья»" in front_page(port))
        finally:
            await pages.stop()

    asyncio.run(run())


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def front_page(port: int) -> str:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).text
    except httpx.TransportError:
        return ""
