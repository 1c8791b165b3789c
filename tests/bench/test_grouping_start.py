import subprocess
import sys
from pathlib import Path

from bench.grouping_start import spread
from tests.bench.labelled_stories import report, two_events, write_set
from tests.running import ROOT


def test_runs_are_whole_and_spread_over_the_set() -> None:
    stream = [(report(number, "ferry", hours=number), "ferry") for number in range(11)]
    runs = spread(stream, articles=2, runs=2)
    assert runs == [stream[0:2], stream[4:6]]
    assert spread(stream, articles=12, runs=2) == []


def test_each_set_has_a_row_and_all_of_them(tmp_path: Path) -> None:
    events = two_events()
    data = write_set(tmp_path / "data", "wikinews", events)
    ran = subprocess.run(
        [
            sys.executable, "-m", "bench.grouping_start", "--data", str(data),
            "--only", "wikinews", "--articles", str(len(events)),
        ],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    _, _, row, whole = (line.strip("| ").split(" | ") for line in ran.stdout.splitlines())
    assert row == ["wikinews", "1", "1.000"]
    assert whole[-1] == "**1.000**"
