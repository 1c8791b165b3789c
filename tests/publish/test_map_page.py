"""The map through HTTP: which stories are where, in the picture, in the table and as GeoJSON."""

import re

import pytest
from bs4 import BeautifulSoup

from tests.publish.conftest import Browsing
from tests.publish.geojson_validity import read_collection
from tests.publish.on_the_map import OSK, VELMAR, put_on_the_map
from tests.publish.sample import ARABIC_TITLE, HOSTILE_TITLE, Desk


@pytest.fixture(autouse=True)
def _mapped(desk: Desk, stories: dict[str, int]) -> None:
    put_on_the_map(desk, stories)


def page_of(browsing: Browsing, query: str = "") -> BeautifulSoup:
    response = browsing.get(f"/map{query}")
    assert response.status_code == 200, response.text
    return BeautifulSoup(response.text, "html.parser")


def rows(page: BeautifulSoup) -> list[tuple[str, list[str]]]:
    """Return the places of the table with the addresses of their stories."""
    return [
        (
            " ".join(body.select_one("th").get_text(" ").split()),  # type: ignore[union-attr]  # is there
            [str(link["href"]) for link in body.select("td a")],
        )
        for body in page.select("table.places tbody")
    ]


def test_each_place_is_a_dot_and_rows_of_the_table(
    browsing: Browsing, stories: dict[str, int]
) -> None:
    page = page_of(browsing)
    shelling, bridge, hostile = (
        f"/story/{stories[name]}" for name in ("shelling", "bridge", "hostile")
    )
    assert rows(page) == [
        ("Osk <i>&", [hostile, bridge, shelling]),
        ("Velmar Ukraine", [shelling]),
    ]
    osk, velmar = page.select("svg.map a")
    assert velmar["href"] == shelling
    assert velmar["aria-label"] == "Velmar, Ukraine: 1 story, 5 independent origins"
    assert osk["aria-label"] == "Osk <i>&: 3 stories, 8 independent origins"
    assert page.select_one(f"tbody{osk['href']}")
    assert not page.select("svg.map i")
    assert [text.get_text() for text in page.select("svg.map text")] == ["Osk <i>&", "Velmar"]
    figures = [cell.get_text() for cell in page.select("tbody")[1].select(".number")]
    assert figures == ["6", "5"]


def test_dots_are_where_the_places_are(browsing: Browsing) -> None:
    osk, velmar = page_of(browsing).select("svg.map circle.dot")
    assert float(str(osk["cx"])) > float(str(velmar["cx"]))
    assert float(str(osk["cy"])) > float(str(velmar["cy"]))
    assert float(str(osk["r"])) > float(str(velmar["r"]))
    for dot in (osk, velmar):
        assert 0 < float(str(dot["cx"])) < 960
        assert 0 < float(str(dot["cy"])) < 600


def test_conflict_hours_and_origins_choose(browsing: Browsing, stories: dict[str, int]) -> None:
    assert len(rows(page_of(browsing, "?conflict=velmar&hours=168"))) == 2
    assert "names a town" in browsing.get("/map?conflict=highlands").text
    several = rows(page_of(browsing, "?origins=3"))
    assert {link for _, links in several for link in links} == {f"/story/{stories['shelling']}"}


def test_old_stories_are_on_the_map_of_more_hours(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    desk.change(
        "UPDATE stories SET last_report_at = ? WHERE id = ?",
        desk.ago(30 * 60),
        stories["shelling"],
    )
    assert [place for place, _ in rows(page_of(browsing))] == ["Osk <i>&"]
    assert len(rows(page_of(browsing, "?hours=72"))) == 2


def test_stories_without_a_place_are_counted(browsing: Browsing) -> None:
    assert "2 stories are not on the map" in browsing.get("/map").text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("hours=5", "hours is one of 24, 72, 168."),
        ("hours=x", "hours is one of"),
        ("origins=0", "origins is a number from 1 to 1000."),
        ("origins=%D9%A1", "origins is a number"),
        ("conflict=atlantis", "No conflict &#39;atlantis&#39; is followed."),
    ],
)
def test_a_bad_address_says_what_is_right(browsing: Browsing, query: str, told: str) -> None:
    response = browsing.get(f"/map?{query}")
    assert response.status_code == 400
    assert told in response.text
    assert browsing.get(f"/map.json?{query}").status_code == 400


def test_the_same_as_geojson(browsing: Browsing, stories: dict[str, int]) -> None:
    response = browsing.get("/map.json?hours=72")
    assert response.headers["content-type"] == "application/geo+json; charset=utf-8"
    hostile, bridge, shelling = read_collection(response.text)
    assert shelling["geometry"] == {
        "type": "MultiPoint",
        "coordinates": [
            [VELMAR.longitude, VELMAR.latitude],
            [OSK.longitude, OSK.latitude],
        ],
    }
    assert shelling["properties"]["places"] == ["Velmar, Ukraine", "Osk <i>&"]
    assert shelling["properties"]["url"].endswith(f"/story/{stories['shelling']}")
    assert (shelling["properties"]["outlets"], bridge["id"]) == (6, stories["bridge"])
    assert hostile["properties"]["headline"] == HOSTILE_TITLE


def test_the_page_says_whose_lines_and_places_these_are(browsing: Browsing) -> None:
    text = browsing.get("/map").text
    for owner in ("Natural Earth", "no statement about whose land it is", "GeoNames"):
        assert owner in text
    assert re.search(r'rel="alternate" type="application/geo\+json"', text)


def test_hostile_text_stays_text(browsing: Browsing, desk: Desk, stories: dict[str, int]) -> None:
    page = browsing.get("/map")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert ARABIC_TITLE not in page.text
    desk.change("UPDATE stories SET headline = ? WHERE id = ?", ARABIC_TITLE, stories["bridge"])
    assert ARABIC_TITLE in browsing.get("/map").text


def test_a_database_without_places_says_so(browsing: Browsing, desk: Desk) -> None:
    desk.change("DELETE FROM located_places")
    page = browsing.get("/map")
    assert page.status_code == 200
    assert "names a town that we can place" in page.text
    assert read_collection(browsing.get("/map.json").text) == []


def test_only_get(browsing: Browsing) -> None:
    assert browsing.get("/map", method="post").status_code == 405
