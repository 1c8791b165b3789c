"""The times of D22, at full length: what readers and other writers cost a commit."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from aggregator.store.connection import BUSY_TIMEOUT
from tests.invariants import violations_of
from tests.pipeline.one_cycle import Bureau, Office

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]

_READER_SECONDS: Final = 30
_WRITER_SECONDS: Final = 10
_COMMIT_SECONDS: Final = 0.1
_OF_THE_DISK: Final = 0.001
"""The share of waits that is left aside: a reader that delays would delay them all."""


class TimedConnection(sqlite3.Connection):
    """A connection that notes how long it waits to begin and to commit."""

    waits: Final[list[float]] = []

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        begun = time.perf_counter()
        try:
            return super().execute(sql, *parameters)
        finally:
            if sql in {"BEGIN IMMEDIATE", "COMMIT"}:
                self.waits.append(time.perf_counter() - begun)


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with closing(Office.opened()) as opened:
        yield opened


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    connect = sqlite3.connect

    def timed(database: Any, *args: Any, **kwargs: Any) -> sqlite3.Connection:
        return connect(database, *args, factory=TimedConnection, **kwargs)

    monkeypatch.setattr(sqlite3, "connect", timed)
    TimedConnection.waits.clear()
    return TimedConnection.waits


def test_d22_beside_a_reader_of_30_seconds_commits_take_at_most_100_ms(
    tmp_path: Path, office: Office, waits: list[float]
) -> None:
    bureau = Bureau(office.room, tmp_path / "run", office.workers)

    async def work() -> None:
        async with bureau.pipeline(patience=BUSY_TIMEOUT) as pipeline:
            with closing(sqlite3.connect(bureau.database)) as reader:
                reader.execute("BEGIN")
                reader.execute("SELECT count(*) FROM entries").fetchone()
                until = time.monotonic() + _READER_SECONDS
                waits.clear()
                while time.monotonic() < until:
                    await pipeline.run_once()
                    bureau.now += timedelta(hours=1)
                assert reader.execute("SELECT count(*) FROM entries").fetchone() == (0,)

    office.run(work)
    longest = sorted(waits)
    assert len(waits) > 200
    assert longest[-1 - round(len(waits) * _OF_THE_DISK)] <= _COMMIT_SECONDS
    assert violations_of(bureau.database) == []


def test_d22_a_writer_of_10_seconds_is_reported_after_5_and_waited_for(
    tmp_path: Path, office: Office, waits: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    bureau = Bureau(office.room, tmp_path / "run", office.workers)

    async def work() -> None:
        async with bureau.pipeline(patience=BUSY_TIMEOUT) as pipeline:
            with closing(sqlite3.connect(bureau.database, check_same_thread=False)) as other:
                other.execute("BEGIN IMMEDIATE")
                waits.clear()
                cycle = asyncio.create_task(pipeline.run_once())
                await asyncio.wait({cycle}, timeout=_WRITER_SECONDS)
                other.rollback()
            await cycle

    office.run(work)
    assert "store busy attempt=1" in caplog.text
    assert "store busy attempt=3" not in caplog.text
    assert max(waits) == pytest.approx(BUSY_TIMEOUT.total_seconds(), abs=1)
    assert len(bureau.content()["entries"]) == 2
    assert bureau.content()["troubles"] == bureau.content()["set aside"] == []
    assert violations_of(bureau.database) == []
