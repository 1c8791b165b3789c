"""What commands make never takes the place of what the program lives by."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.running import aggregator
from tests.store.fresh import fresh_store

ARCHIVED = "conflict-news-archive/conflict-news-20261126-00001.warc.gz"
OWN = (
    "feeds.yaml",
    "conflict-news.db",
    "conflict-news.db-wal",
    "conflict-news.db-shm",
    "conflict-news.db.lock",
    ARCHIVED,
    "conflict-news-archive/new.warc.gz",
    "link-to-database",
    "link-to-archive/new.warc.gz",
    "link-to-archive/../feeds.yaml",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "feeds.yaml").write_text("feeds: []\nconflicts: []\n")
    fresh_store(tmp_path / "conflict-news.db", datetime.now(UTC)).close()
    (tmp_path / ARCHIVED).parent.mkdir()
    (tmp_path / ARCHIVED).write_bytes(b"evidence")
    (tmp_path / "link-to-database").symlink_to("conflict-news.db")
    (tmp_path / "link-to-archive").symlink_to("conflict-news-archive")
    (tmp_path / "input.jsonl").write_text("")
    return tmp_path


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "command",
    [
        "archive export 1 --force --output",
        "backup --force",
        "export feeds --format jsonl --output",
        "feeds export",
        "group input.jsonl --output",
        "extract --batch input.jsonl --output",
    ],
)
def test_no_command_writes_over_what_the_program_lives_by(folder: Path, command: str) -> None:
    before = contents(folder)
    for target in OWN:
        result = aggregator(*command.split(), target, folder=folder)
        assert (result.returncode, "choose another name" in result.stderr) == (2, True), target
    assert contents(folder) == before


def test_the_database_that_an_option_or_a_setting_names_is_meant(folder: Path) -> None:
    (folder / "conflict-news.db").rename(folder / "other.db")
    before = contents(folder)
    command = ("export", "feeds", "--format", "jsonl", "--output", "other.db")
    assert aggregator("--database", "other.db", *command, folder=folder).returncode == 2
    assert contents(folder) == before
    settings = "settings:\n  database: other.db\nfeeds: []\nconflicts: []\n"
    (folder / "feeds.yaml").write_text(settings)
    assert aggregator(*command, folder=folder).returncode == 2
    (folder / "feeds.yaml").write_text("nothing that can be read: [")
    result = aggregator("group", "input.jsonl", "--output", "out.jsonl", folder=folder)
    assert result.returncode == 0


def test_an_archive_is_exported_to_a_new_file_only(folder: Path) -> None:
    (folder / "mine.warc.gz").write_bytes(b"mine")
    command = ("archive", "export", "1", "--output", "mine.warc.gz")
    result = aggregator(*command, folder=folder)
    assert (result.returncode, "use --force" in result.stderr) == (2, True)
    assert aggregator(*command, "--force", folder=folder).returncode == 1
    assert (folder / "mine.warc.gz").read_bytes() == b"mine"
