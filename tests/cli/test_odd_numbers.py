"""Numbers that no database can hold are wrong arguments, not failures of the program."""

from pathlib import Path

import pytest

from tests.running import aggregator
from tests.store.building import NOW
from tests.store.fresh import fresh_store

HUGE = str(10**30)


@pytest.mark.parametrize("number", [HUGE, f"-{HUGE}"], ids=["huge", "hugely negative"])
@pytest.mark.parametrize(
    "command",
    [
        "story show -- N",
        "story merge 1 -- N",
        "story split -- N 1",
        "story split 1 -- N",
        "story release -- N",
        "archive show -- N",
        "archive export --output x.warc.gz -- N",
        "export stories --origins N",
    ],
)
def test_a_number_out_of_all_bounds_is_a_wrong_argument(
    tmp_path: Path, command: str, number: str
) -> None:
    fresh_store(tmp_path / "conflict-news.db", NOW).close()
    words = [number if word == "N" else word for word in command.split()]
    done = aggregator(*words, folder=tmp_path)
    assert (done.returncode, "is not in the range" in done.stderr) == (2, True)
