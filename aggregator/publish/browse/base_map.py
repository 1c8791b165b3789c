"""The land and country lines behind the map, cut out for one picture.

`base_map.json` is made by bench/base_map.py from Natural Earth (public domain). The lines are those
of Natural Earth, drawn alike everywhere; they are no statement about whose land it is.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "base_map.json"
UNITS_A_DEGREE: Final = 100

_REMEMBERED_PICTURES: Final = 32
_FINEST_STEP: Final = 2.0
"""Units of the picture; a line's points that are nearer to one another are not told apart."""
_COARSE_FROM: Final = 60.0
"""Degrees from west to east from which on a picture is drawn with fewer points."""
_COARSE_DEGREES: Final = 0.3
_CIRCLE: Final = 360.0
_LEAST_OF_LINE: Final = 2
_LEAST_OF_AREA: Final = 3

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the Earth that a picture shows, in degrees, and the picture's own size."""

    west: float
    south: float
    east: float
    north: float
    width: float
    height: float

    def place(self, longitude: float, latitude: float) -> Point:
        """Return where a point of the Earth is in the picture, from its top left corner."""
        return (
            (longitude - self.west) / (self.east - self.west) * self.width,
            (self.north - latitude) / (self.north - self.south) * self.height,
        )


@dataclass(frozen=True, slots=True)
class BaseMap:
    """Paths of SVG: the land as areas, and the lines between countries."""

    land: str
    borders: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A line and the box around it."""

    points: tuple[Point, ...]
    west: float
    south: float
    east: float
    north: float

    @classmethod
    def of(cls, points: Sequence[Point]) -> "_Line":
        longitudes, latitudes = zip(*points, strict=True)
        return cls(tuple(points), min(longitudes), min(latitudes), max(longitudes), max(latitudes))

    def meets(self, frame: Frame) -> bool:
        return (
            self.west <= frame.east
            and self.east >= frame.west
            and self.south <= frame.north
            and self.north >= frame.south
        )


@dataclass(frozen=True, slots=True)
class _World:
    land: tuple[_Line, ...]
    borders: tuple[_Line, ...]

    def coarse(self) -> "_World":
        """Return what is left of it where a picture shows much of the Earth."""
        shores = (shore for shore in self.land if _size(shore) >= _COARSE_DEGREES)
        return _World(tuple(map(_thinned, shores)), tuple(map(_thinned, self.borders)))


@cache
def _worlds() -> tuple[_World, _World]:
    content = json.loads(FILE.read_text(encoding="utf-8"))
    arcs = [_decoded(arc) for arc in content["arcs"]]
    shores = (
        [point for arc in ring for point in (arcs[arc] if arc >= 0 else arcs[~arc][::-1])]
        for ring in content["land"]
    )
    land = tuple(shore for ring in shores for shore in _uncut(ring))
    fine = _World(land, tuple(_Line.of(arcs[arc]) for arc in content["borders"]))
    return fine, fine.coarse()


def _decoded(flat: Sequence[int]) -> tuple[Point, ...]:
    return tuple(
        (x / UNITS_A_DEGREE, y / UNITS_A_DEGREE)
        for x, y in zip(accumulate(flat[::2]), accumulate(flat[1::2]), strict=True)
    )


def _uncut(ring: Sequence[Point]) -> Iterator[_Line]:
    """Yield a shore; one that crosses the date line on either side of the map."""
    turns, before, points = 0, ring[0][0], []
    for longitude, latitude in ring:
        turns -= round((longitude - before) / _CIRCLE)
        points.append((longitude + turns * _CIRCLE, latitude))
        before = longitude
    shore = _Line.of(points)
    yield shore
    if shore.east > _CIRCLE / 2:
        yield _Line.of([(longitude - _CIRCLE, latitude) for longitude, latitude in points])
    if shore.west < -_CIRCLE / 2:
        yield _Line.of([(longitude + _CIRCLE, latitude) for longitude, latitude in points])


def _size(line: _Line) -> float:
    return max(line.east - line.west, line.north - line.south)


def _thinned(line: _Line) -> _Line:
    kept = [line.points[0]]
    for longitude, latitude in line.points[1:-1]:
        last_longitude, last_latitude = kept[-1]
        off = max(abs(longitude - last_longitude), abs(latitude - last_latitude))
        if off >= _COARSE_DEGREES:
            kept.append((longitude, latitude))
    return _Line.of([*kept, line.points[-1]])


@lru_cache(_REMEMBERED_PICTURES)
def base_map(frame: Frame) -> BaseMap:
    """Return what lies behind a picture."""
    fine, coarse = _worlds()
    world = coarse if frame.east - frame.west >= _COARSE_FROM else fine
    areas = [
        f"{path}Z"
        for shore in world.land
        if shore.meets(frame)
        and (path := _path(_within(shore.points, frame), frame, _LEAST_OF_AREA))
    ]
    borders = [
        _path(run, frame)
        for border in world.borders
        if border.meets(frame)
        for run in _runs(border.points, frame)
    ]
    return BaseMap("".join(areas), "".join(borders))


def _runs(points: Sequence[Point], frame: Frame) -> Iterator[list[Point]]:
    """Yield the parts of a line that are in sight, with one point more at each end."""
    run: list[Point] = []
    for start, end in pairwise(points):
        if _Line.of((start, end)).meets(frame):
            run = run or [start]
            run.append(end)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _within(points: Sequence[Point], frame: Frame) -> list[Point]:
    """Return an area cut off at the frame, edge by edge (Sutherland and Hodgman)."""
    kept = list(points)
    edges: tuple[tuple[int, float, Callable[[float, float], bool]], ...] = (
        (0, frame.west, float.__ge__),
        (0, frame.east, float.__le__),
        (1, frame.south, float.__ge__),
        (1, frame.north, float.__le__),
    )
    for axis, edge, is_inside in edges:
        before, kept = kept, []
        for start, end in zip(before[-1:] + before[:-1], before, strict=True):
            if is_inside(start[axis], edge) != is_inside(end[axis], edge):
                part = (edge - start[axis]) / (end[axis] - start[axis])
                kept.append(
                    (start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1]))
                )
            if is_inside(end[axis], edge):
                kept.append(end)
    return kept


def _path(points: Sequence[Point], frame: Frame, least: int = _LEAST_OF_LINE) -> str:
    """Return a line as a path: its start, and steps from there on; "" for fewer points than that.

    Points that lie close together are one.
    """
    steps: list[str] = []
    last_x = last_y = 0.0
    for number, (longitude, latitude) in enumerate(points):
        x, y = frame.place(longitude, latitude)
        is_near = abs(x - last_x) < _FINEST_STEP and abs(y - last_y) < _FINEST_STEP
        if steps and is_near and number < len(points) - 1:
            continue
        step_x, step_y = round(x - last_x, 1), round(y - last_y, 1)
        steps.append(f"{step_x:g},{step_y:g}")
        last_x, last_y = last_x + step_x, last_y + step_y
    return f"M{steps[0]}l{' '.join(steps[1:])}" if len(steps) >= least else ""
