"""/search: what is found is marked, filtered and paged, and what is not is told.

It is long because words, filters, orders and pages go together in one address.
"""

import itertools

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from aggregator.store.marked_texts import CLOSING, OPENING, bounded, pieces
from aggregator.store.search_terms import search_terms
from aggregator.store.story_filter import SEARCHED_HITS
from tests.publish.conftest import Browsing
from tests.publish.hostile import HOSTILE_TEXT, VECTORS
from tests.publish.read_pages import assert_nothing_runs
from tests.publish.sample import CHINESE_TITLE, HOSTILE_TITLE, Desk


def found(browsing: Browsing, query: str, **parameters: str) -> BeautifulSoup:
    response = browsing.get("/search", params={"q": query, **parameters})
    assert response.status_code == 200, response.text
    return BeautifulSoup(response.text, "html.parser")


def headlines(page: BeautifulSoup) -> list[str]:
    return [link.text for link in page.select(".hits h2 a")]


def outcome(page: BeautifulSoup) -> str:
    (said,) = page.select(".outcome")
    return " ".join(said.text.split())


def test_what_was_found_is_marked_in_headline_and_text(browsing: Browsing) -> None:
    page = found(browsing, "harbour shells")
    assert [mark.text for mark in page.select("h2 mark")] == ["Shells", "harbour"] * 2
    assert "Nobody claimed" in page.select(".excerpt")[1].text
    assert {mark.text for mark in page.select(".excerpt mark")} == {"Shells", "harbour"}
    assert page.select_one('.hits a[href="/source/northwire.example"]')
    assert page.select_one('.hits h2 a[href="/article/1"]')
    assert outcome(page).startswith("2 reports contain this. The newest first")


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("grain strike", ["Grain stores burn after strike on the harbour"]),
        ('"harbour for a third"', ["Shells hit Velmar harbour for a third night"] * 2),
        ('"third a for harbour"', []),
        ("velmar -shells", ["Fire reported in Velmar port"]),
        ('velmar -"third night"', ["Fire reported in Velmar port"]),
        ("penal*", ["Osk Rovers win the cup on penalties"]),
        ("penal", []),
        ("PENALTIES", ["Osk Rovers win the cup on penalties"]),
        ("Минобороны", ["Минобороны Оска сообщило об ударе по складам в порту Велмара"]),
        (CHINESE_TITLE, [CHINESE_TITLE]),
        ("再次", [CHINESE_TITLE]),
        ("港口* 炮击", [CHINESE_TITLE]),
        ("港口 -炮击", []),
        ("港口 not there", []),
    ],
)
def test_syntax_of_a_search(browsing: Browsing, words: str, titles: list[str]) -> None:
    got = headlines(found(browsing, words))
    assert len(got) == len(titles)
    assert all(one.startswith(other) for one, other in zip(got, titles, strict=True))


def test_stories_are_searched_by_headline_and_lead(
    browsing: Browsing, stories: dict[str, int]
) -> None:
    page = found(browsing, "velmar", **{"in": "stories"})
    assert [link["href"] for link in page.select(".hits h2 a")] == [f"/story/{stories['shelling']}"]
    assert outcome(page).endswith("by when a story began here.")


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 3),
        ({"conflict": "velmar"}, 0),
        ({"language": "en"}, 3),
        ({"language": "ar"}, 0),
        ({"kind": "wire"}, 1),
        ({"country": "ua"}, 2),
        ({"outlet": "herald.example"}, 2),
        ({"outlet": "northwire"}, 1),
        ({"outlet": "velmar herald"}, 2),
        ({"outlet": "velmar herald", "kind": "wire"}, 0),
    ],
)
def test_filters_narrow_reports(browsing: Browsing, filters: dict[str, str], count: int) -> None:
    page = found(browsing, "the", **filters)
    assert len(headlines(page)) == count
    if filters:
        assert "shown are those that pass the filters" in outcome(page)


def test_conflicts_of_reports_and_filters_of_stories(browsing: Browsing, desk: Desk) -> None:
    desk.insert(
        "article_conflicts", article_id=1, conflict_id="velmar", score=1, terms="[]", places="[]"
    )
    assert len(headlines(found(browsing, "velmar", conflict="velmar"))) == 1
    asked = {"in": "stories", "conflict": "velmar", "language": "ar", "kind": "wire"}
    assert len(headlines(found(browsing, "velmar", **asked, country="NO"))) == 1
    assert len(headlines(found(browsing, "velmar", **asked, outlet="herald"))) == 1
    assert headlines(found(browsing, "velmar", **asked, outlet="quiet")) == []
    assert headlines(found(browsing, "velmar", **{**asked, "language": "he"})) == []


def test_days_are_those_on_which_a_report_came_in(browsing: Browsing, desk: Desk) -> None:
    for day in (1, 2, 3):
        desk.article("herald", f"Ferry {day}", minutes=1, first_seen_at=f"2026-03-0{day}T23:59:59Z")
    assert headlines(found(browsing, "ferry", **{"from": "2026-03-02"}))[-1] == "Ferry 2"
    assert headlines(found(browsing, "ferry", to="2026-03-02")) == ["Ferry 2", "Ferry 1"]
    one = {"from": "2026-03-02", "to": "2026-03-02"}
    assert headlines(found(browsing, "ferry", **one)) == ["Ferry 2"]
    assert headlines(found(browsing, "ferry", to="1999-01-01")) == []
    page = found(browsing, "ferry", **{"from": "2999-01-01"})
    assert "The same without filters" in page.text


def test_stories_of_days_are_those_that_were_reported_then(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    desk.change(
        "UPDATE stories SET first_report_at = '2026-03-01T10:00:00Z',"
        " last_report_at = '2026-03-05T10:00:00Z' WHERE id = ?",
        stories["shelling"],
    )
    asked = {"in": "stories"}
    assert headlines(found(browsing, "velmar", **asked, **{"from": "2026-03-05"})) != []
    assert headlines(found(browsing, "velmar", **asked, **{"from": "2026-03-06"})) == []
    assert headlines(found(browsing, "velmar", **asked, to="2026-03-01")) != []
    assert headlines(found(browsing, "velmar", **asked, to="2026-02-28")) == []


def test_best_match_has_the_headline_first_then_words_close_together(
    browsing: Browsing, desk: Desk
) -> None:
    far = "quarry " + "and then nothing of note " * 20 + "tunnel"
    desk.article("herald", "In a headline: quarry tunnel", minutes=9, body="x")
    desk.article("herald", "Close", minutes=8, body="a quarry by a tunnel")
    desk.article("herald", "Close, newer", minutes=7, body="a tunnel by a quarry")
    desk.article("herald", "Far apart", minutes=6, body=far)
    page = found(browsing, "quarry tunnel", order="best")
    assert headlines(page) == ["In a headline: quarry tunnel", "Close, newer", "Close", "Far apart"]
    assert "Best match: first with all of it in the headline" in outcome(page)
    assert headlines(found(browsing, "quarry tunnel")) == [
        "Far apart", "Close, newer", "Close", "In a headline: quarry tunnel",
    ]  # fmt: skip
    assert headlines(found(browsing, "quarry", order="best"))[0].startswith("In a headline")


def walked(browsing: Browsing, desk: Desk, query: str, **parameters: str) -> list[str]:
    """Return the headlines of all pages, while more reports of the same words come in."""
    page, seen = found(browsing, query, **parameters), []
    for turn in itertools.count():
        seen += headlines(page)
        link = page.select_one(".further a")
        if link is None:
            return seen
        desk.article("herald", f"Late ferry {turn}", minutes=1, body="ferry " * turn)
        response = browsing.get(str(link["href"]))
        assert response.status_code == 200
        page = BeautifulSoup(response.text, "html.parser")
        assert turn < 50
    raise AssertionError


@pytest.mark.parametrize("order", ["newest", "best"])
def test_pages_lose_and_repeat_nothing_while_reports_come_in(
    browsing: Browsing, desk: Desk, order: str
) -> None:
    for number in range(67):
        title = f"Ferry {number} sails" if number % 3 else f"Boat {number}"
        desk.article("herald", title, minutes=200 - number, body=f"The ferry {number} sails.")
    seen = walked(browsing, desk, "ferry sails", order=order)
    assert len(seen) == len(set(seen)) == 67
    if order == "best":
        assert [title.startswith("Ferry") for title in seen] == [True] * 44 + [False] * 23


def test_a_page_looks_at_a_bounded_number_and_goes_on_from_there(
    browsing: Browsing, desk: Desk
) -> None:
    rare = [desk.article("northwire", f"Ferry, rare {n}", minutes=9000 - n) for n in range(3)]
    rows = [
        (f"k{n}", "herald", "herald.example", "Ferry", "Ferry", desk.ago(5000), desk.ago(5000))
        for n in range(SEARCHED_HITS + 30)
    ]
    with desk.store.transaction() as connection:
        last = connection.execute("SELECT max(id) FROM articles").fetchone()[0]
        connection.executemany(
            "INSERT INTO articles (page_key, feed_id, source, title, body, published_at,"
            " first_seen_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        connection.execute(
            "INSERT INTO articles_fts (rowid, title, body)"
            " SELECT id, title, body FROM articles WHERE id > ?",
            (last,),
        )
    for order in ("newest", "best"):
        page = found(browsing, "ferry", kind="wire", order=order)
        assert headlines(page) == []
        assert outcome(page).startswith("More than 2,000 reports contain this")
        assert "There are none among the 2,000 matches that a page looks at" in page.text
        link = page.select_one(".further a")
        assert link is not None
        assert link.text == "Look further back"
        further = BeautifulSoup(browsing.get(str(link["href"])).text, "html.parser")
        assert len(headlines(further)) == len(rare)
        assert further.select_one(".further a") is None


def test_scripts_without_spaces_are_looked_through_letter_by_letter(
    browsing: Browsing, desk: Desk
) -> None:
    for number in range(45):
        desk.article(
            "gang", f"消息{number}：渡轮离港。", minutes=500 - number, body="今天渡轮<b>停航</b>"
        )
    page = found(browsing, "渡轮")
    assert [mark.text for mark in page.select(".hits mark")] == ["渡轮"] * 40
    assert outcome(page).startswith("Looked for letter by letter in reports in Burmese, Chinese,")
    assert page.select(".hits b") == []
    for order in ("newest", "best"):
        seen = walked(browsing, desk, "渡轮", order=order)
        assert len(seen) == len(set(seen)) == 45
        assert seen[0] == "消息44：渡轮离港。"
    assert headlines(found(browsing, "渡轮 wire", outlet="herald")) == []
    assert len(headlines(found(browsing, "消息3：", language="zh", country="CN"))) == 1
    assert "The same without filters" in found(browsing, "渡轮", language="ja").text


def test_no_result_says_what_to_try(browsing: Browsing) -> None:
    page = found(browsing, "zeppelin")
    assert "Nothing found." in page.text
    assert "the beginning of a word with a *" in page.text
    page = found(browsing, "harbour", language="ar")
    assert page.select_one('.nothing a[href="/search?q=harbour"]')
    page = found(browsing, "zeppelin", **{"in": "stories"})
    assert page.select_one('.nothing a[href="/search?q=zeppelin"]')


def test_a_search_says_what_it_looks_at(browsing: Browsing) -> None:
    page = BeautifulSoup(browsing.get("/search").text, "html.parser")
    assert "Reports are searched in headline and full text" in page.text
    assert "A page of a search looks at 2,000 matches at most" in page.text
    assert page.select(".outcome") == []


@pytest.mark.parametrize(
    ("parameters", "right"),
    [
        ({"q": "-harbour"}, "at least one word or number that is to be there"),
        ({"q": "!!"}, "at least one word or number"),
        ({"q": "ab*"}, "ab* is too short: give 3 letters before a *."),
        ({"q": "a " * 9 + "b c d e f g h i j k l m n o p q r"}, "at most 16 words"),
        ({"in": "feeds"}, "in is reports or stories."),
        ({"order": "size"}, "order is newest or best."),
        ({"conflict": "nowhere"}, "No conflict &#39;nowhere&#39; is followed."),
        ({"language": "english please"}, "language is a code"),
        ({"kind": "rumour"}, "kind is one of"),
        ({"country": "XX"}, "country is the code of a country"),
        ({"outlet": "Nobody"}, "outlet is the name of an outlet, its domain, or the id of a feed."),
        ({"from": "yesterday"}, "from is a day such as 2026-03-01, from 1990 on."),
        ({"to": "2026-13-01"}, "to is a day such as 2026-03-01, from 1990 on."),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "from is a day before to, or the same."),
        ({"q": "a", "after": "7"}, "after is what the link to further results says"),
    ],
)
def test_a_bad_search_says_what_would_be_good(
    browsing: Browsing, parameters: dict[str, str], right: str
) -> None:
    response = browsing.get("/search", params=parameters)
    assert response.status_code == 400
    assert right in response.text


@pytest.mark.parametrize("after", ["0.0.0", "9999999999999999999.9.9999999999999999999", "5.2.3"])
def test_any_place_to_go_on_from_is_a_page(browsing: Browsing, after: str) -> None:
    for order in ("newest", "best"):
        assert found(browsing, "harbour", order=order, after=after)


@pytest.mark.parametrize("edge", ["9999-12-31", "0001-01-01"])
def test_days_at_the_edge_of_time_are_refused(browsing: Browsing, edge: str) -> None:
    for name in ("from", "to"):
        response = browsing.get("/search", params={"q": "harbour", name: edge})
        assert response.status_code == 400
        assert "is a day such as 2026-03-01, from 1990 on." in response.text


@pytest.mark.parametrize("vector", VECTORS)
def test_c14_nothing_found_or_asked_runs(browsing: Browsing, desk: Desk, vector: str) -> None:
    desk.feed("hostile", vector, kind=vector, language=vector, country=vector)
    article = desk.article(
        "hostile", f"Ferry {vector}", minutes=3, body=f"{vector} ferry {vector}", source="h.example"
    )
    desk.story([article], conflicts=[desk.conflict("hostile-conflict", vector)])
    searches: tuple[dict[str, str], ...] = ({}, {"in": "stories", "order": "best"})
    for asked in searches:
        page = found(browsing, "ferry", **asked)
        assert_nothing_runs(page)
        (link,) = page.select(".hits h2 a")
        assert link.text == f"Ferry {vector}"
        assert [mark.text for mark in link.find_all("mark")] == ["Ferry"]
    for name in ("q", "outlet", "from", "kind", "after", "language"):
        response = browsing.get("/search", params={name: vector})
        assert response.status_code in {200, 400}
        assert_nothing_runs(BeautifulSoup(response.text, "html.parser"))


def test_a_hostile_headline_is_found_as_text(browsing: Browsing) -> None:
    (title,) = headlines(found(browsing, "script alert quotes"))
    assert title == HOSTILE_TITLE


def test_marks_in_a_text_itself_mark_nothing_else(browsing: Browsing, desk: Desk) -> None:
    desk.article("herald", f"{CLOSING} Ferry {OPENING} <b>{OPENING}", minutes=3)
    page = found(browsing, "ferry")
    assert len(headlines(page)) == 1
    assert page.select(".hits b") == []


@given(HOSTILE_TEXT | st.text(alphabet='"-* aé(){}:^+\0港'))
def test_every_search_is_a_query_that_the_index_understands(words: str) -> None:
    terms = search_terms(words)
    for query in (terms.query(), *terms.closer("title")) if terms.wanted else ():
        assert query.count('"') % 2 == 0
        outside = "".join(query.split('"')[::2])
        assert set(outside) <= set("ANDORTE NEAR(){}title:,20*")


@given(st.text(alphabet=f"ab {OPENING}{CLOSING}", max_size=30))
def test_pieces_are_the_text_without_its_marks(text: str) -> None:
    parts = pieces(text)
    assert "".join(part.text for part in parts) == text.translate(
        {ord(OPENING): None, ord(CLOSING): None}
    )
    assert all(part.text for part in parts)


def test_a_long_stretch_without_spaces_is_cut_around_what_was_found() -> None:
    text = "x" * 900 + f"{OPENING}ferry{CLOSING}" + "y" * 900
    cut = bounded(text)
    assert len(cut) < 510
    assert [part.text for part in pieces(cut) if part.is_match] == ["ferry"]
    assert cut[0] == cut[-1] == "…"
