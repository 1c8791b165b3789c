"""Make aggregator/publish/browse/base_map.json: the coasts and country lines behind the map.

From the npm package world-atlas (ISC), which holds Natural Earth (public domain) as TopoJSON:

    npm pack world-atlas && tar xzf world-atlas-*.tgz
    python -m bench.base_map package/countries-50m.json

Lines are kept to a hundredth of a degree, about a kilometre; islands that would be dots are not.
"""

import argparse
import itertools
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from aggregator.publish.browse.base_map import FILE, UNITS_A_DEGREE

Point = tuple[int, int]

_TOLERANCE: Final = 0.013 * UNITS_A_DEGREE
_SMALLEST_ISLAND: Final = 0.12 * UNITS_A_DEGREE
_SOUTHERNMOST: Final = -60 * UNITS_A_DEGREE


def main() -> None:
    """Write the file and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("countries", type=Path, metavar="COUNTRIES.json")
    topology = json.loads(parser.parse_args().countries.read_text(encoding="utf-8"))
    arcs = [simplified(arc) for arc in decoded(topology)]
    uses = Counter(
        arc if arc >= 0 else ~arc
        for ring in rings(topology["objects"]["countries"])
        for arc in ring
    )
    land = [ring for ring in rings(topology["objects"]["land"]) if is_shown(ring, arcs)]
    borders = [arc for arc, count in sorted(uses.items()) if count > 1]
    kept = sorted({arc if arc >= 0 else ~arc for ring in land for arc in ring} | set(borders))
    numbers = {arc: number for number, arc in enumerate(kept)}
    content = {
        "arcs": [deltas(arcs[arc]) for arc in kept],
        "land": [[numbers[arc] if arc >= 0 else ~numbers[~arc] for arc in ring] for ring in land],
        "borders": [numbers[arc] for arc in borders],
    }
    FILE.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    points = sum(len(arcs[arc]) for arc in kept)
    print(f"{len(land)} shores, {len(borders)} lines, {points:,} points")
    print(f"{FILE.stat().st_size:,} bytes")


def decoded(topology: dict[str, Any]) -> Iterator[list[Point]]:
    """Yield the arcs of a TopoJSON file in our units, x east and y north."""
    (scale_x, scale_y), (left, bottom) = (topology["transform"][k] for k in ("scale", "translate"))
    for arc in topology["arcs"]:
        x = y = 0
        points: list[Point] = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            point = (
                round((x * scale_x + left) * UNITS_A_DEGREE),
                round((y * scale_y + bottom) * UNITS_A_DEGREE),
            )
            if point not in points[-1:]:
                points.append(point)
        yield points


def rings(geometry: dict[str, Any]) -> Iterator[list[int]]:
    """Yield every ring of a geometry as numbers of arcs, a complement for one walked backwards."""
    match geometry["type"]:
        case "GeometryCollection":
            for each in geometry["geometries"]:
                yield from rings(each)
        case "Polygon":
            yield from geometry["arcs"]
        case "MultiPolygon":
            for polygon in geometry["arcs"]:
                yield from polygon


def is_shown(ring: Sequence[int], arcs: Sequence[list[Point]]) -> bool:
    """Return whether a shore is large enough and not in the far south."""
    points = [point for arc in ring for point in arcs[arc if arc >= 0 else ~arc]]
    width = max(x for x, _ in points) - min(x for x, _ in points)
    height = max(y for _, y in points) - min(y for _, y in points)
    is_island = max(width, height) < _SMALLEST_ISLAND
    return not is_island and max(y for _, y in points) > _SOUTHERNMOST


def simplified(points: list[Point]) -> list[Point]:
    """Return a line without the points that lie within the tolerance (Douglas and Peucker)."""
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        farthest, distance = first, 0.0
        for number in range(first + 1, last):
            found = off_line(points[number], points[first], points[last])
            if found > distance:
                farthest, distance = number, found
        if distance > _TOLERANCE:
            keep.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return [points[number] for number in sorted(keep)]


def off_line(point: Point, start: Point, end: Point) -> float:
    """Return how far a point is from a stretch of a line."""
    width, height = end[0] - start[0], end[1] - start[1]
    length = width * width + height * height
    along = 0.0
    if length:
        along = ((point[0] - start[0]) * width + (point[1] - start[1]) * height) / length
    along = min(1.0, max(0.0, along))
    off = (point[0] - start[0] - along * width, point[1] - start[1] - along * height)
    return float((off[0] ** 2 + off[1] ** 2) ** 0.5)


def deltas(points: Sequence[Point]) -> list[int]:
    """Return a line as its first point and the steps from one to the next, in one list."""
    flat = list(points[0])
    for (x, y), (next_x, next_y) in itertools.pairwise(points):
        flat += [next_x - x, next_y - y]
    return flat


if __name__ == "__main__":
    main()
