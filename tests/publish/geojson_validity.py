"""A strict reader of GeoJSON: RFC 7946, section by section, for what we write."""

import json
import math
from typing import Any

_GEOMETRIES = {"Point", "MultiPoint"}
_RESERVED = {"coordinates", "geometries", "geometry", "properties", "features"}


class NotGeoJson(AssertionError):
    """What is wrong, with the section that says so."""


def _require(condition: object, section: str, what: str) -> None:
    if not condition:
        raise NotGeoJson(f"RFC 7946 {section}: {what}")


def read_collection(text: str) -> list[dict[str, Any]]:
    """Return the features of a collection; NotGeoJson says what is wrong with it."""
    try:
        root = json.loads(text, parse_constant=_no_number, object_pairs_hook=_unique)
    except ValueError as error:
        raise NotGeoJson(f"RFC 8259: {error}") from error
    _require(isinstance(root, dict), "3", "a GeoJSON text is an object")
    _require(root.get("type") == "FeatureCollection", "3.3", "this is no FeatureCollection")
    _require(isinstance(root.get("features"), list), "3.3", "features is an array")
    _require(not (_RESERVED - {"features"}) & root.keys(), "7.1", "members of other types")
    _require("crs" not in root, "4", "no other reference system may be named")
    for each in root["features"]:
        _check_feature(each)
    return list(root["features"])


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _check_feature(each: Any) -> None:
    _require(isinstance(each, dict), "3.2", "a feature is an object")
    _require(each.get("type") == "Feature", "3.2", "its type is Feature")
    _require({"geometry", "properties"} <= each.keys(), "3.2", "it has geometry and properties")
    _require(not {"coordinates", "geometries", "features"} & each.keys(), "7.1", "other types")
    _require(isinstance(each["properties"], dict | None), "3.2", "properties are an object")
    identifier = each.get("id", 0)
    is_plain = isinstance(identifier, str | int | float) and not isinstance(identifier, bool)
    _require(is_plain, "3.2", "an id is a string or a number")
    geometry = each["geometry"]
    _require(isinstance(geometry, dict), "3.1", "a geometry is an object")
    _require(geometry.get("type") in _GEOMETRIES, "3.1", "its type is Point or MultiPoint")
    _require(not {"geometry", "properties", "features"} & geometry.keys(), "7.1", "other types")
    coordinates = geometry.get("coordinates")
    _require(isinstance(coordinates, list), "3.1", "coordinates are an array")
    for position in [coordinates] if geometry["type"] == "Point" else coordinates:
        _check_position(position)


def _check_position(position: Any) -> None:
    _require(isinstance(position, list) and len(position) == 2, "3.1.1", "two numbers a position")
    for number, most in zip(position, (180, 90), strict=True):
        is_number = isinstance(number, int | float) and not isinstance(number, bool)
        _require(is_number and math.isfinite(number), "3.1.1", "a position is of numbers")
        _require(abs(number) <= most, "4", "longitude to 180 comes first, then latitude to 90")
