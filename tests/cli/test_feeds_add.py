"""Feeds taken into feeds.yaml once they are known to work."""

from pathlib import Path

import pytest

from tests.cli.feeds_desk import Desk, at_desk, feed, page
from tests.web.hostile_server import answer, redirect

pytestmark = pytest.mark.timeout(120)

LINK = '<link rel="alternate" type="application/rss+xml" href="{}">'


def test_name_and_language_come_from_the_feed(tmp_path: Path) -> None:
    def work(desk: Desk) -> None:
        result = desk.feeds("add", desk.url("/rss"))
        assert result.returncode == 0, result.stderr
        assert result.stdout == f"added {desk.url('/rss')} as quay-post: Quay Post\n"
        (listed,) = desk.listed()
        assert (listed.id, listed.name, listed.language) == ("quay-post", "Quay Post", "en")
        assert desk.text().startswith("# mine\n")

    at_desk(tmp_path, {"/rss": feed()}, work)


def test_what_is_given_goes_before_what_the_feed_says(tmp_path: Path) -> None:
    def work(desk: Desk) -> None:
        given = ("--name", "My Quay", "--id", "q", "--language", "fr", "--country", "FR")
        record = desk.json("add", desk.url("/rss"), *given, "--kind", "wire")
        assert record["added"] == {
            "id": "q",
            "name": "My Quay",
            "url": desk.url("/rss"),
            "language": "fr",
            "country": "FR",
            "kind": "wire",
        }
        (listed,) = desk.listed()
        assert (listed.name, listed.language, listed.country) == ("My Quay", "fr", "FR")

    at_desk(tmp_path, {"/rss": feed()}, work)


def test_the_language_is_read_off_titles_where_the_feed_names_none(tmp_path: Path) -> None:
    titles = [f"<title>{title}</title>" for title in ("Пором знову ходить", "Їжу привезли в порт")]

    def work(desk: Desk) -> None:
        assert desk.feeds("add", desk.url("/rss")).returncode == 0
        (listed,) = desk.listed()
        assert (listed.id, listed.language) == ("127-0-0-1", "uk")

    at_desk(tmp_path, {"/rss": feed("Портова газета", *titles, language="")}, work)


def test_of_a_page_the_best_feed_is_added_and_the_others_are_named(tmp_path: Path) -> None:
    routes = {
        "/": page("".join(map(LINK.format, ("/comments/feed", "/gone", "/rss", "/sport")))),
        "/gone": answer(b"", status="410 Gone"),
        "/rss": feed(),
        "/sport": feed("Quay Sport"),
        "/comments/feed": feed("Comments"),
    }

    def work(desk: Desk) -> None:
        result = desk.feeds("add", desk.url("/"))
        assert result.returncode == 0, result.stderr
        (listed,) = desk.listed()
        assert listed.url == desk.url("/rss")
        assert listed.homepage == desk.url("/")
        assert f"the page also offers {desk.url('/sport')}\n" in result.stdout
        assert "/gone" not in result.stdout
        assert "comments" not in result.stdout

    at_desk(tmp_path, routes, work)


def test_a_feed_that_has_moved_for_good_is_listed_where_it_is(tmp_path: Path) -> None:
    routes = {
        "/old": redirect("/rss", "301 Moved Permanently"),
        "/for-now": redirect("/other"),
        "/rss": feed(),
        "/other": feed("Other"),
    }

    def work(desk: Desk) -> None:
        desk.feeds("add", desk.url("/old"))
        desk.feeds("add", desk.url("/for-now"))
        assert [each.url for each in desk.listed()] == [desk.url("/rss"), desk.url("/for-now")]

    at_desk(tmp_path, routes, work)


def test_what_is_listed_already_is_refused_with_2_and_its_id(tmp_path: Path) -> None:
    routes = {"/rss": feed(), "/": page(LINK.format("/rss"))}

    def work(desk: Desk) -> None:
        desk.feeds("add", desk.url("/rss"))
        asked = len(desk.server.hits)
        again = desk.url("/rss").replace("http://", "https://www.") + "/?utm_source=mail"
        result = desk.feeds("add", again)
        assert result.returncode == 2
        assert "is listed already, as quay-post" in result.stderr
        assert len(desk.server.hits) == asked
        through_its_page = desk.feeds("add", desk.url("/"))
        assert through_its_page.returncode == 2
        assert "as quay-post" in through_its_page.stderr
        assert len(desk.listed()) == 1

    at_desk(tmp_path, routes, work)


def test_feeds_of_one_title_get_ids_of_their_own(tmp_path: Path) -> None:
    def work(desk: Desk) -> None:
        for path in ("/a", "/b", "/c"):
            assert desk.feeds("add", desk.url(path)).returncode == 0
        assert [each.id for each in desk.listed()] == ["quay-post", "quay-post-2", "quay-post-3"]

    at_desk(tmp_path, dict.fromkeys(("/a", "/b", "/c"), feed()), work)


def test_what_does_not_work_exits_with_1_and_changes_nothing(tmp_path: Path) -> None:
    routes = {
        "/broken": page(LINK.format("/absent")),
        "/laughs": answer(b'<!DOCTYPE rss [<!ENTITY a "ha">]><rss/>'),
    }

    def work(desk: Desk) -> None:
        before = desk.text()
        for path, reason in (
            ("/broken", "none that it may offer works"),
            ("/laughs", "none that it may offer works"),
            ("/absent", "HTTP 404"),
        ):
            result = desk.feeds("add", desk.url(path))
            assert result.returncode == 1
            assert reason in result.stderr
            assert "--no-check" in result.stderr
        assert desk.text() == before

    at_desk(tmp_path, routes, work)


def test_without_check_nothing_is_asked(tmp_path: Path) -> None:
    def work(desk: Desk) -> None:
        assert desk.feeds("add", desk.url("/absent"), "--no-check").returncode == 2
        named = desk.feeds("add", desk.url("/absent"), "--no-check", "--name", "Quay Post")
        assert named.returncode == 0
        assert [each.url for each in desk.listed()] == [desk.url("/absent")]
        assert desk.server.hits == []

    at_desk(tmp_path, {}, work)


def test_a_feed_without_a_title_needs_a_name(tmp_path: Path) -> None:
    def work(desk: Desk) -> None:
        result = desk.feeds("add", desk.url("/rss"))
        assert result.returncode == 2
        assert "give it a --name" in result.stderr
        assert desk.listed() == ()

    at_desk(tmp_path, {"/rss": feed(" ")}, work)
