"""Datasette's own pages beside ours: reachable, described, answering questions, harmless.

It is long because one page after the other is asked.
"""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import rich
from bs4 import BeautifulSoup
from datasette.app import Datasette
from datasette.utils import StartupError

from aggregator.config.options import FEED_ENTRIES_LIMIT
from aggregator.publish.browse.bounded_counts import COUNTED_ROWS
from aggregator.publish.browse.headers import script_hash
from aggregator.publish.browse.questions import saved_queries
from aggregator.store.description import TABLES
from aggregator.store.views import VIEWS
from tests.publish.conftest import Browsing
from tests.publish.sample import Desk

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@pytest.fixture
def other(runner: asyncio.Runner, tmp_path: Path) -> Iterator[Browsing]:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE birds (name TEXT)")
    connection.close()
    browsing = Browsing(runner, Datasette([str(path)]))
    yield browsing
    browsing.close()


def test_tables_stay_one_click_away(browsing: Browsing) -> None:
    front = BeautifulSoup(browsing.get("/").text, "html.parser")
    assert front.select_one('nav a[href="/conflict-news"]') is not None
    assert "conflict-news" in browsing.get("/-/tables").text
    assert browsing.get("/-/tables.json").json()["conflict-news"]["name"] == "conflict-news"
    assert browsing.get("/.json").json()["conflict-news"]["name"] == "conflict-news"


@pytest.mark.parametrize("name", [*TABLES, *VIEWS])
def test_every_table_and_view_opens_with_its_description(browsing: Browsing, name: str) -> None:
    response = browsing.get(f"/conflict-news/{name}")
    assert response.status_code == 200
    text = TABLES[name].text if name in TABLES else VIEWS[name][0]
    assert text in BeautifulSoup(response.text, "html.parser").text


def test_columns_facets_orders_and_labels_make_sense(browsing: Browsing) -> None:
    feeds = browsing.get("/conflict-news/feeds").text
    assert TABLES["feeds"].columns["homepage"] in BeautifulSoup(feeds, "html.parser").text
    facets = browsing.get("/conflict-news/feeds.json").json()["facet_results"]
    assert set(facets) == {"kind", "language", "country", "last_outcome"}
    reports = BeautifulSoup(browsing.get("/conflict-news/reports").text, "html.parser")
    offered = [str(link["href"]) for link in reports.select(".metadata-description a")]
    assert {link.partition("=")[2] for link in offered} == {
        "outlet", "kind", "language", "country", "verdict"
    }  # fmt: skip
    for link in offered:
        counted = browsing.get(f"/conflict-news/reports.json{link}").json()["facet_results"]
        assert counted[link.partition("=")[2]]["results"]
    members = browsing.get("/conflict-news/story_members?story_id=2").text
    assert "Bridge near Osk damaged overnight" in members
    tables = browsing.get("/conflict-news.json").json()["tables"]
    assert {table["name"] for table in tables if not table["hidden"]} == set(TABLES)


def test_figures_have_their_units(browsing: Browsing, desk: Desk) -> None:
    desk.insert(
        "polls", feed_id="herald", polled_at=desk.ago(5), outcome="fresh", status=200,
        took_ms=1250, bytes=48213, entries_seen=9, entries_new=1, entries_changed=0, error="",
    )  # fmt: skip
    polls = BeautifulSoup(browsing.get("/conflict-news/polls").text, "html.parser")
    told = " ".join(polls.get_text(" ").split())
    assert "1.25 s" in told
    assert "48.213 kB" in told


def test_a_large_table_is_not_counted(browsing: Browsing, desk: Desk) -> None:
    desk.change(
        "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers"
        " WHERE number < ?) INSERT INTO set_aside (stage, record, failures, first_failed_at,"
        " retry_at, error) SELECT 'page', number, 1, '', '', '' FROM numbers",
        COUNTED_ROWS + 1,
    )
    tables = browsing.get("/conflict-news.json").json()["tables"]
    counts = {table["name"]: table["count"] for table in tables}
    assert counts["set_aside"] is None
    assert counts["feeds"] == 10
    assert browsing.get("/conflict-news/set_aside.json").json()["filtered_table_rows_count"] == (
        COUNTED_ROWS + 1
    )


@pytest.mark.parametrize("name", list(saved_queries()))
def test_saved_queries_answer(browsing: Browsing, decree: int, name: str) -> None:
    assert decree
    answer = browsing.get(f"/conflict-news/{name}.json").json()
    assert answer["ok"]
    assert answer["rows"], f"{name} finds nothing in a database made for it"


def test_saved_queries_find_what_they_are_for(browsing: Browsing, decree: int) -> None:
    def first(name: str, column: str) -> object:
        answer = browsing.get(f"/conflict-news/{name}.json?_shape=objects").json()
        return answer["rows"][0][column]

    assert first("edited_headlines", "headline_before") == "Fire at the harbour"
    assert first("feeds_in_trouble", "condition") == "server error"
    assert first("most_copied", "copies") == 1
    assert first("one_kind_of_source", "only_kind") == "newspaper"
    assert first("one_country", "story_id") == decree
    assert first("one_country", "only_country") == "RU"
    assert first("denied_or_confirmed", "outlet") == "Voice of Osk"
    assert first("silent_feeds", "feed_id") == "quiet"
    assert first("alerts_in_trouble", "last_error") == "HTTP 503"


def test_story_numbers_lead_to_the_story(browsing: Browsing, stories: dict[str, int]) -> None:
    page = BeautifulSoup(browsing.get("/conflict-news/reports").text, "html.parser")
    assert page.select_one(f'td a[href="/story/{stories["shelling"]}"]') is not None


def test_settings_of_the_user_win(
    runner: asyncio.Runner, desk: Desk, stories: dict[str, int]
) -> None:
    assert stories
    own = {
        "plugins": {
            "aggregator": {
                "title": "Desk <north>", "base_url": "https://n.example/news/", "entries": 2
            }
        },
        "databases": {"conflict-news": {"tables": {"feeds": {"description": "My feeds"}}}},
    }  # fmt: skip
    browsing = Browsing(runner, Datasette([str(desk.path)], metadata=own))
    try:
        feed = browsing.get("/feed.atom").text
        assert "<title>Desk &lt;north&gt;</title>" in feed
        assert 'href="https://n.example/news/feed.atom"' in feed
        assert feed.count("</entry>") == 2
        assert "Desk &lt;north&gt;" in browsing.get("/").text
        assert "My feeds" in browsing.get("/conflict-news/feeds").text
    finally:
        browsing.close()
    other = Browsing(runner, Datasette([str(desk.path)]))
    try:
        assert "My feeds" not in other.get("/conflict-news/feeds").text
    finally:
        other.close()


@pytest.mark.parametrize("entries", [1, FEED_ENTRIES_LIMIT])
def test_as_many_entries_are_taken_as_the_option_allows(
    runner: asyncio.Runner, desk: Desk, entries: int
) -> None:
    config = {"plugins": {"aggregator": {"entries": entries}}}
    browsing = Browsing(runner, Datasette([str(desk.path)], metadata=config))
    try:
        runner.run(browsing.datasette.invoke_startup())
        assert browsing.get("/feed.atom").status_code == 200
    finally:
        browsing.close()


@pytest.mark.parametrize(
    "config",
    [
        {"title": " "},
        {"base_url": "javascript:alert(1)"},
        {"entries": 0},
        {"entries": FEED_ENTRIES_LIMIT + 1},
        {"entries": "many"},
    ],
)
def test_bad_settings_stop_the_start(
    runner: asyncio.Runner, desk: Desk, config: dict[str, object]
) -> None:
    datasette = Datasette([str(desk.path)], metadata={"plugins": {"aggregator": config}})
    browsing = Browsing(runner, datasette)
    try:
        with pytest.raises(StartupError, match=next(iter(config))):
            runner.run(datasette.invoke_startup())
    finally:
        browsing.close()


def test_a_path_prefix_is_kept(runner: asyncio.Runner, desk: Desk, stories: dict[str, int]) -> None:
    settings = {"base_url": "/news/"}
    browsing = Browsing(runner, Datasette([str(desk.path)], settings=settings))
    try:
        page = BeautifulSoup(browsing.get("/").text, "html.parser")
        links = [str(link["href"]) for link in page.select("header a, h2 a")]
        assert f"/news/story/{stories['bridge']}" in links
        assert all(link.startswith("/news/") for link in links if link != "#main")
        assert "http://localhost/news/story/" in browsing.get("/feed.atom").text
    finally:
        browsing.close()


def test_other_databases_keep_datasettes_front_page(other: Browsing) -> None:
    assert "birds" in other.get("/").text
    for path in ("/feeds", "/feed.atom", "/story/1"):
        assert other.get(path).status_code == 404
    assert other.get("/other/birds").status_code == 200


def test_an_address_that_is_not_there_costs_no_error_and_no_lines(
    browsing: Browsing, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("datasette.handle_exception.rich", rich)
    for path in ("/.env", "/a/b/c/d", "/story/1.warc.gz", "/conflict-news/nothing"):
        assert browsing.get(path).status_code == 404, path
    assert browsing.get("/conflict-news.json?sql=nonsense").status_code == 400
    assert capfd.readouterr() == ("", "")


def test_pages_are_refused_to_those_who_may_not_see_the_database(
    runner: asyncio.Runner, desk: Desk, stories: dict[str, int]
) -> None:
    private = {"databases": {"conflict-news": {"allow": {"id": "root"}}}}
    browsing = Browsing(runner, Datasette([str(desk.path)], metadata=private))
    try:
        pages = ("/", "/feeds", "/feed.atom", "/article/1", "/source/herald", "/sources", "/search")
        for path in (*pages, f"/story/{stories['bridge']}.json"):
            assert browsing.get(path).status_code == 403
    finally:
        browsing.close()


def test_c15_a_page_that_takes_too_long_is_cut_with_a_word(
    browsing: Browsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert browsing.get("/").status_code == 200
    monkeypatch.setattr(browsing.datasette, "sql_time_limit_ms", 0)
    response = browsing.get("/")
    assert response.status_code == 503
    assert "That took too long" in response.text


_PAGES = (
    "/",
    "/feeds",
    "/story/1",
    "/story/1.json",
    "/article/1",
    "/article/999",
    "/source/herald.example",
    "/sources",
    "/search?q=velmar",
    "/search?order=x",
    "/story/999",
    "/feed.atom",
    "/?origins=x",
    "/-/tables",
    "/conflict-news",
    "/conflict-news/articles",
    "/conflict-news/articles.csv",
    "/conflict-news/stories/1",
    "/conflict-news/most_copied",
    "/conflict-news?sql=select+1",
    "/nothing/here",
    "/-/static/app.css",
)


@pytest.mark.parametrize("path", _PAGES)
def test_c14_every_response_has_the_security_headers(browsing: Browsing, path: str) -> None:
    response = browsing.get(path)
    policies = response.headers.get_list("content-security-policy")
    assert len(policies) == 1
    parts = {part.split()[0]: part.split()[1:] for part in policies[0].split(";")}
    assert parts["default-src"] == parts["frame-ancestors"] == parts["base-uri"] == ["'none'"]
    assert parts["form-action"] == ["'self'"]
    assert "'unsafe-inline'" not in parts["script-src"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    is_page = response.headers["content-type"].startswith("text/html")
    for script in _INLINE.findall(response.text) if is_page else ():
        assert script_hash(script) in parts["script-src"]


def test_c14_our_own_pages_allow_no_inline_script_or_style(browsing: Browsing) -> None:
    pages = ("/article/1", "/source/herald.example", "/sources", "/search?q=velmar")
    for path in ("/", "/feeds", "/story/1", "/story/999", "/feed.atom", *pages):
        policy = browsing.get(path).headers["content-security-policy"]
        assert "sha256" not in policy
        assert "unsafe" not in policy


def test_c14_datasettes_inline_scripts_are_all_covered(browsing: Browsing) -> None:
    scripts = {
        script
        for path in ("/-/tables", "/conflict-news/articles", "/conflict-news?sql=select+1")
        for script in _INLINE.findall(browsing.get(path).text)
    }
    assert len(scripts) == 3
