import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.group.profile import Profile
from aggregator.group.stories import Grouper
from aggregator.model import GroupInput
from bench.grouping_ablation import NOTHING, PARTS, Part, grouped_without, without
from tests.bench.labelled_stories import BEGIN, report, two_events, write_set
from tests.running import ROOT

REPORT = replace(report(0, "ferry"), text=report(0, "ferry").text * 2)


def held(part: Part) -> Profile:
    """Return what the grouper holds of a report that it reads without a part."""
    grouper = Grouper()
    with without(part):
        grouper.add(REPORT)
    found = grouper.window.held(REPORT.id)
    assert found
    return found.profile


def test_without_nothing_all_is_there() -> None:
    whole = held(PARTS[NOTHING])
    assert whole.names
    assert whole.counts
    assert whole.shingles
    assert any(term.startswith("~") for term in whole.text)
    assert whole.published == BEGIN


@pytest.mark.parametrize(
    ("part", "left"),
    [
        ("names", {"names": {}}),
        ("counts", {"counts": frozenset()}),
        ("time", {"published": None}),
        ("copies", {"shingles": frozenset()}),
        ("source", {"source": None}),
        ("language", {"language": None}),
    ],
)
def test_a_part_is_taken_away_and_nothing_else(part: str, left: dict[str, object]) -> None:
    assert held(PARTS[part]) == replace(held(PARTS[NOTHING]), **left)  # type: ignore[arg-type]


def test_without_sounds_the_words_stay() -> None:
    whole = held(PARTS[NOTHING]).text
    words = {term: weight for term, weight in whole.items() if not term.startswith("~")}
    assert held(PARTS["name sounds"]).text == words
    assert 0 < len(words) < len(whole)


def test_without_the_text_a_report_is_a_headline() -> None:
    assert held(PARTS["text"]).bare


def test_what_was_taken_away_comes_back_whatever_happens() -> None:
    before = held(PARTS[NOTHING])
    with pytest.raises(RuntimeError), without(PARTS["names"]):
        raise RuntimeError
    assert held(PARTS[NOTHING]) == before


def test_a_part_is_missed_in_the_stories() -> None:
    late = replace(report(1, "ferry"), published=BEGIN + timedelta(days=8))
    stream: list[tuple[GroupInput, str]] = [(report(0, "ferry"), "ferry"), (late, "ferry")]
    assert grouped_without(PARTS[NOTHING], stream)["ferry-1"] == "ferry-1"
    assert grouped_without(PARTS["time"], stream)["ferry-1"] == "ferry-0"


def test_each_part_has_a_row_with_its_difference(tmp_path: Path) -> None:
    data = write_set(tmp_path / "data", "wikinews", two_events())
    ran = subprocess.run(
        [
            sys.executable, "-m", "bench.grouping_ablation", "--data", str(data),
            "--only", "wikinews", "--without", "copies",
        ],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    head, _, whole, copies = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in ran.stdout.splitlines()
    )
    assert head[:3] == ["without", "macro B3 F1", "±"]
    assert (whole[0], whole[2]) == ("nothing", "")
    # No text is printed twice.
    assert [copies[0], *copies[1:4]] == ["copies", whole[1], "+0.000", whole[3]]
