"""Backups: whole, proved, while others write; and nothing half when something fails."""

import errno
import os
import shutil
import sqlite3
import sys
import threading
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.errors import BackupStopped, StoreError, StoreFull
from aggregator.store import Store, open_store
from aggregator.store.backup import back_up
from aggregator.store.invariants import violations
from aggregator.store.room import SPARE_BYTES
from tests.folders import sync_no_folders
from tests.store.building import NOW
from tests.store.fresh import fresh_store
from tests.store.test_upgrade_safety import Usage, until


def contents(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_d24_a_backup_has_every_row_and_is_one_file(
    told: Store, path: Path, tmp_path: Path
) -> None:
    target = tmp_path / "other" / "copy.db"
    target.parent.mkdir()
    copy, removed = back_up(path, target, NOW)
    assert removed == []
    assert contents(target) == contents(path)
    assert (copy.bytes, copy.broken_references) == (target.stat().st_size, 0)
    assert [file.name for file in target.parent.iterdir()] == ["copy.db"]
    with open_store(target, now=NOW) as restored:
        assert restored.installation() == told.installation()
        assert violations(restored.connection) == []


def test_d24_a_backup_is_one_moment_while_another_writes(
    told: Store, path: Path, tmp_path: Path
) -> None:
    with told.transaction() as connection:
        connection.execute("CREATE TABLE first (x)")
        connection.execute("CREATE TABLE second (x)")
    is_done = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(path, timeout=30)) as writer:
            while not is_done.is_set():
                with writer:
                    writer.execute("INSERT INTO first VALUES (zeroblob(5000))")
                    writer.execute("INSERT INTO second VALUES (1)")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(5):
            target = tmp_path / f"copy-{number}.db"
            back_up(path, target, NOW)
            with closing(sqlite3.connect(target)) as copy:
                sql = "SELECT (SELECT count(*) FROM first), (SELECT count(*) FROM second)"
                first, second = copy.execute(sql).fetchone()
                assert first == second
    finally:
        is_done.set()
        thread.join()


def test_d24_a_backup_replaces_nothing_unless_it_is_told_to(
    told: Store, path: Path, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(StoreError, match="--force"):
        back_up(path, target, NOW)
    with pytest.raises(StoreError, match="the database itself"):
        back_up(path, path, NOW, replace=True)
    with pytest.raises(StoreError, match="no such folder"):
        back_up(path, tmp_path / "absent" / "copy.db", NOW)
    assert target.read_text() == "precious"
    back_up(path, target, NOW, replace=True)
    assert contents(target) == contents(path)
    assert told.connection.execute("SELECT count(*) FROM entries").fetchone()[0] == 50


@pytest.mark.usefixtures("told")
def test_d24_a_backup_never_takes_the_place_of_a_device_or_a_pipe(
    path: Path, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(StoreError, match="a device or a pipe"):
        back_up(path, pipe, NOW, replace=True)
    assert pipe.is_fifo()


def test_d24_backups_in_a_folder_are_dated_and_only_the_newest_are_kept(
    told: Store, path: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in ("notes.txt", "other-20200101T000000Z.db", "news-latest.db"):
        (folder / name).write_text("not ours")
    for day in range(5):
        _, removed = back_up(path, folder, NOW + timedelta(days=day), keep=3)
    assert [file.name for file in removed] == ["news-20260302T090000Z.db"]
    assert sorted(file.name for file in folder.iterdir()) == [
        "news-20260303T090000Z.db",
        "news-20260304T090000Z.db",
        "news-20260305T090000Z.db",
        "news-latest.db",
        "notes.txt",
        "other-20200101T000000Z.db",
    ]
    assert told.connection.in_transaction is False


def test_d24_backups_of_another_database_are_not_removed(
    told: Store, path: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    others = {"news-2-20200101T000000Z.db", "news-2020T1Z.db", "news-20200101T000000Z.db.txt"}
    for name in others:
        (folder / name).write_text("not ours")
    for day in range(3):
        back_up(path, folder, NOW + timedelta(days=day), keep=1)
    assert {file.name for file in folder.iterdir()} == {*others, "news-20260303T090000Z.db"}
    assert told.connection.in_transaction is False


def test_d24_the_backup_just_made_stays_where_the_clock_was_ahead(
    told: Store, path: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in (30, 31):
        back_up(path, folder, NOW + timedelta(days=day), keep=2)
    copy, removed = back_up(path, folder, NOW, keep=2)
    assert contents(copy.path) == contents(path)
    assert [file.name for file in removed] == ["news-20260331T090000Z.db"]
    assert len(list(folder.iterdir())) == 2
    assert told.connection.in_transaction is False


def test_d24_backups_are_rotated_whatever_the_name_of_the_database(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    path = tmp_path / "news [all] (1).db"
    fresh_store(path, NOW).close()
    for day in range(3):
        back_up(path, folder, NOW + timedelta(days=day), keep=1)
    assert [file.name for file in folder.iterdir()] == ["news [all] (1)-20260303T090000Z.db"]


def test_d24_a_target_that_cannot_be_written_is_named_and_not_the_database(
    told: Store, path: Path, tmp_path: Path
) -> None:
    # While it is written it has a longer name, which no file system takes.
    target = tmp_path / f"{'n' * 250}.db"
    with pytest.raises(StoreError, match="the copy cannot be written") as refused:
        back_up(path, target, NOW)
    assert refused.value.path == target
    assert "choose another place" in str(refused.value)
    assert told.connection.in_transaction is False


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may write all"
)
@pytest.mark.parametrize("mode", [0o500, 0o600])
def test_d24_a_folder_that_may_not_be_written_is_named_and_not_the_database(
    told: Store, path: Path, tmp_path: Path, mode: int
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir(mode=mode)
    with pytest.raises(StoreError, match="let the user that runs this program write") as refused:
        back_up(path, folder, NOW, keep=1)
    assert refused.value.path.is_relative_to(folder)
    folder.chmod(0o700)
    assert list(folder.iterdir()) == []
    assert told.connection.in_transaction is False


@pytest.mark.parametrize("is_folder", [True, False])
def test_d24_what_broken_off_backups_have_left_is_removed(
    told: Store, path: Path, tmp_path: Path, *, is_folder: bool
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    name = "news-20260301T030000Z.db" if is_folder else "copy.db"
    left = [f".{name}.{'a' * 16}{suffix}" for suffix in ("", "-journal", "-wal", "-shm")]
    young = f".{name}.{'b' * 16}"
    others = [
        f".news-2-20260301T030000Z.db.{'a' * 16}",
        f".other-20260301T030000Z.db.{'a' * 16}",
        f".{name}.aaaa",
        f".{name}.{'a' * 16}-copy",
        f"{name}.{'a' * 16}",
    ]
    for each in (*left, young, *others):
        (folder / each).write_text("half")
    for each in (*left, *others):
        os.utime(folder / each, (time.time() - 3700,) * 2)
    copy, removed = back_up(path, folder if is_folder else folder / name, NOW)
    assert removed == []
    assert {file.name for file in folder.iterdir()} == {copy.path.name, young, *others}
    assert told.connection.in_transaction is False


@pytest.mark.parametrize("number", [1, 2, 3])
def test_d24_a_backup_that_is_told_to_stop_leaves_nothing(
    told: Store, path: Path, tmp_path: Path, number: int
) -> None:
    with told.transaction() as connection:
        connection.execute("CREATE TABLE ballast (x)")
        connection.execute(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers"
            " LIMIT 20000) INSERT INTO ballast SELECT zeroblob(1000) FROM numbers"
        )
    folder = tmp_path / "backups"
    folder.mkdir()
    with pytest.raises(BackupStopped, match="there is none"):
        back_up(path, folder, NOW, go_on=until(number))
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="folders are synced on POSIX only")
def test_d24_a_backup_is_made_where_folders_cannot_be_synced_and_files_have_no_modes(
    told: Store, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def chmod(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    sync_no_folders(monkeypatch)
    monkeypatch.setattr(os, "chmod", chmod)
    copy, _ = back_up(path, tmp_path / "copy.db", NOW)
    assert contents(copy.path) == contents(path)
    assert told.connection.in_transaction is False


def test_d24_without_room_for_a_backup_there_is_no_half_file(
    told: Store, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "full"
    folder.mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: Usage(2**30, 0, SPARE_BYTES))
        with pytest.raises(StoreFull, match="choose another disk"):
            back_up(path, folder, NOW)
    assert list(folder.iterdir()) == []
    assert told.connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_d24_a_disk_that_fills_up_meanwhile_leaves_no_half_file(
    told: Store, path: Path, tmp_path: Path
) -> None:
    import resource  # noqa: PLC0415 -- POSIX only

    folder = tmp_path / "full"
    folder.mkdir()
    told.checkpoint()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python ignores the signal; a write past the limit fails as one on a full disk does.
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(StoreFull, match="no room left for the copy"):
            back_up(path, folder, NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(folder.iterdir()) == []


def test_d24_a_damaged_database_replaces_no_backup(told: Store, path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    back_up(path, target, NOW)
    good = target.read_bytes()
    told.checkpoint()
    told.close()
    sql = "SELECT rootpage FROM sqlite_master WHERE name = 'entries_article_id'"
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute(sql).fetchone()
    with path.open("rb+") as file:
        file.seek((page - 1) * 4096 + 2048)
        file.write(b"\xff" * 2048)
    with pytest.raises(StoreError, match="check --database"):
        back_up(path, target, NOW, replace=True)
    assert target.read_bytes() == good
