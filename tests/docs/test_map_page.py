"""The page about the map: its example is a good file, its parameters are those of the address."""

import re
from pathlib import Path

from aggregator.config import parse
from aggregator.publish.browse.map_page import HOURS, MapQuestion
from aggregator.store.story_map import MOST_STORIES
from tests.running import ROOT

PAGE = (ROOT / "docs/map.md").read_text(encoding="utf-8")


def test_its_example_is_a_good_file() -> None:
    (example,) = re.findall(r"(?ms)^```yaml\n(.*?)^```", PAGE)
    (conflict,) = parse(example, Path("example.yaml")).conflicts
    assert dict(conflict.placed)["Sennar"] is None


def test_its_parameters_are_those_of_the_address() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == ["hours", "conflict", "origins"]
    assert set(MapQuestion.__dataclass_fields__) == {"hours", "conflict", "origins"}
    assert ", ".join(map(str, HOURS[:2])) in PAGE
    assert f"newest {MOST_STORIES:,} stories" in PAGE
