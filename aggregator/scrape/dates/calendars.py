"""Days of other calendars as days of ours.

The arithmetic is that of E. M. Reingold and N. Dershowitz, "Calendrical Calculations" (4th ed.,
Cambridge University Press, 2018): fixed days, counted as `datetime.date.toordinal` counts them.
Each function raises ValueError for a day that its calendar has not.
"""

from datetime import date
from typing import Final

SOLAR_HIJRI_YEARS: Final = range(1343, 1426)
"""Years of the Iranian calendar read as such: those in which its 33-year cycle is the true one,
until the years in which news bears lunar ones (1426 began in 2005)."""
ISLAMIC_YEARS: Final = range(1426, 1501)
ETHIOPIAN_YEARS: Final = range(1950, 2101)
BUDDHIST_ERA: Final = 543
"""Years that the Thai calendar is ahead of ours, whose months and days it shares."""
ERAS: Final = {"昭和": 1925, "平成": 1988, "令和": 2018, "民國": 1911, "民国": 1911}
"""Japanese and Taiwanese eras, and the year before their first."""

_SOLAR_HIJRI_NEW_YEAR: Final = date(1964, 3, 21)
"""1 Farvardin 1343."""
_SOLAR_HIJRI_LEAP: Final = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
"""Of 33 years, which the astronomical rule of Iran follows from 1343 to 1472."""
_DAYS_OF_SOLAR_HIJRI: Final = (31,) * 6 + (30,) * 5 + (29,)
_ETHIOPIAN_EPOCH: Final = 2796
"""29 August of the year 8, Julian."""
_ISLAMIC_EPOCH: Final = 227015
"""16 July 622, Julian."""
_MONTHS: Final = 12
_DAYS_OF_MONTH: Final = 30
_PAGUME: Final = 13


def from_solar_hijri(year: int, month: int, day: int) -> date:
    """Return the day of a date of the Iranian calendar (also that of Afghanistan)."""
    if year not in SOLAR_HIJRI_YEARS or not 1 <= month <= _MONTHS:
        raise ValueError(year, month)
    length = _DAYS_OF_SOLAR_HIJRI[month - 1] + (month == _MONTHS and _is_solar_leap(year))
    if not 1 <= day <= length:
        raise ValueError(day)
    earlier = range(SOLAR_HIJRI_YEARS.start, year)
    days = 365 * len(earlier) + sum(map(_is_solar_leap, earlier))
    days += sum(_DAYS_OF_SOLAR_HIJRI[: month - 1]) + day - 1
    return date.fromordinal(_SOLAR_HIJRI_NEW_YEAR.toordinal() + days)


def _is_solar_leap(year: int) -> bool:
    return year % 33 in _SOLAR_HIJRI_LEAP


def from_ethiopian(year: int, month: int, day: int) -> date:
    """Return the day of an Ethiopian date: twelve months of 30 days, and Pagume of 5 or 6."""
    length = _DAYS_OF_MONTH if month < _PAGUME else 5 + (year % 4 == 3)  # noqa: PLR2004 - leap years
    if year not in ETHIOPIAN_YEARS or not 1 <= month <= _PAGUME or not 1 <= day <= length:
        raise ValueError(year, month, day)
    days = 365 * (year - 1) + year // 4 + _DAYS_OF_MONTH * (month - 1) + day - 1
    return date.fromordinal(_ETHIOPIAN_EPOCH + days)


def from_islamic(year: int, month: int, day: int) -> date:
    """Return the day of a lunar Islamic date by the arithmetical calendar.

    Countries go by tables or by sight of the moon, so that a date in the news may mean the day
    before or after.
    """
    if year not in ISLAMIC_YEARS or not 1 <= month <= _MONTHS or not 1 <= day <= _DAYS_OF_MONTH:
        raise ValueError(year, month, day)
    days = 354 * (year - 1) + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day - 1
    return date.fromordinal(_ISLAMIC_EPOCH + days)
