"""/numbers: what each day brought, drawn, as tables, as JSON and as CSV."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from aggregator.store.daily_counts import count_next_day
from tests.publish.conftest import Browsing
from tests.publish.sample import Desk


def count(desk: Desk) -> None:
    while count_next_day(desk.store, desk.now):
        pass


def soup(browsing: Browsing, path: str) -> BeautifulSoup:
    response = browsing.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.text, "html.parser")


def text_of(page: BeautifulSoup) -> str:
    return " ".join(page.get_text(" ").split())


def test_each_chart_has_a_description_and_the_same_as_a_table(
    browsing: Browsing, desk: Desk
) -> None:
    count(desk)
    page = soup(browsing, "/numbers")
    charts = page.select("figure.chart")
    assert len(charts) == 7
    for chart in charts:
        picture = chart.select_one("svg[role=img]")
        assert picture is not None
        for part in str(picture["aria-labelledby"]).split():
            (named,) = page.select(f'[id="{part}"]')
            assert named.text
        table = chart.select_one("details table")
        assert table is not None
        assert table.select_one("caption") is not None
        assert {head["scope"] for head in table.select("th")} == {"col", "row"}
        assert len(table.select("tbody tr")) == len(picture.select("rect"))
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))


def test_counts_stand_in_the_page_and_in_json(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    desk.change(
        "UPDATE story_members SET story_id = ? WHERE story_id = ?",
        stories["shelling"],
        stories["merged"],
    )
    count(desk)
    record = browsing.get("/numbers.json?days=7").json()
    assert sum(day["articles"] for day in record["days"]) == 13
    assert sum(day["copies"] for day in record["days"]) == 2
    assert sum(day["new_stories"] for day in record["days"]) == 5
    assert sum(day["edits"] for day in record["days"]) == 2
    assert all(day["counted_at"] and not day["is_stale"] for day in record["days"])
    assert next(share["key"] for share in record["languages"]) == "en"
    text = text_of(soup(browsing, "/numbers?days=7"))
    assert "Articles 13 Independent origins 11 Copies 2 New stories 5 Edits 2" in text
    assert "Every finished day here is exact." in text


def test_numbers_of_one_conflict_and_language(browsing: Browsing, desk: Desk) -> None:
    for article in (1, 4):
        desk.insert(
            "article_conflicts", article_id=article, conflict_id="velmar", score=3.0, terms="[]"
        )
    count(desk)
    of_conflict = browsing.get("/numbers.json?conflict=velmar").json()
    assert sum(day["articles"] for day in of_conflict["days"]) == 2
    of_both = browsing.get("/numbers.json?conflict=velmar&language=ar").json()
    assert sum(day["articles"] for day in of_both["days"]) == 1
    assert {day["polls"] for day in of_both["days"]} == {None}
    assert {share["key"] for share in of_both["languages"]} == {"ar", "en"}
    page = soup(browsing, "/numbers?conflict=velmar&language=ar")
    titles = [title.text for title in page.select(".chart title")]
    assert titles == ["Articles", "Stories", "Sources", "Edits"]


def test_a_year_is_drawn_by_weeks_of_finished_days(browsing: Browsing, desk: Desk) -> None:
    desk.article("herald", "The first report", minutes=20 * 24 * 60)
    count(desk)
    record = browsing.get("/numbers.json?days=365").json()
    assert len(record["days"]) in {20, 21}
    page = soup(browsing, "/numbers?days=365")
    first = page.select_one("figure.chart")
    assert first is not None
    assert len(first.select("tbody tr")) == 3
    assert "Each bar is the mean of a week of finished days." in text_of(page)
    assert page.select(".unfinished") == []


def test_what_is_not_counted_yet_is_said(browsing: Browsing, desk: Desk) -> None:
    text = text_of(soup(browsing, "/numbers"))
    assert "Today has not been counted yet." in text
    desk.article("herald", "An old report", minutes=3 * 24 * 60)
    text = text_of(soup(browsing, "/numbers"))
    assert "to be counted anew, since something changed" in text
    count(desk)
    text = text_of(soup(browsing, "/numbers"))
    assert "Today was last counted at" in text
    assert "Every finished day here is exact." in text


def test_days_without_news_are_days_too(browsing: Browsing, desk: Desk) -> None:
    desk.article("herald", "An old report", minutes=4 * 24 * 60)
    count(desk)
    days = [day["day"] for day in browsing.get("/numbers.json").json()["days"]]
    first = desk.now - timedelta(minutes=4 * 24 * 60 - 2)
    assert days == [
        str(first.date() + timedelta(days=past))
        for past in range((desk.now.date() - first.date()).days + 1)
    ]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("days=31", "days is one of 7, 30, 90, 365."),
        ("days=", ""),
        ("days=<b>", "days is one of"),
        ("language=%3Cscript%3E", "language is a code such as ar, uk or en."),
        ("conflict=nowhere", "No conflict 'nowhere' is followed."),
        ("conflict=%3Cb%3Ex", "is followed."),
    ],
)
def test_parameters_say_what_is_right(browsing: Browsing, query: str, says: str) -> None:
    response = browsing.get(f"/numbers?{query}")
    assert response.status_code == (400 if says else 200)
    assert says in BeautifulSoup(response.text, "html.parser").text
    assert "<b>" not in response.text
    assert browsing.get(f"/numbers.json?{query}").status_code == response.status_code


def test_rows_can_be_had_as_csv(browsing: Browsing, desk: Desk) -> None:
    count(desk)
    links = soup(browsing, "/numbers").select(".colophon a")
    (address,) = (str(link["href"]) for link in links if link.text == "CSV")
    response = browsing.get(address)
    assert response.headers["content-type"].startswith("text/plain")
    head, *rows = response.text.splitlines()
    assert head.startswith("conflict_id,language,day,articles")
    assert rows
    assert all(row.startswith("*,*,") for row in rows)


def test_hostile_names_of_conflicts_are_text(browsing: Browsing, desk: Desk) -> None:
    desk.change("UPDATE conflicts SET name = '<img src=x onerror=alert(1)>' WHERE id = 'velmar'")
    desk.insert("article_conflicts", article_id=1, conflict_id="velmar", score=3.0, terms="[]")
    count(desk)
    for path in ("/numbers", "/conflicts", "/conflict/velmar", "/numbers?conflict=velmar"):
        response = browsing.get(path)
        assert response.status_code == 200
        assert "<img" not in response.text
        assert "&lt;img src=x" in response.text
