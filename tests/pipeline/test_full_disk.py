"""A disk without room harms a cycle, never the data, and the next cycle with room catches up."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from aggregator.pipeline.cycle import Pipeline
from aggregator.pipeline.unstored import WAIT
from aggregator.store import Store
from tests.invariants import violations_of
from tests.newsroom.room import Newsroom
from tests.newsroom.world import Report
from tests.newsroom.worlds import full_world, small_world
from tests.pipeline.one_cycle import NOW, Bureau, Office
from tests.seeds import seeds

pytestmark = pytest.mark.timeout(240)

FREE_PAGES = 12
"""At most so many pages are left; a small feed needs a few, a large one some hundreds."""


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with closing(Office.opened()) as opened:
        yield opened


@pytest.fixture
def room() -> Iterator[Newsroom]:
    """A publisher for each test: what others published must not leave free pages behind."""
    with Newsroom(small_world(), now=NOW) as opened:
        yield opened


def leave_room(store: Store, pages: int) -> None:
    """Let the database grow by so many pages only."""
    (count,) = store.connection.execute("PRAGMA page_count").fetchone()
    store.connection.execute(f"PRAGMA max_page_count = {count + pages}")


def big_report(seed: int) -> Report:
    paragraph = f"Paragraph of piece {seed} about the harbour and its cranes. " * 400
    return Report(
        "harbour-courier", f"big-{seed}", f"A long piece, number {seed}", (paragraph,) * 20
    )


def another_report() -> Report:
    return next(
        report
        for event in full_world().events
        for report in event.reports
        if event.conflict and event.id != "orlane-depot" and report.outlet == "meridian-wire"
    )


async def cycle_without_room(pipeline: Pipeline, bureau: Bureau, pages: int) -> None:
    await pipeline.stored(leave_room, pages)
    bureau.now += 20 * WAIT
    await pipeline.run_once(everything=True)


@pytest.mark.parametrize("seed", seeds(50))
def test_d21_a_full_database_is_told_and_caught_up_with(
    seed: int, tmp_path: Path, office: Office, room: Newsroom
) -> None:
    bureau = Bureau(room, tmp_path / "run", office.workers)
    pages = seed % FREE_PAGES

    async def work() -> None:
        async with bureau.pipeline() as pipeline:
            await pipeline.run_once()
            before = bureau.feed_file.read_bytes()
            room.publish(big_report(seed))
            await cycle_without_room(pipeline, bureau, pages)
            content = bureau.content()
            assert bureau.feed_file.read_bytes() == before
            # Its page, if not the poll itself, waits for room.
            stored = [row for row in content["articles"] if f"number {seed}" in str(row[1])]
            assert [row for row in stored if row[10] is None] == []
            assert content["set aside"] == []
            # Where there is no page for it in the database it is in the log, and in memory.
            assert "disk full" in pipeline.troubles.names
            outcomes = {row[0]: row[5] for row in content["feeds"]}
            assert outcomes["meridian-wire"] in {"unchanged", "fresh"}
            assert violations_of(bureau.database) == []
            await pipeline.stored(leave_room, 2**30)
            bureau.now += WAIT
            await pipeline.run_once(everything=True)
            assert "disk full" not in pipeline.troubles.names

    office.run(work)
    content = bureau.content()
    assert f"A long piece, number {seed}" in str(content["entries"])
    assert all(row[-1] == 1 for row in content["articles"])
    assert content["set aside"] == content["troubles"] == []
    assert violations_of(bureau.database) == []


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount a file system of that size; skip the test where that is not allowed."""
    folder.mkdir(parents=True)
    if not sys.platform.startswith("linux") or os.getuid() != 0:
        pytest.skip("only root on Linux mounts a small file system")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 4096):
            pass


def test_d21_a_full_disk_under_the_feed_file_leaves_the_old_one_until_there_is_room(
    tmp_path: Path, office: Office, room: Newsroom
) -> None:
    with small_disk(tmp_path / "run" / "files", "2m") as disk:
        bureau = Bureau(room, tmp_path / "run", office.workers)

        async def work() -> None:
            async with bureau.pipeline() as pipeline:
                await pipeline.run_once()
                before = bureau.feed_file.read_bytes()
                ballast = disk / "ballast"
                fill(ballast)
                # Of a conflict that is followed, so it belongs into the file.
                room.publish(another_report())
                bureau.now += WAIT
                await pipeline.run_once(everything=True)
                assert bureau.feed_file.read_bytes() == before
                assert "feed file not written" in pipeline.troubles.names
                assert sorted(path.name for path in disk.iterdir()) == ["ballast", "merged.atom"]
                ballast.unlink()
                bureau.now += WAIT
                await pipeline.run_once()
                assert bureau.feed_file.read_bytes() != before
                assert "feed file not written" not in pipeline.troubles.names

        office.run(work)
        assert bureau.content()["troubles"] == []


def test_d21_a_damaged_database_is_told_as_such_and_the_daemon_goes_on(
    tmp_path: Path, office: Office, room: Newsroom
) -> None:
    bureau = Bureau(room, tmp_path / "run", office.workers)

    async def work() -> None:
        async with bureau.pipeline() as pipeline:
            await pipeline.run_once()

    office.run(work)
    with closing(sqlite3.connect(bureau.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        sql = "SELECT rootpage FROM sqlite_master WHERE name = 'entries'"
        (page,) = connection.execute(sql).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with bureau.database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)

    async def go_on() -> None:
        async with bureau.pipeline() as pipeline:
            room.correct(room.articles()[0].url, headline="Another headline now")
            bureau.now += 20 * WAIT
            await pipeline.poll_due(everything=True)
            bureau.now += 20 * WAIT
            await pipeline.poll_due(everything=True)
            assert "database damaged" in pipeline.troubles.names

    office.run(go_on)
    assert ("database damaged",) in bureau.content_of("troubles")
    assert bureau.content_of("set aside") == []
