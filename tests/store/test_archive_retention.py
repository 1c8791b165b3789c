"""Old WARC files go with what the database knows of them, crash or not."""

from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.archive.folder import ArchiveFolder, archive_files, archive_folder
from aggregator.store import Store
from aggregator.store.archive_check import check_archive
from aggregator.store.archive_retention import ROWS_AT_ONCE, forget_archived
from aggregator.store.archived import index_responses
from aggregator.store.feeds import sync_config
from tests.archive.captured import answer
from tests.store.building import COURIER, NOW, config, entry, poll, poll_outcome

DAY = timedelta(days=1)


@pytest.fixture
def folder(store: Store) -> Path:
    """Return the folder of a database that has an answer, 5,000 bytes long, for each of 4 days."""
    sync_config(store, config(COURIER), NOW)
    poll(store, poll_outcome(COURIER, entry(1)))
    path = archive_folder(store.path)
    archive = ArchiveFolder(path, "news")
    for day in range(4):
        body = b"".join(b"%d" % (number * (day + 7)) for number in range(1500))
        (kept,) = archive.append([answer(body)], NOW + day * DAY)
        with store.transaction() as connection:
            index_responses(connection, [kept], "courier", 1 if day else None, day)
    return path


def names(folder: Path) -> list[str]:
    return [path.name[5:13] for path in archive_files(folder)]


def days(store: Store) -> list[str]:
    rows = store.connection.execute("SELECT file FROM archived_responses ORDER BY file")
    return [row["file"][5:13] for row in rows]


def test_files_of_earlier_days_go_step_by_step(store: Store, folder: Path) -> None:
    gone = forget_archived(store, folder, before=NOW + 2 * DAY, files_at_once=1)
    assert (gone.files, gone.answers, gone.is_done) == (1, 1, False)
    assert gone.bytes > 1000
    assert forget_archived(store, folder, before=NOW + 2 * DAY).is_done
    assert names(folder) == days(store) == ["20260303", "20260304"]
    assert check_archive(store, folder).problems == ()
    forget_archived(store, folder, before=NOW + 3 * DAY, files_at_once=9)
    assert names(folder) == days(store) == ["20260304"]


def test_the_last_file_goes_when_it_is_old_and_the_next_answer_begins_another(
    store: Store, folder: Path
) -> None:
    archive = ArchiveFolder(folder, "news")
    archive.append([answer(b"the last before a rest")], NOW + 4 * DAY)
    forget_archived(store, folder, before=NOW + 5 * DAY, files_at_once=9)
    assert names(folder) == days(store) == []
    archive.append([answer(b"the first after it")], NOW + 6 * DAY)
    assert names(folder) == ["20260307"]


def test_the_oldest_go_while_all_are_too_large(store: Store, folder: Path) -> None:
    sizes = [path.stat().st_size for path in archive_files(folder)]
    gone = forget_archived(store, folder, larger_than=sum(sizes[2:]), files_at_once=9)
    assert (gone.files, gone.bytes) == (2, sum(sizes[:2]))
    assert names(folder) == days(store) == ["20260303", "20260304"]
    assert forget_archived(store, folder, larger_than=sum(sizes[2:])).files == 0
    forget_archived(store, folder, larger_than=0, files_at_once=9)
    assert names(folder) == ["20260304"]


def test_nothing_asked_is_nothing_forgotten(store: Store, folder: Path) -> None:
    assert forget_archived(store, folder).files == 0
    assert forget_archived(store, folder / "nowhere", larger_than=0).files == 0
    assert len(names(folder)) == len(days(store)) == 4


def test_a_crash_between_rows_and_file_is_made_good(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "unlink", _refused)
    with pytest.raises(PermissionError):
        forget_archived(store, folder, before=NOW + DAY)
    assert (len(names(folder)), len(days(store))) == (4, 3)
    monkeypatch.undo()
    assert forget_archived(store, folder, before=NOW + DAY).files == 1
    assert names(folder) == days(store)


def test_rows_of_a_file_that_was_taken_away_go_when_it_is_old(store: Store, folder: Path) -> None:
    archive_files(folder)[0].unlink()
    assert len(check_archive(store, folder).problems) == 1
    assert forget_archived(store, folder, before=NOW + DAY).answers == 1
    assert check_archive(store, folder).problems == ()


def test_many_rows_go_in_small_steps(store: Store, folder: Path) -> None:
    with store.transaction() as connection:
        connection.executemany(
            "INSERT INTO archived_responses (feed_id, url, asked_url, fetched_at, status,"
            " payload_digest, payload_bytes, record_type, record_id, file, offset, length,"
            " payload_offset) SELECT feed_id, url, asked_url, fetched_at, status, payload_digest,"
            " payload_bytes, record_type, record_id, file, ?, length, payload_offset"
            " FROM archived_responses WHERE id = 1",
            [(10**6 + number,) for number in range(2 * ROWS_AT_ONCE + 5)],
        )
    commits: list[str] = []
    store.connection.set_trace_callback(
        lambda sql: commits.append(sql) if sql.startswith("COMMIT") else None
    )
    assert forget_archived(store, folder, before=NOW + DAY).answers == 2 * ROWS_AT_ONCE + 6
    assert len(commits) == 3


def test_an_article_that_is_forgotten_leaves_its_answers(store: Store, folder: Path) -> None:
    with store.transaction() as connection:
        connection.execute("DELETE FROM entries")
        connection.execute("DELETE FROM articles")
    assert len(days(store)) == 4
    rows = store.connection.execute("SELECT article_id FROM archived_responses")
    assert {row["article_id"] for row in rows} == {None}
    assert check_archive(store, folder).problems == ()


@pytest.mark.parametrize(
    "question",
    [
        "SELECT * FROM archived_responses WHERE article_id = 1",
        "SELECT * FROM archived_responses WHERE file = 'a' ORDER BY offset",
        "SELECT * FROM archived_responses WHERE feed_id = 'a' AND fetched_at > '2026'",
        "SELECT * FROM archived_responses WHERE fetched_at > '2026'",
        "SELECT * FROM edited_articles WHERE article_id = 1",
        "SELECT * FROM edited_entries WHERE article_id = 1",
        "UPDATE archived_responses SET article_id = NULL WHERE article_id = 1",
    ],
)
def test_what_is_asked_often_is_answered_by_index(store: Store, question: str) -> None:
    plan = store.connection.execute(f"EXPLAIN QUERY PLAN {question}").fetchall()
    assert not [row["detail"] for row in plan if row["detail"].startswith("SCAN")]


def _refused(self: Path, *, missing_ok: bool = False) -> None:  # noqa: ARG001 -- Path's own
    raise PermissionError(13, "somebody has it open", str(self))
