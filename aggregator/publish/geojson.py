"""GeoJSON (RFC 7946): a collection of features, each with its points in WGS 84. Pure.

Longitude comes first, and a point at which a thing lies twice is told once.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from aggregator.model import Coordinates

MEDIA_TYPE: Final = "application/geo+json"

# JSON leaves these as they are; some are ends of a line or orders to a terminal.
_UNESCAPED: Final = re.compile("[\x7f-\x9f\u2028\u2029]")


def feature(
    identifier: int, points: Sequence[Coordinates], properties: Mapping[str, object]
) -> dict[str, object]:
    """Return a thing that is at one point or at several; `points` must not be empty."""
    positions = [[point.longitude, point.latitude] for point in points]
    geometry: dict[str, object] = {"type": "MultiPoint", "coordinates": positions}
    if len(positions) == 1:
        geometry = {"type": "Point", "coordinates": positions[0]}
    return {
        "type": "Feature",
        "id": identifier,
        "geometry": geometry,
        "properties": dict(properties),
    }


def collection(features: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
    """Yield the pieces of one collection, a feature a line; control characters are escaped."""
    yield b'{"type": "FeatureCollection", "features": ['
    separator = "\n"
    for each in features:
        text = json.dumps(each, ensure_ascii=False, allow_nan=False)
        text = _UNESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
        yield f"{separator}{text}".encode()
        separator = ",\n"
    yield b"\n]}\n"
