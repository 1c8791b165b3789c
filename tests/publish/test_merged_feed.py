import feedparser
import pytest
from lxml import etree

from tests.publish.conftest import Browsing
from tests.publish.sample import Desk
from tests.publish.validity.atom import NS, problems


def ids(document: bytes) -> list[int]:
    """Return the numbers of the stories in a feed, in order."""
    found = etree.fromstring(document).iterfind(f"{NS}entry/{NS}id")
    return [int(str(element.text).rsplit(":", 1)[1]) for element in found]


def test_feed_is_valid_and_has_the_stories_of_followed_conflicts(
    browsing: Browsing, stories: dict[str, int]
) -> None:
    response = browsing.get("/feed.atom")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert response.headers["cache-control"] == "max-age=60"
    assert problems(response.content) == []
    assert not feedparser.parse(response.content).bozo
    assert ids(response.content) == [
        stories[name] for name in ("hostile", "bridge", "arabic", "shelling")
    ]


def test_feed_of_everything_and_of_one_conflict_are_feeds_of_their_own(
    browsing: Browsing, stories: dict[str, int]
) -> None:
    everything = browsing.get("/feed.atom?all=1").content
    velmar = browsing.get("/feed.atom?conflict=velmar").content
    highlands = browsing.get("/feed.atom?conflict=highlands").content
    assert stories["sport"] in ids(everything)
    assert len(ids(velmar)) == 4
    assert ids(highlands) == []
    for document in (everything, velmar, highlands):
        assert problems(document) == []
    names = [
        etree.fromstring(document).findtext(f"{NS}id")
        for document in (browsing.get("/feed.atom").content, everything, velmar, highlands)
    ]
    assert len(set(names)) == 4
    assert etree.fromstring(velmar).findtext(f"{NS}title") == "Conflict news: Velmar and Osk"


def test_everything_is_in_the_feed_where_no_conflict_is_followed(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    desk.change("UPDATE conflicts SET listed = 0")
    assert stories["sport"] in ids(browsing.get("/feed.atom").content)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("conflict=atlantis", "No conflict 'atlantis'; known are: highlands, velmar."),
        ("conflcit=velmar", "No feed has a parameter 'conflcit'"),
        ("all=yes", "all is 0 or 1, not 'yes'."),
    ],
)
def test_bad_parameter_gets_a_clear_400(browsing: Browsing, query: str, message: str) -> None:
    response = browsing.get(f"/feed.atom?{query}")
    assert response.status_code == 400
    assert response.headers["content-type"].startswith("text/plain")
    assert message in response.text


@pytest.mark.parametrize(
    "since",
    [
        "Mon, 01 Jan 99999999999 00:00:00 GMT",
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "yesterday",
        "",
        "0",
    ],
)
def test_a_date_that_is_none_asks_for_the_feed(browsing: Browsing, since: str) -> None:
    assert browsing.get("/feed.atom", headers={"If-Modified-Since": since}).status_code == 200


def test_second_request_is_answered_with_not_modified(browsing: Browsing) -> None:
    first = browsing.get("/feed.atom")
    for headers in (
        {"If-None-Match": first.headers["etag"]},
        {"If-None-Match": f'"other", W/{first.headers["etag"]}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": first.headers["last-modified"]},
    ):
        again = browsing.get("/feed.atom", headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == "max-age=60"


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": '"other"'},
        {"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"},
        {"If-Modified-Since": "the day before yesterday"},
    ],
)
def test_other_validators_get_the_feed(browsing: Browsing, headers: dict[str, str]) -> None:
    assert browsing.get("/feed.atom", headers=headers).status_code == 200


def test_tag_wins_over_date(browsing: Browsing) -> None:
    first = browsing.get("/feed.atom")
    headers = {
        "If-None-Match": '"other"',
        "If-Modified-Since": first.headers["last-modified"],
    }
    assert browsing.get("/feed.atom", headers=headers).status_code == 200


def test_head_has_the_headers_and_no_body(browsing: Browsing) -> None:
    plain = {"Accept-Encoding": "identity"}
    full = browsing.get("/feed.atom", headers=plain)
    head = browsing.get("/feed.atom", method="head", headers=plain)
    assert head.content == b""
    assert head.headers["content-length"] == str(len(full.content))
    assert head.headers["etag"] == full.headers["etag"]


def test_post_is_not_allowed(browsing: Browsing) -> None:
    response = browsing.get("/feed.atom", method="put")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")


def test_another_copy_leaves_every_byte_as_it_was(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    first = browsing.get("/feed.atom")
    original = desk.connection.execute(
        "SELECT opened_by FROM stories WHERE id = ?", (stories["shelling"],)
    ).fetchone()[0]
    copy = desk.article("herald", "Shells hit Velmar harbour", minutes=1)
    desk.join(stories["shelling"], copy, joined=desk.ago(0), copy_of=original)
    desk.change("UPDATE stories SET article_count = article_count + 1 WHERE id = 1")
    assert browsing.get("/feed.atom").content == first.content


def test_own_report_moves_the_entry_up_under_the_same_id(
    browsing: Browsing, desk: Desk, stories: dict[str, int]
) -> None:
    before = etree.fromstring(browsing.get("/feed.atom").content)
    own = desk.article("gang", "Port of Velmar closed", minutes=1)
    desk.join(stories["shelling"], own, joined=desk.ago(0))
    desk.change("UPDATE stories SET changed_at = ? WHERE id = 1", desk.ago(0))
    after = etree.fromstring(browsing.get("/feed.atom").content)
    known = {entry.findtext(f"{NS}id") for entry in before.iter(f"{NS}entry")}
    first = after.find(f"{NS}entry")
    assert first is not None
    assert first.findtext(f"{NS}id") in known
    assert first.findtext(f"{NS}updated") == after.findtext(f"{NS}updated") == desk.ago(0)


def test_addresses_are_those_that_the_reader_used(browsing: Browsing) -> None:
    feed = etree.fromstring(
        browsing.get("/feed.atom", headers={"Host": "news.example.org:8443"}).content
    )
    links = [str(link.get("href")) for link in feed.iterfind(f"{NS}link")]
    assert links == [
        "http://news.example.org:8443/feed.atom",
        "http://news.example.org:8443/",
        "http://news.example.org:8443/feed.rss",
        "http://news.example.org:8443/feed.json",
    ]


def test_hostile_host_header_is_not_repeated(browsing: Browsing) -> None:
    feed = browsing.get("/feed.atom", headers={"Host": 'evil"><script>'}).content
    assert b"evil" not in feed
    assert problems(feed) == []
