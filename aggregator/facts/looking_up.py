"""The look-up of places in the installed gazetteer, from its first byte to its last: for a worker.

It takes some seconds of processor time and no memory that grows: 235,000 settlements pass by, of
which those are kept whose names are asked for.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from aggregator.errors import PartMissing
from aggregator.facts.gazetteer import countries, edition, settlements
from aggregator.facts.not_settlements import named_otherwise
from aggregator.facts.places import (
    Atlas,
    LocatedPlace,
    countries_of,
    located_places,
    settlements_named,
)
from aggregator.model import Conflict

RULE: Final = 1
"""Which version of the rule is followed; places are looked up anew after a change of it."""


def installed() -> str:
    """Return the gazetteer and the rule by which places are found, "" where none is installed."""
    try:
        return f"{edition()}, rule {RULE}"
    except PartMissing:
        return ""


def look_up(conflicts: Sequence[Conflict]) -> list[LocatedPlace]:
    """Return where the places of conflicts are; without a gazetteer, those that the user placed."""
    asked = [conflict for conflict in conflicts if _asks(conflict)]
    atlas = atlas_of(asked) if asked and installed() else Atlas({}, {}, frozenset())
    return [place for conflict in conflicts for place in located_places(conflict, atlas)]


def _asks(conflict: Conflict) -> bool:
    """Return whether the user leaves any of its places to the gazetteer."""
    return bool(set(conflict.places) - dict(conflict.placed).keys())


def atlas_of(conflicts: Sequence[Conflict]) -> Atlas:
    """Return what the gazetteer knows of the names that conflicts have for places."""
    within = {code for conflict in conflicts for code in conflict.countries}
    unsure = [conflict for conflict in conflicts if not conflict.countries]
    if unsure:
        # First the known cities alone, which tell in which countries to look.
        cities = _atlas(unsure, frozenset())
        within.update(code for conflict in unsure for code in countries_of(conflict, cities))
    return _atlas(conflicts, within) if within else Atlas({}, {}, frozenset())


def _atlas(conflicts: Sequence[Conflict], within: AbstractSet[str]) -> Atlas:
    return Atlas(
        settlements_named(conflicts, settlements(within)),
        {country.key: country.code for country in countries()},
        named_otherwise(),
    )
