import subprocess
import sys
from pathlib import Path

import pytest

from bench.grouping_scale import Checkpoint, Spool, Times, checkpoints, ratios
from tests.running import ROOT


def checkpoint(**values: float) -> Checkpoint:
    figures = {
        "articles": 2000, "mean": 1.0, "percentile": 2.0, "most": 9.0, "resident_bytes": 100,
        "held": 1000, "stories": 300, "restart_seconds": 2.0, "b_cubed": 0.9, **values,
    }  # fmt: skip
    return Checkpoint(**figures)  # type: ignore[arg-type]


def test_mean_and_most_are_exact_and_the_percentile_nearly() -> None:
    times = Times()
    for microseconds in range(1, 1001):
        times.add(microseconds * 1000)
    mean, percentile, most = times.milliseconds()
    assert mean == pytest.approx(0.5005)
    assert percentile == pytest.approx(0.99, rel=0.05)
    assert most == 1.0


def test_one_looks_at_each_decade_and_between() -> None:
    assert list(checkpoints(30_000)) == [1000, 2000, 5000, 10_000, 20_000, 30_000]
    million = list(checkpoints(1_000_000))
    assert million[6:9] == [100_000, 200_000, 300_000]
    assert million[-1] == 1_000_000
    assert list(checkpoints(500)) == [500]


def test_ratios_are_to_the_full_window() -> None:
    full = checkpoint()
    later = checkpoint(mean=1.1, resident_bytes=150, stories=330, restart_seconds=1.0)
    assert ratios(later, full) == pytest.approx((1.1, 1.5, 1.1, 0.5))


def test_a_window_is_full_once_a_tenth_of_it_has_left() -> None:
    assert not checkpoint(articles=1100).is_full
    assert checkpoint(articles=1101).is_full


def test_the_spool_forgets_whole_days_and_keeps_the_undated(tmp_path: Path) -> None:
    with Spool(tmp_path) as spool:
        for line, published in (
            ("a\n", None), ("b\n", "2026-03-01T23:00:00Z"), ("c\n", None),
            ("d\n", "2026-03-02T01:00:00Z"), ("late\n", "2026-03-01T22:00:00Z"),
        ):  # fmt: skip
            spool.add(line, published)
        assert "".join(spool.lines()) == "a\nb\nc\nd\nlate\n"
        spool.forget_before("2026-03-02")
        assert "".join(spool.lines()) == "d\nlate\n"


def test_a_stream_longer_than_the_window_is_measured_against_the_full_window() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bench.grouping_scale", "--articles", "1100", "--a-day", "60"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = ran.stdout.splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[:4]]
    assert [row[0] for row in rows[2:]] == ["1,000", "1,100"]
    assert rows[2][-4:] == ["1.00"] * 4
    assert int(rows[3][5]) < 1000
    assert float(rows[3][8]) > 0.5
    assert lines[-1].startswith("from 1,000 to 1,100 articles: time an article × ")
