"""D24: an upgrade keeps a copy, happens wholly or not at all, and can be broken off."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from aggregator.errors import StoreError, StoreFull, UpgradeStopped
from aggregator.store import open_store
from aggregator.store.copies import row_counts
from aggregator.store.room import SPARE_BYTES
from aggregator.store.upgrade import copies_before_upgrades
from tests.running import ROOT, aggregator
from tests.seeds import seeds
from tests.store.building import NOW
from tests.store.test_upgrade import EARLIER, filled, shape


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture(scope="module")
def earliest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("earliest") / "news.db"
    filled(path, EARLIER[0])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    return path


@pytest.fixture
def path(earliest: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(earliest, tmp_path / "news.db"))


def counts(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(row_counts(connection))


def migrated(path: Path) -> int:
    return counts(path)["_sqlite_migrations"]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.skipif(sys.platform == "win32", reason="fork and signals of POSIX")
@pytest.mark.parametrize("seed", seeds(20))
def test_d24_killed_inside_each_migration_it_completes_at_the_next_start(
    path: Path, seed: int
) -> None:
    script = ROOT / "tests" / "store" / "killed_upgrades.py"
    command = [sys.executable, str(script), str(path), str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == str(len(EARLIER)), done.stderr
    with open_store(path.with_name("fresh.db"), now=NOW) as fresh:
        newest = shape(fresh.connection)
    before = counts(path)
    for step in range(1, len(EARLIER) + 1):
        killed = path.with_name(f"news.db.{step}")
        # Not half of it is there, not even a whole migration: the earlier version can go on.
        assert migrated(killed) == 1
        with open_store(killed, now=NOW, with_copy=False) as store:
            assert shape(store.connection) == newest
            assert store.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        after = counts(killed)
        assert {table: after[table] for table in ("feeds", "articles", "article_versions")} == {
            table: before[table] for table in ("feeds", "articles", "article_versions")
        }


def test_d24_the_file_is_copied_before_and_the_newest_two_copies_stay(path: Path) -> None:
    before = counts(path)
    for name in ("news.before-m000.db", "news.before-m001.db", "other.before-m001.db"):
        path.with_name(name).write_bytes(b"an earlier copy")
    open_store(path, now=NOW).close()
    kept = [copy.name for copy in copies_before_upgrades(path)]
    assert kept == ["news.before-m002.db", "news.before-m001.db"]
    assert path.with_name("other.before-m001.db").exists()
    copy = path.with_name("news.before-m002.db")
    assert counts(copy) == before
    assert counts(path)["_sqlite_migrations"] == len(EARLIER) + 1
    # What was copied goes through the same upgrade, so it is a way back.
    open_store(copy, now=NOW).close()
    open_store(path, now=NOW).close()
    assert [copy.name for copy in copies_before_upgrades(path)] == kept


@pytest.mark.parametrize("days", [-2, 2])
def test_d24_the_copy_just_made_stays_beside_those_of_later_schemas(path: Path, days: int) -> None:
    before = counts(path)
    there = time.time() + days * 86_400
    for name in ("news.before-m009.db", "news.before-m010.db"):
        path.with_name(name).write_bytes(b"from before the old backup was put back")
        os.utime(path.with_name(name), (there, there))
        there += 60
    open_store(path, now=NOW).close()
    kept = {copy.name for copy in copies_before_upgrades(path)}
    assert kept == {"news.before-m002.db", "news.before-m010.db"}
    assert counts(path.with_name("news.before-m002.db")) == before


def test_d24_what_a_killed_upgrade_has_left_of_its_copy_is_removed(path: Path) -> None:
    for suffix in ("", "-journal"):
        path.with_name(f".news.before-m002.db.{'a' * 16}{suffix}").write_bytes(b"half")
    open_store(path, now=NOW).close()
    assert list(path.parent.glob(".*")) == []


def test_d24_a_new_file_and_one_that_is_up_to_date_are_not_copied(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    for _ in range(2):
        open_store(path, now=NOW).close()
    assert [found.name for found in tmp_path.iterdir()] == ["news.db"]


def test_d24_without_room_for_the_copy_nothing_is_changed_and_a_way_out_is_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digest(path)
    free = SPARE_BYTES + path.stat().st_size // 2
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(2**30, 0, free))
    with pytest.raises(StoreFull, match=r"needs 16\.\d MiB of room.*16\.\d MiB are free") as full:
        open_store(path, now=NOW)
    assert "aggregator upgrade --no-copy" in str(full.value)
    assert (digest(path), copies_before_upgrades(path)) == (before, [])
    open_store(path, now=NOW, with_copy=False).close()
    assert migrated(path) == len(EARLIER) + 1


def test_d24_the_command_upgrades_without_a_copy_where_there_is_no_room(path: Path) -> None:
    result = aggregator("--database", path, "upgrade", "--no-copy", folder=path.parent)
    assert (result.returncode, copies_before_upgrades(path)) == (0, [])
    assert "m016_troubles" in result.stderr
    assert migrated(path) == len(EARLIER) + 1


def until(number: int) -> Callable[[], bool]:
    asked = count(1)
    return lambda: next(asked) < number


@pytest.mark.parametrize(("with_copy", "number"), [(True, 1), (False, 1), (False, 5)])
def test_d24_told_to_stop_it_leaves_the_file_as_it_was(
    path: Path, number: int, *, with_copy: bool
) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            """
            WITH RECURSIVE numbers (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers LIMIT 6000)
            INSERT INTO articles (id, page_key, feed_id, source, title, first_seen_at)
                SELECT n, n, 'courier', 'x', 'x', '2026-01-01T00:00:00Z' FROM numbers;
            INSERT INTO stories (opened_by, headline, headline_article_id, opened_at, changed_at,
                                 first_report_at, last_report_at, article_count, origin_count,
                                 source_count)
                SELECT id, 'x', id, first_seen_at, first_seen_at, first_seen_at, first_seen_at,
                       1, 1, 1 FROM articles;
            """
        )
    with pytest.raises(UpgradeStopped, match="nothing has changed"):
        open_store(path, now=NOW, with_copy=with_copy, go_on=until(number))
    assert migrated(path) == 1
    assert [found.name for found in path.parent.iterdir()] == ["news.db"]
    open_store(path, now=NOW).close()
    assert migrated(path) == len(EARLIER) + 1


def test_d24_a_damaged_file_is_not_upgraded(path: Path) -> None:
    sql = "SELECT rootpage FROM sqlite_master WHERE name = 'articles'"
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute(sql).fetchone()
    with path.open("rb+") as file:
        file.seek((page - 1) * 4096 + 3800)
        file.write(b"\xff" * 296)
    with pytest.raises(StoreError, match="check --database"):
        open_store(path, now=NOW)
    assert [found.name for found in path.parent.glob("*before*")] == []
    assert list(path.parent.glob(".*")) == []


@pytest.mark.parametrize(
    "command",
    [
        ["check", "--database"],
        *(pytest.param([name], marks=pytest.mark.slow) for name in ("run", "poll", "serve")),
        ["status"],
    ],
)
def test_d24_a_newer_file_is_refused_by_each_command_untouched(
    tmp_path: Path, command: list[str]
) -> None:
    path = tmp_path / "news.db"
    (tmp_path / "feeds.yaml").write_text(
        "settings:\n  database: news.db\nconflicts: []\nfeeds:\n  - id: courier\n"
        "    name: Courier\n    url: https://courier.example/feed\n    kind: newspaper\n"
        "    language: en\n    country: GB\n"
    )
    open_store(path, now=NOW).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('conflict-news-aggregator', 'm999_from_the_future', '2030-01-01')"
        )
        newer.commit()
        # As a crash leaves it: what was written last is in the log only.
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", tmp_path / f"left.db{suffix}")
    for suffix in ("", "-wal"):
        shutil.move(tmp_path / f"left.db{suffix}", f"{path}{suffix}")
    before = digest(path), digest(Path(f"{path}-wal"))
    result = aggregator(*command, folder=tmp_path)
    assert result.returncode == 3, result.stderr
    assert "m999_from_the_future" in result.stderr
    assert (digest(path), digest(Path(f"{path}-wal"))) == before
