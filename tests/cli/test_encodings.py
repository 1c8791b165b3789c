"""Standard output that cannot hold every letter: a file on Windows, a terminal in Latin-1."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FEEDS = """\
feeds:
  - {id: nahir, name: "صحيفة النهير 🕊", url: "https://nahir.example.org/feed"}
conflicts: []
"""


def listed(folder: Path, encoding: str, *options: str) -> subprocess.CompletedProcess[bytes]:
    """Run `feeds list` with output in an encoding."""
    (folder / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "aggregator", "feeds", "list", *options],
        cwd=folder,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_letters_that_cannot_be_shown_end_no_command(tmp_path: Path, encoding: str) -> None:
    told = listed(tmp_path, encoding)
    assert (told.returncode, told.stderr) == (0, b"")
    assert rb"\u0635\u062d\u064a" in told.stdout


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-8"])
def test_json_is_json_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    told = listed(tmp_path, encoding, "--json")
    (row,) = json.loads(told.stdout.decode(encoding))
    assert row["name"] == "صحيفة النهير 🕊"
