"""SQLite and sqlite-utils: transactions, snapshots, bounds and the write-ahead log."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.assumptions.telling import ours

STORE = "aggregator/store/connection.py (one writer, BEGIN IMMEDIATE)"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "news.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE notes (text TEXT)")
    return path


@pytest.fixture
def writer(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=5)) as connection:
        yield connection


def test_m11_sqlite_stores_what_xml_forbids_and_no_surrogate(writer: sqlite3.Connection) -> None:
    odd = "\x00\x0b\x1b\ufffe\uffff"
    assert writer.execute("SELECT ?", (odd,)).fetchone()[0] == odd, ours("aggregator/text/clean.py")
    with pytest.raises(UnicodeEncodeError):
        writer.execute("SELECT ?", ("\ud800",))


def test_m17_a_plain_begin_that_has_read_cannot_write_after_another_has(
    path: Path, writer: sqlite3.Connection
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=5)) as other:
        writer.execute("BEGIN")
        writer.execute("SELECT count(*) FROM notes").fetchone()
        other.execute("INSERT INTO notes VALUES ('first')")
        with pytest.raises(sqlite3.OperationalError) as refused:
            writer.execute("INSERT INTO notes VALUES ('second')")
        assert refused.value.sqlite_errorname == "SQLITE_BUSY_SNAPSHOT", ours(STORE)
        writer.execute("ROLLBACK")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO notes VALUES ('second')")
        writer.execute("COMMIT")


def test_m17_sqlite_utils_begins_plainly(path: Path) -> None:
    told: list[str] = []
    database = Database(path)
    database.conn.set_trace_callback(told.append)
    with database.atomic():
        database.table("notes").insert({"text": "x"})
    database.close()
    begun = [statement for statement in told if statement.upper().startswith("BEGIN")]
    assert begun, "sqlite-utils begins no transaction"
    assert "IMMEDIATE" not in begun[0].upper(), ours(STORE)


def fill(database: Database) -> None:
    with database.atomic():
        for _ in range(50):
            database.table("notes").insert({"text": "x" * 4000})


def test_m18_a_full_database_keeps_nothing_of_the_unit(path: Path) -> None:
    database = Database(path)
    (pages,) = database.conn.execute("PRAGMA page_count").fetchone()
    database.conn.execute(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        fill(database)
    assert database.table("notes").count == 0, "a full database keeps half a unit: see store/writer"
    assert database.conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    database.close()


def test_m19_a_reader_holds_the_log_and_a_checkpoint_after_it_empties_it(
    path: Path, writer: sqlite3.Connection
) -> None:
    log = path.with_name("news.db-wal")
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM notes").fetchone()
        writer.execute("PRAGMA wal_autocheckpoint = 10")
        for _ in range(60):
            writer.execute("INSERT INTO notes VALUES (?)", ("x" * 4000,))
        assert log.stat().st_size > 60 * 4096, ours("the bound of the write-ahead log")
        reader.execute("ROLLBACK")
    writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert log.stat().st_size == 0


def test_m20_an_immutable_file_does_not_show_what_is_added(
    path: Path, writer: sqlite3.Connection
) -> None:
    writer.execute("INSERT INTO notes VALUES ('new')")
    counted = "SELECT count(*) FROM notes"
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as frozen:
        assert frozen.execute(counted).fetchone()[0] == 0, ours("aggregator/cli/serving.py")
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as live:
        assert live.execute(counted).fetchone()[0] == 1
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            live.execute("DELETE FROM notes")


def test_limits_of_a_connection_refuse_what_functions_make() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 10_000)
        for value in ("randomblob(20000)", "hex(zeroblob(9000))"):
            with pytest.raises(sqlite3.DataError, match="too big"):
                connection.execute(f"SELECT {value}").fetchone()
