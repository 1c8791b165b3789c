"""The page of one source and the table of all: what they publish, and how much is their own."""

import pytest
from bs4 import BeautifulSoup

from tests.publish.conftest import Browsing
from tests.publish.hostile import VECTORS
from tests.publish.read_pages import article_called, assert_nothing_runs, soup, text_of
from tests.publish.sample import HOSTILE_TITLE, Desk


def names(page: BeautifulSoup) -> list[str]:
    return [link.text for link in page.select(".sources tbody th a")]


def settle(desk: Desk) -> None:
    """Say of the invented war who depends on whom, as grouping would."""
    desk.change(
        "UPDATE story_members SET dependence = iif(copy_of IS NULL, 'own report', 'copy'),"
        " origin_id = coalesce(copy_of, article_id)"
    )


def test_source_says_what_it_is_and_how_much_it_publishes(browsing: Browsing, desk: Desk) -> None:
    settle(desk)
    desk.article("herald", "Old harbour plans", minutes=60 * 24 * 3)
    desk.article("herald", "Older harbour plans", minutes=60 * 24 * 20)
    desk.article("herald", "Oldest harbour plans", minutes=60 * 24 * 40)
    text = text_of(browsing, "/source/herald.example")
    assert "Velmar Herald herald.example · newspaper · Ukraine · English" in text
    assert "Last day 5 7 days 6 30 days 7" in text
    assert "Its reports of the last 30 days that are in a story: 5" in text
    assert "Own reports 4 80%" in text
    assert "Copies of others 1 20%" in text
    assert "Oldest harbour plans" in text
    assert "In no story yet" in text


def test_source_says_whom_it_copies_and_who_copies_it(browsing: Browsing, desk: Desk) -> None:
    settle(desk)
    herald = soup(browsing, "/source/herald.example")
    (repeats,) = (table for table in herald.find_all("table") if "Whom it repeats" in table.text)
    assert [[cell.text for cell in row.find_all("td")] for row in repeats.select("tbody tr")] == [
        ["1", "0"]
    ]
    assert repeats.select_one('a[href="/source/northwire.example"]')
    wire = soup(browsing, "/source/northwire.example")
    (repeated,) = (table for table in wire.find_all("table") if "Who repeats it" in table.text)
    assert repeated.select_one('a[href="/source/herald.example"]')
    desk.change(
        "UPDATE story_members SET dependence = 'citation', origin_id = ? WHERE article_id = ?",
        article_called(desk, "Shells hit"),
        article_called(desk, "Grain stores burn"),
    )
    found = browsing.get("/source/northwire.example.json").json()
    assert found["repeated_by"] == [
        {"source": "herald.example", "name": "Velmar Herald", "copies": 1, "citations": 1}
    ]


def test_first_with_a_story_counts_only_what_others_took_up(browsing: Browsing, desk: Desk) -> None:
    settle(desk)
    led = {
        source: browsing.get(f"/source/{source}.example.json").json()["habits"]["led"]
        for source in ("northwire", "gesher", "herald", "mina")
    }
    assert led == {"northwire": 1, "gesher": 1, "herald": 0, "mina": 0}


def test_source_tells_its_edited_headlines(browsing: Browsing, desk: Desk) -> None:
    assert "None of the last 30 days" in text_of(browsing, "/source/herald.example")
    desk.change(
        "UPDATE articles SET version = 3 WHERE id = ?", article_called(desk, "Grain stores burn")
    )
    page = soup(browsing, "/source/herald.example")
    newest, first = page.select(".versions > li")
    assert "[removed:] Fire at the harbour" in first.text
    assert "[added:] Grain stores burn after strike <i>& ships</i>" in newest.text
    assert page.select(".versions i") == []


def test_source_tells_how_its_feeds_are(browsing: Browsing, desk: Desk) -> None:
    desk.feed("second", "Velmar Herald, sport", homepage="https://www.herald.example/sport")
    desk.feed("left", "Velmar Herald, old", homepage="https://old.herald.example/", listed=0)
    desk.change(
        "UPDATE feeds SET failures = 4, last_outcome = 'failed', last_new_entry_at = NULL"
        " WHERE id = 'second'"
    )
    text = text_of(browsing, "/source/herald.example")
    assert "Velmar Herald, sport Failing · newspaper" in text
    assert "It failed 4 times in a row." in text
    assert "Velmar Herald, old" in text
    assert "It is not in feeds.yaml any more." in text
    assert "410" not in text


def test_feed_ids_lead_to_the_source_and_unknown_ones_nowhere(browsing: Browsing) -> None:
    response = browsing.get("/source/herald")
    assert (response.status_code, response.headers["location"]) == (302, "/source/herald.example")
    response = browsing.get("/source/herald.json")
    assert response.headers["location"] == "/source/herald.example.json"
    assert "It has brought no report yet." in text_of(browsing, "/source/quiet.example")
    for name in ("nobody.example", "x" * 400, "½", "%00", "a b"):
        response = browsing.get(f"/source/{name}")
        assert response.status_code == 404, name
    assert browsing.get("/source/nobody.example.json").json()["status"] == 404


def test_entries_without_an_address_are_of_their_feed(browsing: Browsing, desk: Desk) -> None:
    desk.article("northwire", "A flash without a page", minutes=4, url=None, source="northwire")
    assert "A flash without a page" in text_of(browsing, "/source/northwire")


def test_sources_of_other_scripts_have_a_page(browsing: Browsing, desk: Desk) -> None:
    desk.article("mina", "خبر", minutes=4, source="ميناء.example")
    page = soup(browsing, "/sources")
    link = next(a for a in page.select("tbody th a") if "%" in str(a["href"]))
    assert "خبر" in text_of(browsing, str(link["href"]))
    assert browsing.get(f"{link['href']}.json").json()["source"] == "ميناء.example"


def test_all_sources_stand_in_one_table(browsing: Browsing, desk: Desk) -> None:
    settle(desk)
    page = soup(browsing, "/sources")
    assert len(names(page)) == 10
    assert names(page)[:2] == ["Broken Bulletin", "Gone Gazette"]
    row = next(row for row in page.select("tbody tr") if "herald.example" in row.text)
    assert " ".join(row.get_text(" ").split()) == (
        "Velmar Herald herald.example newspaper Ukraine 5 80% 1"
    )
    broken = next(row for row in page.select("tbody tr") if "broken.example" in row.text)
    assert "1 failing" in " ".join(broken.text.split())
    caption = page.find("caption")
    assert caption is not None
    assert "10 sources that published in the last 30 days" in " ".join(caption.text.split())
    assert all(cell.get("scope") for cell in page.find_all("th"))


def test_sources_are_ordered_and_filtered_by_the_address(browsing: Browsing, desk: Desk) -> None:
    settle(desk)
    assert names(soup(browsing, "/sources?sort=reports"))[0] == "Velmar Herald"
    own = names(soup(browsing, "/sources?sort=own"))
    assert own.index("Velmar Herald") < own.index("Osk Ministry of Defence")
    page = soup(browsing, "/sources?sort=country")
    assert names(page)[0] == "港口日报"
    assert [th.text for th in page.select("th[aria-sort]")] == ["Country"]
    assert names(soup(browsing, "/sources?kind=wire")) == ["North Wire"]
    assert names(soup(browsing, "/sources?country=ru&sort=kind")) == [
        "Osk Ministry of Defence",
        "Voice of Osk",
    ]
    assert "No source is known yet of this kind" in text_of(
        browsing, "/sources?kind=wire&country=CN"
    )
    assert [
        source["name"] for source in browsing.get("/sources.json?kind=wire").json()["sources"]
    ] == ["North Wire"]


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("sort=size", "sort is one of name, kind, country, reports, own."),
        ("kind=rumour", "kind is one of"),
        ("country=XX", "country is the code of a country in which a source sits"),
    ],
)
def test_a_bad_question_about_sources_says_what_would_be_good(
    browsing: Browsing, query: str, right: str
) -> None:
    response = browsing.get(f"/sources?{query}")
    assert response.status_code == 400
    assert right in response.text


@pytest.mark.parametrize("vector", [*VECTORS, HOSTILE_TITLE])
def test_c14_hostile_source_is_text(browsing: Browsing, desk: Desk, vector: str) -> None:
    feed = desk.feed("hostile", vector, kind=vector, language=vector, country=vector, failures=2)
    article = desk.article(feed, vector, minutes=3, version=2, language=vector, source="h.example")
    desk.story([article, desk.article("herald", "Harbour closed", minutes=2)])
    desk.insert(
        "feed_conditions", feed_id="hostile", condition=vector, severity=0,
        since=desk.ago(60), detail=vector, remedy=vector,
    )  # fmt: skip
    for number in (1, 2):
        desk.insert(
            "article_versions", article_id=article, number=number, seen_at=desk.ago(3 - number),
            title=f"{vector}{number}", body=vector, body_source="page",
        )  # fmt: skip
    for path in ("/source/h.example", "/sources"):
        page = soup(browsing, path)
        assert_nothing_runs(page)
        assert vector in page.text
    assert_nothing_runs(
        BeautifulSoup(browsing.get("/sources", params={"kind": vector}).text, "html.parser")
    )
