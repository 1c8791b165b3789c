"""A dry run of one feed: what would be stored, how, and what is odd."""

from pathlib import Path

import pytest

from tests.cli.feeds_desk import Desk, at_desk, feed, page
from tests.running import aggregator
from tests.web.hostile_server import Hit, Route, Script, answer, redirect

pytestmark = pytest.mark.timeout(120)

OLD = "<pubDate>Tue, 03 Feb 2015 08:00:00 GMT</pubDate>"
LONG = "<description>" + "The ferry sailed again. " * 80 + "</description>"


def test_a_feed_is_shown_with_how_each_thing_was_found(tmp_path: Path) -> None:
    body = feed(
        "Quay Post",
        f"<guid>a</guid><title>Ferry sails</title><link>https://quay.example/1</link>{OLD}{LONG}",
        "<title>Undated note</title><description>Some words.</description>",
        head="<ttl>90</ttl>",
    )

    def tagged(_hit: Hit) -> Script:
        (whole, *_) = body
        assert isinstance(whole, bytes)
        return (whole.replace(b"\r\n", b'\r\nETag: "a1"\r\nCache-Control: max-age=600\r\n', 1),)

    routes: dict[str, Route] = {"/": redirect("/now"), "/now": redirect("/rss"), "/rss": tagged}

    def work(desk: Desk) -> None:
        before = desk.text()
        result = desk.feeds("test", desk.url("/"))
        assert result.returncode == 0, result.stderr
        for expected in (
            f"for now, to {desk.url('/rss')}",
            "Quay Post (RSS 2.0, en)",
            "entries     2;",
            "1 published, 1 missing",
            "within 90m (the feed)",
            "within 10m (the server)",
            "told by ETag",
            "Ferry sails",
            "https://quay.example/1",
            "1 of 2 entries have no usable date",
            "nothing newer than 2015-02-03T08:00:00Z",
            "1 of 2 entries have neither guid nor address",
            "it works",
        ):
            assert expected in result.stdout
        assert "asking" in result.stderr
        short = desk.feeds("test", desk.url("/rss"), "--limit", "1").stdout
        assert "and 1 more" in short
        record = desk.json("test", desk.url("/"))
        assert record["works"] is True
        assert record["answer"]["final_url"] == desk.url("/rss")
        assert record["answer"]["etag"] == '"a1"'
        assert record["feed"]["ttl_seconds"] == 5400
        assert [entry["published_how"] for entry in record["feed"]["entries"]] == [
            "published",
            "missing",
        ]
        assert len(record["warnings"]) == 4
        # Nothing is stored and nothing is listed.
        assert desk.text() == before
        assert [path.name for path in desk.folder.iterdir()] == ["feeds.yaml"]

    at_desk(tmp_path, routes, work)


def test_a_move_for_good_is_told(tmp_path: Path) -> None:
    routes = {"/": redirect("/rss", "308 Permanent Redirect"), "/rss": feed()}

    def work(desk: Desk) -> None:
        result = desk.feeds("test", desk.url("/"))
        assert f"for good, to {desk.url('/rss')}: list that address" in result.stdout

    at_desk(tmp_path, routes, work)


def test_a_charset_that_is_declared_wrongly_is_a_warning(tmp_path: Path) -> None:
    body = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Порт</title>'
        "<language>ru</language><item><title>Паром ушёл</title></item></channel></rss>"
    ).encode("cp1251")

    def work(desk: Desk) -> None:
        result = desk.feeds("test", desk.url("/"))
        assert "warning: defect: declared as utf-8, read as cp1251" in result.stdout
        assert "Паром ушёл" in result.stdout

    at_desk(tmp_path, {"/": answer(body)}, work)


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        ("403 Forbidden", "does not let programs have it"),
        ("404 Not Found", "check the address"),
        ("410 Gone", "has removed it"),
        ("429 Too Many Requests", "try again later"),
    ],
)
def test_a_failure_exits_with_1_and_says_what_to_do(
    status: str, advice: str, tmp_path: Path
) -> None:
    def work(desk: Desk) -> None:
        result = desk.feeds("test", desk.url("/"))
        assert result.returncode == 1
        assert f"no feed: HTTP {status}" in result.stdout
        assert advice in result.stdout
        record = desk.json("test", desk.url("/"))
        assert record["works"] is False
        assert advice in record["advice"]

    at_desk(tmp_path, {"/": answer(b"", status=status)}, work)


def test_limits_are_named_with_their_setting(tmp_path: Path) -> None:
    def work(desk: Desk) -> None:
        assert "raise feed_limit" in desk.feeds("test", desk.url("/large")).stdout
        assert "request_deadline" in desk.feeds("test", desk.url("/slow")).stdout

    routes = {"/large": answer(b" " * 200_000), "/slow": (30.0,)}
    settings = "feed_limit: 1KiB, request_deadline: 1s, connect_timeout: 1s,"
    at_desk(tmp_path, routes, work, settings)


def test_of_a_page_its_feeds_are_proposed(tmp_path: Path) -> None:
    markup = '<link rel=alternate type="application/atom+xml" href="/atom">'

    def work(desk: Desk) -> None:
        result = desk.feeds("test", desk.url("/"))
        assert result.returncode == 1
        assert "it is a web page" in result.stdout
        assert f"it offers {desk.url('/atom')}" in result.stdout
        assert desk.json("test", desk.url("/"))["found"][0]["url"] == desk.url("/atom")

    at_desk(tmp_path, {"/": page(markup)}, work)


def test_a_listed_feed_is_tested_by_its_id_in_its_language(tmp_path: Path) -> None:
    def work(desk: Desk) -> None:
        added = desk.feeds("add", desk.url("/rss"), "--id", "quay", "--language", "uk")
        assert added.returncode == 0, added.stderr
        assert desk.json("test", "quay")["feed"]["language"] == "uk"
        assert desk.json("test", desk.url("/rss?utm_source=x"))["url"] == desk.url("/rss")

    at_desk(tmp_path, {"/rss": feed()}, work)


def test_an_id_that_is_not_listed_is_called_one(tmp_path: Path) -> None:
    without_file = aggregator("feeds", "test", "harbour-courie", folder=tmp_path)
    (tmp_path / "feeds.yaml").write_text("feeds: []\nconflicts: []\n")
    with_file = aggregator("feeds", "test", "harbour-courie", folder=tmp_path)
    for done in (without_file, with_file):
        assert done.returncode == 2
        assert "'harbour-courie' is the id of no feed in feeds.yaml" in done.stderr


def test_c17_nothing_of_a_feed_drives_the_terminal(tmp_path: Path) -> None:
    hostile = "A\x1b[2J\u202eB&#8238;\x07"
    routes = {
        "/rss": feed(hostile, f"<title>{hostile}</title>"),
        "/": page(f'<link rel=alternate type="application/rss+xml" title="{hostile}" href="/no">'),
    }

    def work(desk: Desk) -> None:
        for command in ("test", "discover"):
            for path in ("/rss", "/"):
                result = desk.feeds(command, desk.url(path))
                shown = f"{result.stdout}{result.stderr}"
                assert all(c.isprintable() or c == "\n" for c in shown), (command, path)

    at_desk(tmp_path, routes, work)
