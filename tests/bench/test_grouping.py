import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.extraction_systems import PEERS_PYTHON
from bench.grouping import score
from bench.grouping_baselines import tfidf_centroid
from bench.grouping_ours import stories_of
from bench.labelled import read_stream
from tests.bench.labelled_stories import report, two_events, write_set
from tests.running import ROOT


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_set(tmp_path / "data", "wikinews", two_events())


def grouping(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench.grouping", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_method_has_a_row_a_set_and_one_for_the_mean(data: Path) -> None:
    ran = grouping("--data", data, "--only", "wikinews", "--method", "tfidf", "grouper")
    assert ran.returncode == 0, ran.stderr
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in ran.stdout.splitlines()
    ]
    assert rows[0][:5] == ["method", "set", "B3 P", "B3 R", "B3 F1"]
    assert [row[:2] for row in rows[2:]] == [
        ["tfidf", "wikinews"],
        ["tfidf", "**macro**"],
        ["grouper", "wikinews"],
        ["grouper", "**macro**"],
    ]
    plain = rows[2]
    assert plain[2:8] == ["1.000"] * 6
    assert plain[8] == ""  # one language only
    assert plain[9] == "2 (2)"
    assert rows[3][2] == "**1.000**"
    assert all(float(row[10].replace(",", "")) > 0 for row in rows[2:])


@pytest.mark.skipif(PEERS_PYTHON.exists(), reason="the peers are installed")
def test_a_method_that_is_not_installed_is_named(data: Path) -> None:
    ran = grouping("--data", data, "--method", "minhash")
    assert ran.returncode == 2
    assert "minhash is not installed; run make bench-grouping" in ran.stderr


def test_the_labels_are_scored_by_the_scorer_beside_them(data: Path) -> None:
    stream = read_stream(data, "wikinews")
    clusters = {article.id: "one story" for article, _ in stream}
    scores = score(data, stream, clusters)
    # Six reports: 3 + 3 true pairs out of 15.
    assert scores["pair_p"] == pytest.approx(6 / 15)
    assert scores["pair_r"] == 1.0


def test_the_baseline_joins_what_is_alike_within_its_window() -> None:
    early, late = report(0, "ferry"), report(1, "ferry", hours=24 * 6)
    assert tfidf_centroid([early, report(0, "bridge", hours=1), late]) == {
        "ferry-0": "ferry-0",
        "bridge-0": "bridge-0",
        "ferry-1": "ferry-0",
    }
    assert tfidf_centroid([early, report(1, "ferry", hours=24 * 7)])["ferry-1"] == "ferry-1"


def test_what_counts_is_where_an_article_is_at_the_end() -> None:
    article = report(0, "ferry")
    again = replace(article, title="Ferry Marelda afloat again")
    assert stories_of([article, again]) == {"ferry-0": "ferry-0"}
