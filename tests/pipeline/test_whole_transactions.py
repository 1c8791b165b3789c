"""How the whole program writes its database, seen from below while a cycle runs."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.pipeline.unstored import WAIT
from aggregator.store.connection import BUSY_TIMEOUT
from tests.invariants import violations_of
from tests.pipeline.one_cycle import Bureau, Office

pytestmark = pytest.mark.timeout(240)

_WRITES = ("insert", "update", "delete", "replace", "create", "drop", "alter")


@dataclass
class Ledger:
    """Every connection that the program opens, and each statement that it runs there."""

    opened: list[sqlite3.Connection] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def watch(self, connection: sqlite3.Connection) -> None:
        def trace(sql: str) -> None:
            # What a trigger does is told as a comment.
            word = sql.split(None, 1)[0].lower() if sql.strip() else ""
            if word == "begin":
                self.begun.append(sql)
            elif word in _WRITES and not connection.in_transaction:
                self.outside.append(sql)

        connection.set_trace_callback(trace)
        self.opened.append(connection)


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with closing(Office.opened()) as opened:
        yield opened


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    kept = Ledger()
    connect = sqlite3.connect

    def watched(database: Any, *args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(database, *args, **kwargs)
        if str(database).endswith("news.db"):
            kept.watch(connection)
        return connection

    monkeypatch.setattr(sqlite3, "connect", watched)
    return kept


def test_d20_d22_each_connection_is_safe_and_each_write_takes_the_lock_at_its_start(
    tmp_path: Path, office: Office, ledger: Ledger
) -> None:
    bureau = Bureau(office.room, tmp_path / "run", office.workers)
    seen: list[tuple[object, ...]] = []

    async def work() -> None:
        async with bureau.pipeline() as pipeline:
            await pipeline.run_once()
            for connection in ledger.opened:
                pragmas = ("journal_mode", "synchronous", "foreign_keys")
                seen.append(
                    tuple(connection.execute(f"PRAGMA {one}").fetchone()[0] for one in pragmas)
                )

    office.run(work)
    # FULL is 2. A new file, from its first table to its stories.
    assert seen == [("wal", 2, 1)]
    assert len(ledger.begun) > 10
    assert set(ledger.begun) == {"BEGIN IMMEDIATE"}
    assert ledger.outside == []


def test_d22_a_reader_that_stays_does_not_delay_our_commits(tmp_path: Path, office: Office) -> None:
    bureau = Bureau(office.room, tmp_path / "run", office.workers)

    async def work() -> None:
        # Without any patience, a commit that had to wait for the reader would fail.
        async with bureau.pipeline(patience=timedelta(0)) as pipeline:
            with closing(sqlite3.connect(bureau.database)) as reader:
                reader.execute("BEGIN")
                before = reader.execute("SELECT count(*) FROM entries").fetchone()
                await pipeline.run_once()
                assert reader.execute("SELECT count(*) FROM entries").fetchone() == before == (0,)
                reader.rollback()

    office.run(work)
    assert len(bureau.content()["entries"]) == 2
    assert violations_of(bureau.database) == []


def test_d22_another_writer_delays_us_and_everything_is_in_at_the_end(
    tmp_path: Path, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """The times of the promise (5 s, 10 s), twenty-five times as fast."""
    assert timedelta(seconds=5) == BUSY_TIMEOUT
    bureau = Bureau(office.room, tmp_path / "run", office.workers)

    async def work() -> None:
        async with bureau.pipeline(patience=timedelta(milliseconds=200)) as pipeline:
            with closing(sqlite3.connect(bureau.database, check_same_thread=False)) as other:
                other.execute("BEGIN IMMEDIATE")
                cycle = asyncio.create_task(pipeline.run_once())
                # After the first of three times that it waits, before the last.
                await asyncio.wait({cycle}, timeout=0.4)
                other.rollback()
            await cycle
            bureau.now += WAIT
            await pipeline.run_once()

    office.run(work)
    assert "store busy attempt=1" in caplog.text
    assert len(bureau.content()["entries"]) == 2
    assert bureau.content()["troubles"] == []
    assert bureau.content()["set aside"] == []
    assert violations_of(bureau.database) == []


def test_d22_a_writer_that_never_ends_is_told_as_a_trouble_and_asks_no_publisher_again(
    tmp_path: Path, office: Office
) -> None:
    bureau = Bureau(office.room, tmp_path / "run", office.workers)

    async def work() -> None:
        async with bureau.pipeline(patience=timedelta(milliseconds=5)) as pipeline:
            with closing(sqlite3.connect(bureau.database)) as other:
                other.execute("BEGIN IMMEDIATE")
                await pipeline.poll_due()
                asked = len(office.room.requests)
                bureau.now += WAIT / 2
                await pipeline.poll_due()
                assert len(office.room.requests) == asked
                other.rollback()
            bureau.now += WAIT / 2
            await pipeline.poll_due()
            assert len(bureau.content()["entries"]) == 2

    office.run(work)
    assert bureau.content()["troubles"] == []
