"""The pages' server as the daemon keeps it: when it cannot stay up, when it begins anew."""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.config import Config, Settings, load
from aggregator.daemon import server
from aggregator.daemon.server import ServerProcess
from aggregator.model import Trouble
from aggregator.pipeline.trouble_desk import TroubleDesk
from tests.daemon.living import until

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
