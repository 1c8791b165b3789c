"""The page of one article: its text, its times, where it stands, and what its publisher changed."""

import json

import pytest

from tests.publish.conftest import Browsing
from tests.publish.hostile import ADDRESSES, VECTORS
from tests.publish.read_pages import article_called, assert_nothing_runs, soup, text_of
from tests.publish.sample import ARABIC_TITLE, HOSTILE_TITLE, Desk


def test_article_says_who_wrote_what_and_when(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    article = article_called(desk, "Shells hit Velmar harbour")
    desk.change(
        "UPDATE articles SET authors = ?, updated_at = ?, updated_how = 'meta' WHERE id = ?",
        json.dumps(["Desk One", "Desk Two"]),
        desk.ago(60),
        article,
    )
    text = text_of(browsing, f"/article/{article}")
    assert "North Wire news agency · Norway · English" in text
    assert "By Desk One , Desk Two" in text
    assert f"{desk.ago(190)} from the page's own data" in text
    assert f"{desk.ago(60)} from a meta tag of the page" in text
    assert f"{desk.ago(188)}" in text
    assert "Nobody claimed the attack." in text
    assert "It counts as an origin of its own." in text
    assert "It opened this story" in text
    page = soup(browsing, f"/article/{article}")
    assert page.select_one(f'.its-story a[href="/story/{stories["shelling"]}"]')
    times = {str(time["datetime"]) for time in page.find_all("time")}
    assert {desk.ago(190), desk.ago(60), desk.ago(188)} <= times
    assert [link.text for link in page.select(".colophon a")] == [
        "JSON",
        "row",
        "entries",
        "versions",
        "place in a story",
    ]
    for link in page.select(".colophon a"):
        assert browsing.get(str(link["href"])).status_code == 200


def test_the_publisher_is_not_told_where_the_reader_was(browsing: Browsing, desk: Desk) -> None:
    page = soup(browsing, f"/article/{article_called(desk, 'Shells hit')}")
    (outside,) = (a for a in page.find_all("a") if str(a["href"]).startswith("http"))
    assert outside["rel"] == ["noopener", "noreferrer", "nofollow"]
    assert outside["href"] == "https://northwire.example/1"


def test_text_stands_in_paragraphs_with_its_language_and_direction(
    browsing: Browsing, desk: Desk
) -> None:
    article = article_called(desk, ARABIC_TITLE)
    desk.change("UPDATE articles SET body = ? WHERE id = ?", "أ\n\nب\n\n\n\nج", article)
    page = soup(browsing, f"/article/{article}")
    text = page.select_one(".text")
    assert text is not None
    assert (text["lang"], text["dir"]) == ("ar", "auto")
    assert [(p.text, p["dir"]) for p in text.find_all("p")] == [
        (letter, "auto") for letter in ("أ", "ب", "ج")
    ]
    assert page.h1 is not None
    assert (page.h1["lang"], page.h1["dir"]) == ("ar", "auto")


def test_a_very_long_text_is_cut_at_a_paragraph_and_leads_to_the_rest(
    browsing: Browsing, desk: Desk
) -> None:
    article = article_called(desk, "Grain stores burn")
    paragraph = "The harbour was shelled again. " * 40
    desk.change(
        "UPDATE articles SET body = ? WHERE id = ?", "\n\n".join([paragraph] * 100), article
    )
    page = soup(browsing, f"/article/{article}")
    shown = page.select(".text p")
    assert {p.text for p in shown} == {paragraph.strip()}
    assert 40 < len(shown) < 50
    note = next(p for p in page.select(".note") if "more characters" in p.text)
    assert note.a is not None
    assert browsing.get(str(note.a["href"])).status_code == 200
    desk.change("UPDATE articles SET body = ? WHERE id = ?", "x" * 200_000, article)
    assert "140,000 more characters" in text_of(browsing, f"/article/{article}")


def test_why_the_text_is_not_that_of_the_page_and_what_it_depends_on(
    browsing: Browsing, desk: Desk
) -> None:
    state = article_called(desk, "Минобороны")
    text = text_of(browsing, f"/article/{state}")
    assert "Here: what its feed says of it." in text
    assert "or not all of it: robots.txt does not allow the page" in text
    copy = article_called(desk, "Сводка")
    desk.change(
        "UPDATE story_members SET origin_id = ?, dependence = 'copy', shared = 0.87,"
        " shared_with = ?, origin_reason = 'prints the text of <Voice>' WHERE article_id = ?",
        state,
        state,
        copy,
    )
    text = text_of(browsing, f"/article/{copy}")
    assert "Its text repeats that of Минобороны Оска" in text
    assert "87% of its text was printed before by" in text
    assert "It prints the text of <Voice>, so it is no origin of its own." in text
    page = soup(browsing, f"/article/{copy}")
    assert page.select_one(f'.said a[href="/article/{state}"]')
    assert page.select_one('.said a[href="/source/state.example"]')


def test_versions_show_what_was_removed_and_added_with_words_for_the_marks(
    browsing: Browsing, desk: Desk
) -> None:
    article = article_called(desk, "Grain stores burn")
    page = soup(browsing, f"/article/{article}")
    third, second = page.select(".versions > li")
    assert [(piece.text) for piece in third.find_all("ins")] == [
        "[added:] <i>& ships</i> [end]",
        "[added:] 14 [end]",
        "[added:] 14  [end]",
        "[added:] Correction: an earlier version gave a lower number of <b>wounded</b>. [end]",
    ]
    assert [piece.text for piece in third.find_all("del")] == [
        "[removed:] 9 [end]",
        "[removed:] 9  [end]",
    ]
    assert "The publisher’s note Correction: an earlier version" in " ".join(
        third.get_text(" ").split()
    )
    assert third.find(["i", "b"]) is None
    assert [piece.text for piece in second.find_all(["del", "ins"])] == [
        "[removed:] Fire at the harbour [end]",
        "[added:] Grain stores burn after strike [end]",
    ]
    assert "longer by 100 characters" in second.text
    assert next(span["class"] for span in third.select("ins span, del span")) == ["unseen"]


def test_only_the_newest_of_many_versions_are_listed(browsing: Browsing, desk: Desk) -> None:
    article = article_called(desk, "Osk Rovers")
    for number in range(1, 61):
        desk.insert(
            "article_versions", article_id=article, number=number, seen_at=desk.ago(100 - number),
            title=f"Osk Rovers {number}", body="x", body_source="page",
        )  # fmt: skip
    desk.change("UPDATE articles SET version = 60 WHERE id = ?", article)
    page = soup(browsing, f"/article/{article}")
    assert len(page.select(".versions > li")) == 50
    assert "Earlier ones are in its versions" in " ".join(page.text.split())


def test_conflicts_are_named_with_the_words_that_decided(browsing: Browsing, desk: Desk) -> None:
    article = article_called(desk, "Shells hit")
    desk.insert(
        "article_conflicts", article_id=article, conflict_id="velmar", score=2.5,
        terms=json.dumps(["Velmar", "<b>shells</b>"]), places=json.dumps(["Velmar"]),
    )  # fmt: skip
    text = text_of(browsing, f"/article/{article}")
    assert "It belongs to Velmar and Osk , by “Velmar” , “<b>shells</b>” ; places: Velmar" in text
    assert "It matches no conflict." in text_of(
        browsing, f"/article/{article_called(desk, 'Osk Rovers')}"
    )


def test_articles_aside_gone_and_waiting_say_so(browsing: Browsing, desk: Desk) -> None:
    waiting = desk.article(
        "herald", "Convoy seen", minutes=3, version=0, verdict=None,
        scraped_at=None, scrape_due_at=desk.ago(-5), body_source="feed",
        body_reason="its page has not been read yet",
    )  # fmt: skip
    desk.insert(
        "set_aside", stage="scrape", record=str(waiting), failures=2,
        first_failed_at=desk.ago(70), retry_at=desk.ago(-50), error="ValueError at <line>",
    )  # fmt: skip
    text = text_of(browsing, f"/article/{waiting}")
    assert "The program failed at reading its page (2 times since" in text
    assert "It waits for its page, which is to be asked for on" in text
    assert "It is in no story yet." in text
    assert browsing.get(f"/article/{waiting}.json").json()["story"] is None
    gone = article_called(desk, "Grain stores burn")
    desk.insert(
        "revisits", article_id=gone, source="herald.example", looks=2,
        looked_at=desk.ago(90), found="gone",
    )  # fmt: skip
    assert "Its page is not there any more, as was found on" in text_of(
        browsing, f"/article/{gone}"
    )


def test_article_without_an_address_has_no_link_outside(browsing: Browsing, desk: Desk) -> None:
    article = article_called(desk, "Bridge near")
    desk.change("UPDATE articles SET url = NULL WHERE id = ?", article)
    page = soup(browsing, f"/article/{article}")
    assert [a for a in page.find_all("a") if str(a["href"]).startswith("http")] == []
    assert "Its feed gives no address of a page." in page.text


def test_feeds_that_have_it_are_named(browsing: Browsing, desk: Desk) -> None:
    article = article_called(desk, "Bridge near")
    for feed in ("herald", "northwire"):
        desk.insert(
            "entries", feed_id=feed, identity=f"{feed}-1", identity_kind="guid",
            article_id=article, title="x", published_how="feed", first_seen_at=desk.ago(28),
            content_hash="x",
        )  # fmt: skip
    text = text_of(browsing, f"/article/{article}")
    assert "Velmar Herald has it since" in text
    assert "North Wire has it since" in text


def test_unknown_article_is_not_found(browsing: Browsing) -> None:
    for name in ("999", "0", "99999999999999999999", "½", "x", "-1"):
        response = browsing.get(f"/article/{name}")
        assert response.status_code == 404
        assert "There is no article" in response.text
    assert browsing.get("/article/999.json").json() == {
        "ok": False,
        "error": "There is no article 999.",
        "status": 404,
    }


def test_article_as_json(browsing: Browsing, desk: Desk, stories: dict[str, int]) -> None:
    article = article_called(desk, "Grain stores burn")
    found = browsing.get(f"/article/{article}.json").json()
    assert (found["id"], found["outlet"], found["source"]) == (
        article,
        "Velmar Herald",
        "herald.example",
    )
    assert found["page"] == f"http://localhost/article/{article}"
    assert found["published_at"] == desk.ago(170)
    assert found["body"] == "Grain stores burn after strike on the harbour. More is not known yet."
    assert found["story"]["id"] == stories["shelling"]
    assert found["story"]["terms"] == ["harbour", "Velmar"]
    newest, *_ = found["versions"]
    assert (newest["number"], newest["changes"]["figures"]) == (
        3,
        {"removed": ["9"], "added": ["14"]},
    )


@pytest.mark.parametrize("vector", VECTORS)
def test_c14_hostile_article_is_text(browsing: Browsing, desk: Desk, vector: str) -> None:
    feed = desk.feed("hostile", vector, kind=vector, language="en", country=vector)
    article = desk.article(
        feed, vector, minutes=3, body=f"{vector}\n\n{vector}", body_reason=vector,
        authors=json.dumps([vector]), published_how=vector, updated_how=vector,
        updated_at=desk.ago(1), verdict=vector, language=vector, source=vector,
    )  # fmt: skip
    desk.story([article], conflicts=[desk.conflict("hostile-conflict", vector)])
    desk.insert(
        "article_conflicts", article_id=article, conflict_id="hostile-conflict", score=1,
        terms=json.dumps([vector]), places=json.dumps([vector]),
    )  # fmt: skip
    for number in (1, 2):
        desk.insert(
            "article_versions", article_id=article, number=number, seen_at=desk.ago(3 - number),
            title=f"{vector}{number}", body=vector, body_source="page", summary=vector,
        )  # fmt: skip
    desk.insert(
        "set_aside", stage="group", record=str(article), failures=1, first_failed_at=desk.ago(2),
        retry_at=desk.ago(-2), error=vector,
    )  # fmt: skip
    page = soup(browsing, f"/article/{article}")
    assert_nothing_runs(page)
    assert page.h1 is not None
    assert page.h1.text == vector
    assert [p.text for p in page.select(".text p")] == [vector, vector]


@pytest.mark.parametrize("address", ADDRESSES)
def test_c14_only_addresses_of_the_web_are_links(
    browsing: Browsing, desk: Desk, address: str
) -> None:
    article = desk.article("herald", HOSTILE_TITLE, minutes=3, url=address)
    page = soup(browsing, f"/article/{article}")
    assert page.select(".read a[href^=javascript], .read a[href^=data], .read a[href^=file]") == []
    for link in page.select(".read a"):
        assert str(link["href"]).startswith(("https://", "http://"))
