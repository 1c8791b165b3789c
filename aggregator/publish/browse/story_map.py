"""A map as a picture: which part of the Earth it shows, the land behind, and a dot for each place.

Pure: places in, shapes out; templates/aggregator/map_part.html draws them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, cos, log, radians, sqrt
from typing import Final

from aggregator.model import Coordinates
from aggregator.publish.browse.base_map import BaseMap, Frame, base_map
from aggregator.store.story_map import StoryPlace

WIDTH: Final = 960
HEIGHT: Final = 600
SMALL_WIDTH: Final = 480
SMALL_HEIGHT: Final = 300

_LEAST_SPAN: Final = 5.0
"""Degrees from south to north that are shown at least, so that neighbours can be made out."""
_MARGIN: Final = 0.18
_NORTHERNMOST: Final = 84.0
_SOUTHERNMOST: Final = -60.0
_CIRCLE: Final = 360.0
_LEAST_SHRINKING: Final = 0.3
_LARGER: Final = 1.25
_SAME_SIZE: Final = 1e-6
_STEPS_OF_GRID: Final = 20

_LEAST_RADIUS: Final = 5.0
_RADIUS_OF_ORIGIN: Final = 2.2
_MOST_RADIUS: Final = 24.0
_LEAST_TARGET: Final = 14.0
"""Units around a dot's middle that can be touched."""

_MOST_LABELS: Final = 12
_LETTER_WIDTH: Final = 8.5
_LABEL_HEIGHT: Final = 18.0
_LABEL_GAP: Final = 4.0


@dataclass(frozen=True, slots=True)
class Marked:
    """What is to be marked on a map: `label` beside it, `title` on pointing at it, a link or ""."""

    at: Coordinates
    label: str
    title: str
    weight: int = 1
    link: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark in the picture; `label` is "" where it would cover another one."""

    x: float
    y: float
    radius: float
    target: float
    label: str
    label_x: float
    label_y: float
    label_ends: bool
    title: str
    link: str


@dataclass(frozen=True, slots=True)
class StoryMap:
    """A picture of this size: what lies behind, and the dots, the largest first."""

    width: int
    height: int
    behind: BaseMap
    dots: tuple[Dot, ...]
    label: str


def story_map(places: Sequence[StoryPlace]) -> StoryMap | None:
    """Return the small map of one story, None where it is nowhere; see `places_of_story`."""
    marked = [Marked(place.at, place.name, place.name) for place in places]
    names = ", ".join(place.name for place in places)
    return map_of(marked, f"Map: {names}", SMALL_WIDTH, SMALL_HEIGHT) if marked else None


def map_of(
    marked: Sequence[Marked], label: str, width: int = WIDTH, height: int = HEIGHT
) -> StoryMap:
    """Return the map that shows all that is marked, at least one; `label` says what it shows."""
    frame = frame_of([each.at for each in marked], width, height)
    ordered = sorted(marked, key=lambda each: (-each.weight, each.label, each.at.latitude))
    return StoryMap(width, height, base_map(frame), tuple(_dots(ordered, frame)), label)


def frame_of(points: Sequence[Coordinates], width: int, height: int) -> Frame:
    """Return the part of the Earth around `points`, as wide as its middle latitude wants it."""
    south, north = _stretched(
        min(point.latitude for point in points), max(point.latitude for point in points)
    )
    west, east = _stretched(
        min(point.longitude for point in points), max(point.longitude for point in points)
    )
    middle = (south + north) / 2
    # A degree of longitude is shorter than one of latitude, the more so towards the poles.
    shrinking = max(_LEAST_SHRINKING, cos(radians(middle)))
    degrees = max(north - south, (east - west) * shrinking * height / width)
    # In few sizes and to a grid, so that nearly the same places give the same picture of the land.
    degrees = _LEAST_SPAN * _LARGER ** ceil(log(degrees / _LEAST_SPAN, _LARGER) - _SAME_SIZE)
    across = min(_CIRCLE, degrees * width / height / round(shrinking, 1))
    degrees = min(degrees, _NORTHERNMOST - _SOUTHERNMOST)
    bottom = _on_grid(middle, degrees) - degrees / 2
    bottom = min(max(bottom, _SOUTHERNMOST), _NORTHERNMOST - degrees)
    left = _on_grid((west + east) / 2, degrees) - across / 2
    left = min(max(left, -_CIRCLE / 2), _CIRCLE / 2 - across)
    return Frame(
        round(left, 2), round(bottom, 2), round(left + across, 2), round(bottom + degrees, 2),
        width, height,
    )  # fmt: skip


def _on_grid(degrees: float, span: float) -> float:
    step = span / _STEPS_OF_GRID
    return round(degrees / step) * step


def _stretched(least: float, most: float) -> tuple[float, float]:
    more = max((most - least) * _MARGIN, (_LEAST_SPAN - (most - least)) / 2)
    return least - more, most + more


def _dots(marked: Sequence[Marked], frame: Frame) -> Iterator[Dot]:
    placed = [
        (each, *frame.place(each.at.longitude, each.at.latitude), _radius(each.weight))
        for each in marked
    ]
    taken = [(x - radius, y - radius, x + radius, y + radius) for _, x, y, radius in placed]
    labels = 0
    for each, x, y, radius in placed:
        off = radius + _LABEL_GAP
        length = len(each.label) * _LETTER_WIDTH
        ends = x + off + length > frame.width
        left = x - off - length if ends else x + off
        box = (left, y - _LABEL_HEIGHT / 2, left + length, y + _LABEL_HEIGHT / 2)
        is_free = labels < _MOST_LABELS and left >= 0 and not any(_overlap(box, b) for b in taken)
        if is_free:
            labels += 1
            taken.append(box)
        yield Dot(
            x=round(x, 1),
            y=round(y, 1),
            radius=round(radius, 1),
            target=round(max(radius, _LEAST_TARGET), 1),
            label=each.label if is_free else "",
            label_x=round(x - off if ends else x + off, 1),
            label_y=round(y + _LABEL_GAP, 1),
            label_ends=ends,
            title=each.title,
            link=each.link,
        )


def _radius(weight: int) -> float:
    """Return the radius of a dot, whose area grows with the weight."""
    return min(_MOST_RADIUS, _LEAST_RADIUS + _RADIUS_OF_ORIGIN * sqrt(max(weight - 1, 0)))


def _overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
