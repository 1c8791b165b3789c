from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.scrape.dates.calendars import from_ethiopian, from_islamic, from_solar_hijri

Conversion = Callable[[int, int, int], date]


@pytest.mark.parametrize(
    ("conversion", "theirs", "ours"),
    [
        # Nowruz, its leap years, and the day that Iran keeps as that of its revolution.
        (from_solar_hijri, (1343, 1, 1), "1964-03-21"),
        (from_solar_hijri, (1357, 11, 22), "1979-02-11"),
        (from_solar_hijri, (1403, 1, 1), "2024-03-20"),
        (from_solar_hijri, (1403, 12, 30), "2025-03-20"),
        (from_solar_hijri, (1404, 1, 1), "2025-03-21"),
        (from_solar_hijri, (1405, 1, 1), "2026-03-21"),
        # Enkutatash, the day before it in a leap year, and the end of the Derg.
        (from_ethiopian, (1983, 9, 20), "1991-05-28"),
        (from_ethiopian, (2000, 1, 1), "2007-09-12"),
        (from_ethiopian, (2015, 13, 6), "2023-09-11"),
        (from_ethiopian, (2016, 1, 1), "2023-09-12"),
        (from_ethiopian, (2018, 1, 1), "2025-09-11"),
        # New year and the end of Ramadan, as most countries kept them.
        (from_islamic, (1443, 1, 1), "2021-08-10"),
        (from_islamic, (1445, 10, 1), "2024-04-10"),
        (from_islamic, (1447, 9, 1), "2026-02-18"),
    ],
)
def test_known_days(conversion: Conversion, theirs: tuple[int, int, int], ours: str) -> None:
    assert conversion(*theirs).isoformat() == ours


@pytest.mark.parametrize(
    ("conversion", "theirs"),
    [
        (from_solar_hijri, (1404, 12, 30)),
        (from_solar_hijri, (1405, 7, 31)),
        (from_solar_hijri, (1405, 13, 1)),
        (from_solar_hijri, (1447, 1, 1)),
        (from_ethiopian, (2016, 13, 6)),
        (from_ethiopian, (2016, 14, 1)),
        (from_ethiopian, (2016, 1, 31)),
        (from_islamic, (1405, 1, 1)),
        (from_islamic, (1447, 1, 31)),
        (from_islamic, (1447, 0, 1)),
    ],
)
def test_days_that_are_none(conversion: Conversion, theirs: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        conversion(*theirs)


@given(st.integers(1343, 1424), st.integers(1, 11))
def test_months_of_the_iranian_calendar_follow_one_another(year: int, month: int) -> None:
    length = 31 if month <= 6 else 30
    end = from_solar_hijri(year, month, length)
    assert from_solar_hijri(year, month + 1, 1) == end + timedelta(days=1)
    assert (from_solar_hijri(year + 1, 1, 1) - from_solar_hijri(year, 12, 29)).days in {1, 2}


@given(st.integers(1950, 2099))
def test_ethiopian_years_follow_one_another(year: int) -> None:
    length = 6 if year % 4 == 3 else 5
    end = from_ethiopian(year, 13, length)
    assert from_ethiopian(year + 1, 1, 1) == end + timedelta(days=1)
