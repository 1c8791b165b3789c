import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.extraction_data import read_scorer
from bench.extraction_spread import FOLDS, fold_of, spread
from tests.bench.labelled_pages import PARAGRAPHS, write_data
from tests.running import ROOT


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data")


def benchmark(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench.extraction", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_figures_worst_pages_and_predictions_of_ours(data: Path, tmp_path: Path) -> None:
    done = benchmark(
        *("--data", data, "--systems", "aggregator", "--witness", "--passes", 1, "--worst", 1),
        *("--by", "language", "--json", tmp_path / "out.json", "--predictions", tmp_path / "ours"),
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    cells = next(line for line in lines if line.startswith("| aggregator |"))[2:-2].split(" | ")
    assert cells[:4] == ["aggregator", "0.500", "0.500", "0.500"]
    assert any(line.startswith("| en | 1 | aggregator | 1.000 |") for line in lines)
    assert any(line.startswith("| de | 1 | aggregator with entry | 0.000 |") for line in lines)
    assert "0.000 page-1" in lines
    assert f"    + {PARAGRAPHS[0]}" in lines
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["harbour"]
    assert written["aggregator"]["figures"]["body"]["f1"] == 0.5
    assert written["aggregator"]["pages_per_second"] > 0
    # A page that raised would be named here; no text of the data may be.
    assert written["aggregator"]["raised"] == []
    assert PARAGRAPHS[0] not in json.dumps(written)
    predictions = (tmp_path / "ours" / "harbour.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(predictions[0])["body"] == "\n\n".join(PARAGRAPHS)


def test_an_unknown_system_is_said_so(data: Path) -> None:
    done = benchmark("--data", data, "--systems", "oracle")
    assert done.returncode == 2
    assert "no system oracle; there are aggregator, " in done.stderr


def test_a_folder_without_scorer_is_said_so(tmp_path: Path) -> None:
    done = benchmark("--data", tmp_path, "--systems", "aggregator")
    assert done.returncode == 1
    assert f"no extract_metrics.py in {tmp_path}" in done.stderr


def test_the_spread_shows_the_site_that_pulls(data: Path) -> None:
    sites = [f"site-{number}.example" for number in range(20)]
    assert {fold_of(site) for site in sites} == set(range(FOLDS))
    truths = [{"id": site, "site": site, "body": "text"} for site in sites]
    predictions = {site: {"body": "text"} for site in sites[1:]}
    found = spread(truths, predictions, read_scorer(data))
    assert found is not None
    site, pull = found.influence[0]
    assert (site, round(pull, 3)) == ("site-0.example", 0.05)
    assert min(found.folds) == found.folds[fold_of("site-0.example")] < 1.0
    assert found.deviation > 0


def test_too_few_sites_have_no_spread(data: Path) -> None:
    truths = [{"id": "a", "site": "a.example", "body": "text"}]
    assert spread(truths, {}, read_scorer(data)) is None
