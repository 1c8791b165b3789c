import subprocess
import sys
from pathlib import Path

import pytest

from aggregator.model import GroupInput
from bench.grouping_order import compared, shuffled
from tests.bench.labelled_stories import report, two_events, write_set
from tests.running import ROOT


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def stream(*hours: float | None) -> list[tuple[GroupInput, str]]:
    return [(report(number, "ferry", hours=hour), "ferry") for number, hour in enumerate(hours)]


def places(order: list[tuple[GroupInput, str]]) -> list[int]:
    return [int(article.id.rpartition("-")[2]) for article, _ in order]


def test_articles_change_places_within_their_hour_only() -> None:
    before = stream(*(hour + minute / 60 for hour in range(3) for minute in range(0, 60, 10)))
    after = places(shuffled(before, seed=1))
    assert after != places(before)
    assert [place // 6 for place in after] == [place // 6 for place in range(18)]
    assert after == places(shuffled(before, seed=1))
    assert after != places(shuffled(before, seed=2))


def test_undated_articles_change_places_within_runs_of_neighbours() -> None:
    after = places(shuffled(stream(*[None] * 12), seed=1, neighbours=4))
    assert after != list(range(12))
    assert [place // 4 for place in after] == [place // 4 for place in range(12)]


def test_each_pair_of_runs_is_compared() -> None:
    runs = [{"a": "x", "b": "x"}, {"a": "x", "b": "x"}, {"a": "x", "b": "y"}]
    agreements, changes = compared(runs)
    assert changes == [0.0, 1.0, 1.0]
    # Together against apart: precision 1, recall 1/2.
    assert agreements == pytest.approx([1.0, 2 / 3, 2 / 3])


def test_each_set_has_a_row_and_all_of_them(tmp_path: Path) -> None:
    data = write_set(tmp_path / "data", "wikinews", two_events())
    ran = subprocess.run(
        [
            sys.executable, "-m", "bench.grouping_order", "--data", str(data),
            "--only", "wikinews", "--seeds", "2",
        ],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    head, _, row, whole = map(cells, ran.stdout.splitlines())
    assert head[:3] == ["set", "runs", "B3 F1 of runs: mean (least)"]
    assert row[:2] == ["wikinews", "3"]
    assert whole[0] == "**all**"
    assert row[2:4] == whole[2:4]
