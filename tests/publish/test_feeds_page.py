"""The page about feeds says of a changed layout what, since when, and what to do."""

from bs4 import BeautifulSoup

from aggregator.poll.health import Condition, finding_of
from tests.publish.conftest import Browsing
from tests.publish.sample import HOSTILE_TITLE, Desk


def test_a_changed_layout_stands_among_the_doubtful_feeds(browsing: Browsing, desk: Desk) -> None:
    detail = "herald.example: pages give no text any more: 12 of the last 12, before 3 of 100"
    finding = finding_of(Condition.PAGES_CHANGED, detail, feed_id="herald", url="")
    desk.insert(
        "feed_conditions", feed_id="herald", condition=finding.condition,
        severity=finding.condition.severity, since=desk.ago(300), detail=detail,
        remedy=finding.remedy,
    )  # fmt: skip
    page = BeautifulSoup(browsing.get("/feeds").text, "html.parser")
    (doubtful,) = page.select("section.doubtful")
    text = " ".join(doubtful.text.split())
    assert "Velmar Herald" in text
    assert "Pages changed, since" in text
    assert f"{detail}. The layout has probably changed: look at a page with" in text


def soup(browsing: Browsing, path: str) -> BeautifulSoup:
    response = browsing.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.text, "html.parser")


def text_of(page: BeautifulSoup) -> str:
    return " ".join(page.get_text(" ").split())


def test_the_summary_says_how_many_work_and_what_waits(browsing: Browsing, desk: Desk) -> None:
    desk.change("UPDATE articles SET scrape_due_at = ?, version = 0 WHERE id <= 3", desk.ago(1))
    desk.change("UPDATE articles SET grouped = 1 WHERE id > 5")
    desk.insert(
        "set_aside", stage="group", record="7", failures=1, first_failed_at=desk.ago(9),
        retry_at=desk.ago(-50), error="ValueError: <b>",
    )  # fmt: skip
    text = text_of(soup(browsing, "/feeds"))
    assert "10 feeds: 1 failing , 1 paused , 1 doubtful , 7 working" in text
    assert "Last poll 5 minutes ago" in text
    assert "Pages to read 3 Reports to group 2" in text
    assert "1 of group , tried again in 50 minutes" in text
    record = browsing.get("/feeds.json").json()
    assert record["feeds_by_state"] == {
        "failing": 1, "paused": 1, "doubtful": 1, "waiting": 0, "working": 7,
    }  # fmt: skip
    assert (record["pages_to_read"], record["articles_to_group"]) == (3, 2)
    assert record["set_aside"][0]["stage"] == "group"
    assert record["overdue_feeds"] == 0


def test_a_program_that_does_not_run_is_told(browsing: Browsing, desk: Desk) -> None:
    assert "seems not to run" not in browsing.get("/feeds").text
    desk.change("UPDATE feeds SET next_due_at = ? WHERE id <> 'gone'", desk.ago(180))
    desk.change("UPDATE feeds SET next_due_at = ? WHERE id = 'gone'", desk.ago(9000))
    text = text_of(soup(browsing, "/feeds"))
    assert "9 feeds should have been asked already, the first 3 hours ago" in text
    assert browsing.get("/feeds.json").json()["overdue_feeds"] == 9


def test_feeds_are_filtered_by_state_and_by_what_is_wrong(browsing: Browsing) -> None:
    for state, names in (
        ("failing", ["Broken Bulletin"]),
        ("silent", ["Quiet Quarterly"]),
        ("server error", ["Broken Bulletin"]),
        ("blocked", []),
    ):
        page = soup(browsing, f"/feeds?state={state}")
        assert [heading.text for heading in page.select(".feeds h3")] == names
        record = browsing.get(f"/feeds.json?state={state}").json()
        assert [feed["name"] for feed in record["feeds"]] == names
    silent = text_of(soup(browsing, "/feeds?state=silent"))
    assert "Silent, since" in silent
    assert "It last answered 5 minutes ago." in silent
    assert "No feed is blocked." in text_of(soup(browsing, "/feeds?state=blocked"))
    wrong = browsing.get("/feeds?state=%3Cb%3E")
    assert wrong.status_code == 400
    assert "state is one of failing, paused" in wrong.text


def test_one_feed_says_why_it_is_as_it_is(browsing: Browsing, desk: Desk) -> None:
    for minutes in (5, 65):
        desk.insert(
            "polls", feed_id="broken", polled_at=desk.ago(minutes), outcome="failed", status=502,
            took_ms=1200, bytes=0, entries_seen=0, entries_new=0, entries_changed=0,
            error="<b>502</b> Bad Gateway",
        )  # fmt: skip
    page = soup(browsing, "/feeds/broken")
    text = text_of(page)
    assert "Server error, since" in text
    assert "the server answered 502" in text
    assert "Failures in a row 7" in text
    assert "Last answered 5 minutes ago" in text
    assert len(page.select("section[aria-labelledby=polls] tbody tr")) == 2
    assert "<b>502</b> Bad Gateway" in text
    assert "It has brought no report yet." in text
    record = browsing.get("/feeds/broken.json").json()
    assert record["wrong_with_it"][0]["condition"] == "server error"
    assert len(record["latest_polls"]) == 2
    assert (record["newest_reports"], record["seconds_between_reports"]) == ([], None)


def test_one_feed_shows_its_newest_reports_and_pauses(
    browsing: Browsing, stories: dict[str, int]
) -> None:
    page = soup(browsing, "/feeds/herald")
    headlines = [heading.text for heading in page.select("section[aria-labelledby=newest] h3")]
    assert headlines[0] == "Osk Rovers win the cup on penalties"
    assert headlines[1] == HOSTILE_TITLE
    assert [script.get("src") is not None for script in page.select("script")] == [True]
    assert page.select(f"a[href='/story/{stories['sport']}']")
    assert "Time between reports 22 minutes usually, 2 hours at most in the last 5" in text_of(page)
    assert "What is wrong with it Nothing." in text_of(page)
    record = browsing.get("/feeds/herald.json").json()
    assert record["seconds_between_reports"]["median"] == 22.5 * 60
    assert record["newest_reports"][0]["story_id"] == stories["sport"]


def test_a_feed_that_is_listed_no_more_says_so(browsing: Browsing, desk: Desk) -> None:
    desk.change("UPDATE feeds SET listed = 0 WHERE id = 'herald'")
    assert "does not list it any more" in browsing.get("/feeds/herald").text
    assert "does not list it any more" not in browsing.get("/feeds/gone").text
    assert "not until it is resumed" in browsing.get("/feeds/gone").text


def test_a_feed_that_is_not_known_is_not_there(browsing: Browsing) -> None:
    for path in ("/feeds/nobody", "/feeds/nobody.json", "/feeds/%3Cb%3E"):
        response = browsing.get(path)
        assert response.status_code == 404
        assert "<b>" not in response.text
