from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregator.store.report_times import SLOT, counts_from, record_of

NOON = datetime(2031, 5, 6, 12, 0, tzinfo=UTC)


@given(st.lists(st.integers(0, 60 * 24 * 400), min_size=1, max_size=50))
def test_every_report_is_counted_near_its_time(minutes: list[int]) -> None:
    times = [NOON + timedelta(minutes=each) for each in minutes]
    counts = counts_from(record_of(times), min(times))
    assert sum(counts.values()) == len(times)
    assert all(any(timedelta() <= time - slot < SLOT for slot in counts) for time in times)


def test_nothing_is_nothing() -> None:
    assert counts_from(record_of([]), NOON) == {}
