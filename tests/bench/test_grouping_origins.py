import subprocess
import sys

from aggregator.group.origin.origins import origins_of
from aggregator.group.origin.publishers import Names
from bench.grouping_origins import read, texts
from tests.running import ROOT


def test_the_reports_are_long_and_a_third_are_copies_or_credits() -> None:
    tellings = read(texts(12), Names())
    assert all(300 < telling.words < 1500 for telling in tellings)
    standings = origins_of(tellings)
    assert {standings[number].dependence for number in (2, 5, 8, 11)} == {"copy"}
    assert len({standing.origin for standing in standings.values()}) < 8


def test_a_row_for_each_size() -> None:
    ran = subprocess.run(
        [
            sys.executable, "-m", "bench.grouping_origins", "--reports", "3", "6",
            "--repeats", "1",
        ],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows = [line.split("|")[1].strip() for line in ran.stdout.splitlines()]
    assert rows == ["reports", "---", "3", "6"]
