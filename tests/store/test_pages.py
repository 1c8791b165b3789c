import json
from dataclasses import replace
from datetime import timedelta

from aggregator.model import Article, BodySource, HttpUrl, Image, PlainText, Verdict
from aggregator.store import Store
from aggregator.store.aside import set_aside
from aggregator.store.feeds import sync_config
from aggregator.store.outcomes import PageOutcome
from aggregator.store.pages import apply_page, pending_pages
from tests.store.building import (
    COURIER,
    NOW,
    config,
    entry,
    page_article,
    poll,
    poll_outcome,
    scrape_all,
)

MOLE = Image(HttpUrl("https://courier.example/mole.jpg"), "image/jpeg", 900, 600, 81_234)
STAND_IN = Article(
    url=HttpUrl("https://courier.example/1"),
    title=PlainText("Report number 1"),
    body=PlainText("Summary of 1"),
    verdict=Verdict.ARTICLE,
    body_source=BodySource.FEED,
    body_reason="HTTP 503",
)


def article(store: Store) -> dict[str, object]:
    return dict(store.connection.execute("SELECT * FROM articles").fetchone())


def test_a_new_entry_waits_for_its_page_with_all_that_the_feed_said(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    (page,) = pending_pages(store, NOW, 10)
    assert page.entry == replace(entry(1), updated=None)
    assert (page.feed, page.url, page.attempts) == (COURIER, entry(1).url, 0)


def test_what_a_feed_declares_of_a_picture_is_kept_for_its_page(store: Store) -> None:
    pictured = replace(entry(1), image=MOLE)
    bare = replace(entry(2), image=Image(MOLE.url))
    without = replace(COURIER, fulltext=False)
    sync_config(store, config(without), NOW)
    poll(store, poll_outcome(without, replace(pictured, identity="3", url=None)))
    row = article(store)
    assert (row["image"], json.loads(str(row["image_details"]))) == (
        MOLE.url,
        {"media_type": "image/jpeg", "width": 900, "height": 600, "bytes": 81_234},
    )
    sync_config(store, config(COURIER), NOW)
    poll(store, poll_outcome(COURIER, pictured, bare, etag='"2"'))
    pages = pending_pages(store, NOW, 10)
    assert [page.entry.image for page in pages] == [MOLE, Image(MOLE.url)]


def test_the_picture_of_a_page_is_kept_with_what_is_declared_of_it(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))

    def kept(image: Image | None) -> tuple[object, object]:
        apply_page(store, PageOutcome(1, replace(page_article(1), image=image), 0, None), NOW)
        return article(store)["image"], article(store)["image_details"]

    assert kept(replace(MOLE, media_type=None, bytes=None)) == (
        MOLE.url,
        '{"width": 900, "height": 600}',
    )
    assert kept(Image(MOLE.url)) == (MOLE.url, None)
    assert kept(None) == (None, None)


def test_a_scraped_page_is_stored_once_and_no_longer_pending(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    scrape_all(store)
    assert pending_pages(store, NOW + timedelta(days=9), 10) == []
    row = article(store)
    assert (row["body"], row["version"], row["published_how"]) == (
        "First.\n\nSecond.",
        1,
        "json-ld",
    )


def test_a_changed_page_becomes_a_version_and_the_same_page_does_not(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    scrape_all(store)
    same = PageOutcome(1, page_article(1), 0, None)
    assert apply_page(store, same, NOW) is False
    edited = PageOutcome(1, page_article(1, body="First.\n\nSecond, corrected."), 0, None)
    assert apply_page(store, edited, NOW + timedelta(hours=3)) is True
    bodies = [
        row["body"]
        for row in store.connection.execute("SELECT body FROM article_versions ORDER BY number")
    ]
    assert bodies == ["First.\n\nSecond.", "First.\n\nSecond, corrected."]
    (edit,) = store.connection.execute("SELECT * FROM edited_articles").fetchall()
    assert edit["characters_added"] == len(", corrected")


def test_a_page_that_is_lost_later_never_takes_its_text_away(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    scrape_all(store)
    assert apply_page(store, PageOutcome(1, STAND_IN, 1, None), NOW) is False
    assert article(store)["body"] == "First.\n\nSecond."


def test_the_feeds_text_stands_in_and_gives_way_to_the_page(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    retry = NOW + timedelta(minutes=15)
    apply_page(store, PageOutcome(1, STAND_IN, 1, retry), NOW)
    row = article(store)
    assert (row["body"], row["body_source"], row["body_reason"]) == (
        "Summary of 1",
        "feed",
        "HTTP 503",
    )
    assert pending_pages(store, NOW, 10) == []
    (page,) = pending_pages(store, retry, 10)
    assert page.attempts == 1
    apply_page(store, PageOutcome(1, page_article(1), 1, None), retry)
    assert article(store)["body_source"] == "page"
    assert article(store)["version"] == 2


def test_o33_a_page_set_aside_does_not_hold_up_the_others(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1), entry(2)))
    set_aside(store, "scrape", "1", "ValueError: x", NOW)
    assert [page.article_id for page in pending_pages(store, NOW, 10)] == [2]
    assert len(pending_pages(store, NOW + timedelta(hours=1), 10)) == 2


def test_search_finds_the_text_of_the_newest_version_only(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    scrape_all(store)
    apply_page(store, PageOutcome(1, page_article(1, body="A pontoon sank."), 0, None), NOW)

    def hits(word: str) -> int:
        query = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?"
        return int(store.connection.execute(query, (word,)).fetchone()[0])

    assert (hits("pontoon"), hits("Second")) == (1, 0)
