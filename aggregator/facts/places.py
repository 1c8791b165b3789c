"""Which places of conflicts are settlements, and where: a gazetteer asked about feeds.yaml.

A wrong dot on the map of a war is worse than none, so a place is put on the map only where nothing
speaks against it:

| a place | is located |
| --- | --- |
| about which the user says where it is | there, or nowhere |
| that bears the name of a country, in any language | nowhere |
| that bears the name of one settlement in the countries of its conflict | there |
| that bears the name of several of them | at one far larger than all others |
| that is the first name of one settlement, and another name of a far larger one | nowhere |
| that is the seat of a first-level region with the same name | only where it is a city |
| whose name a far larger city elsewhere has made known | nowhere |
| that is a beginning (`Одес*`) of a settlement's name | only where another place names it whole |
| in lower case, or quite another name of a village | only where another place names the same |

All others are regions, seas, adjectives or unknown to the gazetteer, and located nowhere.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from aggregator.facts.gazetteer import KNOWN_CITY, Settlement, kilometres, name_key
from aggregator.facts.not_settlements import ANY_COUNTRY
from aggregator.model import Conflict, Coordinates

ANY_ENDING: Final = "*"
"""Ends a place that stands for every word that begins so."""

# Figures of population were set by hand, by looking at each place of the shipped feeds.yaml.
_LEAST_CITY: Final = 100_000
"""People where a region and its seat bear one name: with fewer, the region is meant."""
_LEAST_TOWN_BY_ANOTHER_NAME: Final = 5_000
_SPELT_ALIKE: Final = 0.7
"""As `difflib` has it, 0 to 1: "Sviatohirsk" is no other name than "Svyatohirsk"."""
_LEAST_TOWN_OF_SEVERAL: Final = 5_000
_FAR_LARGER: Final = 5
_FAMOUS_CITY: Final = 500_000
_FAR_MORE_FAMOUS: Final = 20
_SAME_PLACE_KM: Final = 15.0
"""A town, its camp and its old town are several settlements of a gazetteer, and one of news."""

_TELLING_SHARE: Final = 10
_LEAST_VOTES: Final = 2
_COUNTRY_VOTES: Final = 3

_SHORTEST_BEGINNING: Final = 3
_LONGEST_ENDING: Final = 3


@dataclass(frozen=True, slots=True)
class LocatedPlace:
    """Where a place of a conflict is, as feeds.yaml spells it.

    `name`, `country` and `geonames_id` are the gazetteer's, "", "" and None for what the user says.
    """

    conflict: str
    place: str
    at: Coordinates
    name: str = ""
    country: str = ""
    geonames_id: int | None = None


@dataclass(frozen=True, slots=True)
class Atlas:
    """What a gazetteer knows: settlements by name, and what else names may mean.

    `countries` are the English names of countries with their codes, `named_otherwise` is as in
    `not_settlements`.
    """

    settlements: Mapping[str, Sequence[Settlement]]
    countries: Mapping[str, str]
    named_otherwise: AbstractSet[tuple[str, str]]

    def is_country(self, key: str) -> bool:
        """Return whether a country bears the name, in any language."""
        return key in self.countries or (ANY_COUNTRY, key) in self.named_otherwise

    def is_namesake_of_region(self, settlement: Settlement) -> bool:
        """Return whether a region of its country has its name, in whatever language we know it."""
        return any((settlement.country, key) in self.named_otherwise for key in settlement.keys)


def settlements_named(
    conflicts: Iterable[Conflict], gazetteer: Iterable[Settlement]
) -> dict[str, list[Settlement]]:
    """Return the settlements whose names are those of places, by name, the largest first."""
    wanted = {name_key(place) for conflict in conflicts for place in conflict.places}
    found: dict[str, list[Settlement]] = defaultdict(list)
    for settlement in gazetteer:
        for key in settlement.keys & wanted:
            found[key].append(settlement)
    for same_name in found.values():
        same_name.sort(key=lambda settlement: (-settlement.population, settlement.geonames_id))
    return dict(found)


def located_places(conflict: Conflict, atlas: Atlas) -> list[LocatedPlace]:
    """Return the places of a conflict that are somewhere, in their order."""
    placed = dict(conflict.placed)
    settlements = _settlements(
        [place for place in conflict.places if place not in placed],
        frozenset(conflict.countries) or countries_of(conflict, atlas),
        atlas,
    )
    found = []
    for place in conflict.places:
        at, settlement = placed.get(place), settlements.get(place)
        if at is not None:
            found.append(LocatedPlace(conflict.id, place, at))
        elif settlement is not None:
            found.append(
                LocatedPlace(
                    conflict.id, place, settlement.at, settlement.name, settlement.country,
                    settlement.geonames_id,
                )
            )  # fmt: skip
    return found


def _settlements(
    places: Sequence[str], countries: AbstractSet[str], atlas: Atlas
) -> dict[str, Settlement]:
    """Return the settlements that places mean, by the place."""
    whole: dict[str, Settlement] = {}
    named: dict[int, Settlement] = {}
    for place in places:
        key = name_key(place)
        settlement = _settlement(key, countries, atlas)
        if settlement:
            whole[place] = settlement
            if not (place[0].islower() or _is_doubtful(key, settlement)):
                named[settlement.geonames_id] = settlement
    found = {}
    for place in places:
        known = whole.get(place)
        meant = {known, *_begun(place, named.values())} - {None}
        if known and name_key(known.name) == name_key(place):
            meant = {known}
        (settlement, *others) = meant or (None,)
        if settlement and not others and settlement.geonames_id in named:
            found[place] = settlement
    return found


def _is_doubtful(key: str, settlement: Settlement) -> bool:
    """Return whether this is a village that goes by quite another name."""
    return (
        settlement.population < _LEAST_TOWN_BY_ANOTHER_NAME
        and SequenceMatcher(None, key, name_key(settlement.name)).ratio() < _SPELT_ALIKE
    )


def countries_of(conflict: Conflict, atlas: Atlas) -> frozenset[str]:
    """Return the countries in which most known cities among the places of a conflict lie."""
    votes: Counter[str] = Counter()
    for key in dict.fromkeys(map(name_key, conflict.places)):
        if key in atlas.countries:
            votes[atlas.countries[key]] += _COUNTRY_VOTES
        elif not atlas.is_country(key):
            votes.update(_told_by(atlas.settlements.get(key, ())))
    told = frozenset(country for country, count in votes.items() if count >= _LEAST_VOTES)
    # A single city tells too where no other contradicts it.
    return told or (frozenset(votes) if len(votes) == 1 else frozenset())


def _told_by(same_name: Sequence[Settlement]) -> Iterator[str]:
    if same_name and same_name[0].population >= KNOWN_CITY:
        largest = same_name[0]
        abroad = (other.population for other in same_name if other.country != largest.country)
        if largest.population >= _TELLING_SHARE * max(abroad, default=0):
            yield largest.country


def _settlement(key: str, countries: AbstractSet[str], atlas: Atlas) -> Settlement | None:
    """Return the one settlement that a name can only mean."""
    same_name = atlas.settlements.get(key, ())
    near = [settlement for settlement in same_name if settlement.country in countries]
    if not near or atlas.is_country(key):
        return None
    first_named = [each for each in near if name_key(each.name) == key]
    best = (first_named or near)[0]
    if same_name[0].population >= max(_FAMOUS_CITY, _FAR_MORE_FAMOUS * best.population):
        return None
    if best.population < _LEAST_CITY and atlas.is_namesake_of_region(best):
        return None
    elsewhere = [each for each in near if kilometres(best.at, each.at) > _SAME_PLACE_KM]
    rivals = [each for each in elsewhere if each in first_named] if first_named else elsewhere
    if rivals and best.population < max(_LEAST_TOWN_OF_SEVERAL, _FAR_LARGER * rivals[0].population):
        return None
    # What is far larger may be meant by another of its names.
    if elsewhere and elsewhere[0].population > _FAR_LARGER * best.population:
        return None
    return best


def _begun(place: str, known: Iterable[Settlement]) -> Iterator[Settlement]:
    """Yield the settlements whose names begin so and have a short ending."""
    beginning, star, more = place.partition(ANY_ENDING)
    key = name_key(beginning)
    if not star or more or len(key) < _SHORTEST_BEGINNING:
        return
    for settlement in known:
        names = (name for name in settlement.keys if name.startswith(key))
        if any(len(name) - len(key) <= _LONGEST_ENDING for name in names):
            yield settlement
