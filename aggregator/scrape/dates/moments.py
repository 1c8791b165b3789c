"""Written dates into times: machine-readable ones, and those that people read."""

import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from aggregator.scrape.dates.relative import read_age
from aggregator.scrape.dates.written_dates import ISLAMIC, Reading, written_dates

__all__ = ["parse_moment", "read_age", "read_date"]

_MACHINE_DATE: Final = range(5, 61)
"""Characters of a machine-readable date."""
_EPOCH_DIGITS: Final = (10, 13)
_GMT_BEFORE_OFFSET: Final = re.compile(r"\b(?:GMT|UTC)(?=[+-]\d)")
_HALF_OF_DAY: Final = re.compile(r"\d ?([ap])\.?m\b", re.IGNORECASE)
_HALF: Final = 12
_YEARS_OF_OURS: Final = range(1900, 2100)
"""Others are of another calendar."""
_ONE_DAY: Final = timedelta(days=1)


def parse_moment(raw: str) -> datetime | None:
    """Return the time that a machine-readable date means, else None.

    Reads ISO 8601 and its usual misspellings, RFC 5322 and seconds since 1970; in their place, a
    date for people that has a year and one meaning, at midnight. The zone is the one given, so
    that the day stays the publisher's; without one it is UTC.
    """
    text = raw.strip()
    if len(text) not in _MACHINE_DATE:
        return None
    try:
        moment = _iso(text) or _epoch(text) or _rfc_5322(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        moment = None
    if moment is None or moment.year not in _YEARS_OF_OURS:
        return _date_for_people(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _date_for_people(text: str) -> datetime | None:
    for reading in written_dates(text):
        day = reading.date_by(None)
        if day is not None and reading.sure and reading.calendar is not ISLAMIC:
            return datetime.combine(day, time(), UTC)
    return None


def _iso(text: str) -> datetime | None:
    text = re.sub(r"\s+([+-]\d\d:?\d\d)$", r"\1", re.sub(r" ?(?:UTC|GMT)$", "Z", text))
    for candidate in (text, text.replace("/", "-"), text[:25], text[:19], text[:10]):
        try:
            return datetime.fromisoformat(candidate)
        except ValueError:
            continue
    return None


def _epoch(text: str) -> datetime | None:
    if text.isdecimal() and len(text) in _EPOCH_DIGITS:
        return datetime.fromtimestamp(int(text[:10]), UTC)
    return None


def _rfc_5322(text: str) -> datetime:
    """Read also the dates of JavaScript ("GMT+0300") and those with a twelve-hour clock."""
    moment = parsedate_to_datetime(_GMT_BEFORE_OFFSET.sub("", text))
    half = _HALF_OF_DAY.search(text)
    if half is not None and 1 <= moment.hour <= _HALF:
        moment = moment.replace(hour=moment.hour % _HALF + (_HALF if half[1] in "pP" else 0))
    return moment


def read_date(
    text: str, *, reference: datetime | None = None, month_first: bool = False
) -> datetime | None:
    """Return the first date in a line for people, at midnight UTC, else None.

    A date without a year ("Apr 11") is the last one until `reference`, and nothing without a
    reference. Where a name of a month belongs to two calendars, the day is in the one that does
    not put it after the reference. `month_first` decides 3/4/2025 where the figures allow both.
    A lunar Islamic date without another beside it may be a day off, so it needs a reference, and
    is the reference's day if that is within a day of it.
    """
    days = [
        day
        for reading in written_dates(text, month_first=month_first)
        if (day := _day(reading, reference)) is not None
    ]
    if not days:
        return None
    past = (day for day in days if reference is None or day <= (reference + _ONE_DAY).date())
    return datetime.combine(next(past, days[0]), time(), UTC)


def _day(reading: Reading, reference: datetime | None) -> date | None:
    day = reading.date_by(reference)
    if day is None or reading.calendar is not ISLAMIC:
        return day
    if reference is None:
        return None
    return reference.date() if abs(reference.date() - day) <= _ONE_DAY else day
