from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.group.prominence import prominence

NOON = datetime(2031, 5, 6, 12, 0, tzinfo=UTC)


def at(*hours_ago: float) -> list[datetime]:
    return [NOON - timedelta(hours=hours) for hours in hours_ago]


@pytest.mark.parametrize(
    ("leading", "following"),
    [
        pytest.param(at(0), at(1), id="newer"),
        pytest.param(at(0, 0), at(0), id="more origins"),
        pytest.param(at(1, 2), at(0), id="two origins an hour ago before one now"),
        pytest.param(at(23.9, *[40] * 15), at(0), id="sixteen origins for a day"),
        pytest.param(at(0), at(24.1, *[40] * 15), id="and no longer"),
        pytest.param(at(0, 1, 2, 3), at(0, 10, 20, 30), id="the one that grows"),
        pytest.param(at(0), [], id="any before none"),
    ],
)
def test_which_of_two_stories_leads(leading: list[datetime], following: list[datetime]) -> None:
    assert prominence(leading) > prominence(following)


@given(
    st.lists(st.integers(0, 10_000), min_size=1, max_size=30),
    st.lists(st.integers(0, 10_000), min_size=1, max_size=30),
    st.integers(1, 5000),
)
def test_the_order_of_two_stories_does_not_change_with_time(
    one: list[int], other: list[int], later: int
) -> None:
    def of(minutes: list[int], shift: int) -> float:
        return prominence(NOON + timedelta(minutes=each + shift) for each in minutes)

    # To the precision that is kept: thousandths of an hour.
    difference = of(one, 0) - of(other, 0)
    assert of(one, later) - of(other, later) == pytest.approx(difference, abs=0.0021)


def test_the_order_of_reports_does_not_matter() -> None:
    assert prominence(at(0, 5, 9)) == prominence(at(9, 0, 5))
