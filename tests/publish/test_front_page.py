from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from aggregator.store import reading
from aggregator.store.search_terms import search_terms
from tests.publish.conftest import Browsing
from tests.publish.sample import ARABIC_TITLE, CHINESE_TITLE, HOSTILE_TITLE, Desk


def shown(browsing: Browsing, query: str = "") -> list[int]:
    """Return the numbers of the stories on the front page, in order."""
    response = browsing.get(f"/{query}")
    assert response.status_code == 200, response.text
    links = BeautifulSoup(response.text, "html.parser").select(".stories h2 a")
    return [int(str(link["href"]).rsplit("/", 1)[1]) for link in links]


def test_shows_stories_of_followed_conflicts_with_most_origins_lately_first(
    browsing: Browsing, stories: dict[str, int]
) -> None:
    assert shown(browsing) == [
        stories[name] for name in ("shelling", "bridge", "hostile", "arabic")
    ]


def test_newest_report_first(browsing: Browsing, stories: dict[str, int]) -> None:
    assert shown(browsing, "?sort=newest") == [
        stories[name] for name in ("hostile", "bridge", "shelling", "arabic")
    ]


def test_merged_stories_are_not_shown(browsing: Browsing, stories: dict[str, int]) -> None:
    assert stories["merged"] not in shown(browsing, "?all=1")


def test_all_shows_stories_of_no_conflict_too(browsing: Browsing, stories: dict[str, int]) -> None:
    assert shown(browsing, "?all=1&sort=newest")[0] == stories["sport"]


def test_everything_is_shown_where_no_conflict_is_followed(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    desk.change("UPDATE conflicts SET listed = 0")
    assert stories["sport"] in shown(browsing)


def test_one_conflict(browsing: Browsing) -> None:
    assert len(shown(browsing, "?conflict=velmar")) == 4
    assert shown(browsing, "?conflict=highlands") == []


def test_least_number_of_origins(browsing: Browsing, stories: dict[str, int]) -> None:
    assert shown(browsing, "?origins=3") == [stories["shelling"]]


def test_language(browsing: Browsing, stories: dict[str, int]) -> None:
    assert shown(browsing, "?language=ar") == [stories["shelling"], stories["arabic"]]


@pytest.mark.parametrize(
    ("words", "story"),
    [
        ("grain stores", "shelling"),
        ("harb*", "shelling"),
        ("grain -zeppelin", "shelling"),
        ("ميناء ڤيلمار", "shelling"),
        (CHINESE_TITLE, "shelling"),
        ("הגשר", "bridge"),
        ("cup penalties", "sport"),
        ('"third night"', "shelling"),
        ('alert("owned")', "hostile"),
    ],
)
def test_search_finds_stories_by_any_of_their_reports(
    browsing: Browsing, stories: dict[str, int], words: str, story: str
) -> None:
    response = browsing.get("/", params={"q": words})
    assert f'href="/story/{stories[story]}"' in response.text


@pytest.mark.parametrize(
    "words",
    ['"', '""', "AND", "NEAR(", "a* OR b:", "title:x", "-harbour", "^x", "{a b}", "x\0y", "'; --",
     "*", "+ - *", "\u202e"],
)  # fmt: skip
def test_no_search_text_is_an_error_of_the_database(browsing: Browsing, words: str) -> None:
    assert browsing.get("/", params={"q": words}).status_code in {200, 400}


@pytest.mark.parametrize("words", ["harbour", "harbou", "harbou*", "grain", "grain -stores"])
def test_words_mean_the_same_wherever_they_are_asked(
    browsing: Browsing, desk: Desk, words: str
) -> None:
    query = urlencode({"q": words})
    page = BeautifulSoup(browsing.get(f"/search?{query}").text, "html.parser")
    hits = {str(link["href"]).rsplit("/", 1)[1] for link in page.select(".hits h2 a")}
    found = reading.search(desk.store, words, 100)
    assert {str(hit["article_id"]) for hit in found} == hits
    stories = {hit["story_id"] for hit in found if hit["story_id"]}
    assert set(shown(browsing, f"?{query}")) == stories
    feed = browsing.get(f"/feed.json?{query}").json()
    assert {int(item["url"].rsplit("/", 1)[1]) for item in feed["items"]} == stories


def test_phrase_means_the_words_in_that_order(browsing: Browsing) -> None:
    assert shown(browsing, "?q=%22night+third%22") == []


@given(st.text())
def test_every_search_query_is_balanced(words: str) -> None:
    query = search_terms(words).query()
    assert query.count('"') % 2 == 0
    assert "\0" not in query


def test_page_says_whether_it_shows_everything(browsing: Browsing) -> None:
    for query, chosen in (
        ("", "All followed"),
        ("?all=1", "Everything"),
        ("?q=osk", "Everything"),
        ("?q=osk&conflict=velmar", "Velmar and Osk 4"),
    ):
        page = BeautifulSoup(browsing.get(f"/{query}").text, "html.parser")
        current = [link.text for link in page.select(".conflicts a[aria-current]")]
        assert current == [chosen]


def test_search_and_filters_go_together(browsing: Browsing) -> None:
    assert shown(browsing, "?q=osk") != []
    assert shown(browsing, "?q=osk&language=zh&origins=9") == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?conflict=atlantis", "No conflict &#39;atlantis&#39; is followed"),
        ("?origins=many", "origins is a number"),
        ("?origins=0", "origins is a number"),
        ("?origins=²", "origins is a number"),
        ("?language=%3Cb%3E", "language is a code"),
        ("?after=yesterday", "after is what the link"),
        ("?sort=loudest", "sort is leading or newest"),
        ("?kind=gossip", "kind is one of"),
        ("?since=lately", "since is a time"),
        ("?after=2026-03-01T09:14:00Z.7", "after is what the link"),
        ("?after=496123.250.7&sort=newest", "after is what the link"),
        ("?after=2026-13-45T99:99:99Z.1", "after is what the link"),
        ("?q=%3F%3F", "at least one letter or digit"),
    ],
)
def test_a_bad_address_says_what_would_be_good(
    browsing: Browsing, query: str, message: str
) -> None:
    response = browsing.get(f"/{query}")
    assert response.status_code == 400
    assert message in response.text


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("?place=velmar", ["shelling"]),
        ("?place=Велмар", ["shelling"]),
        ("?kind=government", ["shelling"]),
        ("?country=il", ["bridge"]),
        ("?outlets=3", ["shelling"]),
        ("?one_sided=1", []),
        ("?since=2d", ["shelling", "bridge", "hostile", "arabic"]),
        ("?since=2100-01-01T00:00:00Z", []),
        ("?kind=newspaper&outlets=2", ["shelling", "bridge"]),
    ],
)
def test_filters_are_those_of_the_feed(
    browsing: Browsing, stories: dict[str, int], query: str, named: list[str]
) -> None:
    assert shown(browsing, query) == [stories[name] for name in named]
    feed = browsing.get(f"/feed.json{query}").json()
    assert {item["url"].rsplit("/", 1)[1] for item in feed["items"]} == {
        str(stories[name]) for name in named
    }


def test_a_search_leads_to_single_reports(browsing: Browsing) -> None:
    page = BeautifulSoup(browsing.get("/?q=grain+stores").text, "html.parser")
    link = page.select_one("main p.note a")
    assert link is not None
    found = BeautifulSoup(browsing.get(str(link["href"])).text, "html.parser")
    assert [mark.text for mark in found.select("mark")][:2] == ["Grain", "stores"]


def test_a_page_with_a_filter_leads_to_its_feed(browsing: Browsing) -> None:
    page = BeautifulSoup(browsing.get("/?place=Velmar&sort=newest&origins=1").text, "html.parser")
    feeds = [str(link["href"]) for link in page.select("link[type='application/atom+xml']")]
    assert feeds == ["/feed.atom", "/feed.atom?place=Velmar"]


@pytest.mark.parametrize("order", ["leading", "newest"])
def test_pages_follow_each_other_without_gap_or_repeat(
    browsing: Browsing, desk: Desk, order: str
) -> None:
    for number in range(70):
        # Several stories share each time, so that the order needs more than the time.
        article = desk.article("herald", f"Convoy {number}", minutes=5000 + number // 7)
        desk.story([article], conflicts=["velmar"])
    seen: list[int] = []
    query = f"?sort={order}"
    while True:
        page = BeautifulSoup(browsing.get(f"/{query}").text, "html.parser")
        seen += [int(str(a["href"]).rsplit("/", 1)[1]) for a in page.select(".stories h2 a")]
        following = page.select_one("a[rel=next]")
        if following is None:
            break
        query = str(following["href"]).removeprefix("/")
    assert len(seen) == 74
    assert len(set(seen)) == 74


def test_headlines_carry_language_and_direction(
    browsing: Browsing, stories: dict[str, int]
) -> None:
    page = BeautifulSoup(browsing.get("/").text, "html.parser")
    headline = page.select_one(f'h2:has(a[href="/story/{stories["arabic"]}"])')
    assert headline is not None
    assert (headline["lang"], headline["dir"]) == ("ar", "auto")


def test_c14_hostile_headline_is_text(browsing: Browsing) -> None:
    page = BeautifulSoup(browsing.get("/").text, "html.parser")
    assert HOSTILE_TITLE in [link.text for link in page.select("h2 a")]
    assert [script["src"] for script in page.find_all("script")] == [
        "/-/static-plugins/conflict-news-aggregator/keys.js"
    ]


def test_every_page_announces_the_feed(browsing: Browsing, stories: dict[str, int]) -> None:
    for path in ("/", "/feeds", f"/story/{stories['bridge']}", "/story/999"):
        page = BeautifulSoup(browsing.get(path).text, "html.parser")
        link = page.select_one('link[rel=alternate][type="application/atom+xml"]')
        assert link is not None
        assert link["href"] == "/feed.atom"


def test_front_page_says_who_reports(browsing: Browsing) -> None:
    text = " ".join(BeautifulSoup(browsing.get("/").text, "html.parser").text.split())
    assert "6 outlets, 5 independent origins, 4 languages, 5 countries." in text
    assert "North Wire, Velmar Herald, Voice of Osk and 3 more." in text
    assert ARABIC_TITLE not in text
