"""Looks at pages we have had: which are due, what they may change, and what is kept of an edit."""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from aggregator.config import Config, Settings
from aggregator.model import Article, BodySource, Feed, PlainText, Validators, Verdict
from aggregator.scrape.watch.edits import Changes, changes_between
from aggregator.store import Store
from aggregator.store.aside import set_aside
from aggregator.store.feeds import sync_config
from aggregator.store.measurements import measurements
from aggregator.store.outcomes import Found, Look, PageOutcome
from aggregator.store.pages import apply_page, pending_pages, pending_revisits
from aggregator.store.versions import from_json, to_json
from tests.store.building import (
    AGENCY,
    COURIER,
    NOW,
    config,
    entry,
    page_article,
    poll,
    poll_outcome,
)

HOUR = timedelta(hours=1)
TAG = Validators('W/"1"', "Sun, 01 Mar 2026 09:00:00 GMT")


def read_first(store: Store, *, due: datetime = NOW + HOUR) -> None:
    """Read each new page for the first time."""
    for page in pending_pages(store, NOW, 100):
        number = int(page.entry.identity.rpartition("-")[2])
        article = page_article(number, host=page.feed.id, body=f"Text {number}.\n\nIt goes on.")
        look = Look(Found.FIRST, due, TAG)
        apply_page(store, PageOutcome(page.article_id, article, 0, None, look), NOW)


def looked(
    store: Store, article: Article | None, found: Found, *, now: datetime = NOW + HOUR
) -> bool:
    """Store a look at the one page that is due, with what it differs in."""
    (page,) = pending_revisits(store, now, 10)
    assert page.known is not None
    changes = None
    if article is not None:
        changes = changes_between(page.known.title, page.known.body, article.title, article.body)
    return apply_page(
        store,
        PageOutcome(
            page.article_id, article, 0, None, Look(found, now + HOUR, TAG), changes,
            page.known.version, is_revisit=True,
        ),
        now,
    )  # fmt: skip


def article_row(store: Store) -> dict[str, Any]:
    return dict(store.connection.execute("SELECT * FROM articles WHERE id = 1").fetchone())


def versions(store: Store) -> list[dict[str, Any]]:
    rows = store.connection.execute("SELECT * FROM article_versions ORDER BY article_id, number")
    return [dict(row) for row in rows]


def test_a_page_is_due_again_with_its_text_and_its_validators(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    read_first(store)
    assert pending_revisits(store, NOW, 10) == []
    (page,) = pending_revisits(store, NOW + HOUR, 10)
    assert (page.validators, page.looks, page.is_revisit, page.is_watched) == (TAG, 0, True, True)
    assert page.known is not None
    assert (page.known.body, page.known.version) == ("Text 1.\n\nIt goes on.", 1)
    assert pending_pages(store, NOW + HOUR, 10) == []


def test_one_page_of_each_publisher_is_looked_at_at_a_time(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1), entry(2), entry(3)))
    poll(store, poll_outcome(AGENCY, entry(4, host="agency")))
    read_first(store)
    due = pending_revisits(store, NOW + HOUR, 10)
    assert [page.article_id for page in due] == [1, 4]
    busy = pending_revisits(store, NOW + HOUR, 10, without={"courier.example"})
    assert [page.article_id for page in busy] == [4]
    assert len(pending_revisits(store, NOW + HOUR, 1)) == 1


@pytest.mark.parametrize("is_edited", [False, True])
def test_later_looks_do_not_change_how_long_a_page_waited(
    store: Store,
    is_edited: bool,  # noqa: FBT001 -- a parameter
) -> None:
    poll(store, poll_outcome(COURIER, entry(1)), NOW - timedelta(seconds=90))
    read_first(store)
    assert measurements(store.connection).page_seconds == (90,)
    article = page_article(1, body="Another text.\n\nIt goes on.") if is_edited else None
    looked(store, article, Found.EDITED if is_edited else Found.SAME)
    assert measurements(store.connection).page_seconds == (90,)


def test_due_looks_are_found_by_an_index(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    read_first(store)
    asked: list[str] = []
    store.connection.set_trace_callback(asked.append)
    assert pending_revisits(store, NOW + HOUR, 10)
    assert pending_pages(store, NOW, 10) == []
    looked(store, page_article(1, body="Another text.\n\nIt goes on."), Found.EDITED)
    store.connection.set_trace_callback(None)
    plans = [
        (row[3], sql)
        for sql in asked
        if sql.lstrip().upper().startswith(("SELECT", "UPDATE"))
        for row in store.connection.execute(f"EXPLAIN QUERY PLAN {sql}")
    ]
    walks = [plan for plan in plans if re.search(r"SCAN (revisits|articles|entries)\b", plan[0])]
    assert walks == []
    assert any("revisits_due_at" in plan for plan, _ in plans)
    assert any("articles_page_digest" in plan for plan, _ in plans)


def test_an_edit_is_kept_as_a_version_with_what_changed(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    read_first(store)
    edited = replace(
        page_article(1, body="Text 12.\n\nIt goes on."),
        title=PlainText("Report number 1, corrected"),
        updated=NOW + HOUR,
        updated_how="meta",
    )
    assert looked(store, edited, Found.EDITED)
    first, second = versions(store)
    assert (first["title"], first["changes"], first["summary"]) == ("Report number 1", None, "")
    assert second["summary"] == "headline changed; paragraphs: 1 changed; new figures: 12"
    assert json.loads(second["changes"])["headline"][-1] == ["+", ", corrected"]
    row = article_row(store)
    assert (row["title"], row["version"]) == ("Report number 1, corrected", 2)
    assert (row["updated_at"], row["updated_how"]) == ("2026-03-01T10:00:00Z", "meta")
    (edit,) = store.connection.execute("SELECT * FROM edited_articles").fetchall()
    assert (edit["title_before"], edit["figures_added"]) == ("Report number 1", '["12"]')


def test_search_follows_an_edit(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    read_first(store)
    looked(store, page_article(1, body="A pontoon sank.\n\nIt goes on."), Found.EDITED)

    def hits(word: str) -> int:
        query = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?"
        return int(store.connection.execute(query, (word,)).fetchone()[0])

    assert (hits("pontoon"), hits("text")) == (1, 0)
    with store.transaction() as connection:
        connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")


def test_furniture_that_moved_is_no_version_and_the_text_stays(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    read_first(store)
    later = page_article(1, body="Updated 5 minutes ago\n\nText  1.\n\nIt goes on.\n\n17 views")
    assert not looked(store, later, Found.SAME)
    assert article_row(store)["body"] == "Text 1.\n\nIt goes on."
    assert len(versions(store)) == 1
    (visit,) = store.connection.execute("SELECT * FROM revisits").fetchall()
    assert (visit["looks"], visit["found"]) == (1, "same text")


@pytest.mark.parametrize(
    "article",
    [
        page_article(1, body=""),
        replace(page_article(1), verdict=Verdict.PAYWALL),
        replace(page_article(1), verdict=Verdict.BOT_WALL),
        replace(page_article(1), body_source=BodySource.FEED),
        page_article(1, body="Text"),
    ],
)
def test_a_look_that_shows_less_leaves_the_text(store: Store, article: Article) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    read_first(store)
    before = article_row(store)
    assert not looked(store, article, Found.EDITED)
    after = article_row(store)
    assert (after["body"], after["verdict"], after["version"]) == (
        before["body"],
        before["verdict"],
        before["version"],
    )
    assert store.connection.execute("SELECT found FROM revisits").fetchone()[0] == (
        "less than before"
    )


def test_a_page_that_is_as_it_was_costs_one_small_row(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    read_first(store)
    for number in range(1, 4):
        assert not looked(store, None, Found.UNCHANGED, now=NOW + number * HOUR)
    (visit,) = store.connection.execute("SELECT * FROM revisits").fetchall()
    assert (visit["looks"], visit["found"], visit["etag"]) == (3, "unchanged", TAG.etag)
    assert len(versions(store)) == 1


def test_a_look_does_not_put_off_what_the_feed_announced(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    read_first(store)
    poll(store, poll_outcome(COURIER, entry(1, title="Another headline"), etag='"2"'))
    assert len(pending_pages(store, NOW, 10)) == 1
    looked(store, None, Found.UNCHANGED)
    assert len(pending_pages(store, NOW, 10)) == 1


def test_changes_from_another_version_than_the_newest_are_not_kept_as_its_own(
    store: Store,
) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    read_first(store)
    stale = PageOutcome(
        1, page_article(1, body="Text 2 says more."), 0, None, None, Changes(), compared_with=0
    )
    assert apply_page(store, stale, NOW)
    assert versions(store)[-1]["changes"] is None


def test_the_pages_text_in_place_of_the_feeds_is_no_edit(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    stand_in = replace(page_article(1, body="Summary."), body_source=BodySource.FEED)
    apply_page(store, PageOutcome(1, stand_in, 1, NOW), NOW)
    apply_page(store, PageOutcome(1, page_article(1), 1, None), NOW)
    assert versions(store)[-1]["summary"] == "the page's own text in place of the feed's"
    assert store.connection.execute("SELECT * FROM edited_articles").fetchall() == []


def test_o33_a_look_set_aside_waits_and_its_article_stays(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    read_first(store)
    set_aside(store, "revisit", "1", "ValueError: x", NOW + HOUR)
    assert pending_revisits(store, NOW + HOUR, 10) == []
    assert len(pending_revisits(store, NOW + 2 * HOUR, 10)) == 1
    looked(store, None, Found.UNCHANGED, now=NOW + 2 * HOUR)
    assert store.connection.execute("SELECT count(*) FROM set_aside").fetchone()[0] == 0


@pytest.mark.parametrize(
    "configuration",
    [
        config(replace(COURIER, revisit=False), AGENCY),
        config(replace(COURIER, fulltext=False), AGENCY),
        config(AGENCY),
        replace(config(COURIER, AGENCY), settings=Settings(revisit=False)),
    ],
)
def test_feeds_yaml_ends_the_looks(store: Store, configuration: Config) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    read_first(store)
    sync_config(store, configuration, NOW)
    assert pending_revisits(store, NOW + HOUR, 10) == []


@pytest.mark.parametrize(
    ("overall", "own", "is_watched"),
    [(True, None, True), (True, False, False), (False, None, False), (False, True, True)],
)
def test_a_feeds_own_wish_wins_over_the_settings(
    store: Store, *, overall: bool, own: bool | None, is_watched: bool
) -> None:
    feed: Feed = replace(COURIER, revisit=own)
    wanted = replace(config(feed, AGENCY), settings=Settings(revisit=overall))
    sync_config(store, wanted, NOW)
    poll(store, poll_outcome(feed, entry(1)))
    (page,) = pending_pages(store, NOW, 10)
    assert page.is_watched is is_watched


def test_changes_come_back_as_they_were_stored() -> None:
    changes = changes_between("A 1", "Text “one” <b>.\n\nSame.", "B 2", "Text two.\n\nSame.")
    assert changes.is_edit
    assert from_json(to_json(changes)) == changes
