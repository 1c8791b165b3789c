from datetime import UTC, datetime, timedelta

import pytest

from aggregator.group.clock import StreamClock, believable

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_there_is_no_time_before_the_first_dated_report() -> None:
    clock = StreamClock()
    assert clock.see(None, "a") is None
    assert clock.see(NOON, "a") == NOON


def test_time_is_the_largest_seen() -> None:
    clock = StreamClock()
    for moment in (NOON, NOON + HOUR, NOON - DAY, None):
        clock.see(moment, "a")
    assert clock.now == NOON + HOUR


def test_d26_one_report_from_the_future_moves_nothing() -> None:
    clock = StreamClock()
    clock.see(NOON, "a")
    clock.see(NOON + 30 * DAY, "calendar")
    clock.see(NOON + 30 * DAY, "calendar")
    clock.see(NOON + HOUR, "a")
    assert clock.now == NOON + HOUR


def test_a_pause_in_the_news_is_believed_when_two_sources_agree() -> None:
    clock = StreamClock()
    clock.see(NOON, "a")
    clock.see(NOON + 3 * DAY, "a")
    assert clock.now == NOON
    clock.see(NOON + 3 * DAY + HOUR, "b")
    assert clock.now == NOON + 3 * DAY + HOUR


@pytest.mark.parametrize("year", [1, 1970, 9999])
def test_d26_an_impossible_year_is_no_date(year: int) -> None:
    assert believable(datetime(year, 1, 1, tzinfo=UTC)) is None


def test_a_time_without_a_zone_is_utc() -> None:
    assert believable(datetime(2031, 5, 6, 12)) == NOON  # noqa: DTZ001  # the case under test
