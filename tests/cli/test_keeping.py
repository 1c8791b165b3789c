"""Commands that keep the database, as their user knows them; a restore while a daemon works."""

import json
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.store.feeds import sync_config
from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import small_world
from tests.running import aggregator, started, wait_until
from tests.store.building import COURIER, NOW, config, entry, poll, poll_outcome
from tests.store.fresh import fresh_store

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with fresh_store(tmp_path / "conflict-news.db", NOW) as store:
        sync_config(store, config(COURIER), NOW)
        poll(store, poll_outcome(COURIER, entry(1), entry(2)))
    return tmp_path


def test_d18_check_names_what_does_not_hold_and_repairs_it(folder: Path) -> None:
    path = folder / "conflict-news.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE articles SET grouped = 1 WHERE id = 2")
        connection.execute("DELETE FROM entries WHERE article_id = 1")
    told = aggregator("check", "--database", folder=folder)
    assert told.returncode == 3
    assert "grouped-article-in-story" in told.stdout
    assert "1 articles: 2" in told.stdout
    assert "--repair" in told.stdout
    repaired = aggregator("check", "--database", "--repair", "--json", folder=folder)
    assert repaired.returncode == 3
    record = json.loads(repaired.stdout)
    assert [each["name"] for each in record["mended"]] == ["grouped-article-in-story"]
    # What nobody can bring back is left as it is, and named.
    assert {each["name"] for each in record["violations"]} == {"article-has-entry"}
    assert Path(folder / record["copy"]).exists()


def test_d24_backup_and_vacuum_say_what_they_did(folder: Path) -> None:
    copied = json.loads(aggregator("backup", "copy.db", "--json", folder=folder).stdout)
    assert copied["bytes"] == (folder / "copy.db").stat().st_size
    again = aggregator("backup", "copy.db", folder=folder)
    assert (again.returncode, "--force" in again.stderr) == (3, True)
    assert aggregator("backup", "copy.db", "--keep", "2", folder=folder).returncode == 2
    assert "now" in aggregator("vacuum", folder=folder).stdout


def test_d24_a_backup_to_nowhere_is_none_to_the_current_folder(folder: Path) -> None:
    before = set(folder.iterdir())
    refused = aggregator("backup", "--keep", "1", "", folder=folder)
    assert (refused.returncode, "it is empty" in refused.stderr) == (2, True)
    assert set(folder.iterdir()) == before


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_d24_a_backup_that_sigterm_ends_leaves_nothing(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "conflict-news.db")) as connection, connection:
        connection.execute("CREATE TABLE ballast (x)")
        connection.executemany(
            "INSERT INTO ballast VALUES (zeroblob(?))", ([1_000_000] for _ in range(100))
        )
    (folder / "backups").mkdir()
    with started("backup", "backups", folder=folder) as process:
        while not list((folder / "backups").iterdir()):
            assert process.poll() is None
            time.sleep(0.001)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 143
    assert list((folder / "backups").iterdir()) == []
    assert "there is none" in (folder / "log.txt").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="folders of POSIX")
@pytest.mark.parametrize("is_chosen", [False, True])
def test_d24_vacuum_writes_its_temporary_copy_beside_the_database_or_where_it_is_told_to(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, is_chosen: bool
) -> None:
    with closing(sqlite3.connect(folder / "conflict-news.db")) as connection, connection:
        # More than SQLite holds in memory.
        connection.execute("CREATE TABLE ballast AS SELECT zeroblob(20000000) AS x")
    usual, chosen = folder / "usual", folder / "chosen"
    for place in (usual, chosen):
        place.mkdir()
    monkeypatch.setenv("TMPDIR", str(usual))
    monkeypatch.delenv("SQLITE_TMPDIR", raising=False)
    if is_chosen:
        monkeypatch.setenv("SQLITE_TMPDIR", str(chosen))
    # The file is removed as soon as it is open; that it was there shows in the time of its folder.
    before = [place.stat().st_mtime_ns for place in (usual, chosen)]
    with started("vacuum", folder=folder) as process:
        assert process.wait(timeout=60) == 0
    after = [place.stat().st_mtime_ns for place in (usual, chosen)]
    changed = [earlier != later for earlier, later in zip(before, after, strict=True)]
    assert changed == [False, is_chosen]


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom(small_world()) as opened:
        yield opened


def count(path: Path, sql: str) -> int:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            return int(connection.execute(sql).fetchone()[0])
        except sqlite3.OperationalError:
            return 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_d24_a_backup_taken_while_it_polls_is_restored_and_polling_goes_on_without_doubles(
    tmp_path: Path, room: Newsroom
) -> None:
    text = room.feeds_yaml(
        extract_workers=1, poll_tick="1s", poll_interval_minimum="1m", database="news.db"
    )
    (tmp_path / "feeds.yaml").write_text(text, encoding="utf-8")
    path, copy = tmp_path / "news.db", tmp_path / "copy.db"
    with started("run", folder=tmp_path) as daemon:
        wait_until(lambda: path.exists() and count(path, "SELECT count(*) FROM entries") > 0)
        assert aggregator("check", "--database", folder=tmp_path).returncode == 0
        taken = aggregator("backup", copy, folder=tmp_path)
        assert taken.returncode == 0, taken.stderr
        for command in (["vacuum"], ["check", "--database", "--repair"], ["upgrade"]):
            refused = aggregator(*command, folder=tmp_path)
            assert (refused.returncode, f"process {daemon.pid}" in refused.stderr) == (4, True)
        wait_until(lambda: count(path, "SELECT count(*) FROM story_members") == 2)
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=15) == 0
    installation = "SELECT count(*) FROM installation"
    assert count(path, installation) == 1
    # As the page says: stopped, copied, nothing of the old log beside it, looked through.
    path.unlink()
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    shutil.copy(copy, path)
    assert aggregator("check", "--database", folder=tmp_path).returncode == 0
    with started("run", folder=tmp_path) as daemon:
        wait_until(lambda: count(path, "SELECT count(*) FROM story_members") == 2)
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=15) == 0
    assert count(path, "SELECT count(*) FROM entries") == 2
    assert count(path, "SELECT count(DISTINCT url) FROM articles") == 2
    assert aggregator("check", "--database", folder=tmp_path).returncode == 0
