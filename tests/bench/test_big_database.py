"""A small one of the large databases, read by the store's own functions."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.store import Store, open_store, reading
from aggregator.store.browsing import followed_conflicts
from aggregator.store.exporting import ExportFilter, report_records, snapshot, story_records
from aggregator.store.feed_details import feed_details
from aggregator.store.front_page import story_list
from aggregator.store.health import feed_health
from aggregator.store.published import published_stories
from aggregator.store.search_terms import search_terms
from aggregator.store.story_filter import StoryFilter
from aggregator.store.views import VIEWS
from aggregator.store.whole_story import current_story_id, whole_story
from bench.big_database import build
from bench.big_news import DAYS, LANGUAGES, OUTLETS
from tests.running import ROOT

ARTICLES, STORIES = 2000, 400
END = datetime(2026, 3, 1, tzinfo=UTC)

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("big") / "big.db"
    ((done, _),) = build(path, articles=ARTICLES, stories=STORIES, seed=1, end=END)
    assert done == ARTICLES
    return path


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened


@pytest.fixture
def connection(store: Store) -> sqlite3.Connection:
    return store.connection


def number(connection: sqlite3.Connection, sql: str) -> int:
    return int(connection.execute(f"SELECT {sql}").fetchone()[0])


def test_there_is_as_much_as_was_asked_for(connection: sqlite3.Connection) -> None:
    assert number(connection, "count(*) FROM articles") == ARTICLES
    assert number(connection, "count(*) FROM entries") == ARTICLES
    assert number(connection, "count(*) FROM story_members") == ARTICLES
    assert number(connection, "count(*) FROM articles_fts") == ARTICLES
    assert number(connection, "count(*) FROM stories WHERE merged_into IS NULL") == STORIES
    assert number(connection, "count(*) FROM feeds WHERE listed = 1") == OUTLETS
    assert number(connection, "count(DISTINCT language) FROM feeds") == len(LANGUAGES) == 20
    assert number(connection, "count(DISTINCT kind) FROM feeds") == 7
    assert number(connection, "count(*) FROM stories WHERE merged_into IS NOT NULL") > 0
    assert number(connection, "count(*) FROM story_links") > 0
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_most_stories_are_small_and_some_are_large(connection: sqlite3.Connection) -> None:
    current = "FROM stories WHERE merged_into IS NULL"
    assert number(connection, f"max(article_count) {current}") > 100
    small = number(connection, f"sum(article_count <= 2) {current}")
    assert STORIES * 0.5 < small < STORIES * 0.9
    assert number(connection, f"sum(article_count) {current}") == ARTICLES
    first, last = connection.execute(
        f"SELECT min(first_report_at), max(last_report_at) {current}"
    ).fetchone()
    assert first < (END - timedelta(days=DAYS - 20)).isoformat()
    assert (END - timedelta(days=20)).isoformat() < last <= END.isoformat()


def test_the_counts_of_the_stories_are_those_of_their_members(
    connection: sqlite3.Connection,
) -> None:
    wrong = connection.execute(
        "SELECT stories.id FROM stories JOIN ("
        "  SELECT story_id, count(*) AS articles, count(DISTINCT origin_id) AS origins,"
        "         count(DISTINCT articles.source) AS sources FROM story_members"
        "  JOIN articles ON articles.id = article_id GROUP BY story_id) ON story_id = stories.id"
        " WHERE (article_count, origin_count, source_count) <> (articles, origins, sources)"
    ).fetchall()
    assert wrong == []
    for changes in ("0", "1"):
        assert number(connection, f"count(*) FROM story_changes WHERE material = {changes}") > 100
    kinds = {row[0] for row in connection.execute("SELECT DISTINCT dependence FROM story_members")}
    assert kinds == {"own report", "copy", "citation", "same publisher"}


def test_each_day_is_counted(connection: sqlite3.Connection) -> None:
    assert number(connection, "count(*) FROM counted_days WHERE is_stale = 1") == 0
    counted = "FROM daily_counts WHERE conflict_id = '*' AND language = '*'"
    assert number(connection, f"sum(articles) {counted}") == ARTICLES
    assert number(connection, f"sum(origins) {counted}") == number(
        connection, "count(*) FROM story_members WHERE origin_id = article_id"
    )


def test_the_pages_read_it(connection: sqlite3.Connection) -> None:
    conflicts = followed_conflicts(connection, since=END - timedelta(days=60))
    assert sum(conflict.story_count for conflict in conflicts) > 0
    for wanted in (
        StoryFilter(),
        StoryFilter(followed_only=True, language="en", origins=2),
        StoryFilter(conflict=conflicts[0].id),
    ):
        page = story_list(connection, wanted, limit=20)
        assert page.cards
        assert all(sum(card.reported.values()) == card.article_count for card in page.cards)
    following = story_list(connection, StoryFilter(), limit=20).following
    assert len(story_list(connection, StoryFilter(), limit=20, after=following).cards) == 20
    assert len(feed_health(connection, since=END - timedelta(days=7))) == OUTLETS
    feed = connection.execute("SELECT id FROM feeds").fetchone()[0]
    assert feed_details(connection, feed, END)["latest_polls"]
    # It has no alerts, and its feeds edit nothing.
    for view in VIEWS.keys() - {"alert_health", "edited_entries"}:
        assert connection.execute(f"SELECT * FROM {view} LIMIT 5").fetchone() is not None


def test_the_merged_feed_reads_it(connection: sqlite3.Connection) -> None:
    stories = published_stories(connection, StoryFilter(followed_only=True), limit=50)
    assert len(stories) == 50
    assert [story.updated for story in stories] == sorted(
        (story.updated for story in stories), reverse=True
    )
    assert all(story.reports and story.conflicts for story in stories)
    assert all(story.news and story.places for story in stories)
    (place, *_) = stories[0].places
    found = published_stories(connection, StoryFilter(place=place), limit=50)
    assert stories[0].id in {story.id for story in found}


def test_each_story_is_whole(connection: sqlite3.Connection) -> None:
    largest, ended = (
        number(connection, f"id FROM stories WHERE {which} LIMIT 1")
        for which in (
            "article_count = (SELECT max(article_count) FROM stories)",
            "merged_into IS NOT NULL",
        )
    )
    for story_id in (largest, current_story_id(connection, ended)):
        whole = whole_story(connection, story_id)
        assert len(whole.reports) == whole.article_count
        assert {report.report.dependence for report in whole.reports} >= {"own report"}
    assert whole_story(connection, largest).edits


def test_it_can_be_searched_and_exported(store: Store, connection: sqlite3.Connection) -> None:
    headline = connection.execute(
        "SELECT headline FROM stories WHERE language = 'en' AND merged_into IS NULL"
    ).fetchone()[0]
    words = max(headline.split(), key=len)
    assert reading.search(store, words, 5)
    found = story_list(connection, StoryFilter(search=search_terms(words).query()), limit=20)
    assert headline in [card.headline for card in found.cards]
    with snapshot(store) as reader:
        assert len(list(story_records(reader, ExportFilter()))) == STORIES
        assert len(list(report_records(reader, ExportFilter()))) == ARTICLES


def test_the_same_arguments_give_the_same_rows_and_a_file_is_not_written_over(
    path: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again.db"
    command = [
        sys.executable, "-m", "bench.big_database", str(again),
        "--articles", str(ARTICLES), "--stories", str(STORIES), "--end", END.isoformat(),
    ]  # fmt: skip
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("2,000 articles, ")
    tables = "installation feeds articles entries stories story_members story_changes".split()
    with open_store(path) as first, open_store(again) as second:
        for table in tables:
            one, other = (
                opened.connection.execute(f"SELECT * FROM {table}").fetchall()
                for opened in (first, second)
            )
            assert list(map(tuple, one)) == list(map(tuple, other))
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "name another file" in result.stderr
