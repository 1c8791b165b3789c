"""Standard output on a disk that is full: told in a line, and never taken for a whole answer."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux'")

FEEDS = """\
feeds:
  - {id: nahir, name: Nahir, url: "https://nahir.example.org/feed"}
conflicts: []
"""


@pytest.mark.parametrize(
    "command", [["feeds", "list"], ["feeds", "list", "--json"], ["feeds", "export"], ["--help"]]
)
def test_output_that_cannot_be_written_is_told(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
    with Path("/dev/full").open("wb") as full:
        told = subprocess.run(
            [sys.executable, "-m", "aggregator", *command],
            cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip

    (line,) = told.stderr.splitlines()
    assert told.returncode == 1
    assert f"cannot be written ({os.strerror(errno.ENOSPC)})" in line
