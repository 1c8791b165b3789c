"""The origins of a story, from the texts of its articles to the columns that readers see."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aggregator.model import (
    ChangeKind,
    Decision,
    Explanation,
    Feed,
    HttpUrl,
    PlainText,
)
from aggregator.store import Store, reading
from aggregator.store.feeds import sync_config
from aggregator.store.grouping import apply_groups, pending_reports
from aggregator.store.origins import known_names, refresh_origins
from aggregator.store.outcomes import GroupOutcome, PageOutcome
from aggregator.store.pages import apply_page, pending_pages
from aggregator.store.published import published_stories
from aggregator.store.story_filter import StoryFilter
from aggregator.store.whole_story import whole_story
from tests.group.newsdesk import CONSENT_WALL, FLOOD, STRIKE_WIRE
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

HERALD = replace(
    COURIER,
    id="herald",
    name=PlainText("Upland Herald"),
    url=HttpUrl("https://herald.example/feed"),
)
MIRROR = replace(
    COURIER,
    id="mirror",
    name=PlainText("Plain Mirror"),
    url=HttpUrl("https://mirror.example/feed"),
)


@pytest.fixture(autouse=True)
def _feeds(store: Store) -> None:
    sync_config(store, config(COURIER, AGENCY, HERALD, MIRROR), NOW)


def tell(store: Store, feed: Feed, number: int, body: str, story: int | None = None) -> int:
    """Poll, read and group one article; it opens a story unless it joins that of `story`."""
    poll(store, poll_outcome(feed, entry(number, host=feed.id), etag=f'"{number}"'))
    (page,) = pending_pages(store, NOW, 10)
    article = page_article(number, host=feed.id, body=body)
    apply_page(store, PageOutcome(page.article_id, article, 0, None), NOW)
    (report,) = pending_reports(store, NOW, 10)
    kind = ChangeKind.ADD if story else ChangeKind.OPEN
    key = str(story or report.article_id)
    decision = Decision(str(report.article_id), kind, key, Explanation(0.8, 0.5))
    apply_groups(store, [GroupOutcome(report, decision, ())], NOW + timedelta(minutes=number))
    return report.article_id


def standings(store: Store, story: int = 1) -> list[tuple[int, int, str]]:
    reports: Any = reading.story(store, story, NOW)["reports"]
    return [(one["article_id"], one["origin_id"], one["origin_reason"]) for one in reports]


def origin_count(store: Store, story: int = 1) -> int:
    return int(str(reading.story(store, story, NOW)["origin_count"]))


def test_copies_citations_and_own_reports_are_told_apart(store: Store) -> None:
    tell(store, AGENCY, 1, STRIKE_WIRE)
    tell(store, COURIER, 2, STRIKE_WIRE, story=1)
    tell(store, HERALD, 3, "Seven people died in Karsat, Coast Agency reported.", story=1)
    assert origin_count(store) == 1
    tell(store, MIRROR, 4, "I saw the market of Karsat burn from my window.", story=1)
    assert origin_count(store) == 2
    assert standings(store) == [
        (1, 1, "is an own report"),
        (2, 1, "prints the text of Coast Agency"),
        (3, 1, "cites Coast Agency"),
        (4, 4, "is an own report"),
    ]
    rows = store.connection.execute("SELECT * FROM story_origins ORDER BY reports DESC").fetchall()
    assert [(row["origin_outlet"], row["reports"], row["copies"]) for row in rows] == [
        ("Coast Agency", 3, 1),
        ("Plain Mirror", 1, 0),
    ]


def test_readers_are_given_the_origin_of_each_report(store: Store) -> None:
    tell(store, AGENCY, 1, STRIKE_WIRE)
    tell(store, COURIER, 2, STRIKE_WIRE, story=1)
    (published,) = published_stories(store.connection, StoryFilter(), limit=5)
    assert (published.source_count, published.origin_count) == (1, 1)
    tell(store, MIRROR, 3, "I saw the market of Karsat burn from my window.", story=1)
    (published,) = published_stories(store.connection, StoryFilter(), limit=5)
    assert (published.source_count, published.origin_count) == (3, 2)
    whole = whole_story(store.connection, 1)
    assert [detail.report.origin for detail in whole.reports] == [1, 1, 3]
    assert whole.reports[1].report.dependence == "copy"
    assert (whole.reports[1].shared, whole.reports[1].shared_with) == (1.0, 1)


def test_what_a_site_prints_under_each_story_is_learned(store: Store) -> None:
    one = f"Shells fell on the bus depot of Karsat at noon.\n\n{CONSENT_WALL}"
    two = f"The depot of Karsat was shelled while drivers ate.\n\n{CONSENT_WALL}"
    tell(store, COURIER, 1, one)
    tell(store, HERALD, 2, two, story=1)
    assert origin_count(store) == 1
    for number, feed in enumerate((COURIER, HERALD) * 2, start=3):
        tell(store, feed, number, f"{FLOOD[: 40 * number]}\n\n{CONSENT_WALL}")
    tell(store, MIRROR, 9, "Nobody was hurt, the mayor said.", story=1)
    assert origin_count(store) == 3


def test_a_story_of_an_earlier_version_is_worked_out_when_it_next_changes(store: Store) -> None:
    tell(store, AGENCY, 1, STRIKE_WIRE)
    tell(store, COURIER, 2, STRIKE_WIRE, story=1)
    with store.transaction() as connection:
        connection.execute(
            "UPDATE story_members SET origin_id = NULL, dependence = NULL, origin_reason = '',"
            " copy_of = nullif(1, article_id)"
        )
        connection.execute("DELETE FROM article_wordings")
    assert standings(store) == [(1, 1, ""), (2, 1, "")]
    tell(store, MIRROR, 3, "I saw the market of Karsat burn from my window.", story=1)
    assert [reason for _, _, reason in standings(store)] == [
        "is an own report",
        "prints the text of Coast Agency",
        "is an own report",
    ]


def test_an_edited_text_is_read_again(store: Store) -> None:
    tell(store, AGENCY, 1, STRIKE_WIRE)
    tell(store, COURIER, 2, "Seven people died in Karsat, police said.", story=1)
    assert origin_count(store) == 2
    with store.transaction() as connection:
        connection.execute(
            "UPDATE articles SET body = ?, version = version + 1 WHERE id = 2", (STRIKE_WIRE,)
        )
    tell(store, MIRROR, 3, "I saw the market of Karsat burn from my window.", story=1)
    assert standings(store)[1] == (2, 1, "prints the text of Coast Agency")


def test_nothing_is_written_that_did_not_change(store: Store) -> None:
    tell(store, AGENCY, 1, STRIKE_WIRE)
    tell(store, COURIER, 2, STRIKE_WIRE, story=1)
    before = store.connection.total_changes
    with store.transaction() as connection:
        assert refresh_origins(connection, 1, lambda: known_names(connection)) == 1
    assert store.connection.total_changes == before


def test_a_story_without_reports_has_no_origins(store: Store) -> None:
    with store.transaction() as connection:
        assert refresh_origins(connection, 99, lambda: known_names(connection)) == 0
