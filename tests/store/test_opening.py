import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.errors import StoreBusy, StoreError, StoreTooNew
from aggregator.store import Store, connection, open_store
from aggregator.store.description import TABLES
from aggregator.store.feeds import sync_config
from tests.store.building import COURIER, NOW, config


def test_d20_the_file_is_in_wal_mode_and_commits_are_synced(store: Store) -> None:
    assert store.connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert store.connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert store.connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_opening_again_keeps_the_data_and_the_installation(path: Path, store: Store) -> None:
    identifier = store.installation()
    with open_store(path, now=NOW) as again:
        assert again.installation() == identifier
        assert again.connection.execute("SELECT count(*) FROM feeds").fetchone()[0] == 2


def test_reading_only_never_writes_and_never_creates(path: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such database"):
        open_store(tmp_path / "absent.db")
    assert not (tmp_path / "absent.db").exists()
    open_store(path, now=NOW).close()
    with open_store(path) as reader, pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.connection.execute("DELETE FROM feeds")


def test_a_foreign_file_is_refused_by_name(tmp_path: Path) -> None:
    foreign = tmp_path / "other.db"
    other = sqlite3.connect(foreign)
    other.execute("CREATE TABLE birds (name)")
    other.close()
    with pytest.raises(StoreError, match="no database of ours"):
        open_store(foreign)
    text = tmp_path / "notes.db"
    text.write_text("these are notes, not a database, and long enough to be read as one " * 20)
    with pytest.raises(StoreError, match="not a database"):
        open_store(text, now=NOW)


@pytest.mark.parametrize("table", ["birds (name)", "articles (id)"])
def test_a_file_of_another_program_is_not_written_to(tmp_path: Path, table: str) -> None:
    foreign = tmp_path / "other.db"
    with closing(sqlite3.connect(foreign)) as other:
        other.execute(f"CREATE TABLE {table}")
    before = foreign.read_bytes()
    with pytest.raises(StoreError, match="no database of ours"):
        open_store(foreign, now=NOW)
    assert foreign.read_bytes() == before


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    open_store(empty, now=NOW).close()
    open_store(empty).close()


def test_d24_a_newer_file_is_refused_untouched(path: Path) -> None:
    with open_store(path, now=NOW) as opened:
        opened.connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('conflict-news-aggregator', 'm999_from_the_future', '2030-01-01')"
        )
        opened.connection.commit()
        opened.checkpoint()
    before = path.read_bytes()
    for now in (NOW, None):
        with pytest.raises(StoreTooNew, match="m999_from_the_future"):
            open_store(path, now=now)
    assert path.read_bytes() == before


def test_d22_a_held_lock_is_reported_as_busy_and_nothing_is_half_written(
    path: Path, store: Store
) -> None:
    store.connection.execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        sync_config(store, config(COURIER), NOW)
    other.rollback()
    other.close()
    sync_config(store, config(COURIER), NOW)
    listed = store.connection.execute("SELECT id FROM feeds WHERE listed = 1").fetchall()
    assert [row["id"] for row in listed] == ["courier"]


def test_d19_a_transaction_that_fails_leaves_the_state_before(store: Store) -> None:

    def fail_half_way() -> None:
        with store.transaction() as writing:
            writing.execute("DELETE FROM feeds")
            writing.execute("INSERT INTO feeds (id) VALUES (NULL)")

    with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
        fail_half_way()
    assert store.connection.execute("SELECT count(*) FROM feeds").fetchone()[0] == 2


def test_every_table_and_column_is_described_and_nothing_else(store: Store) -> None:
    actual = {
        table.name: {column.name for column in table.columns}
        for table in store.db.tables
        if not table.name.startswith(("sqlite_", "_sqlite", "articles_fts", "stories_fts"))
    }
    assert actual == {name: set(table.columns) for name, table in TABLES.items()}


def test_every_view_can_be_read(store: Store) -> None:
    for view in store.db.view_names():
        store.connection.execute(f"SELECT * FROM {view}").fetchall()
    assert "reports" in store.db.view_names()


def test_the_busy_timeout_is_finite() -> None:
    assert timedelta(0) < connection.BUSY_TIMEOUT <= timedelta(seconds=10)
