from datetime import UTC, datetime, timedelta

import pytest

from aggregator.group.life_cycle import LifeCycle, life_cycle

NOW = datetime(2031, 5, 6, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "state"),
    [
        ([0, 3, 6], LifeCycle.GROWING),
        ([0, 3, 6.1], LifeCycle.OPEN),
        ([1], LifeCycle.OPEN),
        ([24], LifeCycle.OPEN),
        ([24.1, 24.1, 24.1], LifeCycle.QUIET),
        ([24 * 7], LifeCycle.QUIET),
        ([24 * 7 + 0.1], LifeCycle.CLOSED),
        ([], LifeCycle.CLOSED),
    ],
)
def test_a_story_is_as_its_reports_are(hours: list[float], state: LifeCycle) -> None:
    assert life_cycle((NOW - timedelta(hours=ago) for ago in hours), NOW) is state
