"""The same text on pages of different articles of one site is taken for no report."""

from dataclasses import replace
from typing import Any

from aggregator.model import PlainText, Verdict
from aggregator.store import Store
from aggregator.store.outcomes import PageOutcome
from aggregator.store.pages import apply_page
from tests.store.building import AGENCY, COURIER, NOW, entry, page_article, poll, poll_outcome

NOTICE = "We and our partners value your time.\n\nChoose an offer to go on, or sign in."
TITLES = (
    "Ferry runs aground near the northern pier",
    "Parliament votes on grain exports",
    "Storm closes mountain roads for days",
    "Museum opens its new wing",
)


def arrive(store: Store, titles: tuple[str, ...] = TITLES, body: str = NOTICE) -> None:
    """Let pages come in under these headlines, all with one text."""
    numbers = range(1, len(titles) + 1)
    poll(store, poll_outcome(COURIER, *(entry(n, title=titles[n - 1]) for n in numbers)))
    for number in numbers:
        article = replace(page_article(number, body=body), title=PlainText(titles[number - 1]))
        apply_page(store, PageOutcome(number, article, 0, None), NOW)


def articles(store: Store) -> list[dict[str, Any]]:
    return [dict(row) for row in store.connection.execute("SELECT * FROM articles ORDER BY id")]


def test_the_feeds_text_takes_the_place_of_a_notice_also_where_it_was_stored(
    store: Store,
) -> None:
    arrive(store)
    rows = articles(store)
    assert [row["body"] for row in rows] == [f"Summary of {n}" for n in range(1, 5)]
    assert {row["body_source"] for row in rows} == {"feed"}
    assert {row["verdict"] for row in rows} == {Verdict.NOT_AN_ARTICLE}
    assert {row["body_reason"] for row in rows} == {
        "the site shows the same text on pages of different articles"
    }


def test_what_was_stored_before_is_kept_as_a_version_and_is_no_edit(store: Store) -> None:
    arrive(store)
    kept = store.connection.execute(
        "SELECT number, body, summary FROM article_versions WHERE article_id = 1 ORDER BY number"
    ).fetchall()
    assert [tuple(row) for row in kept] == [
        (1, NOTICE, ""),
        (2, "Summary of 1", "the site shows the same text on pages of different articles"),
    ]
    assert store.connection.execute("SELECT count(*) FROM edited_articles").fetchone()[0] == 0
    found = store.connection.execute(
        "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'partners'"
    ).fetchone()[0]
    assert found == 0


def test_two_pages_with_one_text_are_left(store: Store) -> None:
    arrive(store, TITLES[:2])
    assert [row["body"] for row in articles(store)] == [NOTICE, NOTICE]


def test_one_report_at_several_addresses_of_a_site_is_left(store: Store) -> None:
    body = "A ferry ran aground near the northern pier on Sunday.\n\nAll on board are safe."
    arrive(store, ("Ferry aground", "Ferry aground at pier", "Ferry: all on board safe"), body)
    assert {row["body"] for row in articles(store)} == {body}


def test_pages_of_other_sites_do_not_count(store: Store) -> None:
    arrive(store, TITLES[:2])
    poll(store, poll_outcome(AGENCY, entry(3, host="agency", title=TITLES[2])))
    elsewhere = replace(page_article(3, host="agency", body=NOTICE), title=PlainText(TITLES[2]))
    apply_page(store, PageOutcome(3, elsewhere, 0, None), NOW)
    assert {row["body"] for row in articles(store)} == {NOTICE}


def test_a_page_that_shows_a_notice_later_keeps_its_text(store: Store) -> None:
    arrive(store)
    poll(store, poll_outcome(COURIER, entry(5, title="Bakers strike in the old town"), etag='"2"'))
    report = replace(
        page_article(5, body="Bakers of the old town are on strike."),
        title=PlainText("Bakers strike in the old town"),
    )
    apply_page(store, PageOutcome(5, report, 0, None), NOW)
    walled = replace(report, body=PlainText(NOTICE))
    assert not apply_page(store, PageOutcome(5, walled, 0, None, is_revisit=True), NOW)
    assert articles(store)[-1]["body"] == report.body


def test_a_page_that_gives_its_text_after_all_gets_it(store: Store) -> None:
    arrive(store)
    report = replace(
        page_article(1, body="A ferry ran aground near the northern pier."),
        title=PlainText(TITLES[0]),
    )
    assert apply_page(store, PageOutcome(1, report, 0, None, is_revisit=True), NOW)
    row = articles(store)[0]
    assert (row["body"], row["verdict"], row["body_reason"]) == (report.body, "article", "")
