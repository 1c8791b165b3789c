"""The keys of a conflict: its words, and where its places are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aggregator.config.document import Items, Node, Pairs, ProblemsFound, Scalar, problem_at, shown
from aggregator.config.kinds import Kind, list_of, refusal, text, words
from aggregator.config.options import COUNTRY, IDENTIFIER, LANGUAGE, Option
from aggregator.config.record import mapping_of
from aggregator.model import Conflict, Coordinates

_WORD: Final = text(200)
_WORDS: Final = words(_WORD, LANGUAGE)

_NOWHERE: Final = "none"
_DEGREES: Final = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,10})?")
_HIGHEST_LATITUDE: Final = 90
_HIGHEST_LONGITUDE: Final = 180
_AT_WANTED: Final = (
    f"{_NOWHERE}, or degrees north and east in brackets, south and west below zero, such as"
    " [13.49, 25.31]"
)


@dataclass(frozen=True, slots=True)
class WrittenPlace:
    """A place as it is written: its name; where `is_placed`, also where it is, None for nowhere."""

    name: str
    at: Coordinates | None = None
    is_placed: bool = False


def _read_at(node: Node) -> Coordinates | None:
    if isinstance(node, Scalar) and node.text == _NOWHERE:
        return None
    if isinstance(node, Items):
        numbers = [
            float(item.text)
            for item in node.items
            if isinstance(item, Scalar) and _DEGREES.fullmatch(item.text)
        ]
        if len(numbers) == len(node.items) == 2:  # noqa: PLR2004 -- latitude and longitude
            latitude, longitude = numbers
            if abs(latitude) <= _HIGHEST_LATITUDE and abs(longitude) <= _HIGHEST_LONGITUDE:
                return Coordinates(latitude, longitude)
            hint = "north is from -90 to 90 and comes first, east is from -180 to 180"
            raise refusal(node, _AT_WANTED, hint)
    raise refusal(node, _AT_WANTED)


_PLACE: Final = (
    Option("name", _WORD, "The place, as reports spell it.", required=True),
    Option("at", Kind(_AT_WANTED, _read_at), "Where it is.", required=True),
)
_PLACED: Final = mapping_of(
    _PLACE, "place", lambda name, at: WrittenPlace(name, at, is_placed=True)
)


def _places() -> Kind[tuple[WrittenPlace, ...]]:
    """Return the kind of places: words, some of them with coordinates."""

    def read_one(node: Node) -> WrittenPlace:
        return _PLACED.read(node) if isinstance(node, Pairs) else WrittenPlace(_WORD.read(node))

    several = words(Kind(_WORD.wanted, read_one), LANGUAGE)

    def read(node: Node) -> tuple[WrittenPlace, ...]:
        written = several.read(node)
        placed: dict[str, WrittenPlace] = {}
        for place in written:
            if place.is_placed and placed.setdefault(place.name, place) != place:
                message = f"say of {shown(place.name)} twice where it is: keep one of them"
                raise ProblemsFound(problem_at(node, message))
        return written

    wanted = f"{several.wanted}; `{{name: Word, at: [13.49, 25.31]}}` in place of a word"
    return Kind(wanted, read, several.write)


CONFLICT: Final = (
    Option("name", text(200), "What the conflict is called on the pages.", required=True),
    Option(
        "id",
        IDENTIFIER,
        "Name of the conflict in the database; keep it when you change the name.",
        default_text="made from the name",
    ),
    Option(
        "places",
        _places(),
        "Places where it happens; they count together with others. `at` is for the map.",
        (),
    ),
    Option(
        "countries",
        list_of(COUNTRY),
        "Countries in which the places lie; the map looks for them nowhere else.",
        (),
    ),
    Option("parties", _WORDS, "Who takes part; they count together with others.", ()),
    Option(
        "keywords",
        _WORDS,
        "Words and phrases of which one is enough; `stem*` takes any ending, `A & B` needs both.",
        (),
    ),
)


def conflict_of(values: Mapping[str, Any]) -> Conflict:
    """Return the conflict of the values that its keys have."""
    places: tuple[WrittenPlace, ...] = values["places"]
    return Conflict(
        **{
            **values,
            "places": tuple(dict.fromkeys(place.name for place in places)),
            "placed": tuple((place.name, place.at) for place in places if place.is_placed),
        }
    )
