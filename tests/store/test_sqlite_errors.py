"""What SQLite reports is told by its result code, with what to do; each from a real file."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.errors import StoreBusy, StoreDamaged, StoreError, StoreFull, StoreUnreachable
from aggregator.store import Store, open_store
from aggregator.store.sqlite_errors import failure_of
from tests.store.building import COURIER, NOW, entry, poll, poll_outcome


@pytest.mark.parametrize(
    ("name", "kind", "remedy"),
    [
        ("SQLITE_BUSY", StoreBusy, "tried again"),
        ("SQLITE_BUSY_SNAPSHOT", StoreBusy, "between our reading and our writing"),
        ("SQLITE_LOCKED", StoreBusy, "tried again"),
        ("SQLITE_FULL", StoreFull, "free some"),
        ("SQLITE_IOERR_WRITE", StoreUnreachable, "health"),
        ("SQLITE_CANTOPEN", StoreUnreachable, "folder exists"),
        ("SQLITE_READONLY_DBMOVED", StoreUnreachable, "write the file"),
        ("SQLITE_CORRUPT_INDEX", StoreDamaged, "backup"),
        ("SQLITE_NOTADB", StoreDamaged, "--database"),
    ],
)
def test_d21_the_result_code_decides_and_the_message_says_what_to_do(
    name: str, kind: type[StoreError], remedy: str
) -> None:
    error = sqlite3.OperationalError("words of another version")
    error.sqlite_errorcode = getattr(sqlite3, name)
    failure = failure_of(Path("news.db"), error)
    assert type(failure) is kind
    assert remedy in str(failure)
    assert "words of another version" in str(failure)


def test_what_a_record_did_is_no_failure_of_the_file() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE birds (name UNIQUE)")
        connection.execute("INSERT INTO birds VALUES ('heron')")
        with pytest.raises(sqlite3.IntegrityError) as caught:
            connection.execute("INSERT INTO birds VALUES ('heron')")
    assert failure_of(Path("news.db"), caught.value) is None


def test_d21_a_poll_that_finds_no_room_leaves_nothing(store: Store) -> None:
    (pages,) = store.connection.execute("PRAGMA page_count").fetchone()
    store.connection.execute(f"PRAGMA max_page_count = {pages}")
    many = [entry(number, title=f"Report {number} " + "long " * 900) for number in range(80)]
    with pytest.raises(StoreFull):
        poll(store, poll_outcome(COURIER, *many))
    assert store.connection.execute("SELECT count(*) FROM entries").fetchone()[0] == 0
    assert store.connection.execute("SELECT count(*) FROM set_aside").fetchone()[0] == 0
    store.connection.execute("PRAGMA max_page_count = 1000000")
    assert poll(store, poll_outcome(COURIER, *many)).new == 80


def test_d21_a_file_that_is_cut_in_half_is_said_to_be_damaged(path: Path, store: Store) -> None:
    poll(store, poll_outcome(COURIER, *(entry(number) for number in range(50))))
    store.close()
    content = path.read_bytes()
    path.write_bytes(b"no header at all" + content[16:])
    with pytest.raises(StoreDamaged, match="not a database"):
        open_store(path, now=NOW)
