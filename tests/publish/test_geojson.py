"""GeoJSON as a strict reader takes it; the reader itself refuses what is broken."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Coordinates
from aggregator.publish.geojson import collection, feature
from tests.publish.geojson_validity import NotGeoJson, read_collection

KHARKIV = Coordinates(49.98177, 36.25475)
HOMS = Coordinates(34.72405, 36.72559)


def written(*features: dict[str, object]) -> str:
    return b"".join(collection(features)).decode()


def test_one_point_and_several() -> None:
    one, several = read_collection(
        written(feature(7, [KHARKIV], {"a": "ü"}), feature(8, [KHARKIV, HOMS], {}))
    )
    assert one == {
        "type": "Feature",
        "id": 7,
        "geometry": {"type": "Point", "coordinates": [36.25475, 49.98177]},
        "properties": {"a": "ü"},
    }
    assert several["geometry"] == {
        "type": "MultiPoint",
        "coordinates": [[36.25475, 49.98177], [36.72559, 34.72405]],
    }


def test_nothing_is_a_collection_too() -> None:
    assert read_collection(written()) == []


_POINTS = st.builds(Coordinates, st.floats(-90, 90), st.floats(-180, 180))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2**53),
            st.lists(_POINTS, min_size=1, max_size=4),
            st.dictionaries(st.text(), st.text() | st.none() | st.lists(st.text())),
        ),
        max_size=3,
    )
)
def test_whatever_is_in_it(told: list[tuple[int, list[Coordinates], dict[str, Any]]]) -> None:
    text = written(*(feature(*each) for each in told))
    read = read_collection(text)
    assert [(each["id"], each["properties"]) for each in read] == [(n, p) for n, _, p in told]
    assert not set("\x1b\x7f\x85\u2028") & set(text)


GOOD = feature(7, [KHARKIV], {})
BROKEN = {
    "not JSON": '{"type": "FeatureCollection", "features": [',
    "two texts": written(GOOD) * 2,
    "a list": "[]",
    "no features": '{"type": "FeatureCollection"}',
    "a reference system": '{"type": "FeatureCollection", "features": [], "crs": {}}',
    "a number that is none": written(GOOD).replace("49.98177", "NaN"),
    "an infinite number": written(GOOD).replace("49.98177", "1e999"),
    "a number as text": written(GOOD).replace("49.98177", '"49.98177"'),
    "a truth as number": written(GOOD).replace("49.98177", "true"),
    "latitude first": written(GOOD).replace("[36.25475, 49.98177]", "[49.98177, 136.25475]"),
    "one number": written(GOOD).replace("[36.25475, 49.98177]", "[36.25475]"),
    "a point with several": written(GOOD).replace("[36.25475, 49.98177]", "[[36.2, 49.9]]"),
    "several that are one": written(GOOD).replace('"Point"', '"MultiPoint"'),
    "unknown geometry": written(GOOD).replace('"Point"', '"Dot"'),
    "no properties": written(GOOD).replace(', "properties": {}', ""),
    "properties are a list": written(GOOD).replace('"properties": {}', '"properties": []'),
    "a list as id": written(GOOD).replace('"id": 7', '"id": [7]'),
    "twice the same name": written(GOOD).replace('"id": 7', '"id": 7, "id": 8'),
    "no Feature": written(GOOD).replace('"Feature"', '"Thing"'),
}


@pytest.mark.parametrize("name", list(BROKEN))
def test_the_strict_reader_refuses_what_is_broken(name: str) -> None:
    assert BROKEN[name] != written(GOOD)
    with pytest.raises(NotGeoJson):
        read_collection(BROKEN[name])


def test_a_number_that_is_none_is_never_written() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        written(feature(1, [Coordinates(float("nan"), 0.0)], {}))


def test_each_feature_is_a_line() -> None:
    lines = written(GOOD, GOOD).splitlines()
    assert len(lines) == 4
    assert json.loads(lines[2]) == GOOD
