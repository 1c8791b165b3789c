import json
from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.errors import NotFound
from aggregator.store import Store, reading
from aggregator.store.grouping import pending_reports, window_members
from aggregator.store.publishers_time import AGREEMENT
from aggregator.store.story_state import SUMMARY_LIMIT, beginning
from tests.store.building import (
    AGENCY,
    COURIER,
    NOW,
    entry,
    group_all,
    poll,
    poll_outcome,
    scrape_all,
)


def story_of_two(store: Store, *, copy: bool = False) -> None:
    """Two reports, the paper's first; a copy is the paper's, of the agency's text."""
    first, second = (AGENCY, COURIER) if copy else (COURIER, AGENCY)
    poll(store, poll_outcome(first, entry(1, host=first.id)))
    scrape_all(store)
    group_all(store)
    poll(store, poll_outcome(second, entry(2, host=second.id)))
    scrape_all(store)
    group_all(store, opened_by=1, copy_of=1 if copy else None, now=NOW + timedelta(hours=1))


def row(store: Store) -> dict[str, object]:
    return dict(store.connection.execute("SELECT * FROM stories").fetchone())


def test_articles_wait_in_the_order_of_their_reports(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1), entry(2)))
    assert pending_reports(store, NOW, 10) == []
    scrape_all(store)
    assert [report.article_id for report in pending_reports(store, NOW, 10)] == [1, 2]
    group_all(store)
    assert pending_reports(store, NOW, 10) == []


def test_a_story_counts_reports_publishers_and_origins(store: Store) -> None:
    story_of_two(store)
    story = row(store)
    assert (story["article_count"], story["origin_count"], story["source_count"]) == (2, 2, 2)
    assert json.loads(str(story["kinds"])) == ["newspaper", "wire"]
    assert json.loads(str(story["conflicts"])) == ["The straits"]
    assert story["changed_at"] == "2026-03-01T10:00:00Z"


def test_the_agency_speaks_for_the_story_whoever_opened_it(store: Store) -> None:
    story_of_two(store)
    assert row(store)["headline"] == "Report number 2"
    assert row(store)["opened_by"] == 1


def test_a_copy_adds_an_outlet_but_no_origin_and_is_no_material_change(store: Store) -> None:
    story_of_two(store, copy=True)
    story = row(store)
    assert (story["article_count"], story["origin_count"], story["source_count"]) == (2, 1, 2)
    assert story["changed_at"] == "2026-03-01T09:00:00Z"
    kinds = store.connection.execute("SELECT kind, material FROM story_changes").fetchall()
    assert [tuple(change) for change in kinds] == [("open", 1), ("add", 0)]


def test_the_window_is_given_back_in_order_with_keys_and_copies(store: Store) -> None:
    story_of_two(store, copy=True)
    members = list(window_members(store, timedelta(days=7)))
    assert [(article.id, key, copy) for article, key, copy in members] == [
        ("1", "1", None),
        ("2", "1", "1"),
    ]
    assert members[0][0].source == "agency.example"


def test_d26_undated_reports_under_a_clock_that_was_ahead_end_no_window(store: Store) -> None:
    for number in range(1, 9):
        host = "courier" if number % 2 else "agency"
        poll(store, poll_outcome(COURIER, entry(number, host=host)), NOW)
    scrape_all(store)
    group_all(store)
    ahead = NOW + timedelta(days=366)
    undated = [
        replace(entry(number, host=host), published=None)
        for number, host in ((20, "courier"), (21, "agency"))
    ]
    poll(store, poll_outcome(COURIER, *undated), ahead)
    with store.transaction() as connection:
        connection.execute("UPDATE articles SET version = 1, scrape_due_at = NULL")
    group_all(store, now=ahead)
    members = [article for article, _, _ in window_members(store, timedelta(days=7))]
    assert len(members) == 10
    assert max(article.published for article in members if article.published) <= NOW + AGREEMENT


def test_a_story_is_shown_with_its_reasons(store: Store) -> None:
    story_of_two(store)
    story = reading.story(store, 1, NOW)
    reports = story["reports"]
    assert isinstance(reports, list)
    assert [report["outlet"] for report in reports] == ["Harbour Courier", "Coast Agency"]
    assert reports[1]["explanation"]["terms"] == ["bridge", "Orlane"]
    with pytest.raises(NotFound, match="no story 99"):
        reading.story(store, 99, NOW)


def test_search_takes_words_and_never_syntax(store: Store) -> None:
    story_of_two(store)
    assert [hit["article_id"] for hit in reading.search(store, "number Second", 10)] != []
    assert reading.search(store, "numb*", 10) != []
    assert reading.search(store, "numb", 10) == []
    assert reading.search(store, "number -Second", 10) == []
    for words in ('"', "a AND", "col:x", "(((", "* NEAR/3", "\0", "NOT", "-", ""):
        assert isinstance(reading.search(store, words, 10), list)


def test_status_counts_what_is_there_and_what_waits(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    waiting = reading.status(store)
    assert (waiting["entries"], waiting["articles_waiting_for_their_page"]) == (1, 1)
    scrape_all(store)
    assert reading.status(store)["articles_waiting_for_a_story"] == 1
    group_all(store)
    done = reading.status(store)
    assert (done["stories"], done["articles_waiting_for_a_story"]) == (1, 0)
    assert done["feeds_by_health"] == {"waiting": 1, "working": 1}


def test_a_summary_ends_at_a_word() -> None:
    short = beginning("One.\n\nTwo.\n\nThree.\n\nFour.")
    assert short == "One. Two. Three."
    long = beginning("harbour " * 100)
    assert len(long) <= SUMMARY_LIMIT + 1
    assert long.endswith("harbour…")
