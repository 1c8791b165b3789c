"""/conflicts and /conflict/<id>: what happened today, and who says so."""

import json

import pytest
from bs4 import BeautifulSoup

from aggregator.config import Config, Settings
from aggregator.model import Conflict, PlainText
from aggregator.store.daily_counts import count_next_day
from aggregator.store.feeds import sync_config
from tests.publish.conftest import Browsing
from tests.publish.sample import HOSTILE_TITLE, Desk, to_news


def soup(browsing: Browsing, path: str) -> BeautifulSoup:
    response = browsing.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.text, "html.parser")


def text_of(page: BeautifulSoup) -> str:
    return " ".join(page.get_text(" ").split())


def section(page: BeautifulSoup, heading: str) -> str:
    found = page.select_one(f"section[aria-labelledby={heading}]")
    assert found is not None
    return " ".join(found.get_text(" ").split())


def test_conflicts_are_listed_with_their_stories(browsing: Browsing) -> None:
    text = text_of(soup(browsing, "/conflicts"))
    assert "2 conflicts followed" in text
    assert "Velmar and Osk 4 stories with reports in the last day, 4 in the last week" in text
    assert "Highlands insurgency 0 stories with reports in the last day" in text
    assert "No story yet." in text
    velmar, highlands = browsing.get("/conflicts.json").json()["conflicts"]
    assert (velmar["id"], velmar["stories_today"], velmar["stories_this_week"]) == ("velmar", 4, 4)
    assert velmar["last_story"]["headline"] == HOSTILE_TITLE
    assert highlands["last_story"] is None


def test_stories_with_most_independent_origins_lead(
    browsing: Browsing, stories: dict[str, int]
) -> None:
    record = browsing.get("/conflict/velmar.json").json()
    assert [story["id"] for story in record["today"]][:2] == [
        stories["shelling"],
        stories["bridge"],
    ]
    assert record["today"][0]["independent_origins"] == 5
    assert [story["id"] for story in record["newest"]] == [
        stories[name] for name in ("hostile", "arabic", "bridge", "shelling")
    ]
    assert record["stories_today"] == 4
    page = soup(browsing, "/conflict/velmar")
    headings = page.select("section[aria-labelledby=today] h3")
    assert "Shells hit Velmar harbour" in headings[0].text
    assert "5 independent origins, 6 outlets, 5 countries" in section(page, "today")


def test_who_denies_and_confirms_is_named_and_linked(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    for article, news in (
        (3, to_news("denial", "Osk denies that its guns fired")),
        (2, json.dumps([["new origin", 'says "denial"']])),
        (6, to_news("confirmation", "<b>the ministry</b>")),
    ):
        desk.insert(
            "story_changes", story_id=stories["shelling"], kind="add", article_id=article,
            material=1, changed_at=desk.ago(90), news=news,
        )  # fmt: skip
    record = browsing.get("/conflict/velmar.json").json()
    assert [(claim["kind"], claim["outlet"]) for claim in record["claims"]] == [
        ("confirmation", "Osk Ministry of Defence"),
        ("denial", "Voice of Osk"),
        ("figure", "港口日报"),
        ("denial", "Voice of Osk"),
    ]
    page = soup(browsing, "/conflict/velmar")
    text = section(page, "claims")
    assert "Voice of Osk denies: Osk denies that its guns fired" in text
    assert "Osk Ministry of Defence confirms: <b>the ministry</b>" in text
    links = page.select('section[aria-labelledby=claims] a[href="https://state.example/3"]')
    assert len(links) == 2
    assert all(link["rel"] == ["noreferrer", "nofollow"] for link in links)


def test_old_claims_are_not_told(browsing: Browsing, desk: Desk) -> None:
    desk.change("UPDATE story_changes SET changed_at = ?", desk.ago(4 * 24 * 60))
    assert "No denial, confirmation or new figure" in text_of(soup(browsing, "/conflict/velmar"))


def test_coverage_by_country_and_kind(browsing: Browsing) -> None:
    record = browsing.get("/conflict/velmar.json").json()
    sides = {side["key"]: (side["stories"], side["reports"]) for side in record["countries"]}
    assert sides == {
        "UA": (3, 4), "LB": (2, 2), "RU": (1, 2), "NO": (1, 1), "CN": (1, 1), "IL": (1, 1),
    }  # fmt: skip
    kinds = {side["key"]: (side["stories"], side["reports"]) for side in record["kinds"]}
    assert kinds["newspaper"] == (4, 8)
    assert kinds["state media"] == (1, 1)
    page = soup(browsing, "/conflict/velmar")
    assert "Ukraine 3 4" in section(page, "countries")
    assert record["places_named"] == [{"place": "Velmar", "stories": 1}]
    assert "Velmar 1" in section(page, "places")


def test_what_only_one_side_tells(browsing: Browsing, desk: Desk) -> None:
    assert soup(browsing, "/conflict/velmar").select("#one-sided") == []
    told = desk.story(
        [
            desk.article("state", "Парад в Оске", minutes=50),
            desk.article("ministry", "Сводка о параде", minutes=40),
        ],
        conflicts=["velmar"],
    )
    record = browsing.get("/conflict/velmar.json").json()
    assert [story["id"] for story in record["one_sided"]] == [told]
    page = soup(browsing, "/conflict/velmar")
    assert "2 outlets, all in Russia" in section(page, "one-sided")


def test_reports_a_day_are_drawn(browsing: Browsing, desk: Desk) -> None:
    for article in (1, 2, 3):
        desk.insert(
            "article_conflicts", article_id=article, conflict_id="velmar", score=3.0, terms="[]"
        )
    while count_next_day(desk.store, desk.now):
        pass
    record = browsing.get("/conflict/velmar.json").json()
    assert sum(day["reports"] for day in record["days"]) == 3
    page = soup(browsing, "/conflict/velmar")
    assert page.select("section[aria-labelledby=a-day] svg desc")
    assert page.select("section[aria-labelledby=a-day] table caption")


def test_its_words_and_ways_on(browsing: Browsing, desk: Desk) -> None:
    conflict = Conflict(
        "velmar",
        PlainText("Velmar and Osk"),
        places=("Velmar",),
        parties=("Osk & Sons",),
        keywords=("Велмар",),
    )
    sync_config(desk.store, Config(desk.path, Settings(), (), (conflict,)), desk.now)
    page = soup(browsing, "/conflict/velmar")
    details = page.select_one("details.why")
    assert details is not None
    text = " ".join(details.get_text(" ").split())
    for said in ("is enough Велмар", "harm Velmar", "Osk & Sons"):
        assert said in text
    links = {link["href"] for link in page.select("ul.ways a")}
    assert {
        f"/{page}?conflict=velmar"
        for page in ("map", "numbers", "feed.atom", "feed.rss", "feed.json")
    } <= links
    assert browsing.get("/conflict/velmar.json").json()["keywords"] == ["Велмар"]


def test_a_quiet_conflict_still_has_its_last_stories(browsing: Browsing, desk: Desk) -> None:
    long_ago = desk.ago(60 * 24 * 60)
    desk.change("UPDATE stories SET last_report_at = ?, first_report_at = ?", long_ago, long_ago)
    record = browsing.get("/conflict/velmar.json").json()
    assert (record["today"], record["stories_this_week"]) == ([], 0)
    assert len(record["newest"]) == 4
    assert "No story has had a report" in text_of(soup(browsing, "/conflict/velmar"))


@pytest.mark.parametrize("path", ["nowhere", "%3Cb%3E", "velmar.xml", "Velmar"])
def test_a_conflict_that_is_not_followed_is_not_there(browsing: Browsing, path: str) -> None:
    for ending in ("", ".json"):
        response = browsing.get(f"/conflict/{path}{ending}")
        assert response.status_code == 404
        assert "<b>" not in response.text


def test_one_that_is_followed_no_more_is_not_there(browsing: Browsing, desk: Desk) -> None:
    desk.change("UPDATE conflicts SET listed = 0 WHERE id = 'velmar'")
    assert browsing.get("/conflict/velmar").status_code == 404
    assert "Velmar" not in browsing.get("/conflicts").text


def test_hostile_texts_stay_texts(browsing: Browsing, desk: Desk) -> None:
    desk.change("UPDATE stories SET places = ?", json.dumps(["<script>alert(2)</script>"]))
    desk.change("UPDATE conflicts SET keywords = ?", json.dumps(["<script>alert(3)</script>"]))
    response = browsing.get("/conflict/velmar")
    assert response.status_code == 200
    page = BeautifulSoup(response.text, "html.parser")
    assert [script.get("src") is not None for script in page.select("script")] == [True]
    assert HOSTILE_TITLE in page.text
    assert "<script>alert(2)</script>" in page.text
    assert page.select("[style], [onerror]") == []
