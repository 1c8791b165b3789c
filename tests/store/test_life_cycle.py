"""The view and the pure rule say the same of every story."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.group.life_cycle import life_cycle
from aggregator.store.whole_story import latest_reports
from tests.publish.sample import Desk

HOURS = {
    "growing": [30, 5, 3, 1],
    "open": [30, 5, 3, 8],
    "quiet": [30, 40],
    "closed": [24 * 8, 24 * 9, 24 * 8, 24 * 8],
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    # The view asks the clock of SQLite.
    desk = Desk(tmp_path / "news.db", datetime.now(UTC))
    desk.feed("herald", "Velmar Herald")
    yield desk
    desk.store.close()


def test_the_view_says_what_the_rule_says(desk: Desk) -> None:
    stories = {
        desk.story([desk.article("herald", name, minutes=60 * ago) for ago in hours]): name
        for name, hours in HOURS.items()
    }
    rows = desk.connection.execute("SELECT story_id, life_cycle FROM current_stories")
    assert {row["story_id"]: row["life_cycle"] for row in rows} == stories
    for story, name in stories.items():
        assert life_cycle(latest_reports(desk.connection, story), desk.now) == name
