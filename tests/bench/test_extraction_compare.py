import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.extraction_compare import changes, sign_test
from tests.bench.labelled_pages import true_body, write_data
from tests.running import ROOT


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data")


def predictions(folder: Path, *bodies: str) -> Path:
    folder.mkdir()
    records = [{"id": f"page-{number}", "body": body} for number, body in enumerate(bodies)]
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
    old = predictions(tmp_path / "old", true_body(0), "")
    new = predictions(tmp_path / "new", "", true_body(1))
    compared = compare(old, new.parent, "--data", data)
    assert compared.stdout.splitlines() == [
        "harbour (2 pages)",
        "  old 0.50",
        "  new 0.50",
        "  body: 1 better, 1 worse, sign test p 1.000",
        "    worse -1.000 (1.000 -> 0.000) page-0",
        "    better +1.000 (0.000 -> 1.000) page-1",
    ]


def test_only_as_many_pages_are_named_as_asked_for(data: Path, tmp_path: Path) -> None:
    old = predictions(tmp_path / "old", "", "")
    new = predictions(tmp_path / "new", true_body(0), true_body(1))
    compared = compare(old, new, "--data", data, "--pages", 1)
    assert compared.stdout.splitlines()[-1] == "    better ... and 1 more"


def test_a_folder_of_source_is_run(data: Path, tmp_path: Path) -> None:
    old = predictions(tmp_path / "old", "", "")
    compared = compare(old, ".", "--data", data)
    assert "    better +1.000 (0.000 -> 1.000) page-0" in compared.stdout.splitlines()


def test_sides_without_a_set_in_common_are_said_so(data: Path, tmp_path: Path) -> None:
    stray = predictions(tmp_path / "old", "").rename(tmp_path / "river.jsonl")
    compared = compare(stray, stray, "--data", data)
    assert compared.returncode == 2
    assert "no set in common; a file is named for its set: harbour" in compared.stderr


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
