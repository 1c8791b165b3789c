"""In which order a file is replaced, seen by the system below."""

import errno
import os
import time
from pathlib import Path
from typing import Any

import pytest

from aggregator.config import write_atomically
from aggregator.errors import ConfigError
from tests.folders import sync_no_folders

pytestmark = pytest.mark.skipif(os.name != "posix", reason="folders are synced on POSIX only")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    made: list[str] = []
    real_sync, real_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        mode = os.fstat(descriptor).st_mode
        made.append("sync folder" if mode & 0o040000 else f"sync {os.fstat(descriptor).st_size}")
        real_sync(descriptor)

    def replace(source: Any, target: Any) -> None:
        made.append("rename")
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    return made


@pytest.mark.skipif(
    not hasattr(os, "fsync") or os.uname().sysname == "Darwin", reason="F_FULLFSYNC"
)
def test_d20_the_whole_file_is_synced_then_renamed_then_its_folder_synced(
    tmp_path: Path, calls: list[str]
) -> None:
    write_atomically(tmp_path / "merged.atom", "12345")
    assert calls == ["sync 5", "rename", "sync folder"]


def test_d20_a_file_system_that_syncs_no_folders_is_good_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_no_folders(monkeypatch)
    write_atomically(tmp_path / "merged.atom", "new")
    assert (tmp_path / "merged.atom").read_text() == "new"


def test_d20_a_sync_that_fails_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "merged.atom"
    path.write_text("old")

    def fsync(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(ConfigError, match="Input/output error"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["merged.atom"]


def test_d18_what_a_killed_process_left_half_written_is_removed_by_a_later_write(
    tmp_path: Path,
) -> None:
    left = tmp_path / f".merged.atom.{'a' * 16}"
    young = tmp_path / f".merged.atom.{'b' * 16}"
    other = tmp_path / ".merged.atom.backup"
    for path in (left, young, other):
        path.write_text("half")
    for path in (left, other):
        os.utime(path, (time.time() - 7200,) * 2)
    write_atomically(tmp_path / "merged.atom", "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["merged.atom", young.name, other.name]
    )
