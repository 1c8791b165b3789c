"""The picture of a map: what it shows, how large, and the land behind."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Coordinates, PlainText
from aggregator.publish.browse.base_map import FILE, Frame, base_map
from aggregator.publish.browse.story_map import (
    HEIGHT,
    SMALL_WIDTH,
    WIDTH,
    Marked,
    frame_of,
    map_of,
    story_map,
)
from aggregator.store.story_map import StoryPlace

KHARKIV = StoryPlace(PlainText("Kharkiv"), "UA", Coordinates(49.98, 36.25))
_LATITUDES = st.floats(-50, 75)
_LONGITUDES = st.floats(-175, 175)


def extent(path: str) -> tuple[float, float, float, float]:
    """Return the least and the largest x and y of a path of ours."""
    xs, ys = [0.0], [0.0]
    for part in re.findall(r"M([^lZ]+)l([^MZ]+)", path):
        x, y = map(float, part[0].split(","))
        xs.append(x)
        ys.append(y)
        for step in part[1].split():
            step_x, step_y = map(float, step.split(","))
            x, y = x + step_x, y + step_y
            xs.append(x)
            ys.append(y)
    return min(xs), max(xs), min(ys), max(ys)


def test_a_story_without_places_has_no_map() -> None:
    assert story_map([]) is None


def test_a_story_has_a_small_map() -> None:
    picture = story_map([KHARKIV])
    assert picture is not None
    assert (picture.width, picture.label) == (SMALL_WIDTH, "Map: Kharkiv")
    (dot,) = picture.dots
    assert (dot.label, dot.link) == ("Kharkiv", "")
    assert picture.behind.land
    assert picture.behind.borders


@given(st.lists(st.builds(Coordinates, _LATITUDES, _LONGITUDES), min_size=1, max_size=8))
def test_every_dot_is_in_the_picture(points: list[Coordinates]) -> None:
    frame = frame_of(points, WIDTH, HEIGHT)
    for point in points:
        x, y = frame.place(point.longitude, point.latitude)
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT


@given(st.builds(Coordinates, _LATITUDES, _LONGITUDES))
def test_one_place_is_shown_with_what_is_around_it(point: Coordinates) -> None:
    frame = frame_of([point], WIDTH, HEIGHT)
    assert 4.9 < frame.north - frame.south < 8
    assert frame.south < point.latitude < frame.north
    assert frame.west < point.longitude < frame.east


@pytest.mark.parametrize(
    ("frame", "land", "borders"),
    [
        (Frame(-180.0, -60.0, 180.0, 84.0, 960, 400), True, True),
        (Frame(33.0, 47.0, 39.0, 51.0, 960, 600), True, True),
        (Frame(-40.0, 25.0, -35.0, 30.0, 960, 600), False, False),
        (Frame(24.5, 23.0, 25.5, 30.0, 960, 600), True, True),
    ],
)
def test_the_land_behind_is_cut_at_the_frame(frame: Frame, *, land: bool, borders: bool) -> None:
    behind = base_map(frame)
    assert (bool(behind.land), bool(behind.borders)) == (land, borders)
    least_x, most_x, least_y, most_y = extent(behind.land)
    assert -2 <= least_x <= most_x <= frame.width + 2
    assert -2 <= least_y <= most_y <= frame.height + 2
    assert re.fullmatch(r"[MZl0-9.,e -]*", behind.land + behind.borders)


def test_no_shore_runs_across_the_whole_world() -> None:
    world = base_map(Frame(-180.0, -60.0, 180.0, 84.0, 960, 400))
    steps = [float(step) for step in re.findall(r"[l ](-?[0-9.]+),0(?=[ Z])", world.land)]
    assert max(map(abs, steps)) < 480


def test_the_base_map_is_small() -> None:
    assert FILE.stat().st_size < 500_000
    whole = base_map(Frame(-180.0, -60.0, 180.0, 84.0, 960, 400))
    assert len(whole.land) + len(whole.borders) < 100_000


def test_a_label_that_would_cover_another_is_left_out() -> None:
    near = Coordinates(KHARKIV.at.latitude, KHARKIV.at.longitude + 0.1)
    picture = map_of(
        [Marked(near, "Small", "Small", 1), Marked(KHARKIV.at, "Large", "Large", 9)], "two"
    )
    assert [(dot.title, dot.label) for dot in picture.dots] == [("Large", "Large"), ("Small", "")]


def test_a_label_at_the_edge_stands_before_its_dot() -> None:
    east = Coordinates(0.0, 178.0)
    (dot, _) = map_of(
        [Marked(east, "A long name", "E", 2), Marked(Coordinates(0.0, 150.0), "W", "W")], "two"
    ).dots
    assert dot.label_ends
    assert dot.label_x < dot.x
