"""The demo's feeds.yaml is the whole of its settings, so that an edit of it changes only that."""

from pathlib import Path

import pytest

from aggregator.config import Config, load
from tests.running import aggregator


def test_the_port_of_the_demo_stands_in_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Config] = []

    class Started:
        def __init__(self, config: Config, database: Path, *, serve: bool) -> None:
            assert serve
            assert database.parent == config.path.parent
            started.append(config)

        async def run(self) -> None:
            # As the daemon reads it after an edit.
            assert load(started[0].path) == started[0]

    monkeypatch.setattr("aggregator.cli.demonstration.Daemon", Started)
    done = aggregator("demo", "--port", "18123", "--folder", "demo", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert started[0].settings.serve_port == 18123


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "demo").touch()
    done = aggregator("demo", "--folder", "demo", folder=tmp_path)
    assert (done.returncode, "Directory 'demo' is a file" in done.stderr) == (2, True)
