"""From a page to its feeds, through the command line and real sockets."""

from pathlib import Path

import pytest

from tests.cli.feeds_desk import Desk, at_desk, feed, page
from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import small_world
from tests.running import aggregator
from tests.web.hostile_server import answer, redirect

pytestmark = pytest.mark.timeout(120)

LINK = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'


def test_the_front_page_of_a_newsroom_leads_to_its_feed(tmp_path: Path) -> None:
    with Newsroom(small_world()) as room:
        (tmp_path / "feeds.yaml").write_text(room.feeds_yaml(), encoding="utf-8")
        outlet = room.outlets[0]
        result = aggregator("feeds", "discover", room.url(outlet.id), folder=tmp_path)
        assert result.returncode == 0
        assert f"works  {room.feed_url(outlet.id)}" in result.stdout
        assert outlet.name in result.stdout
        assert f"aggregator feeds add {room.feed_url(outlet.id)}" in result.stdout
        # A person asked: the page's robots.txt is for those who follow links by themselves.
        assert not [request for request in room.requests if "robots" in request.path]


def test_each_feed_of_a_page_is_asked_and_guesses_are_not(tmp_path: Path) -> None:
    routes = {
        "/": page(
            LINK.format("Comments", "/comments/feed/")
            + LINK.format("Gone", "/gone")
            + LINK.format("Quay", "/rss")
            + '<a href="/also">RSS</a><script src="/wp-content/a.js"></script>'
        ),
        "/rss": feed(),
        "/also": redirect("/rss"),
        "/gone": answer(b"", status="410 Gone"),
        "/comments/feed/": feed("Comments"),
        "/feed/": feed("Guessed"),
    }

    def work(desk: Desk) -> None:
        record = desk.json("discover", desk.url("/"))
        assert record["is_feed"] is False
        by_path = {each["url"].partition(desk.url(""))[2]: each for each in record["feeds"]}
        works = {path: each["works"] for path, each in by_path.items() if not each["is_guess"]}
        # Both addresses of one feed are told once.
        assert works == {"/gone": False, "/rss": True, "/comments/feed/": None}
        assert by_path["/rss"]["title"] == "Quay Post"
        assert by_path["/rss"]["entries"] == 1
        assert by_path["/gone"]["error"] == "HTTP 410 Gone"
        assert by_path["/comments/feed/"]["is_of_comments"] is True
        assert set(desk.server.paths()) == {"/", "/gone", "/rss", "/also"}

    at_desk(tmp_path, routes, work)


def test_where_a_page_names_none_the_usual_addresses_are_asked_until_one_works(
    tmp_path: Path,
) -> None:
    routes = {
        "/blog/": page('<meta name="generator" content="WordPress 6.5">'),
        "/feed/": page("no feed"),
        "/blog/feed/": feed(),
        "/rss": feed("Never asked"),
    }

    def work(desk: Desk) -> None:
        result = desk.feeds("discover", desk.url("/blog/"))
        assert result.returncode == 0
        assert "the usual address of WordPress" in result.stdout
        assert f"aggregator feeds add {desk.url('/blog/feed/')}" in result.stdout
        assert desk.server.paths() == ["/blog/", "/feed/", "/blog/feed/"]

    at_desk(tmp_path, routes, work)


def test_a_page_that_lists_feeds_is_followed(tmp_path: Path) -> None:
    routes = {
        "/": page('<a href="/feeds">RSS</a>'),
        "/feeds": page('<a href="/feeds">RSS</a><a href="/world.xml">World</a>'),
        "/world.xml": feed("World"),
    }

    def work(desk: Desk) -> None:
        record = desk.json("discover", desk.url("/"))
        assert [each["url"] for each in record["feeds"] if each["works"]] == [
            desk.url("/world.xml")
        ]
        assert desk.server.paths() == ["/", "/feeds", "/world.xml"]

    at_desk(tmp_path, routes, work)


def test_a_page_without_feeds_exits_with_1_after_few_requests(tmp_path: Path) -> None:
    def work(desk: Desk) -> None:
        result = desk.feeds("discover", desk.url("/"))
        assert result.returncode == 1
        assert "no feed found" in result.stdout
        assert len(desk.server.hits) <= 7

    at_desk(tmp_path, {"/": page("<p>nothing")}, work)


def test_a_feed_is_called_a_feed(tmp_path: Path) -> None:
    def work(desk: Desk) -> None:
        result = desk.feeds("discover", desk.url("/moved"))
        assert result.returncode == 0
        assert "is itself a feed: Quay Post" in result.stdout
        assert f"aggregator feeds add {desk.url('/rss')}" in result.stdout
        assert desk.json("discover", desk.url("/rss"))["is_feed"] is True

    routes = {"/rss": feed(), "/moved": redirect("/rss", "301 Moved Permanently")}
    at_desk(tmp_path, routes, work)


def test_an_address_that_does_not_answer_exits_with_1_and_says_what_to_do(tmp_path: Path) -> None:
    def work(desk: Desk) -> None:
        for path, advice in (("/absent", "check the address"), ("/gone", "has removed it")):
            result = desk.feeds("discover", desk.url(path))
            assert result.returncode == 1
            assert advice in result.stdout
        refused = desk.feeds("discover", "http://127.0.0.1:9/")
        assert refused.returncode == 1
        assert "allowed_ports" in refused.stdout

    at_desk(tmp_path, {"/gone": answer(b"", status="410 Gone")}, work)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("file:///etc/hosts", "no http or https address"),
        ("quay", "no http or https address"),
        ("https://desk:hunter2@quay.example/", "no user name or password"),
    ],
)
def test_what_is_no_address_exits_with_2(address: str, reason: str, tmp_path: Path) -> None:
    for command in ("discover", "test"):
        result = aggregator("feeds", command, address, folder=tmp_path)
        assert result.returncode == 2
        assert reason in result.stderr
        assert "hunter2" not in result.stderr
