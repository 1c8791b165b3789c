import json
from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.errors import NotFound
from aggregator.model import FetchResult, HttpUrl, IdentityKind, Outcome, PlainText
from aggregator.poll.decide import PollDecision
from aggregator.poll.outcome import AppliedPoll, PollOutcome
from aggregator.store import Store, open_store, reading
from aggregator.store.aside import set_aside
from aggregator.store.entries import REVISION_LIMIT
from aggregator.store.feeds import due_feeds, resume_feed, sync_config
from aggregator.store.grouping import pending_reports
from aggregator.store.pages import pending_pages
from aggregator.store.polls import apply_poll, apply_polls
from tests.store.building import (
    AGENCY,
    COURIER,
    NOW,
    config,
    entry,
    failed_outcome,
    poll,
    poll_outcome,
    request_of,
    scrape_all,
    write_of,
)


def count(store: Store, table: str) -> int:
    return int(store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    tables = ("entries", "articles", "article_versions", "stories", "story_members")
    return {
        table: [tuple(row) for row in store.connection.execute(f"SELECT * FROM {table}")]
        for table in tables
    }


def test_a_new_feed_is_due_at_once_and_later_when_its_schedule_says(store: Store) -> None:
    assert [due.feed for due in due_feeds(store, NOW)] == [AGENCY, COURIER]
    poll(store, poll_outcome(COURIER, entry(1)))
    assert [due.feed.id for due in due_feeds(store, NOW)] == ["agency"]
    assert [due.feed.id for due in due_feeds(store, NOW + timedelta(hours=1))] == [
        "agency",
        "courier",
    ]
    assert len(due_feeds(store, NOW, everything=True)) == 2


def test_entries_feed_state_and_log_are_stored_together(store: Store) -> None:
    applied = poll(store, poll_outcome(COURIER, entry(1), entry(2)))
    assert (applied.new, applied.changed) == (2, 0)
    assert (count(store, "entries"), count(store, "articles"), count(store, "polls")) == (2, 2, 1)
    (due,) = [d for d in due_feeds(store, NOW, everything=True) if d.feed.id == "courier"]
    assert due.state.validators.etag == '"1"'
    assert due.state.body_hash == 'digest "1"'
    assert due.state.last_new_entry_at == NOW


def test_d25_the_same_entries_again_change_nothing(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1), entry(2)))
    scrape_all(store)
    before = contents(store)
    for number in range(3):
        again = poll(store, poll_outcome(COURIER, entry(2), entry(1), etag=f'"{number}"'))
        assert again == AppliedPoll()
    assert contents(store) == before


def test_a_schedule_that_fails_stores_nothing_of_the_poll(store: Store) -> None:
    def broken(_: AppliedPoll, __: timedelta | None) -> PollDecision:
        raise ZeroDivisionError

    write = replace(write_of(store, poll_outcome(COURIER, entry(1))), decide=broken)
    with pytest.raises(ZeroDivisionError):
        apply_poll(store, write, NOW)
    assert (count(store, "entries"), count(store, "articles"), count(store, "polls")) == (0, 0, 0)


def test_one_page_in_two_feeds_is_one_article(store: Store) -> None:
    shared = entry(1)
    tracked = replace(
        shared, identity="guid:other", url=HttpUrl(f"{shared.url}?utm_source=agency#top")
    )
    poll(store, poll_outcome(COURIER, shared))
    poll(store, poll_outcome(AGENCY, tracked))
    assert (count(store, "entries"), count(store, "articles")) == (2, 1)


def test_entries_without_an_address_are_articles_of_their_own(store: Store) -> None:
    bare = [replace(entry(n), url=None) for n in (1, 2)]
    poll(store, poll_outcome(COURIER, *bare))
    assert count(store, "articles") == 2


def test_an_edited_entry_asks_for_its_page_again(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    scrape_all(store)
    edited = poll(store, poll_outcome(COURIER, entry(1, title="Report number 1, corrected")))
    assert edited == AppliedPoll(changed=1)
    row = store.connection.execute("SELECT scrape_due_at FROM articles").fetchone()
    assert row["scrape_due_at"] is not None
    assert store.connection.execute("SELECT title, revision FROM entries").fetchone()[1] == 2


def test_d25_a_feed_that_rewrites_its_items_each_time_stops_causing_work(store: Store) -> None:
    changes = [
        poll(store, poll_outcome(COURIER, entry(1, title=f"Wording {number}"))).changed
        for number in range(REVISION_LIMIT + 5)
    ]
    assert sum(changes) == REVISION_LIMIT - 1
    assert changes[-1] == 0


def test_a_failing_feed_says_since_when_and_a_success_ends_it(store: Store) -> None:
    poll(store, failed_outcome(COURIER))
    later = NOW + timedelta(hours=2)
    poll(store, failed_outcome(COURIER), later)
    row = store.connection.execute("SELECT * FROM feed_health WHERE feed_id = 'courier'").fetchone()
    assert (row["health"], row["failures"], row["is_failing"]) == ("server error", 2, 1)
    assert row["since"] == row["failing_since"] == "2026-03-01T09:00:00Z"
    assert row["detail"] == row["last_error"] == "HTTP 500"
    assert row["remedy"]
    poll(store, poll_outcome(COURIER, entry(1)), later)
    row = store.connection.execute("SELECT * FROM feed_health WHERE feed_id = 'courier'").fetchone()
    assert (row["health"], row["failures"], row["failing_since"]) == ("working", 0, None)


def test_bytes_that_are_no_feed_count_as_a_failure(store: Store) -> None:
    fresh = poll_outcome(COURIER)
    poll(store, replace(fresh, parsed=None, error="NotAFeed: it is a web page"))
    row = store.connection.execute("SELECT * FROM feeds WHERE id = 'courier'").fetchone()
    assert (row["last_outcome"], row["failures"], row["etag"]) == (Outcome.FAILED, 1, None)


def test_p36_a_paused_feed_is_not_asked_until_its_address_changes_or_it_is_resumed(
    store: Store,
) -> None:
    poll(store, failed_outcome(COURIER, Outcome.GONE))
    assert [due.feed.id for due in due_feeds(store, NOW, everything=True)] == ["agency"]
    row = store.connection.execute("SELECT * FROM feed_health WHERE feed_id = 'courier'").fetchone()
    assert (row["health"], row["paused"]) == ("gone", 1)
    moved = replace(COURIER, url=HttpUrl("https://courier.example/new-feed"))
    sync_config(store, config(moved, AGENCY), NOW)
    (due,) = [d for d in due_feeds(store, NOW) if d.feed.id == "courier"]
    assert due.state.failures == 0
    poll(store, failed_outcome(moved, Outcome.GONE))
    assert "courier" not in [due.feed.id for due in due_feeds(store, NOW, everything=True)]
    resume_feed(store, "courier", NOW)
    assert "courier" in [due.feed.id for due in due_feeds(store, NOW)]
    with pytest.raises(NotFound):
        resume_feed(store, "nobody", NOW)


def test_one_poll_that_breaks_our_code_harms_no_other_of_its_transaction(store: Store) -> None:
    def broken(_: AppliedPoll, __: timedelta | None) -> PollDecision:
        raise ZeroDivisionError

    writes = [
        replace(write_of(store, poll_outcome(COURIER, entry(1))), decide=broken),
        write_of(store, poll_outcome(AGENCY, entry(1, host="agency"))),
    ]
    first, second = apply_polls(store, writes, NOW)
    assert isinstance(first, ZeroDivisionError)
    assert second == AppliedPoll(new=1, moments=(NOW - timedelta(hours=1),))
    stored = store.connection.execute("SELECT feed_id FROM entries").fetchall()
    assert [row["feed_id"] for row in stored] == ["agency"]


def test_an_item_under_a_new_guid_is_the_item_it_was(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1), entry(2), entry(3)))
    for round_number in (1, 2):
        renamed = [replace(entry(n), identity=f"guid:{round_number}-{n}") for n in (1, 2, 3)]
        applied = poll(store, poll_outcome(COURIER, *renamed, etag=f'"r{round_number}"'))
        assert (applied.new, applied.changed, applied.renamed) == (0, 0, 3)
    assert count(store, "entries") == 3
    (due,) = [d for d in due_feeds(store, NOW, everything=True) if d.feed.id == "courier"]
    assert due.state.identify_by is IdentityKind.LINK
    row = store.connection.execute("SELECT * FROM feed_health WHERE feed_id = 'courier'").fetchone()
    assert row["health"] == "guids change"


def test_an_item_of_another_day_is_another_item_though_address_and_title_are_the_same(
    store: Store,
) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    tomorrow = replace(entry(1), identity="guid:next", published=NOW + timedelta(hours=23))
    applied = poll(store, poll_outcome(COURIER, tomorrow, etag='"2"'))
    assert (applied.new, applied.renamed) == (1, 0)
    assert count(store, "entries") == 2


def test_two_items_of_one_address_in_one_document_are_two_entries_of_one_article(
    store: Store,
) -> None:
    both = [entry(1), replace(entry(1), identity="guid:courier-1b")]
    assert poll(store, poll_outcome(COURIER, *both)).new == 2
    assert (count(store, "entries"), count(store, "articles")) == (2, 1)
    assert poll(store, poll_outcome(COURIER, *both, etag='"2"')) == AppliedPoll()


def test_the_feeds_own_text_can_be_found_before_its_page_is_read(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    (hit,) = reading.search(store, "Summary", 10)
    assert hit["outlet"] == "Harbour Courier"
    scrape_all(store)
    assert reading.search(store, "Summary", 10) == []
    assert len(reading.search(store, "Second", 10)) == 1


def test_without_fulltext_an_article_is_whole_when_its_feed_is_read(store: Store) -> None:
    sync_config(store, config(replace(COURIER, fulltext=False), AGENCY), NOW)
    poll(store, poll_outcome(COURIER, entry(1)))
    assert pending_pages(store, NOW, 10) == []
    row = store.connection.execute("SELECT * FROM articles").fetchone()
    assert (row["body"], row["body_source"], row["version"]) == ("Summary of 1", "feed", 1)
    assert row["body_reason"] == "feeds.yaml says fulltext: false"
    assert len(pending_reports(store, NOW, 10)) == 1
    assert count(store, "article_versions") == 1


def test_o32_a_removed_feed_keeps_its_articles_and_a_renamed_one_its_history(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    sync_config(store, config(AGENCY), NOW)
    assert [due.feed.id for due in due_feeds(store, NOW, everything=True)] == ["agency"]
    assert count(store, "entries") == 1
    renamed = replace(COURIER, id="harbour", name=PlainText("The Harbour Courier"))
    sync_config(store, config(renamed), NOW)
    row = store.connection.execute("SELECT feed_id FROM entries").fetchone()
    assert row["feed_id"] == "harbour"
    assert poll(store, poll_outcome(renamed, entry(1))).new == 0


def test_o33_a_record_set_aside_waits_an_hour_then_ever_longer(store: Store) -> None:
    first = set_aside(store, "poll", "courier", "ValueError: x", NOW)
    assert first == NOW + timedelta(hours=1)
    assert [due.feed.id for due in due_feeds(store, NOW, everything=True)] == ["agency"]
    assert len(due_feeds(store, first, everything=True)) == 2
    waits = [set_aside(store, "poll", "courier", "again", NOW) - NOW for _ in range(6)]
    assert waits == [timedelta(hours=h) for h in (2, 4, 8, 16, 24, 24)]
    poll(store, poll_outcome(COURIER, entry(1)))
    assert count(store, "set_aside") == 0


def test_lists_are_stored_as_json_in_their_own_letters(store: Store) -> None:
    authors = (PlainText("Олена Приклад"), PlainText("ليلى مثال"))
    poll(store, poll_outcome(COURIER, replace(entry(1), authors=authors)))
    stored = store.connection.execute("SELECT authors FROM entries").fetchone()[0]
    assert json.loads(stored) == list(authors)
    assert "Олена" in stored


def test_p37_a_304_writes_nothing_but_what_is_known_of_the_feed(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    before = contents(store)
    polls = count(store, "polls")
    unchanged = FetchResult(COURIER.url, Outcome.UNCHANGED, NOW, status=304)
    later = NOW + timedelta(hours=1)
    outcome = PollOutcome("courier", request_of(COURIER), unchanged, None, None, (), None)
    assert poll(store, outcome, later) == AppliedPoll()
    assert contents(store) == before
    assert count(store, "polls") == polls
    row = store.connection.execute("SELECT * FROM feeds WHERE id = 'courier'").fetchone()
    assert (row["unchanged_polls"], row["etag"]) == (1, '"1"')
    assert row["last_polled_at"] == "2026-03-01T10:00:00Z"


def test_p36_after_a_restart_feeds_are_due_when_they_were(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    poll(store, failed_outcome(AGENCY))
    sql = "SELECT id, next_due_at, next_due_reason FROM feeds ORDER BY id"
    before = [tuple(row) for row in store.connection.execute(sql)]
    with open_store(store.path, now=NOW + timedelta(minutes=1)) as again:
        sync_config(again, config(COURIER, AGENCY), NOW + timedelta(minutes=1))
        assert [tuple(row) for row in again.connection.execute(sql)] == before
        due = due_feeds(again, NOW + timedelta(minutes=4))
    assert due == []
