"""A filter finds the same stories whichever way the store goes about it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.store import story_filter
from aggregator.store.front_page import Order, story_list
from aggregator.store.published import published_positions
from aggregator.store.search_terms import search_terms
from aggregator.store.story_filter import INDEXED_ORIGINS, StoryFilter
from tests.publish.sample import Desk, fill

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

# What is asked, and by what SQL of its own that is checked.
FILTERS = {
    "1": StoryFilter(),
    "id IN (SELECT story_id FROM story_conflicts WHERE conflict_id = 'velmar')": StoryFilter(
        conflict="velmar"
    ),
    "conflicts <> '[]'": StoryFilter(followed_only=True),
    "places LIKE '%Velmar%'": StoryFilter(place="velmar"),
    "languages LIKE '%\"ar\"%'": StoryFilter(language="ar"),
    "kinds LIKE '%wire%'": StoryFilter(kind="wire"),
    "countries LIKE '%IL%'": StoryFilter(country="IL"),
    "source_count >= 3": StoryFilter(outlets=3),
    "origin_count >= 2": StoryFilter(origins=2),
    f"origin_count >= {INDEXED_ORIGINS}": StoryFilter(origins=INDEXED_ORIGINS),
    f"origin_count > {INDEXED_ORIGINS}": StoryFilter(origins=INDEXED_ORIGINS + 1),
    "source_count > 1 AND json_array_length(countries) = 1": StoryFilter(one_sided=True),
    "id = 2": StoryFilter(story=2),
    "changed_at >= '2026-03-01T08:00:00Z'": StoryFilter(since=NOW - timedelta(hours=1)),
    "languages LIKE '%ar%' AND origin_count >= 2": StoryFilter(language="ar", origins=2),
    "headline LIKE '%harbour%' OR id = 1": StoryFilter(search=search_terms("harbour").query()),
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "news.db", NOW)
    fill(desk)
    for number in range(INDEXED_ORIGINS + 1):
        desk.feed(f"outlet{number}", f"Outlet {number}")
    for name, count in (("ten", INDEXED_ORIGINS), ("eleven", INDEXED_ORIGINS + 1)):
        articles = [
            desk.article(f"outlet{number}", f"Report {name} {number}", minutes=300 + number)
            for number in range(count)
        ]
        desk.story(articles)
    yield desk
    desk.store.close()


@pytest.mark.parametrize("few", [0, 1, 4000], ids=["walks", "one is few", "lists"])
@pytest.mark.parametrize("condition", list(FILTERS))
def test_every_way_finds_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, condition: str, few: int
) -> None:
    monkeypatch.setattr(story_filter, "FEW", few)
    wanted = FILTERS[condition]
    expected = {
        row[0]
        for row in desk.connection.execute(
            f"SELECT id FROM stories WHERE merged_into IS NULL AND ({condition})"
        )
    }
    assert expected or condition.startswith("source_count > 1")
    found = [
        position.story_id for position in published_positions(desk.connection, wanted, limit=50)
    ]
    assert sorted(found) == sorted(expected)
    for order in Order:
        cards = story_list(desk.connection, wanted, limit=50, order=order).cards
        assert sorted(card.id for card in cards) == sorted(expected)
