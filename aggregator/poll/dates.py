"""Times of entries: every spelling that feeds use, in many languages, to aware UTC.

feedparser's own reader is not used: it takes "2020/1/10" for the first of November, knows month
names of four languages, and says nothing of what it could not read.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from aggregator.text.clean import plain_line
from aggregator.text.months import MONTHS, SOLAR_HIJRI_MONTHS

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""Before the web; an earlier time is a default or a slip."""
LATEST_AHEAD: Final = timedelta(hours=24)
"""A local time called UTC is up to 14 hours ahead; more is a slip or bait."""

_LENGTH_LIMIT: Final = 100
_QUOTED_LIMIT: Final = 60

_YEAR_FIRST: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT: Final = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:t?(\d\d)(\d\d)(\d\d)?)?(?!\d)")
_EAST_ASIAN: Final = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_DAY_OR_MONTH_FIRST: Final = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?!\d)")
_TIME: Final = re.compile(
    r"(?<!\d)(\d{1,2})(?::|h)(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(?!\d)(?:\s*([ap])\.?m\.?(?![a-z]))?"
)
_ZONE: Final = re.compile(r"\s*\(?\s*([a-z]{1,5})?\s*(?:([+-])(\d{1,2}):?(\d\d)?(?!\d))?")
_SECONDS: Final = re.compile(r"^(\d{9,10})(\d{3})?$")
_VOWEL_SIGNS: Final = (
    "\u0300-\u036f\u0591-\u05bd\u064b-\u0655\u0900-\u0903\u093a-\u094f\u102b-\u103e"
)
"""Marks of Latin, Hebrew, Arabic, Devanagari and Burmese: parts of words, no letters to `re`."""
_WORD_OR_NUMBER: Final = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{_VOWEL_SIGNS}])*|\d+")
_AFTERNOON: Final = ("오후", "下午", "午後", "午后")

_ENGLISH_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1
    )
}
_CLOCK: Final = (
    r"(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.\d{1,9})?)?"
)
_OFFSET: Final = r"(?P<sign>[+-])(?P<hours>[01]\d):?(?P<minutes>[0-5]\d)"
_RFC_822: Final = re.compile(
    rf"(?:[A-Z][a-z]{{2}}, )?(?P<day>\d{{1,2}}) (?P<month>{'|'.join(_ENGLISH_MONTHS)})"
    rf" (?P<year>(?:19|20)\d\d) {_CLOCK} (?:GMT|UTC|Z|{_OFFSET})",
    re.ASCII,
)
_ISO_8601: Final = re.compile(
    rf"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)[T ]{_CLOCK}(?:Z|{_OFFSET})?",
    re.ASCII,
)
_PARTS: Final = "month year day hour minute second sign hours minutes".split()

# Hours from UTC. RFC 822 defines the American ones; the others are those met in feeds. Names that
# several zones share have the meaning that most news publishers give them (IST is India).
_ZONES: Final = {
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "akst": -9, "hst": -10, "ast": -4, "art": -3, "brt": -3, "wet": 0, "west": 1, "bst": 1,
    "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "msd": 4, "trt": 3,
    "idt": 3, "irst": 3.5, "gst": 4, "aft": 4.5, "pkt": 5, "ist": 5.5, "npt": 5.75, "wib": 7,
    "ict": 7, "hkt": 8, "sgt": 8, "pht": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11,
    "nzst": 12, "nzdt": 13, "wat": 1, "cat": 2, "sast": 2, "eat": 3,
}  # fmt: skip
_HALF_A_DAY: Final = 12
_SIXTY: Final = 60
_LATEST_CLOCK: Final = (24, 0, 0)
_MONTHS_IN_A_YEAR: Final = 12
_SHORT_YEAR_DIGITS: Final = 2
_FIRST_SHORT_YEAR_OF_THE_1900S: Final = 50
"""RFC 2822, section 4.3."""

# The Iranian calendar: six months of 31 days, then of 30, leap years by the 33-year cycle, which is
# right from 1343 to 1502 (1964 to 2123).
_SOLAR_HIJRI_YEARS: Final = range(1300, 1500)
_SOLAR_HIJRI_EPOCH: Final = date(1921, 3, 21)
_SOLAR_HIJRI_LEAP: Final = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
_SOLAR_HIJRI_DAYS_BEFORE: Final = (
    0, 31, 62, 93, 124, 155, 186, 216, 246, 276, 306, 336, 366,
)  # fmt: skip


class Reading(NamedTuple):
    """The time of an entry, None if there is none, and the field or what is wrong with it."""

    moment: datetime | None
    how: str


def best_time(fields: Iterable[tuple[str, str]], now: datetime, language: str | None) -> Reading:
    """Return the first usable time among (field, text) pairs.

    Without one, a time in the future stands for `now`, since the entry is there; of other texts
    the first says why it is none.
    """
    ahead = refused = None
    for field, raw in fields:
        moment = parse_date(raw, language)
        if moment is not None and EARLIEST <= moment <= now + LATEST_AHEAD:
            return Reading(moment, field)
        quoted = plain_line(raw, limit=_QUOTED_LIMIT)
        if moment is not None and moment > now:
            ahead = ahead or Reading(now, f"future: {quoted}")
        else:
            reason = "unreadable" if moment is None else "implausible"
            refused = refused or Reading(None, f"{reason}: {quoted}")
    return ahead or refused or Reading(None, "missing")


@lru_cache(maxsize=4096)
def parse_date(raw: str, language: str | None = None) -> datetime | None:
    """Return the time that `raw` means in UTC, None if it means none for certain.

    A time without a zone is UTC. "3/4/2026" has two readings: outside English the day is first,
    in English or unknown languages there is no answer. A date without a year has none.
    """
    if len(raw) > _LENGTH_LIMIT:
        return None
    usual = (_ISO_8601 if raw[4:5] == "-" else _RFC_822).fullmatch(raw)
    if usual is not None:
        return _usual(usual)
    text = _with_ascii_digits(unicodedata.normalize("NFKC", raw).lower()).strip()
    try:
        return _read(text, language)
    except (ValueError, OverflowError):
        return None


def _usual(match: re.Match[str]) -> datetime | None:
    """Return what `_read` makes of the two spellings that the standards ask for."""
    month, year, day, hour, minute, second, sign, hours, minutes = match.group(*_PARTS)
    number = _ENGLISH_MONTHS.get(month) or int(month)
    try:
        moment = datetime(
            int(year), number, int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC
        )
        if sign is None:
            return moment
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return moment + offset if sign == "-" else moment - offset
    except (ValueError, OverflowError):
        return None


def _read(text: str, language: str | None) -> datetime | None:
    seconds = _SECONDS.match(text)
    if seconds:
        return datetime.fromtimestamp(int(seconds[1]), UTC)
    compact = _COMPACT.match(text)
    if compact:
        year, month, day, hour, minute, second = (int(group or 0) for group in compact.groups())
        _, offset = _zone(text[compact.end() :])
        return _moment(date(year, month, day), (hour, minute, second), offset)
    time = _TIME.search(text)
    if time is None:
        day_found = _day(text, language)
        return _moment(day_found, (0, 0, 0), timedelta()) if day_found else None
    consumed, offset = _zone(text[time.end() :])
    day_found = _day(f"{text[: time.start()]} {text[time.end() + consumed :]}", language)
    if day_found is None:
        return None
    hour, minute, second = (int(group or 0) for group in time.group(1, 2, 3))
    if time[4] or any(word in text for word in _AFTERNOON):
        hour = hour % _HALF_A_DAY + (0 if time[4] == "a" else _HALF_A_DAY)
    return _moment(day_found, (hour, minute, second), offset)


def _moment(day: date, clock: tuple[int, int, int], offset: timedelta) -> datetime:
    hour, minute, second = clock
    if (hour, minute, second) > _LATEST_CLOCK or max(minute, second) > _SIXTY:
        raise ValueError
    # 24:00 and a leap second are the next day and the next minute.
    elapsed = timedelta(hours=hour, minutes=minute, seconds=second)
    midnight = datetime(day.year, day.month, day.day, tzinfo=timezone(offset))
    return (midnight + elapsed).astimezone(UTC)


def _zone(text: str) -> tuple[int, timedelta]:
    """Return how many characters at the start of `text` name a zone, and its offset."""
    match = _ZONE.match(text)
    assert match is not None, "every part of the pattern is optional"
    name, sign, hours, minutes = match.groups()
    if sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return match.end(), -offset if sign == "-" else offset
    if name in _ZONES:
        return match.end(), timedelta(hours=_ZONES[name])
    return 0, timedelta()


def _day(text: str, language: str | None) -> date | None:
    year_first = _YEAR_FIRST.search(text)
    if year_first:
        return _date(int(year_first[1]), int(year_first[3]), int(year_first[4]))
    east_asian = _EAST_ASIAN.search(text)
    if east_asian:
        return _date(*(int(group) for group in east_asian.groups()))
    numeric = _DAY_OR_MONTH_FIRST.search(text)
    if numeric:
        return _day_or_month_first(numeric, language)
    return _named_month(text)


def _day_or_month_first(match: re.Match[str], language: str | None) -> date | None:
    first, second, year = int(match[1]), int(match[3]), _full_year(match[4])
    if match[2] == "." or first > _MONTHS_IN_A_YEAR or first == second:
        return _date(year, second, first)
    if second > _MONTHS_IN_A_YEAR:
        return _date(year, first, second)
    return None if language in {None, "en"} else _date(year, second, first)


def _named_month(text: str) -> date | None:
    tokens = _WORD_OR_NUMBER.findall(text)
    names = [*tokens, *map(" ".join, pairwise(tokens))]
    found = [MONTHS[name] for name in names if name in MONTHS]
    iranian = [SOLAR_HIJRI_MONTHS[name] for name in names if name in SOLAR_HIJRI_MONTHS]
    try:
        day, year = (token for token in tokens if token.isdigit())
    except ValueError:
        return None
    if len(day) > len(year):
        day, year = year, day
    if iranian and int(year) in _SOLAR_HIJRI_YEARS:
        return _date(int(year), iranian[-1], int(day))
    # The last one, because "mar" before it is Tuesday in Spanish, Italian and French.
    return _date(_full_year(year), found[-1], int(day)) if found else None


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) > _SHORT_YEAR_DIGITS:
        return year
    return year + (2000 if year < _FIRST_SHORT_YEAR_OF_THE_1900S else 1900)


def _date(year: int, month: int, day: int) -> date:
    if year not in _SOLAR_HIJRI_YEARS:
        return date(year, month, day)
    if not 1 <= month <= _MONTHS_IN_A_YEAR:
        raise ValueError
    days_before = _SOLAR_HIJRI_DAYS_BEFORE[month - 1]
    is_short = month == _MONTHS_IN_A_YEAR and year % 33 not in _SOLAR_HIJRI_LEAP
    if not 1 <= day <= _SOLAR_HIJRI_DAYS_BEFORE[month] - days_before - is_short:
        raise ValueError
    earlier = range(_SOLAR_HIJRI_YEARS.start, year)
    leap_days = sum(year % 33 in _SOLAR_HIJRI_LEAP for year in earlier)
    days = len(earlier) * 365 + leap_days + days_before + day - 1
    return _SOLAR_HIJRI_EPOCH + timedelta(days=days)


def _with_ascii_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)
