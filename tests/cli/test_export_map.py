"""`aggregator export stories --format geojson` through the real command."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.publish.geojson_validity import read_collection
from tests.publish.on_the_map import put_on_the_map
from tests.publish.sample import HOSTILE_TITLE, Desk, fill
from tests.running import aggregator

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "conflict-news.db", datetime.now(UTC))
    yield desk
    desk.store.close()


@pytest.fixture
def stories(desk: Desk) -> dict[str, int]:
    stories = fill(desk)
    put_on_the_map(desk, stories)
    return stories


def test_stories_that_are_somewhere_are_features(tmp_path: Path, stories: dict[str, int]) -> None:
    result = aggregator("export", "stories", "--format", "geojson", folder=tmp_path)
    assert result.returncode == 0
    assert result.stderr == "2 stories left out that name no place on the map\n"
    features = read_collection(result.stdout)
    assert [each["id"] for each in features] == [
        stories[name] for name in ("shelling", "bridge", "hostile")
    ]
    assert [each["geometry"]["type"] for each in features] == ["MultiPoint", "Point", "Point"]
    plain = aggregator("export", "stories", folder=tmp_path).stdout.splitlines()
    record = next(one for one in map(json.loads, plain) if one["story_id"] == stories["hostile"])
    properties = features[2]["properties"]
    assert properties.pop("located_places") == ["Osk <i>&"]
    assert properties == record
    assert properties["headline"] == HOSTILE_TITLE


def test_a_file_is_told_by_its_name_and_counts_what_it_holds(
    tmp_path: Path, stories: dict[str, int]
) -> None:
    assert stories
    file = tmp_path / "week.geojson.gz"
    result = aggregator("export", "stories", "--nested", "--output", file, folder=tmp_path)
    assert result.stderr == (
        f"3 stories written to {file}\n2 stories left out that name no place on the map\n"
    )
    features = read_collection(gzip.decompress(file.read_bytes()).decode())
    assert len(features[0]["properties"]["reports"]) == 7


def test_nothing_but_stories_is_a_map(tmp_path: Path, stories: dict[str, int]) -> None:
    assert stories
    result = aggregator("export", "reports", "--format", "geojson", folder=tmp_path)
    assert result.returncode == 2
    assert "GeoJSON is a map of stories: export stories" in result.stderr
