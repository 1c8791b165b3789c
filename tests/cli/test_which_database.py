"""Which database a command is about: feeds.yaml may be wrong, and what is named may be none."""

from pathlib import Path

import pytest

from tests.running import aggregator
from tests.store.building import NOW
from tests.store.fresh import fresh_store

MISTAKES = {
    "default": ("conflict-news.db", "feeds: [\n"),
    "named": ("news.db", "settings:\n  database: news.db\n  no_such_key: 1\nfeeds: []\n"),
}
ABOUT_THE_DATABASE = (
    "status --check",
    "status",
    "search harbour",
    "check --database",
    "backup copy.db",
    "archive verify",
    "export stories",
)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_o32_a_bad_feeds_yaml_keeps_nobody_from_the_database(tmp_path: Path, mistake: str) -> None:
    name, text = MISTAKES[mistake]
    (tmp_path / "feeds.yaml").write_text(text)
    fresh_store(tmp_path / name, NOW).close()
    for command in ABOUT_THE_DATABASE:
        done = aggregator(*command.split(), folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), command
    for command in ("poll", "check", "feeds export"):
        assert aggregator(*command.split(), folder=tmp_path).returncode == 2, command


@pytest.mark.parametrize("name", ["", ".", "folder"])
@pytest.mark.parametrize("command", ["poll", "run", "status", "archive verify", "vacuum"])
def test_a_folder_in_the_place_of_the_database_is_named(
    tmp_path: Path, name: str, command: str
) -> None:
    (tmp_path / "feeds.yaml").write_text("feeds: []\nconflicts: []\n")
    (tmp_path / "folder").mkdir()
    done = aggregator("--database", name, *command.split(), folder=tmp_path)
    assert (done.returncode, "this is a folder" in done.stderr) == (3, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feeds.yaml", "folder"]


def test_what_cannot_be_seen_is_named(tmp_path: Path) -> None:
    (tmp_path / "circle.db").symlink_to("circle.db")
    for name in ("circle.db", "n" * 300):
        done = aggregator("--database", name, "status", folder=tmp_path)
        assert (done.returncode, "cannot be seen" in done.stderr) == (3, True), name
    done = aggregator("--config", "n" * 300, "status", folder=tmp_path)
    assert (done.returncode, "cannot be read" in done.stderr) == (2, True)
