"""Written dates into times: machine-readable ones, and those that people read."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from aggregator.text.months import MONTHS

_NUMERIC: Final = re.compile(
    r"(?<![\d/.-])(?:((?:19|20)\d\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})"
    r"|(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\5\s?((?:19|20)\d\d))(?!\d)"
)
_SHORT_YEAR: Final = re.compile(r"(?<![\d.])(\d{1,2})\. ?(\d{1,2})\. ?(\d\d)(?![\d.])")
_DAY_MONTH: Final = re.compile(
    r"(?<![\d:.])(\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s{0,2}(?:de |of |من )?"
    r"([^\W\d_]{2,14}(?: (?:الثاني|الأول))?)\.?,?\s{0,2}(?:de |del )?((?:19|20)\d\d)?(?![\d:])"
)
_MONTH_DAY: Final = re.compile(
    r"\b([^\W\d_]{3,12})\.?\s{1,2}(\d{1,2})(?:st|nd|rd|th)?(?:,?\s{1,2}((?:19|20)\d\d))?(?![\d:])"
)
_AGO: Final = re.compile(
    r"\b(?:(?:vor|hace|il y a|há)\s)?(\d{1,2})\s?"
    r"(minutes?|mins?|minuten|minutos|hours?|hrs?|h|stunden?|horas?|heures?|days?|tage?n?|d[ií]as?|jours?)\b(\sago)?",
    re.IGNORECASE,
)
_UNITS: Final = {"m": "minutes", "h": "hours", "s": "hours", "d": "days", "t": "days", "j": "days"}
_MACHINE_DATE: Final = range(5, 61)
"""Characters of a machine-readable date."""
_EPOCH_DIGITS: Final = (10, 13)


def parse_moment(raw: str) -> datetime | None:
    """Return the time that a machine-readable date means, else None.

    Reads ISO 8601 and its usual misspellings, RFC 5322 and seconds since 1970. The zone is the
    one given, so that the day stays the publisher's; without one it is UTC.
    """
    text = raw.strip()
    if len(text) not in _MACHINE_DATE:
        return None
    try:
        moment = _iso(text) or _epoch(text) or parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    except (ValueError, IndexError, TypeError, OverflowError):
        return None


def _iso(text: str) -> datetime | None:
    text = re.sub(r"\s+([+-]\d\d:?\d\d)$", r"\1", re.sub(r" ?(?:UTC|GMT)$", "Z", text))
    for candidate in (text, text.replace("/", "-"), text[:19], text[:10]):
        try:
            return datetime.fromisoformat(candidate)
        except ValueError:
            continue
    return None


def _epoch(text: str) -> datetime | None:
    if text.isdecimal() and len(text) in _EPOCH_DIGITS:
        return datetime.fromtimestamp(int(text[:10]), UTC)
    return None


def read_date(
    text: str, *, reference: datetime | None = None, month_first: bool = False
) -> datetime | None:
    """Return the first date in a line for people, at midnight UTC, else None.

    A date without a year ("Apr 11") is the last one before `reference`, and nothing without a
    reference. `month_first` decides 3/4/2025 where the figures allow both.
    """
    for year, month, day in _written(text, month_first=month_first):
        moment = _dated(year, month, day, reference)
        if moment is not None:
            return moment
    return None


def read_age(text: str, now: datetime) -> datetime | None:
    """Return when "3 hours ago" was, else None."""
    match = _AGO.search(text)
    if match is None or not (match[3] or match[0][0].isalpha()):
        return None
    unit = _UNITS.get(match[2][0].lower())
    return now - timedelta(**{unit: int(match[1])}) if unit else None


def _written(text: str, *, month_first: bool) -> list[tuple[int | None, int, int]]:
    found: list[tuple[int, tuple[int | None, int, int]]] = []
    for match in _NUMERIC.finditer(text):
        if match[1]:
            found.append((match.start(), (int(match[1]), int(match[2]), int(match[3]))))
            continue
        day, month = int(match[4]), int(match[6])
        if month > 12 or (month_first and match[5] == "/" and day <= 12):  # noqa: PLR2004 - months
            day, month = month, day
        found.append((match.start(), (int(match[7]), month, day)))
    found += [
        (match.start(), (2000 + int(match[3]), int(match[2]), int(match[1])))
        for match in _SHORT_YEAR.finditer(text)
    ]
    for pattern, day_group, month_group in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        for match in pattern.finditer(text):
            name = match[month_group].lower()
            if number := MONTHS.get(name):
                year = int(match[3]) if match[3] else None
                found.append((match.start(), (year, number, int(match[day_group]))))
    # A year makes a date surer than its place in the line.
    return [date for _, date in sorted(found, key=lambda item: (item[1][0] is None, item[0]))]


def _dated(year: int | None, month: int, day: int, reference: datetime | None) -> datetime | None:
    if year is None and reference is None:
        return None
    years = (year,) if year else (reference.year, reference.year - 1) if reference else ()
    for candidate in years:
        try:
            moment = datetime(candidate, month, day, tzinfo=UTC)
        except ValueError:
            continue
        if year or reference is None or moment <= reference + timedelta(days=1):
            return moment
    return None
