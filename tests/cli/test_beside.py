"""What the user says while a daemon works never upgrades the database under it."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.lock import only_one
from aggregator.store import open_store
from tests.running import aggregator
from tests.store.building import NOW
from tests.store.test_upgrade import EARLIER, filled

COMMANDS = [
    ["story", "merge", "1", "2"],
    ["story", "split", "1", "2"],
    ["story", "release", "1"],
    ["feeds", "resume", "courier"],
]


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    path = tmp_path / "conflict-news.db"
    filled(path, EARLIER[-1])
    return path


def steps(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()[0])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_about_what_is_stored_makes_a_database(
    tmp_path: Path, command: list[str]
) -> None:
    result = told(command, tmp_path / "conflict-news.db")
    assert result.returncode == 3
    assert "no such database" in result.stderr
    assert not list(tmp_path.iterdir())


def told(command: list[str], path: Path) -> subprocess.CompletedProcess[str]:
    return aggregator("--database", path, *command, folder=path.parent)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_d24_an_earlier_database_is_not_upgraded_under_a_daemon(
    earlier: Path, command: list[str]
) -> None:
    before = earlier.read_bytes()
    with only_one(earlier):
        refused = told(command, earlier)
    assert refused.returncode == 4
    assert f"process {os.getpid()} already works on this database" in refused.stderr
    assert "restart the daemon, or stop it and run `aggregator upgrade`" in refused.stderr
    assert (earlier.read_bytes(), steps(earlier)) == (before, len(EARLIER))


def test_d24_an_earlier_database_is_upgraded_where_no_daemon_works(earlier: Path) -> None:
    assert told(COMMANDS[-1], earlier).returncode == 0
    assert steps(earlier) == len(EARLIER) + 1


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_d24_a_database_of_this_version_is_written_beside_a_daemon(
    earlier: Path, command: list[str]
) -> None:
    open_store(earlier, now=NOW).close()
    with only_one(earlier):
        done = told(command, earlier)
    # The stories are not there, and that is all that is said.
    assert done.returncode == (0 if command[0] == "feeds" else 1)
