import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.extraction_compare import changes, sign_test
from tests.running import ROOT

SCORER = """
def evaluate(truths, predictions, resamples=0):
    rows = [
        {"id": t["id"], "body_f1": float(predictions.get(t["id"], {}).get("body") == t["body"])}
        for t in truths
    ]
    return {"pages": len(rows)}, rows

def line(name, figures):
    return f"{name} {figures['pages']}"
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "harbour"
    folder.mkdir(parents=True)
    (folder.parent / "extract_metrics.py").write_text(SCORER, encoding="utf-8")
    truths: list[dict[str, Any]] = [
        {"id": f"page-{i}", "url": "", "body": "the pier is open"} for i in range(3)
    ]
    truths.append({"id": "cut", "url": "", "body": "cut", "suspect_truth": True})
    lines = "".join(json.dumps(truth) + "\n" for truth in truths)
    (folder / "truth.jsonl").write_text(lines, encoding="utf-8")
    return folder.parent


def predictions(folder: Path, bodies: list[str]) -> Path:
    folder.mkdir()
    records = [{"id": f"page-{i}", "body": body} for i, body in enumerate(bodies)]
    path = folder / "harbour.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def compare(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench.extraction_compare", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_pages_that_got_better_and_worse_are_named(data: Path, tmp_path: Path) -> None:
    old = predictions(tmp_path / "old", ["the pier is open", "", ""])
    new = predictions(tmp_path / "new", ["", "the pier is open", "the pier is open"])
    compared = compare(old, new.parent, "--data", data, "--pages", 1)
    assert compared.stdout.splitlines() == [
        "harbour (3 pages)",
        "  old 3",
        "  new 3",
        "  body: 2 better, 1 worse, sign test p 1.000",
        "    worse -1.000 (1.000 -> 0.000) page-0",
        "    better +1.000 (0.000 -> 1.000) page-2",
        "    better ... and 1 more",
    ]


def test_a_side_that_is_nothing_is_said_so(data: Path) -> None:
    compared = compare("no-such-revision", ".", "--data", data)
    assert compared.returncode != 0
    assert "no-such-revision: neither a file, a folder nor a git revision" in compared.stderr


def test_the_sign_test_is_the_exact_one() -> None:
    assert sign_test(0, 0) == 1.0
    assert sign_test(5, 5) == 1.0
    assert sign_test(8, 1) == pytest.approx(2 * (1 + 9) / 512)
    assert sign_test(1, 8) == sign_test(8, 1)


def test_a_move_below_the_smallest_is_no_change() -> None:
    old: list[dict[str, Any]] = [
        {"id": "a", "body_f1": 0.9},
        {"id": "b", "body_f1": 0.9},
        {"id": "c"},
    ]
    new: list[dict[str, Any]] = [
        {"id": "a", "body_f1": 0.9004},
        {"id": "b", "body_f1": 0.8},
        {"id": "c"},
    ]
    assert [change.id for change in changes(old, new, "body_f1")] == ["b"]
