import os
import sys
from pathlib import Path

import pytest

from aggregator.config import write_atomically
from aggregator.errors import ConfigError


def test_the_text_is_replaced_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text("old and much longer than the new text")
    write_atomically(path, "\ufeffñew\r\n")
    assert path.read_bytes() == b"\xef\xbb\xbf\xc3\xb1ew\r\n"
    assert [file.name for file in tmp_path.iterdir()] == ["feeds.yaml"]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664])
def test_the_mode_is_kept(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text("old")
    path.chmod(mode)
    write_atomically(path, "new")
    assert path.stat().st_mode & 0o7777 == mode


@pytest.mark.skipif(sys.platform == "win32", reason="files have no groups")
def test_owner_and_group_are_kept(tmp_path: Path) -> None:
    is_administrator = os.geteuid() == 0
    others = [65534] if is_administrator else [g for g in os.getgroups() if g != os.getegid()]
    if not others:
        pytest.skip("this user has one group only")
    path = tmp_path / "feeds.yaml"
    path.write_text("old")
    os.chown(path, others[0] if is_administrator else -1, others[0])
    path.chmod(0o640)
    before = path.stat()
    write_atomically(path, "new")
    after = path.stat()
    assert (after.st_uid, after.st_gid, after.st_mode) == (
        before.st_uid, before.st_gid, before.st_mode,
    )  # fmt: skip


def test_a_new_file_has_the_mode_of_new_files(tmp_path: Path) -> None:
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    write_atomically(tmp_path / "feeds.yaml", "new")
    assert (tmp_path / "feeds.yaml").stat().st_mode == ordinary.stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    target = tmp_path / "dotfiles" / "feeds.yaml"
    target.write_text("old")
    link = tmp_path / "feeds.yaml"
    link.symlink_to(target)
    write_atomically(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_text_that_is_no_utf_8_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text("old")
    with pytest.raises(ConfigError, match="cannot be written"):
        write_atomically(path, "new \ud800")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["feeds.yaml"]


def test_a_missing_folder_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        write_atomically(tmp_path / "none" / "feeds.yaml", "new")


def test_a_pipe_in_the_place_of_the_file_is_left_alone(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ConfigError, match="a device or a pipe"):
        write_atomically(pipe, "text")
    assert (pipe.is_fifo(), list(tmp_path.iterdir())) == (True, [pipe])


def test_a_folder_in_the_place_of_the_file_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        write_atomically(tmp_path, "new")
    assert tmp_path.is_dir()
    assert list(tmp_path.parent.glob(f".{tmp_path.name}.*")) == []
