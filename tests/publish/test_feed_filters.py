from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree

from tests.publish.conftest import Browsing
from tests.publish.sample import Desk, to_news
from tests.publish.validity import json_feed, rss
from tests.publish.validity.atom import NS, problems


def ids(document: bytes) -> list[int]:
    """Return the numbers of the stories in a feed, in order."""
    assert problems(document) == []
    entries = etree.fromstring(document).iter(f"{NS}entry")
    return [int(str(entry.findtext(f"{NS}id")).rsplit(":", 1)[1]) for entry in entries]


def title(document: bytes) -> str:
    return str(etree.fromstring(document).findtext(f"{NS}title"))


@pytest.mark.parametrize(
    ("query", "names", "heading"),
    [
        ("conflict=velmar&origins=2", ["shelling", "bridge"], "Velmar and Osk, at least 2 indep"),
        ("all=1&outlets=5", ["shelling"], "at least 5 outlets, all stories"),
        ("place=velmar", ["shelling"], "velmar"),
        ("place=Велмар", ["shelling"], "Велмар"),
        ("language=ar", ["shelling", "arabic"], "reported in Arabic"),
        ("language=he", ["bridge"], "reported in Hebrew"),
        ("kind=state+media", ["shelling"], "reported by state media"),
        ("country=il", ["bridge"], "reported from Israel"),
        ("q=grain", ["shelling"], "“grain”"),
        ("q=cup", ["sport"], "“cup”"),
        ("all=1&one_sided=1", [], "reported from one country only, all stories"),
        ("since=30d", ["shelling", "bridge", "arabic", "hostile"], "of the last 30d"),
        ("since=2099-01-01T00:00:00Z", [], "since 2099-01-01T00:00:00Z"),
        ("since=2099-01-01", [], "since 2099-01-01"),
    ],
)
def test_a_feed_has_what_its_address_asks_for(
    browsing: Browsing, stories: dict[str, int], query: str, names: list[str], heading: str
) -> None:
    document = browsing.get(f"/feed.atom?{query}").content
    assert sorted(ids(document)) == sorted(stories[name] for name in names)
    assert heading in title(document)


def test_a_feed_begins_where_it_is_asked_to(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    document = browsing.get(f"/feed.atom?since={desk.ago(60)}").content
    assert sorted(ids(document)) == [stories["bridge"], stories["hostile"]]


def test_what_sits_in_one_country_is_one_sided(browsing: Browsing, desk: Desk) -> None:
    desk.feed("osknews", "Osk News", country="RU", language="ru")
    articles = [
        desk.article(feed, f"Парад в Оске, {feed}", minutes=5) for feed in ("state", "osknews")
    ]
    one_sided = desk.story(articles)
    assert ids(browsing.get("/feed.atom?all=1&one_sided=1").content) == [one_sided]
    assert one_sided in ids(browsing.get("/feed.atom?all=1&one_sided=0").content)


def test_one_story_can_be_followed_also_where_it_went(
    browsing: Browsing, stories: dict[str, int]
) -> None:
    for name in ("shelling", "merged"):
        document = browsing.get(f"/feed.atom?story={stories[name]}").content
        assert ids(document) == [stories["shelling"]]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("origins=none", "origins is a number from 1 to 1000, not 'none'."),
        ("origins=0", "origins is a number"),
        ("outlets=-1", "outlets is a number"),
        ("language=klingon", "language is a code such as ar, uk or en, not 'klingon'."),
        ("country=Narnia", "country is a code such as SD or UA"),
        ("kind=rumour", "kind is one of wire, newspaper, state media"),
        ("one_sided=maybe", "one_sided is 0 or 1"),
        ("since=yesterday", "since is a time such as 2026-03-01T09:00:00Z, or a span such as 6h"),
        ("q=***", "q is to have at least one letter or digit."),
        ("story=one", "story is the number of a story"),
        ("after=1", "after is what the link to the next page says"),
        ("conflict=nowhere", "No conflict 'nowhere'; known are: highlands, velmar."),
    ],
)
def test_what_is_wrong_with_an_address_is_said(
    browsing: Browsing, query: str, message: str
) -> None:
    response = browsing.get(f"/feed.atom?{query}")
    assert response.status_code == 400
    assert message in response.text


def test_a_story_that_is_not_known_is_not_here(browsing: Browsing) -> None:
    assert browsing.get("/feed.atom?story=99999").status_code == 404


def test_a_feed_is_had_in_three_formats_that_name_one_another(
    browsing: Browsing, stories: dict[str, int]
) -> None:
    atom, feed, items = (
        browsing.get(f"/feed.{form}?conflict=velmar&origins=2") for form in ("atom", "rss", "json")
    )
    assert problems(atom.content) == []
    assert rss.problems(feed.content) == []
    assert json_feed.problems(items.content) == []
    assert atom.headers["content-type"].startswith("application/atom+xml")
    assert feed.headers["content-type"].startswith("application/rss+xml")
    assert items.headers["content-type"] == "application/feed+json"
    assert {item["title"] for item in items.json()["items"]} == {
        item.findtext("title") for item in etree.fromstring(feed.content).iter("item")
    }
    for form in ("rss", "json"):
        assert f"/feed.{form}?conflict=velmar&amp;origins=2" in atom.text
    shelling = next(
        item for item in items.json()["items"] if item["id"].endswith(f":{stories['shelling']}")
    )
    port = {"url": "https://herald.example/port.jpg", "mime_type": "image/webp", "width": 900,
            "size_in_bytes": 81_234}  # fmt: skip
    assert (shelling["image"], shelling["_conflict_news"]["image"]) == (port["url"], port)
    assert 'type="image/webp" width="900" fileSize="81234"' in atom.text
    assert f'<enclosure url="{port["url"]}" length="81234" type="image/webp"/>' in feed.text
    assert "Velmar" in shelling["tags"]
    assert "2 hurt" in shelling["content_text"]


def test_a_mistake_is_told_in_the_way_of_the_format(browsing: Browsing) -> None:
    assert browsing.get("/feed.json?origins=x").json()["status"] == 400
    assert browsing.get("/feed.rss?origins=x").headers["content-type"].startswith("text/plain")
    assert browsing.get("/feed.xml").status_code == 404


def test_every_page_names_its_feeds(browsing: Browsing, stories: dict[str, int]) -> None:
    for path, query in (
        ("/", ""),
        ("/?conflict=velmar", "?conflict=velmar"),
        (f"/story/{stories['shelling']}", f"?story={stories['shelling']}"),
        ("/feeds", ""),
    ):
        page = browsing.get(path).text
        for form in ("atom", "rss", "json"):
            assert f'href="/feed.{form}{query}"' in page


def test_every_question_is_a_feed_of_its_own(browsing: Browsing) -> None:
    queries = ["", "all=1", "conflict=velmar", "origins=2", "origins=2&language=ar", "q=grain"]
    documents = [browsing.get(f"/feed.atom?{query}").content for query in queries]
    identifiers = {etree.fromstring(each).findtext(f"{NS}id") for each in documents}
    assert len(identifiers) == len(queries)
    turned = browsing.get("/feed.atom?language=ar&origins=2").content
    assert turned == browsing.get("/feed.atom?origins=2&language=ar").content


def test_a_saved_feed_has_an_address_and_a_name_of_its_own(browsing: Browsing, desk: Desk) -> None:
    saved = browsing.get("/feed/confirmed.atom")
    assert ids(saved.content) == ids(browsing.get("/feed.atom?all=1&origins=2").content)
    assert title(saved.content).endswith(": Confirmed by two")
    links = etree.fromstring(saved.content).iterfind(f"{NS}link")
    assert str(next(links).get("href")).endswith("/feed/confirmed.atom")
    assert browsing.get("/feed/unheard.atom").status_code == 404
    assert "stands in feeds.yaml" in browsing.get("/feed/confirmed.atom?origins=3").text
    desk.change("UPDATE saved_filters SET listed = 0")
    assert browsing.get("/feed/confirmed.atom").status_code == 404


def test_pages_lead_from_one_to_the_next_and_lose_nothing(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    articles = [desk.article("herald", f"Ferry {n} is late", minutes=200 + n) for n in range(230)]
    ferries = [desk.story([article]) for article in articles]
    found: list[int] = []
    path = "/feed.atom?all=1"
    for _ in range(9):
        document = browsing.get(path).content
        found += ids(document)
        relations = {
            link.get("rel"): str(link.get("href"))
            for link in etree.fromstring(document).iterfind(f"{NS}link")
        }
        if "next" not in relations:
            break
        address = urlsplit(relations["next"])
        assert parse_qs(address.query)["all"] == ["1"]
        path = f"{address.path}?{address.query}"
    shown = [number for name, number in stories.items() if name != "merged"]
    assert sorted(found) == sorted([*shown, *ferries])
    assert relations["first"].endswith("/feed.atom?all=1")


def test_a_packed_feed_is_the_same_and_known_by_either_tag(browsing: Browsing) -> None:
    plain = browsing.get("/feed.atom", headers={"Accept-Encoding": "identity"})
    packed = browsing.get("/feed.atom", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    head = browsing.get("/feed.atom", method="head", headers={"Accept-Encoding": "gzip"})
    assert int(head.headers["content-length"]) < len(plain.content)
    assert plain.headers["etag"] != packed.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"]
    assert plain.headers["vary"] == packed.headers["vary"]
    for tag in (plain.headers["etag"], packed.headers["etag"]):
        for coding in ("identity", "gzip"):
            headers = {"If-None-Match": tag, "Accept-Encoding": coding}
            assert browsing.get("/feed.atom", headers=headers).status_code == 304


def test_an_outlet_under_another_name_is_another_state(browsing: Browsing, desk: Desk) -> None:
    first = browsing.get("/feed.atom")
    desk.change("UPDATE feeds SET name = 'Norse Wire' WHERE id = 'northwire'")
    again = browsing.get("/feed.atom", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 200
    assert "Norse Wire" in again.text


def test_the_same_state_is_answered_with_the_same_bytes_to_all(browsing: Browsing) -> None:
    one, other = (browsing.get("/feed.atom?all=1").content for _ in range(2))
    assert one == other


def test_a_second_change_within_a_second_is_another_state(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    first = browsing.get("/feed.atom")
    desk.insert(
        "story_changes", story_id=stories["shelling"], kind="add", article_id=2, material=1,
        changed_at=desk.ago(97), news=to_news("denial", ""),
    )  # fmt: skip
    again = browsing.get("/feed.atom", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 200
    assert "denial" in again.text


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip", True), ("br, GZIP ; q=0.5", True), ("x-gzip", True), ("gzip;q=0.001", True),
        ("gzip;q=0", False), ("br;q=1, gzip; Q = 0.000", False), ("identity", False),
        ("notgzip", False), ("*", False),
    ],
)  # fmt: skip
def test_a_feed_is_packed_only_for_who_takes_it_so(
    browsing: Browsing, accepted: str, *, is_packed: bool
) -> None:
    answer = browsing.get("/feed.atom", headers={"Accept-Encoding": accepted})
    assert answer.status_code == 200
    assert (answer.headers.get("content-encoding") == "gzip") == is_packed
    assert answer.content.startswith(b"<?xml")
