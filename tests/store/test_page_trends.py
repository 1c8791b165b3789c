"""A site whose layout changed is named among the conditions of its feed, until it is mended."""

from typing import Any

from aggregator.store import Store
from aggregator.store.feed_details import feed_details
from aggregator.store.feeds import resume_feed
from aggregator.store.outcomes import PageAnswer, PageOutcome
from aggregator.store.pages import apply_page
from tests.store.building import (
    COURIER,
    NOW,
    entry,
    failed_outcome,
    page_article,
    poll,
    poll_outcome,
)
from tests.store.paper import HOUR, Paper


def test_a_changed_layout_is_named_with_an_example_and_a_remedy(store: Store) -> None:
    paper = Paper(store)
    paper.publish(60)
    assert paper.wrong() == []
    since = paper.now + HOUR
    paper.publish(12, broken=True)
    (found,) = paper.wrong()
    assert (found["feed_id"], found["condition"]) == ("courier", "pages changed")
    assert found["since"] == f"{since:%Y-%m-%dT%H:%M:%SZ}"
    assert found["detail"].startswith(
        "courier.example: pages give no text any more: 12 of the last 12, before 0 of 100"
        " (no article text was found on the page)"
    )
    assert "see article 72, https://courier.example/72" in found["detail"]
    assert "aggregator extract --explain" in found["remedy"]
    health = store.connection.execute("SELECT health, is_failing FROM feed_health").fetchone()
    assert tuple(health) == ("pages changed", 0)


def test_a_site_rule_that_misses_the_text_is_named(store: Store) -> None:
    paper = Paper(store)
    paper.publish(60)
    paper.publish(12, rule_missed=("body",))
    (found,) = paper.wrong()
    assert found["condition"] == "pages changed"
    assert found["detail"].startswith(
        "courier.example: the site rule courier 1 no longer finds the text: 12 of the last 12"
    )
    paper.publish(4)
    assert paper.wrong() == []


def test_polls_leave_it_and_good_pages_end_it(store: Store) -> None:
    paper = Paper(store)
    paper.publish(60)
    paper.publish(12, broken=True)
    poll(store, failed_outcome(COURIER), paper.now)
    assert [row["condition"] for row in paper.wrong()] == ["server error", "pages changed"]
    resume_feed(store, "courier", paper.now)
    assert [row["condition"] for row in paper.wrong()] == ["pages changed"]
    paper.publish(4)
    assert paper.wrong() == []


def test_pages_that_the_server_does_not_give_any_more_are_named_so(store: Store) -> None:
    paper = Paper(store)
    paper.publish(60)
    paper.publish(12, broken=True, answer=PageAnswer.REFUSED)
    (found,) = paper.wrong()
    assert found["condition"] == "pages refused"
    assert "the server does not give us pages any more" in found["detail"]


def test_pages_that_nobody_asked_for_are_not_counted(store: Store) -> None:
    poll(store, poll_outcome(COURIER, entry(1)))
    apply_page(store, PageOutcome(1, page_article(1), 0, None), NOW)
    assert store.connection.execute("SELECT count(*) FROM page_trends").fetchone()[0] == 0


def test_looks_at_known_pages_and_edits_are_not_counted(store: Store) -> None:
    paper = Paper(store)
    paper.publish(1)
    again = PageOutcome(1, page_article(1), 0, None, is_revisit=True, answer=PageAnswer.READ)
    apply_page(store, again, paper.now)
    assert store.connection.execute("SELECT pages FROM page_trends").fetchone()[0] == 1


def test_what_pages_usually_give_is_shown_with_the_feed(store: Store) -> None:
    paper = Paper(store)
    paper.publish(30)
    paper.publish(1, broken=True, answer=PageAnswer.DEFEATED)
    record: dict[str, Any] = feed_details(store.connection, "courier", paper.now)
    (site,) = record["pages"]
    assert (site["host"], site["pages"], site["defeats"]) == ("courier.example", 31, 1)
    assert (site["text"], site["authors"], site["picture"]) == (100, 100, 100)
    assert 400 < site["usual_characters"] < 500
