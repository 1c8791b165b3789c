"""Which places are settlements: each line of the rule, and each trap, on a small gazetteer."""

from collections.abc import Iterable

import pytest

from aggregator.facts.gazetteer import Settlement, name_key, settlement_of
from aggregator.facts.not_settlements import ANY_COUNTRY
from aggregator.facts.places import Atlas, countries_of, located_places, settlements_named
from aggregator.model import Conflict, Coordinates, PlainText

# Name, country, population, latitude, longitude, other names.
_WORLD = """
Velmar; VL; 900000; 10.0; 20.0; Welmar, Велмар, فيلمار, 韦尔马, VLM
Velmar; US; 3000; 40.0; -90.0;
Velmar Camp; VL; 40000; 10.05; 20.05; Velmar
Velsk; VL; 80000; 12.0; 22.0; Велск, Velzk
Veliko; VL; 60000; 12.5; 22.5; Велско
Ossian; VL; 20000; 11.0; 21.0; Оссиан
Ossian; VL; 9000; 14.0; 24.0;
Lyme; VL; 21000; 11.5; 21.5; Лима
Lyme; VL; 1200; 13.5; 23.5;
Karsa; VL; 30000; 9.0; 19.0; الكرسا
Great Karsa; VL; 4000; 9.5; 19.5;
Morva; VL; 50000; 8.0; 18.0;
Ecatun; VL; 1600000; 7.0; 17.0; Morva
Sarn; VL; 900; 6.0; 16.0; Rakh, Sarne
Torva; OS; 150000; 5.0; 15.0;
Torva; VL; 2000; 5.5; 15.5;
Hama; VL; 400000; 4.0; 14.0;
Quneit; VL; 4000; 3.0; 13.0; القنيط, Kuneit
Tripolis; VL; 80000; 2.0; 12.0;
Tripolis; XX; 2000000; 52.0; 12.0;
Osk; OS; 700000; 1.0; 11.0; Оск
Republic; VL; 700000; 0.5; 10.5;
Al-Fashir; VL; 250000; 0.1; 10.1;
"""
_OTHERWISE = {(ANY_COUNTRY, "republic"), ("VL", "hama"), ("VL", "quneit")}


def _settlement(line: str, number: int) -> Settlement:
    name, country, population, latitude, longitude, others = map(str.strip, line.split(";"))
    return settlement_of(
        {
            "geonameid": number,
            "name": name,
            "countrycode": country,
            "population": int(population),
            "latitude": float(latitude),
            "longitude": float(longitude),
            "alternatenames": [other for other in others.split(", ") if other],
        }
    )


GAZETTEER = [_settlement(line, n) for n, line in enumerate(_WORLD.strip().splitlines(), 1)]


def conflict(*places: str, countries: Iterable[str] = ("VL",), **more: object) -> Conflict:
    return Conflict("c", PlainText("C"), places, countries=tuple(countries), **more)  # type: ignore[arg-type]  # any


def atlas(asked: Conflict) -> Atlas:
    return Atlas(settlements_named([asked], GAZETTEER), {"velmaria": "VL"}, _OTHERWISE)


def located(asked: Conflict) -> dict[str, float]:
    """Return the latitudes of the places that are somewhere."""
    return {each.place: each.at.latitude for each in located_places(asked, atlas(asked))}


@pytest.mark.parametrize(
    ("place", "latitude"),
    [
        ("Velmar", 10.0),
        ("Velmar*", 10.0),
        ("Welmar", 10.0),
        ("VELMAR", 10.0),
        ("Vélmar", 10.0),
        ("فيلمار", 10.0),
        ("韦尔马", 10.0),
        ("Al Fashir", 0.1),
        ("Fashir", 0.1),
        # The code of an airport is no name.
        ("VLM", None),
        # One name and several towns: the far larger one, or none.
        ("Lyme", 11.5),
        ("Ossian", None),
        # Another name of one, the first name of one that is not far smaller, or far smaller.
        ("Karsa", 9.0),
        ("الكرسا", 9.0),
        ("Morva", None),
        # Quite another name of a village; another spelling of it.
        ("Rakh", None),
        ("Sarne", 6.0),
        # Seats of regions: a city, a small town, in whatever language.
        ("Hama", 4.0),
        ("Quneit", None),
        ("القنيط", None),
        # A country, in English and in any language; one that is meant elsewhere.
        ("Velmaria", None),
        ("Republic", None),
        ("Tripolis", None),
        # In another country; a namesake there does not count.
        ("Osk", None),
        ("Torva", 5.5),
        # Parts of names, adjectives and endings mean nothing by themselves.
        ("Velm*", None),
        ("Vel", None),
        ("Velmarian*", None),
        ("Velmar & Osk", None),
        ("Velmar's", None),
        ("*", None),
        ("", None),
        # In lower case it may be any word.
        ("велмар*", None),
        ("velmar", None),
    ],
)
def test_a_place_by_itself(place: str, latitude: float | None) -> None:
    found = located(conflict(place)).get(place)
    assert found == latitude


@pytest.mark.parametrize(
    ("places", "place", "latitude"),
    [
        (("Velmar", "велмар*"), "велмар*", 10.0),
        (("Velmar", "Велма*"), "Велма*", 10.0),
        (("Velmar", "Вел*"), "Вел*", 10.0),
        (("Velsk", "Veliko", "велск*"), "велск*", None),
        (("Velsk", "Veliko", "Вел*"), "Вел*", None),
        (("Velsk", "Velmarian*"), "Velmarian*", None),
        (("Sarn", "Rakh"), "Rakh", 6.0),
        (("Velmar", "Ve*"), "Ve*", None),
        (("Velmar", "Velm* region*"), "Velm* region*", None),
    ],
)
def test_a_place_beside_others(places: tuple[str, ...], place: str, latitude: float | None) -> None:
    assert located(conflict(*places)).get(place) == latitude


def test_the_user_has_the_last_word() -> None:
    told = (("Velmar", None), ("Camp", Coordinates(1.5, 2.5)))
    asked = conflict("Velmar", "Велма*", "Welmar", "Camp", placed=told)
    assert located(asked) == {"Welmar": 10.0, "Велма*": 10.0, "Camp": 1.5}
    alone = conflict("Velmar", "Велма*", placed=told[:1])
    assert located(alone) == {}


def test_countries_are_those_of_the_known_cities() -> None:
    asked = conflict("Velmar", "Velsk", "Osk", "Lyme", countries=())
    assert countries_of(asked, atlas(asked)) == {"VL"}
    assert "Osk" not in located(asked)
    named = conflict("Velmaria", "Ossian", countries=())
    assert countries_of(named, atlas(named)) == {"VL"}
    single = conflict("Osk", countries=())
    assert located(single) == {"Osk": 1.0}
    unsure = conflict("Osk", "Velsk", countries=())
    assert located(unsure) == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Deir ez-Zor", "deir ezzor"),
        ("Khān Yūnis", "Khan Yunis"),
        ("Chornomors’k", "Chornomorsk"),
        ("الفاشر", "فاشر"),
        ("غزة", "غزه"),
        ("کابل", "كابل"),
        ("Łódź", "Lodz"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Суми", "Сумы"), ("မန္တလေး", "မန်တလား"), ("สุรินทร์", "สรนทร"), ("Homs", "Hims")]
)
def test_spellings_of_two_names(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)
