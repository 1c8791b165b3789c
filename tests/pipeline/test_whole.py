"""The whole way from feeds.yaml to stories, over real sockets, processes and files."""

import json
from pathlib import Path

import feedparser
import pytest

from tests.newsroom.room import Newsroom
from tests.newsroom.world import Truth
from tests.newsroom.worlds import small_world
from tests.pipeline.conftest import Polled, polled
from tests.pipeline.scoring import b_cubed

# Loading the extractor in a fresh process takes seconds on a busy machine.
pytestmark = pytest.mark.timeout(240)


def readable(whole: Polled) -> dict[str, Truth]:
    """Return the truth about reports of feeds that can be read."""
    broken = {str(row["id"]) for row in whole.rows("SELECT id FROM feeds WHERE failures > 0")}
    return {
        article.url: whole.room.truth()[article.url]
        for article in whole.room.articles()
        if article.outlet.id not in broken
    }


def test_nothing_that_was_served_is_lost_and_nothing_is_doubled(whole: Polled) -> None:
    stored = [row["url"] for row in whole.rows("SELECT url FROM entries")]
    assert sorted(map(str, stored)) == sorted(readable(whole))
    assert whole.progress.entries_new == len(stored)
    assert whole.progress.grouped == len(stored)


def test_every_article_is_in_exactly_one_story(whole: Polled) -> None:
    lonely = whole.rows(
        "SELECT articles.id FROM articles LEFT JOIN story_members"
        " ON story_members.article_id = articles.id WHERE story_members.id IS NULL"
    )
    assert lonely == []


def test_o27_feeds_that_are_down_fail_alone_and_are_named(whole: Polled) -> None:
    failing = whole.rows("SELECT feed_id, detail FROM feed_health WHERE is_failing")
    assert len(failing) == 2
    assert whole.progress.feeds_failed == 2
    assert all(row["detail"] for row in failing)
    healthy = whole.rows("SELECT feed_id FROM feed_health WHERE NOT is_failing")
    assert len(healthy) == len(whole.config.feeds) - 2


def test_stories_follow_the_truth(whole: Polled) -> None:
    truth = {url: known.event for url, known in readable(whole).items()}
    found = {
        str(row["url"]): row["story_id"] for row in whole.rows("SELECT url, story_id FROM reports")
    }
    precision, recall = b_cubed(truth, found)
    assert precision >= 0.85
    assert recall >= 0.6


def test_syndicated_copies_are_marked_and_own_reports_are_not(whole: Polled) -> None:
    truth = readable(whole)
    families = {url: known.copy_of or url for url, known in truth.items()}
    copies = {url for url, known in truth.items() if known.copy_of in truth}
    marked = whole.rows(
        "SELECT copy.url AS copy, original.url AS original FROM story_members"
        " JOIN articles AS copy ON copy.id = story_members.article_id"
        " JOIN articles AS original ON original.id = story_members.copy_of"
    )
    right = [row for row in marked if families[str(row["copy"])] == families[str(row["original"])]]
    assert len(marked) >= 0.8 * len(copies) > 0
    assert len(right) >= 0.95 * len(marked)


def test_conflicts_are_told_from_sport_and_weather(whole: Polled) -> None:
    truth = readable(whole)
    tagged = {
        str(row["url"])
        for row in whole.rows(
            "SELECT DISTINCT url FROM articles JOIN article_conflicts"
            " ON article_conflicts.article_id = articles.id"
        )
    }
    peaceful = {url for url, known in truth.items() if known.conflict is None}
    assert peaceful
    assert len(tagged & peaceful) <= 0.05 * len(peaceful)
    violent = truth.keys() - peaceful
    assert len(tagged & violent) >= 0.8 * len(violent)


def test_pages_give_their_text_their_authors_and_their_language(whole: Polled) -> None:
    truth = readable(whole)
    languages = {outlet.id: outlet.language for outlet in whole.room.outlets}
    rows = whole.rows(
        "SELECT url, body, authors, language, feed_id, title FROM articles"
        " WHERE body_source = 'page'"
    )
    assert len(rows) >= 0.7 * len(truth)
    exact = sum(str(row["body"]).split() == truth[str(row["url"])].body.split() for row in rows)
    assert exact >= 0.85 * len(rows)
    right = sum(row["language"] == languages[str(row["feed_id"])] for row in rows)
    assert right >= 0.97 * len(rows)
    titled = sum(row["title"] == truth[str(row["url"])].headline for row in rows)
    assert titled >= 0.95 * len(rows)


def test_the_site_builder_blog_comes_out_clean(whole: Polled) -> None:
    articles = [one for one in whole.room.articles() if one.outlet.layout == "sitebuilder"]
    assert articles
    for article in articles:
        (row,) = whole.rows("SELECT * FROM articles WHERE url = ?", article.url)
        assert (row["verdict"], row["body_source"]) == ("article", "page")
        assert row["title"] == article.report.headline
        assert str(row["body"]).split("\n\n") == list(article.report.body)
        assert json.loads(str(row["authors"])) == list(article.report.authors)
        assert row["published_at"] == f"{article.published:%Y-%m-%dT%H:%M:%SZ}"
        assert row["published_how"] == "json-ld"
        (known,) = whole.rows("SELECT body FROM article_versions WHERE article_id = ?", row["id"])
        kept_out = ("top of page", "bottom of page", "min read", "Writer:", "ree\n", "Recent Posts")
        assert [text for text in kept_out if text in f"{known['body']}\n"] == []


def test_where_a_page_cannot_be_had_the_feeds_text_stands_in_with_the_reason(
    whole: Polled,
) -> None:
    rows = whole.rows("SELECT feed_id, body_reason FROM articles WHERE body_source != 'page'")
    reasons = {str(row["feed_id"]): str(row["body_reason"]) for row in rows}
    outlets = whole.room.outlets
    disallowed = {outlet.id for outlet in outlets if outlet.disallowed}
    without_pages = {outlet.id for outlet in outlets if not outlet.fulltext}
    assert disallowed
    assert without_pages
    assert all("robots" in reasons[outlet] for outlet in disallowed)
    assert all("fulltext: false" in reasons[outlet] for outlet in without_pages)
    assert any("404" in str(row["body_reason"]) for row in rows)
    assert all(row["body_reason"] for row in rows)


def test_p34_disallowed_pages_were_never_asked_for(whole: Polled) -> None:
    hosts = {f"{outlet.id}.localhost" for outlet in whole.room.outlets if outlet.disallowed}
    pages = {article.path for article in whole.room.articles()}
    asked = [
        request
        for request in whole.room.requests
        if request.host.partition(":")[0] in hosts and request.path in pages
    ]
    assert asked == []


def test_the_feed_file_is_a_valid_feed_of_stories(whole: Polled) -> None:
    assert whole.config.settings.feed_file is not None
    (path,) = whole.config.settings.feed_file
    parsed = feedparser.parse(path.read_bytes())
    assert not parsed.bozo
    tagged = whole.rows("SELECT DISTINCT story_id FROM story_conflicts")
    assert len(parsed.entries) == min(len(tagged), whole.config.settings.feed_entries)
    assert len({entry.id for entry in parsed.entries}) == len(parsed.entries)


def test_d25_polling_the_same_again_changes_nothing(whole: Polled) -> None:
    tables = ("entries", "articles", "article_versions", "stories", "story_members")
    before = {table: whole.rows(f"SELECT * FROM {table}") for table in tables}
    assert whole.config.settings.feed_file is not None
    (path,) = whole.config.settings.feed_file
    written = (path.read_bytes(), path.stat().st_mtime_ns)
    again = whole.poll()
    assert (again.entries_new, again.entries_changed, again.grouped) == (0, 0, 0)
    assert {table: whole.rows(f"SELECT * FROM {table}") for table in tables} == before
    assert (path.read_bytes(), path.stat().st_mtime_ns) == written


def test_p37_the_second_poll_is_conditional(whole: Polled) -> None:
    whole.poll()
    with_validators = {
        outlet.id for outlet in whole.room.outlets if outlet.validators and outlet.fault is None
    }
    unchanged = whole.rows("SELECT id AS feed_id FROM feeds WHERE unchanged_polls > 0")
    assert with_validators <= {str(row["feed_id"]) for row in unchanged}


def test_an_edited_page_is_kept_as_a_version(tmp_path: Path) -> None:
    with Newsroom(small_world()) as room:
        result = polled(room, tmp_path)
        url = room.articles()[0].url
        before = room.truth()[url]
        room.correct(url, headline=f"{before.headline}, officials now say")
        again = result.poll()
    assert again.entries_changed == 1
    (edit,) = result.rows("SELECT * FROM edited_articles")
    assert edit["title_before"] == before.headline
    assert edit["title_after"] == f"{before.headline}, officials now say"
