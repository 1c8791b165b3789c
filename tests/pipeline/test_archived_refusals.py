"""Pages that were taken down, moved or refused: what their servers said is evidence, too."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from tests.archive.captured import read_independently
from tests.cli.feeds_desk import feed
from tests.newsroom.world import Fault
from tests.pipeline.test_archiving import (
    all_records,
    archived,
    assert_verified,
    payload_of,
    run,
    serving,
)
from tests.pipeline.test_revisiting import HOUR, Desk, newsroom, nothing
from tests.web.hostile_server import Hit, Route, Script, answer, redirect

FERRY = b"<p>The ferry to the islands sails again after three weeks, the harbour office said.</p>"
NOTICE = b"<h1>Withdrawn</h1><p>Our report on the depot was taken down by its editors."


def test_a_report_that_is_taken_down_has_both_answers_as_evidence(tmp_path: Path) -> None:
    with newsroom() as room:
        desk = Desk(room, tmp_path, {"archive": True})
        url = room.articles()[0].url

        def take_down() -> None:
            desk.later(HOUR)
            room.take_down(url)

        # The last look is at the other report only.
        desk.run(nothing, take_down, lambda: desk.later(5 * HOUR))
    (article,) = desk.rows(f"SELECT id, version, body FROM articles WHERE url = '{url}'")
    page, gone = archived(desk, f"article_id = {article['id']}")
    assert (page["status"], page["version"]) == (200, 1)
    assert (gone["status"], gone["version"]) == (404, None)
    assert article["version"] == 1
    assert article["body"]
    assert_verified(tmp_path)
    code, shown = run(tmp_path, "show", str(article["id"]))
    assert code == 0
    assert "page  HTTP 404  " in shown
    output = tmp_path / "taken-down.warc.gz"
    assert run(tmp_path, "export", str(article["id"]), "--output", str(output))[0] == 0
    statuses = [r.status for r in read_independently(output) if r.kind == "response"]
    assert statuses == ["200 OK", "200 OK", "404 Not Found"]


def test_pages_that_moved_or_are_refused_are_kept_as_they_answered(tmp_path: Path) -> None:
    routes: dict[str, Route] = {
        "/moved": redirect("/moved/on", status="301 Moved Permanently"),
        "/moved/on": redirect("/moved/here"),
        "/moved/here": answer(b"<html><article>" + FERRY * 9, "Content-Type: text/html"),
        "/gone": answer(NOTICE, "Content-Type: text/html", status="410 Gone"),
        "/barred": answer(b"Not from here." * 2000, status="451 Unavailable"),
        "/broken": answer(b"", status="500 Internal Server Error"),
        "/circle": redirect("/circle"),
    }
    asked = ("/moved", "/gone", "/barred", "/broken", "/circle")
    items = (f"<guid>{p}</guid><title>About {p}</title><link>{p}</link>" for p in asked)
    serving({**routes, "/feed": feed("Quay", *items)}, tmp_path)
    with closing(sqlite3.connect(tmp_path / "news.db")) as connection:
        connection.row_factory = sqlite3.Row
        kept = connection.execute("SELECT * FROM archived_responses WHERE article_id").fetchall()
    pages = {urlsplit(row["url"]).path: row for row in kept}
    assert {path: row["status"] for path, row in pages.items()} == {
        "/moved": 301,
        "/moved/on": 302,
        "/moved/here": 200,
        "/gone": 410,
        "/barred": 451,
    }
    assert payload_of(tmp_path, pages["/gone"]) == NOTICE
    assert pages["/moved/here"]["article_id"] == pages["/moved"]["article_id"]
    versions = {path: row["version"] for path, row in pages.items()}
    assert versions == dict.fromkeys(pages) | {"/moved/here": 1}
    assert_verified(tmp_path)
    cut = [
        r.fields["WARC-Target-URI"] for r in all_records(tmp_path) if "WARC-Truncated" in r.fields
    ]
    assert cut == [pages["/barred"]["url"]]


def test_a_feed_that_is_refused_is_kept_once(tmp_path: Path) -> None:
    with newsroom() as room:
        desk = Desk(room, tmp_path, {"archive": True})
        (outlet, *_) = room.outlets

        def refuse() -> None:
            desk.later(timedelta(days=8))
            room.break_feed(outlet.id, Fault.FORBIDDEN)

        desk.run(nothing, refuse, lambda: desk.later(timedelta(days=8)))
    statuses = [r["status"] for r in archived(desk, f"feed_id = '{outlet.id}'")]
    assert statuses.count(403) == 1
    assert_verified(tmp_path)


def test_a_feed_that_fails_before_it_is_refused_has_its_refusals_as_evidence(
    tmp_path: Path,
) -> None:
    with newsroom() as room:
        desk = Desk(room, tmp_path, {"archive": True})
        (outlet, *_) = room.outlets

        def fail(fault: Fault) -> Callable[[], None]:
            def prepare() -> None:
                desk.later(timedelta(days=8))
                room.break_feed(outlet.id, fault)

            return prepare

        rows = (Fault.SERVER_ERROR, Fault.FORBIDDEN, Fault.FORBIDDEN, Fault.NOT_FOUND, Fault.GONE)
        desk.run(nothing, *map(fail, rows))
    statuses = [r["status"] for r in archived(desk, f"feed_id = '{outlet.id}'")]
    assert [status for status in statuses if status != 200] == [403, 404, 410]
    assert_verified(tmp_path)


def test_a_web_page_in_place_of_a_feed_is_kept_once(tmp_path: Path) -> None:
    visits = count(1)

    def page(_: Hit) -> Script:
        html = b"<!doctype html><title>Parked</title><p>Visit %d" % next(visits)
        return answer(html, "Content-Type: text/html")

    serving({"/feed": page}, tmp_path, polls=4)
    (kept,) = [record for record in all_records(tmp_path) if record.kind == "response"]
    assert next(visits) == 5
    assert b"Visit 1" in kept.payload
    assert_verified(tmp_path)
