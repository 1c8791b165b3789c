"""Dates in lines for people, in the languages and calendars of our feeds."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from aggregator.scrape.dates.calendars import (
    BUDDHIST_ERA,
    ERAS,
    ETHIOPIAN_YEARS,
    ISLAMIC_YEARS,
    SOLAR_HIJRI_YEARS,
    from_ethiopian,
    from_islamic,
    from_solar_hijri,
)
from aggregator.scrape.dates.spelling import WORD, plain_spelling
from aggregator.text.months import (
    ETHIOPIAN_MONTHS,
    ISLAMIC_MONTHS,
    MONTHS,
    SOLAR_HIJRI_MONTHS,
    THAI_MONTHS,
    TIGRINYA_MONTHS,
)


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a calendar counts; `behind` is the most that its count of years is behind ours."""

    to_date: Callable[[int, int, int], date]
    years: range
    behind: int = 0


def _from_buddhist(year: int, month: int, day: int) -> date:
    return date(year - BUDDHIST_ERA, month, day)


GREGORIAN: Final = Calendar(date, range(1900, 2100))
BUDDHIST: Final = Calendar(_from_buddhist, range(2500, 2600))
SOLAR_HIJRI: Final = Calendar(from_solar_hijri, SOLAR_HIJRI_YEARS, behind=622)
ETHIOPIAN: Final = Calendar(from_ethiopian, ETHIOPIAN_YEARS, behind=8)
ISLAMIC: Final = Calendar(from_islamic, ISLAMIC_YEARS)


class Reading(NamedTuple):
    """What a line may mean; without a year, the day comes round every year.

    `sure` is False where day and month could be the other way round.
    """

    start: int
    calendar: Calendar
    year: int | None
    month: int
    day: int
    sure: bool = True

    def date_by(self, reference: datetime | None) -> date | None:
        """Return the day, the last one until the day after `reference` where no year is given."""
        if self.year is not None:
            return self._in_year(self.year)
        if reference is None:
            return None
        latest = (reference + timedelta(days=1)).date()
        newest = reference.year - self.calendar.behind
        days = filter(None, map(self._in_year, (newest + 1, newest, newest - 1)))
        return next((day for day in days if day <= latest), None)

    def _in_year(self, year: int) -> date | None:
        try:
            return self.calendar.to_date(year, self.month, self.day)
        except ValueError:
            return None


def written_dates(text: str, *, month_first: bool = False) -> list[Reading]:
    """Return what dates a line tells, the best first: those with a year, then as they stand.

    Lunar Islamic dates come last, for they are known to within a day only. `month_first` decides
    3/4/2025 where the figures allow both.
    """
    line = plain_spelling(text)
    found = [*_in_figures(line, month_first=month_first), *_in_words(line), *_in_thai(line)]
    return sorted(
        found,
        key=lambda reading: (reading.calendar is ISLAMIC, reading.year is None, reading.start),
    )


_YEAR: Final = r"(?:1[349]|20|25)\d\d"
_YEAR_FIRST: Final = re.compile(
    rf"(?<![\d/.-])({_YEAR})\s?[-/.年년]\s?(\d{{1,2}})\s?[-/.月월]\s?(\d{{1,2}})(?!\d)"
)
_YEAR_LAST: Final = re.compile(
    rf"(?<![\d/.-])(\d{{1,2}})\s?([./-])\s?(\d{{1,2}})\s?\2\s?({_YEAR})(?!\d)"
)
_SHORT_YEAR: Final = re.compile(r"(?<![\d.])(\d{1,2})\. ?(\d{1,2})\. ?(\d\d)(?![\d.])")
_WITHOUT_YEAR: Final = re.compile(r"(?<![\d年년]) ?(?<!\d)(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_OF_ERA: Final = re.compile(
    rf"({'|'.join(ERAS)})\s?(\d{{1,3}}|元)\s?年\s?(\d{{1,2}})\s?月\s?(\d{{1,2}})\s?日"
)
_MONTHS_IN_A_YEAR: Final = 12


def _in_figures(line: str, *, month_first: bool) -> Iterator[Reading]:
    for match in _YEAR_FIRST.finditer(line):
        year = int(match[1])
        yield Reading(match.start(), _calendar_of(year), year, int(match[2]), int(match[3]))
    for match in _YEAR_LAST.finditer(line):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        either = match[2] != "." and first != second and max(first, second) <= _MONTHS_IN_A_YEAR
        turned = second > _MONTHS_IN_A_YEAR or (either and month_first and match[2] == "/")
        month, day = (first, second) if turned else (second, first)
        yield Reading(match.start(), _calendar_of(year), year, month, day, sure=not either)
    for match in _SHORT_YEAR.finditer(line):
        year = 2000 + int(match[3])
        yield Reading(match.start(), GREGORIAN, year, int(match[2]), int(match[1]))
    for match in _OF_ERA.finditer(line):
        year = ERAS[match[1]] + (1 if match[2] == "元" else int(match[2]))
        yield Reading(match.start(), GREGORIAN, year, int(match[3]), int(match[4]))
    for match in _WITHOUT_YEAR.finditer(line):
        yield Reading(match.start(), GREGORIAN, None, int(match[1]), int(match[2]))


def _calendar_of(year: int) -> Calendar:
    return next((one for one in (SOLAR_HIJRI, ISLAMIC, BUDDHIST) if year in one.years), GREGORIAN)


def _respelled(months: Mapping[str, int]) -> dict[str, int]:
    return {plain_spelling(name): number for name, number in months.items()}


# A name that two of them know is read in the first in which the day is not to come.
_NAMED: Final = tuple(
    (calendar, _respelled(months))
    for calendar, months in (
        (ETHIOPIAN, ETHIOPIAN_MONTHS),
        (GREGORIAN, {**MONTHS, **TIGRINYA_MONTHS}),
        (SOLAR_HIJRI, SOLAR_HIJRI_MONTHS),
        (ISLAMIC, ISLAMIC_MONTHS),
    )
)
_TOKEN: Final = re.compile(rf"\d+|{WORD}|\S")
_BURMESE_MONTH: Final = "လ"
"""Suffix of names of months."""
_BEFORE_MONTH: Final = frozenset(
    ". , º ª ° - – / st nd rd th er e de of من го ое η ኛ ቀን d the".split()
)
_AFTER_MONTH: Final = frozenset(". , ، ፣ ၊ ( - – / de del the of".split())
_BEFORE_YEAR: Final = frozenset(". , ، ፣ ፡ ၊ ) - – / ' ’ de del of st nd rd th ቀን ရက် ရက်နေ့".split())
_AFTER_YEAR: Final = frozenset(". , ၊ - – / 年 ခုနှစ် ခု နှစ် წლის".split())
_CLOCK: Final = frozenset(": h ч ժ".split())
_CONNECTORS: Final = 3
_LONGEST_DAY: Final = 2
_LATEST_DAY: Final = 31


class _Token(NamedTuple):
    text: str
    start: int
    end: int


def _in_words(line: str) -> Iterator[Reading]:
    tokens = [_Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(line)]
    for index in range(len(tokens)):
        if _is_model_number(tokens, index):
            continue
        for calendar, months in _NAMED:
            number, after = _month_at(tokens, index, months)
            if number:
                yield from _around(tokens, index, after, calendar, number)


def _is_model_number(tokens: list[_Token], index: int) -> bool:
    """Say whether a Latin word runs on into a number, as that of a thing does ("Gen3")."""
    word, following = tokens[index], tokens[index + 1 : index + 2]
    return word.text.isascii() and any(
        token.start == word.end and token.text.isdigit() for token in following
    )


def _month_at(
    tokens: list[_Token], index: int, months: Mapping[str, int]
) -> tuple[int | None, int]:
    """Return the month named at `index` and where the line goes on, also after a second name.

    Arab papers name a month twice: "نيسان/أبريل", "نيسان (أبريل)".
    """
    number, after = _name_at(tokens, index, months)
    if number and after + 1 < len(tokens) and tokens[after].text in {"/", "("}:
        again, end = _name_at(tokens, after + 1, months)
        if again == number:
            closed = end < len(tokens) and tokens[end].text == ")"
            return number, end + closed
    return number, after


def _name_at(tokens: list[_Token], index: int, months: Mapping[str, int]) -> tuple[int | None, int]:
    word = tokens[index].text
    if index + 1 < len(tokens):
        pair = f"{word} {tokens[index + 1].text}"
        if pair in months:
            return months[pair], index + 2
    return months.get(word) or months.get(word.removesuffix(_BURMESE_MONTH)), index + 1


def _around(
    tokens: list[_Token], index: int, after: int, calendar: Calendar, month: int
) -> Iterator[Reading]:
    start = tokens[index].start
    before = _number(tokens, index - 1, -1, _BEFORE_MONTH)
    if before is not None and _is_day(tokens, before):
        year = _number(tokens, after, 1, _BEFORE_YEAR)
        yield from _reading(tokens, start, calendar, month, before, year)
    behind = _number(tokens, after, 1, _AFTER_MONTH)
    if behind is not None and _is_day(tokens, behind):
        year = _number(tokens, behind + 1, 1, _BEFORE_YEAR)
        if year is None or not _is_year(tokens, year):
            earlier = _number(tokens, index - 1, -1, _AFTER_YEAR)
            if earlier is not None and _is_year(tokens, earlier):
                year = earlier
        yield from _reading(tokens, start, calendar, month, behind, year)


def _reading(
    tokens: list[_Token], start: int, calendar: Calendar, month: int, day: int, year: int | None
) -> Iterator[Reading]:
    told = None
    if year is not None and _is_year(tokens, year):
        told = int(tokens[year].text)
        if told not in calendar.years:
            return
    yield Reading(start, calendar, told, month, int(tokens[day].text))


def _number(tokens: list[_Token], index: int, step: int, between: frozenset[str]) -> int | None:
    """Return where the next number stands, with nothing but a few of these words before it."""
    for _ in range(_CONNECTORS + 1):
        if not 0 <= index < len(tokens):
            return None
        if tokens[index].text.isdigit():
            return index
        if tokens[index].text not in between:
            return None
        index += step
    return None


def _is_day(tokens: list[_Token], index: int) -> bool:
    text = tokens[index].text
    return (
        len(text) <= _LONGEST_DAY
        and 1 <= int(text) <= _LATEST_DAY
        and not _touches_clock(tokens, index)
    )


def _is_year(tokens: list[_Token], index: int) -> bool:
    return len(tokens[index].text) in {3, 4} and not _touches_clock(tokens, index)


def _touches_clock(tokens: list[_Token], index: int) -> bool:
    """Say whether a number is part of "14:05" or "18h20"."""
    this = tokens[index]
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following and following.start == this.end and following.text in _CLOCK:
        return True
    previous = tokens[index - 1] if index else None
    return previous is not None and previous.end == this.start and previous.text == ":"


_THAI: Final = re.compile(
    rf"(?<!\d)(\d{{1,2}}) ?({'|'.join(map(re.escape, _respelled(THAI_MONTHS)))})"
    r" ?(?:พ\.ศ\. ?)?(\d{4})?(?!\d)"
)
_THAI_MONTHS: Final = _respelled(THAI_MONTHS)


def _in_thai(line: str) -> Iterator[Reading]:
    for match in _THAI.finditer(line):
        year = int(match[3]) if match[3] else None
        calendar = GREGORIAN if year is None else _calendar_of(year)
        yield Reading(match.start(), calendar, year, _THAI_MONTHS[match[2]], int(match[1]))
