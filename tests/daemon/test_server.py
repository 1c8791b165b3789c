"""The pages' server as the daemon keeps it: what it tells when that cannot stay up."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.config import load
from aggregator.daemon import server
from aggregator.daemon.server import ServerProcess
from aggregator.model import Trouble
from aggregator.pipeline.trouble_desk import TroubleDesk
from tests.daemon.living import until

ENDS = [sys.executable, "-S", "-c", "raise SystemExit(3)"]
STAYS = [sys.executable, "-S", "-c", "input()"]


def test_pages_whose_server_ends_each_time_are_a_trouble_until_it_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
        keeping.cancel()
        await pages.stop()

    asyncio.run(run())
    assert "with code 3" in told[0].detail
