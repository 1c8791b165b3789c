import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.newsroom.__main__ import main
from tests.newsroom_tests.conftest import Ask

_ROOT = Path(__file__).parents[2]


def test_the_command_serves_until_it_is_told_to_stop(tmp_path: Path, ask: Ask) -> None:
    feeds = tmp_path / "feeds.yaml"
    command = [sys.executable, "-m", "tests.newsroom", "--port", "0", "--feeds", str(feeds)]
    with subprocess.Popen(
        [*command, "--live", "0.1", "--database", "news.db"],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        line = process.stdout.readline()
        match = re.fullmatch(r"newsroom on (http://127\.0\.0\.1:\d+/) \((\d+) outlets\)\n", line)
        assert match
        document = YAML(typ="safe").load(feeds)
        assert len(document["feeds"]) == int(match[2])
        assert document["settings"]["database"] == "news.db"
        assert ask(match[1]).status_code == 200
        assert ask(document["feeds"][0]["url"]).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["feeds.yaml"]


def test_the_command_exports_the_truth(tmp_path: Path) -> None:
    out = tmp_path / "truth.jsonl"
    assert main(["--export", str(out), "--now", "2026-03-06T12:00"]) == 0
    first = json.loads(out.read_text("utf-8").splitlines()[0])
    assert first["published"].startswith("2026-03-0")


def test_a_misspelt_time_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--now", "soon"])
    assert stop.value.code == 2
    assert "--now" in capsys.readouterr().err
