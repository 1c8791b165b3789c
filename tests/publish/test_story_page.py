"""A story's page and its JSON. It is long because it is the fullest page."""

import json

from bs4 import BeautifulSoup

from aggregator.group.follow_ups import FollowUp
from aggregator.group.news import place_key
from aggregator.store.rulings import merge_stories
from aggregator.store.story_links import add_link
from tests.publish.conftest import Browsing
from tests.publish.sample import HOSTILE_TITLE, Desk


def text_of(browsing: Browsing, path: str) -> str:
    response = browsing.get(path)
    assert response.status_code == 200
    return " ".join(BeautifulSoup(response.text, "html.parser").get_text(" ").split())


def test_story_says_who_reports_it(browsing: Browsing, stories: dict[str, int]) -> None:
    text = text_of(browsing, f"/story/{stories['shelling']}")
    assert "Outlets 6 Independent origins 5 Reports 7" in text
    assert "3 newspapers, 1 government source, 1 state media, 1 news agency" in text
    assert "Arabic, English, Russian, Chinese" in text
    assert "China, Lebanon, Norway, Russia, Ukraine" in text
    assert "First North Wire" in text


def test_copies_are_folded_under_their_origin(browsing: Browsing, stories: dict[str, int]) -> None:
    page = BeautifulSoup(browsing.get(f"/story/{stories['shelling']}").text, "html.parser")
    origins = page.select(".timeline > li")
    assert len(origins) == 5
    folded = origins[0].select_one("details.copies")
    assert folded is not None
    assert "Repeated by 1 report" in folded.text
    assert "Its text repeats that of North Wire" in folded.text


def test_story_says_on_whom_each_report_depends(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    first, citing, *_ = (
        row["article_id"]
        for row in desk.connection.execute(
            "SELECT article_id FROM story_members WHERE story_id = ? AND copy_of IS NULL"
            " ORDER BY id",
            (stories["shelling"],),
        )
    )
    desk.change(
        "UPDATE story_members SET origin_id = ?, dependence = 'citation',"
        " origin_reason = 'cites <North Wire>', shared = 0.31, shared_with = ?"
        " WHERE article_id = ?",
        first,
        first,
        citing,
    )
    page = BeautifulSoup(browsing.get(f"/story/{stories['shelling']}").text, "html.parser")
    folded = page.select(".timeline > li")[0].select_one("details.copies")
    assert folded is not None
    assert "Repeated by 2 reports: 1 copy, 1 citation" in folded.text
    assert "It cites <North Wire>, so it is no origin of its own." in folded.text
    assert folded.select_one("p.note") is not None
    record = browsing.get(f"/story/{stories['shelling']}.json").json()
    (report,) = (one for one in record["reports"] if one["article_id"] == citing)
    assert (report["origin"], report["dependence"]) == (first, "citation")
    assert (report["shared"], report["shared_with"]) == (0.31, first)


def test_story_says_why_each_report_is_in_it(browsing: Browsing, stories: dict[str, int]) -> None:
    text = text_of(browsing, f"/story/{stories['shelling']}")
    assert text.count("It opened this story") == 1
    assert "It is 62% like this story; 35% is enough." in text
    assert "Words that carried this: “harbour”, “Velmar”." in text


def test_second_choice_is_named_and_linked(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    opener = desk.connection.execute(
        "SELECT opened_by FROM stories WHERE id = ?", (stories["arabic"],)
    ).fetchone()[0]
    desk.change(
        "UPDATE story_members SET explanation = json_set(explanation, '$.runner_up', ?,"
        " '$.runner_up_score', 0.31) WHERE story_id = ?",
        opener,
        stories["bridge"],
    )
    page = BeautifulSoup(browsing.get(f"/story/{stories['bridge']}").text, "html.parser")
    link = page.select_one(f'.why a[href="/story/{stories["arabic"]}"]')
    assert link is not None
    assert link.parent is not None
    assert "(31%)" in link.parent.text


def test_reason_for_a_missing_page_and_edits_are_shown(
    browsing: Browsing, stories: dict[str, int]
) -> None:
    text = text_of(browsing, f"/story/{stories['shelling']}")
    assert "what the feed says of it: robots.txt does not allow the page." in text
    assert "headline was Fire at the harbour , text longer by 100 characters." in text


def test_what_an_edit_changed_is_shown_word_by_word(
    browsing: Browsing, stories: dict[str, int]
) -> None:
    response = browsing.get(f"/story/{stories['shelling']}")
    page = BeautifulSoup(response.text, "html.parser")
    (headline,) = page.select(".edit .difference")
    assert [piece.text for piece in headline.find_all("ins")] == ["<i>& ships</i>"]
    assert "figures gone: 9; new figures: 14; with a correction note." in " ".join(
        page.text.split()
    )
    changed, added = page.select(".changes .difference")
    assert [piece.text.strip() for piece in changed.find_all("del")] == ["9"]
    assert [piece.text.strip() for piece in changed.find_all("ins")] == ["14"]
    assert changed.text == "Two dockers were killed and 9 14 hurt, the port said."
    assert "a lower number of <b>wounded</b>." in added.text
    assert page.select(".changes b, .edit i") == []


def test_updated_gone_and_live_are_said_of_a_report(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    (article,) = desk.connection.execute(
        "SELECT id FROM articles WHERE title = 'Grain stores burn after strike on the harbour'"
    ).fetchone()
    desk.change(
        "UPDATE articles SET updated_at = ?, verdict = 'live blog' WHERE id = ?",
        desk.ago(100),
        article,
    )
    desk.insert(
        "revisits", article_id=article, source="herald.example", looks=2,
        looked_at=desk.ago(90), found="gone",
    )  # fmt: skip
    text = text_of(browsing, f"/story/{stories['shelling']}")
    assert "live blog · updated" in text
    assert "Its page is not there any more; this is what it was." in text
    (report,) = (
        report
        for report in browsing.get(f"/story/{stories['shelling']}.json").json()["reports"]
        if report["article_id"] == article
    )
    assert (report["updated_at"], report["page_is_gone"]) == (desk.ago(100), True)
    edit = report["edits"][-1]
    assert edit["changes"]["figures"] == {"removed": ["9"], "added": ["14"]}
    assert edit["summary"].startswith("headline changed; paragraphs: 1 changed, 1 added;")


def test_report_without_an_address_is_shown_without_a_link(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    desk.change("UPDATE articles SET url = NULL WHERE title LIKE 'Bridge near%'")
    page = BeautifulSoup(browsing.get(f"/story/{stories['bridge']}").text, "html.parser")
    assert len(page.select(".timeline h3")) == 2
    assert len(page.select(".timeline h3 a")) == 1


def test_outside_links_tell_nobody_where_the_reader_was(
    browsing: Browsing, stories: dict[str, int]
) -> None:
    page = BeautifulSoup(browsing.get(f"/story/{stories['shelling']}").text, "html.parser")
    outside = [a for a in page.find_all("a") if str(a["href"]).startswith("https://")]
    assert len(outside) == 7
    assert all(a["rel"] == ["noopener", "noreferrer"] for a in outside)


def test_hostile_story_is_text(browsing: Browsing, stories: dict[str, int]) -> None:
    page = BeautifulSoup(browsing.get(f"/story/{stories['hostile']}").text, "html.parser")
    assert page.h1 is not None
    assert page.h1.text == HOSTILE_TITLE
    assert page.find("img") is None


def test_merged_story_leads_to_where_it_went(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    desk.change(
        "UPDATE stories SET merged_into = ? WHERE id = ?", stories["bridge"], stories["shelling"]
    )
    response = browsing.get(f"/story/{stories['merged']}")
    assert (response.status_code, response.headers["location"]) == (
        302,
        f"/story/{stories['bridge']}",
    )
    response = browsing.get(f"/story/{stories['merged']}.json")
    assert response.headers["location"] == f"/story/{stories['bridge']}.json"


def test_stories_merged_in_a_circle_end_in_not_found(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    desk.change(
        "UPDATE stories SET merged_into = ? WHERE id = ?", stories["merged"], stories["shelling"]
    )
    assert browsing.get(f"/story/{stories['merged']}").status_code == 404


def test_unknown_story_is_not_found(browsing: Browsing) -> None:
    for name in ("999", "0", "99999999999999999999", "½", "x", "-1"):
        response = browsing.get(f"/story/{name}")
        assert response.status_code == 404
        assert "There is no story" in response.text
    response = browsing.get("/story/999.json")
    assert response.status_code == 404
    assert response.json() == {"ok": False, "error": "There is no story 999.", "status": 404}


def test_story_as_json(browsing: Browsing, stories: dict[str, int]) -> None:
    response = browsing.get(f"/story/{stories['shelling']}.json")
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    story = json.loads(response.text)
    assert (story["outlets"], story["independent_origins"], story["articles"]) == (6, 5, 7)
    assert story["url"] == f"http://localhost/story/{stories['shelling']}"
    assert story["conflicts"] == [{"id": "velmar", "name": "Velmar and Osk"}]
    copies = [report["article_id"] for report in story["reports"] if report["copy_of"]]
    assert len(copies) == 2
    assert story["reports"][1]["edits"][0]["title_before"] == "Fire at the harbour"
    assert story["reports"][2]["body_reason"] == "robots.txt does not allow the page"
    assert story["reports"][0]["terms"] == ["harbour", "Velmar"]


def test_long_story_lists_a_bounded_number_and_leads_to_the_rest(
    browsing: Browsing, desk: Desk
) -> None:
    articles = [desk.article("herald", f"Convoy {n}", minutes=900 - n) for n in range(405)]
    long = desk.story(articles, conflicts=["velmar"])
    page = BeautifulSoup(browsing.get(f"/story/{long}").text, "html.parser")
    assert len(page.select(".timeline > li")) == 400
    assert "And 5 reports more in the table" in " ".join(page.text.split())


def test_how_a_story_is_and_what_it_follows_is_said(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    shelling, hostile = stories["shelling"], stories["hostile"]
    with desk.store.transaction() as connection:
        add_link(connection, hostile, FollowUp(shelling, 0.9, "both name <b>Velmar</b>"))
    page = BeautifulSoup(browsing.get(f"/story/{hostile}").text, "html.parser")
    link = page.select_one(f'header a[href="/story/{shelling}"]')
    assert link is not None
    assert link.parent is not None
    assert "Follows" in link.parent.text
    assert "both name <b>Velmar</b>." in link.parent.text
    earlier = BeautifulSoup(browsing.get(f"/story/{shelling}").text, "html.parser")
    assert [span.text for span in earlier.select(".life-cycle")] == ["Growing"]
    assert HOSTILE_TITLE in earlier.text
    story = browsing.get(f"/story/{hostile}.json").json()
    assert story["life_cycle"] == "open"
    assert [(each["id"], each["url"]) for each in story["follows"]] == [
        (shelling, f"http://localhost/story/{shelling}")
    ]
    followed = browsing.get(f"/story/{shelling}.json").json()
    assert [each["id"] for each in followed["followed_by"]] == [hostile]


def test_a_report_that_was_moved_says_so(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    merge_stories(desk.store, [stories["shelling"], stories["bridge"]], desk.now)
    text = text_of(browsing, f"/story/{stories['shelling']}")
    assert text.count("It opened this story") == 1
    assert text.count("You made that story and this one the same.") == 2
    response = browsing.get(f"/story/{stories['bridge']}")
    assert response.headers["location"] == f"/story/{stories['shelling']}"
    front = browsing.get("/").text
    assert f"/story/{stories['bridge']}" not in front


def test_a_story_says_why_it_has_its_headline(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    path = f"/story/{stories['bridge']}"
    assert "Why this headline" not in text_of(browsing, path)
    desk.change(
        "UPDATE stories SET headline_reason = 'is of <the only> origin' WHERE id = ?",
        stories["bridge"],
    )
    assert "Why this headline It is of <the only> origin." in text_of(browsing, path)
    story = json.loads(browsing.get(f"{path}.json").text)
    assert story["headline_reason"] == "is of <the only> origin"
    told = {report["article_id"]: report["title"] for report in story["reports"]}
    assert told[story["headline_article_id"]] == story["headline"]


def test_story_says_who_reports_it_by_country(browsing: Browsing, stories: dict[str, int]) -> None:
    page = BeautifulSoup(browsing.get(f"/story/{stories['shelling']}").text, "html.parser")
    table = page.select_one("section[aria-labelledby=sides] table")
    assert table is not None
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in table.select("tbody tr")]
    assert [row[0] for row in rows] == ["Norway", "Ukraine", "Russia", "Lebanon", "China"]
    assert rows[2][1:5] == [
        "Voice of Osk, Osk Ministry of Defence",
        "1 government source, 1 state media",
        "2",
        "1",
    ]
    told = browsing.get(f"/story/{stories['shelling']}.json").json()["sides"]
    assert [side["country"] for side in told] == ["NO", "UA", "RU", "LB", "CN"]
    assert sum(side["independent_reports"] for side in told) == 5
    assert page.select_one("section[aria-labelledby=sides]") is not None


def test_story_of_one_country_needs_no_table(browsing: Browsing, stories: dict[str, int]) -> None:
    assert "Who says so" not in browsing.get(f"/story/{stories['arabic']}").text


def test_story_leads_to_those_near_it_in_place_and_time(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    def at_the_harbour(story: int) -> None:
        for place in ("Velmar", "Osk"):
            desk.insert("story_places", place_key=place_key(place), story_id=story)

    long_ago = desk.story([desk.article("herald", "Harbour fair", minutes=60 * 24 * 5)])
    near = desk.story([desk.article("herald", "Divers at the harbour", minutes=200)])
    for story in (long_ago, near, stories["merged"]):
        at_the_harbour(story)
    desk.insert("story_places", place_key=place_key("Osk"), story_id=stories["shelling"])
    desk.insert("story_places", place_key=place_key("Osk"), story_id=stories["bridge"])
    page = BeautifulSoup(browsing.get(f"/story/{stories['shelling']}").text, "html.parser")
    links = [str(link["href"]) for link in page.select(".related a")]
    assert links == [f"/story/{near}", f"/story/{stories['bridge']}"]
    told = browsing.get(f"/story/{stories['shelling']}.json").json()
    assert [(story["id"], story["shared_places"]) for story in told["related"]] == [
        (near, 2),
        (stories["bridge"], 1),
    ]
    assert told["places"] == ["Velmar"]


def test_story_can_be_followed(browsing: Browsing, stories: dict[str, int]) -> None:
    page = BeautifulSoup(browsing.get(f"/story/{stories['bridge']}").text, "html.parser")
    for link in page.select(".follow a"):
        feed = browsing.get(str(link["href"]))
        assert feed.status_code == 200
        assert "Bridge near Osk" in feed.text or "הגשר" in feed.text
