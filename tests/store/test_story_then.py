"""Stories of the past are put together as they were published then, whatever happened since."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from aggregator.config import Settings
from aggregator.group.conflict.conflicts import ConflictMatch
from aggregator.model import (
    ChangeKind,
    Conflict,
    Decision,
    Explanation,
    Feed,
    HttpUrl,
    Image,
    NewsKind,
    PlainText,
    Story,
)
from aggregator.publish.alerts.matching import MaterialChange
from aggregator.store import Store
from aggregator.store.feeds import sync_config
from aggregator.store.grouping import apply_groups, pending_reports
from aggregator.store.outcomes import GroupOutcome, PageOutcome
from aggregator.store.pages import apply_page
from aggregator.store.published import published_stories
from aggregator.store.rulings import merge_stories, split_story
from aggregator.store.story_filter import StoryFilter
from aggregator.store.story_then import changes_as_they_were
from tests.store.building import (
    AGENCY,
    CONFLICT,
    COURIER,
    NOW,
    config,
    entry,
    page_article,
    poll,
    poll_outcome,
)

MAYAK = replace(
    COURIER, id="mayak", name=PlainText("Маяк"), url=HttpUrl("https://mayak.example/feed"),
    language="uk",
)  # fmt: skip
WALK = re.compile(r"SCAN (articles|stories|story_\w+|article_\w+)\b")
BOTH = ("Osk", "Orlane")
NORTH = Conflict("north", PlainText("The north"), keywords=("Osk",))


@dataclass
class Chronicle:
    """A database in which stories change each hour, and what was published after each change."""

    store: Store
    now: datetime = NOW
    published: dict[tuple[int, datetime], Story] = field(default_factory=dict)

    def report(
        self, number: int, feed: Feed, title: str, story: int, *, image: str | None = None,
        conflict: str = "straits", places: tuple[str, ...] = ("Orlane",),
    ) -> None:  # fmt: skip
        """Let article `number` come in and join the story that `story` opened, or open it."""
        poll(self.store, poll_outcome(feed, entry(number, host=feed.id), etag=f'"{number}"'))
        self.page(number, feed, title, image=image)
        (pending,) = pending_reports(self.store, self.now, 10)
        kind = ChangeKind.OPEN if story == number else ChangeKind.ADD
        decision = Decision(str(number), kind, str(story), Explanation(0.9, 0.5))
        match = ConflictMatch(conflict, 2.0, places, places)
        apply_groups(self.store, [GroupOutcome(pending, decision, (match,))], self.now)
        self.note()

    def page(self, number: int, feed: Feed, title: str, *, image: str | None = None) -> None:
        """Let the page of an article be read, for the first time or after an edit."""
        article = replace(
            page_article(number, host=feed.id, body=f"{title}. Told by number {number} alone."),
            title=PlainText(title), language=feed.language, published=self.now,
            image=Image(HttpUrl(image), width=640) if image else None,
        )  # fmt: skip
        apply_page(self.store, PageOutcome(number, article, 0, None), self.now)

    def note(self) -> None:
        """Note what was published by the latest change, and go on to the next hour."""
        for story in published_stories(self.store.connection, StoryFilter(), limit=50):
            if story.updated == self.now:
                self.published[story.id, self.now] = story
        self.now += timedelta(hours=1)

    def told(self, since: datetime = NOW) -> list[MaterialChange]:
        return list(changes_as_they_were(self.store.connection, since))


@pytest.fixture
def chronicle(store: Store) -> Chronicle:
    feeds = config(COURIER, AGENCY, MAYAK, conflicts=(CONFLICT, NORTH))
    sync_config(store, replace(feeds, settings=Settings(languages=("en",))), NOW)
    return Chronicle(store)


@pytest.fixture
def lived(chronicle: Chronicle) -> Chronicle:
    """Return a chronicle in which all happened that can happen to a story."""
    chronicle.report(1, MAYAK, "Біля Орлана пором підірвався на міні", 1)
    chronicle.report(2, COURIER, "Ferry sunk by mine off Orlane, nine dead", 1, conflict="north")
    ferry = "https://agency.example/ferry.jpg"
    chronicle.report(3, AGENCY, "Ferry sunk off Orlane, 14 dead", 1, image=ferry, places=BOTH)
    chronicle.report(4, COURIER, "Port of Osk closed after ferry is sunk", 4, places=("Osk",))
    chronicle.report(5, AGENCY, "Osk port closed, two cranes lost", 4, places=("Osk",))
    merge_stories(chronicle.store, [1, 2], chronicle.now)
    chronicle.note()
    split_story(chronicle.store, 1, [3], chronicle.now)
    chronicle.note()
    chronicle.page(2, COURIER, "Ferry sunk off Orlane, nine dead and a boy missing")
    chronicle.now += timedelta(hours=1)
    chronicle.report(6, MAYAK, "Влада заперечує міни", 1)
    chronicle.report(7, AGENCY, "Navy denies mines off Orlane, 20 dead", 1)
    return chronicle


def shape(story: Story) -> dict[str, Any]:
    """Return what is known of a story of the past; on whom reports depend is that of today."""
    return {
        **{
            name: getattr(story, name)
            for name in (
                "id entry_id headline opened updated source_count conflicts summary language image"
                " places news"
            ).split()
        },
        "reports": [(report.article_id, report.title) for report in story.reports],
    }


def test_each_change_finds_its_story_as_it_was_published_then(lived: Chronicle) -> None:
    told = {(change.story.id, change.story.updated): change.story for change in lived.told()}
    assert set(lived.published) <= set(told)
    for key, story in lived.published.items():
        assert shape(told[key]) == shape(story)
    assert len({story.headline for story in lived.published.values()}) > 4
    assert max(len(story.reports) for story in lived.published.values()) >= 5


def test_changes_come_in_order_and_from_a_time_on(lived: Chronicle) -> None:
    told = lived.told()
    assert [change.id for change in told] == sorted(change.id for change in told)
    since = NOW + timedelta(hours=5)
    later = lived.told(since)
    assert later == [change for change in told if change.story.updated >= since]
    assert 0 < len(later) < len(told)


def test_a_story_that_became_part_of_another_is_told_as_it_was_before(lived: Chronicle) -> None:
    own = [change.story for change in lived.told() if change.story.id == 2]
    assert [story.headline for story in own] == [
        "Port of Osk closed after ferry is sunk",
        "Osk port closed, two cranes lost",
    ]
    assert [len(story.reports) for story in own] == [1, 2]
    assert own[0].news[0].kind is NewsKind.OPENED


def test_conflicts_are_those_that_its_reports_had_then(chronicle: Chronicle) -> None:
    chronicle.report(1, MAYAK, "Біля Орлана пором підірвався на міні", 1)
    chronicle.report(2, COURIER, "Ferry sunk by mine off Orlane, nine dead", 1, conflict="north")
    assert [change.conflicts for change in chronicle.told()] == [{"straits"}, {"straits", "north"}]


def test_an_edit_after_the_change_is_not_taken_for_what_was_then(chronicle: Chronicle) -> None:
    chronicle.report(1, COURIER, "Ferry sunk off Orlane", 1)
    chronicle.page(1, COURIER, "Ferry aground off Orlane")
    (change,) = chronicle.told()
    assert [report.title for report in change.story.reports] == ["Ferry sunk off Orlane"]
    assert change.story.summary.startswith("Ferry sunk off Orlane.")


def test_a_long_past_is_read_in_parts_without_a_walk(chronicle: Chronicle) -> None:
    for number in range(1, 131):
        chronicle.report(number, COURIER, f"Barge number {number} sunk", number)
    asked: list[str] = []
    connection = chronicle.store.connection
    connection.set_trace_callback(asked.append)
    told = chronicle.told(NOW + timedelta(minutes=30))
    connection.set_trace_callback(None)
    assert [change.story.id for change in told] == list(range(2, 131))
    for sql in asked:
        for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}"):
            assert not WALK.search(row["detail"]), sql
