from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.poll.rhythm import HALF_LIFE, expected_entries, observed, time_until

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_steady_feed_is_expected_to_go_on() -> None:
    rhythm = observed(None, [NOW - n * 2 * HOUR for n in range(300)], NOW)
    assert expected_entries(rhythm, NOW, NOW + DAY) == pytest.approx(12, rel=0.1)
    assert expected_entries(rhythm, NOW - 20 * DAY, NOW) == pytest.approx(240, rel=0.1)


def test_entries_counted_in_steps_are_as_if_counted_at_once() -> None:
    moments = [NOW - n * HOUR for n in range(200)]
    whole = observed(None, moments, NOW)
    steps = observed(None, moments[100:], NOW - 100 * HOUR)
    steps = observed(steps, moments[:100], NOW)
    assert steps.since == whole.since
    assert steps.weight == pytest.approx(whole.weight)
    assert steps.hours == pytest.approx(whole.hours)
    assert steps.days == pytest.approx(whole.days)


def test_old_habits_fade() -> None:
    rhythm = observed(None, [NOW - n * HOUR for n in range(300)], NOW)
    busy = expected_entries(rhythm, NOW, NOW + DAY)
    later = NOW + 3 * HALF_LIFE
    assert expected_entries(rhythm, later, later + DAY) < busy / 4


def test_a_feed_of_which_nothing_is_known_is_taken_for_an_hourly_one() -> None:
    assert expected_entries(observed(None, [], NOW), NOW, NOW + HOUR) == pytest.approx(1)


def test_an_archive_says_nothing_of_the_rhythm() -> None:
    rhythm = observed(None, [NOW - 400 * DAY - n * HOUR for n in range(100)], NOW)
    assert rhythm.weight == 0
    assert rhythm.since == NOW


moments = st.integers(0, 3650 * 24 * 60).map(lambda minutes: NOW - minutes * HOUR / 60)


@given(st.lists(moments, max_size=40), moments, st.floats(0.01, 50), st.floats(0.1, 100))
def test_d26_whatever_the_clock_did_a_wait_is_within_its_bounds(
    times: list[datetime], now: datetime, entries: float, hours: float
) -> None:
    rhythm = observed(None, times, now)
    for moment in (now, now - DAY, now + 30 * DAY):
        wait = time_until(rhythm, moment, entries, longest=hours * HOUR)
        assert timedelta(0) <= wait <= hours * HOUR
        assert expected_entries(rhythm, moment, moment + wait) <= entries * 1.001
        assert expected_entries(rhythm, moment, moment - DAY) == 0
