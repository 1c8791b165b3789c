from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config import load
from aggregator.poll.dates import best_time, parse_date
from aggregator.text.months import MONTHS

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        # Zones and spellings of RFC 822
        ("Thu, 05 Mar 2026 09:14:05 +0200", "2026-03-05T07:14:05"),
        ("Thu, 05 Mar 2026 09:14:05 GMT", "2026-03-05T09:14:05"),
        ("Thu, 05 Mar 2026 09:14 EST", "2026-03-05T14:14:00"),
        ("5 Mar 26 09:14:05 PDT", "2026-03-05T16:14:05"),
        ("Thu,05 Mar 2026 09:14:05 UTC", "2026-03-05T09:14:05"),
        ("Thursday, 05 March 2026 09:14:05 MSK", "2026-03-05T06:14:05"),
        ("Thu, 05 Mar 2026 09:14:05 GMT+0300", "2026-03-05T06:14:05"),
        ("Thu, 05 Mar 2026 09:14:05 GMT+3", "2026-03-05T06:14:05"),
        ("Thu, 05 Mar 2026 09:14:05 IST", "2026-03-05T03:44:05"),
        ("Thu, 05 Mar 2026 09:14:05 XYZ", "2026-03-05T09:14:05"),
        ("Mon, 05 Mar 2026 09:14:05 GMT", "2026-03-05T09:14:05"),
        ("Thu Mar  5 09:14:05 2026", "2026-03-05T09:14:05"),
        ("Thu Mar  5 09:14:05 EST 2026", "2026-03-05T14:14:05"),
        ("Thu Mar 05 2026 09:14:05 GMT+0200 (CEST)", "2026-03-05T07:14:05"),
        ("Thu, 05 Mar 2026 24:00:00 GMT", "2026-03-06T00:00:00"),
        ("Thu, 05 Mar 2026 23:59:60 GMT", "2026-03-06T00:00:00"),
        ("Sun, 05 Mar 99 10:00:00 GMT", "1999-03-05T10:00:00"),
        # ISO 8601 and its relatives
        ("2026-03-05T09:14:05Z", "2026-03-05T09:14:05"),
        ("2026-03-05T09:14:05.123456+05:30", "2026-03-05T03:44:05"),
        ("2026-03-05 09:14", "2026-03-05T09:14:00"),
        ("2026-03-05t09:14:05z", "2026-03-05T09:14:05"),
        ("2026-03-05T09:14-08", "2026-03-05T17:14:00"),
        ("2026-03-05", "2026-03-05T00:00:00"),
        ("20260305T091405Z", "2026-03-05T09:14:05"),
        ("20260305", "2026-03-05T00:00:00"),
        ("2020/1/10 14:33:00", "2020-01-10T14:33:00"),
        ("2026.03.05 09:14", "2026-03-05T09:14:00"),
        ("1772702045", "2026-03-05T09:14:05"),
        ("1772702045123", "2026-03-05T09:14:05"),
        # Day first, and what can only be
        ("05.03.2026 09:14", "2026-03-05T09:14:00"),
        ("25/03/2026", "2026-03-25T00:00:00"),
        ("03/25/2026 9:14 PM", "2026-03-25T21:14:00"),
        ("04/04/2026", "2026-04-04T00:00:00"),
        # Words
        ("March 5, 2026 9:14 pm", "2026-03-05T21:14:00"),
        ("5th of March 2026, 12:05 a.m.", "2026-03-05T00:05:00"),
        ("Donnerstag, 5. März 2026 09:14", "2026-03-05T09:14:00"),
        ("jeudi 5 mars 2026 à 9h14", "2026-03-05T09:14:00"),
        ("mar, 03 mar 2026 09:14:00 +0100", "2026-03-03T08:14:00"),
        ("mar, 01 sep 2026 09:14:00 GMT", "2026-09-01T09:14:00"),
        ("5 de março de 2026", "2026-03-05T00:00:00"),
        ("giovedì 5 marzo 2026, 09:14", "2026-03-05T09:14:00"),
        ("5 марта 2026, 09:14", "2026-03-05T09:14:00"),
        ("Чт, 05 мар 2026 09:14:05 +0300", "2026-03-05T06:14:05"),
        ("5 березня 2026 р. 09:14", "2026-03-05T09:14:00"),
        ("6 listopada 2025 o 09:14", "2025-11-06T09:14:00"),
        ("5 Mart 2026 Perşembe 09:14", "2026-03-05T09:14:00"),
        ("5 Ağustos 2025", "2025-08-05T00:00:00"),
        ("5 آذار 2026 10:20", "2026-03-05T10:20:00"),
        ("١٥ كانون الثاني ٢٠٢٦ ١٠:٢٠", "2026-01-15T10:20:00"),
        ("5 تشرين الأول 2025", "2025-10-05T00:00:00"),
        ("5 במרץ 2026 08:15", "2026-03-05T08:15:00"),
        ("۵ مارس ۲۰۲۶", "2026-03-05T00:00:00"),
        ("۱۴۰۴/۱۲/۱۴ ۱۰:۲۰", "2026-03-05T10:20:00"),
        ("1 فروردین 1404", "2025-03-21T00:00:00"),
        ("30 اسفند 1403", "2025-03-20T00:00:00"),
        ("2026年3月5日 14:30", "2026-03-05T14:30:00"),
        ("2026년 3월 5일 오후 2:30", "2026-03-05T14:30:00"),
        ("５ March ２０２６", "2026-03-05T00:00:00"),
    ],
)
def test_a_date_is_read(raw: str, expected: str) -> None:
    assert parse_date(raw) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


DATES_BY_LANGUAGE = {
    "am": "ማርች 05, 2026",
    "ar": "الخميس 5 مارس 2026",
    "bs": "četvrtak, 5. mart 2026.",
    "de": "Donnerstag, 5. März 2026",
    "en": "Thursday, 5 March 2026",
    "es": "jueves, 5 de marzo de 2026",
    "fa": "۵ مارس ۲۰۲۶",
    "fr": "jeudi 5 mars 2026",
    "he": "יום חמישי, 5 במרץ 2026",
    "it": "giovedì 5 marzo 2026",
    "ko": "2026년 3월 5일 목요일",
    "my": "၅ မတ် ၂၀၂၆",
    "ro": "joi, 5 martie 2026",
    "ru": "четверг, 5 марта 2026 г.",
    "sq": "e enjte, 5 mars 2026",
    "sr": "четвртак, 5. март 2026.",
    "ti": "5 ሕዳር 2025",
    "tr": "5 Mart 2026 Perşembe",
    "uk": "четвер, 5 березня 2026 р.",
    "ur": "جمعرات 5 مارچ 2026",
    "zh": "2026年3月5日",
}


def test_dates_are_read_in_the_language_of_each_feed_of_ours() -> None:
    feeds = Path(__file__).parents[2] / "feeds.yaml"
    languages = {feed.language for feed in load(feeds).feeds}
    assert languages <= set(DATES_BY_LANGUAGE)


@pytest.mark.parametrize("language", DATES_BY_LANGUAGE)
def test_a_date_is_read_in(language: str) -> None:
    moment = parse_date(DATES_BY_LANGUAGE[language], language)
    november_or_march = (2025, 11) if language == "ti" else (2026, 3)
    assert moment == datetime(*november_or_march, 5, tzinfo=UTC)


@pytest.mark.parametrize("name", MONTHS)
def test_every_name_of_a_month_is_read(name: str) -> None:
    assert parse_date(f"5 {name} 2026, 10:00") == datetime(2026, MONTHS[name], 5, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        "", "yesterday", "5 March", "March 2026", "2026", "2026-03", "2026-02-30", "31 April 2026",
        "03/04/2026", "25:00 5 Mar 2026", "10:75 5 Mar 2026", "9999-12-31T23:59:59-12:00",
        "5 Mar 2026 10:00:00 +9900", "31 اسفند 1403", "30 اسفند 1404", "1404/13/01", "1" * 5000,
        "1 2 3 March 2026", "٣", "1404/00/01",
    ],
)  # fmt: skip
def test_what_is_no_certain_date_is_none(raw: str) -> None:
    assert parse_date(raw) is None


def test_the_day_is_first_outside_english() -> None:
    april = datetime(2026, 4, 3, tzinfo=UTC)
    assert parse_date("03/04/2026", "fr") == april
    assert parse_date("03-04-2026", "ar") == april
    assert parse_date("03/04/2026", "en") is None


@pytest.mark.parametrize(
    ("raw", "how"),
    [
        ("1989-12-31", "implausible: 1989-12-31"),
        ("0001-01-01T00:00:00Z", "implausible: 0001-01-01T00:00:00Z"),
        ("\u202esoon\n<b>", "unreadable: soon <b>"),
    ],
)
def test_d26_an_impossible_time_is_none_and_says_why(raw: str, how: str) -> None:
    reading = best_time([("published", raw)], NOW, None)
    assert (reading.moment, reading.how) == (None, how)


@pytest.mark.parametrize("raw", ["Fri, 06 Mar 2026 12:00:01 GMT", "2099-01-01", "4102444799"])
def test_d26_a_time_in_the_future_is_the_time_of_the_poll(raw: str) -> None:
    reading = best_time([("published", "soon"), ("updated", raw)], NOW, None)
    assert (reading.moment, reading.how) == (NOW, f"future: {raw}")


def test_d26_a_usable_time_wins_over_one_in_the_future() -> None:
    reading = best_time([("published", "2099-01-01"), ("updated", "2026-03-05")], NOW, None)
    assert reading.how == "updated"


def test_d26_a_time_up_to_a_day_ahead_is_kept() -> None:
    reading = best_time([("published", "Fri, 06 Mar 2026 12:00:00 GMT")], NOW, None)
    assert reading.moment == NOW + timedelta(hours=24)


def test_the_next_field_stands_in_for_a_bad_one() -> None:
    reading = best_time([("published", "soon"), ("updated", "2026-03-05")], NOW, None)
    assert reading.how == "updated"
    assert best_time([], NOW, None).how == "missing"


NUMBERS = [0, 1, 5, 9, 12, 13, 23, 24, 28, 29, 30, 31, 59, 60, 61, 99]
figures = st.sampled_from([f"{number:02}" for number in NUMBERS] + ["5", "٠٥"])
years = st.sampled_from(["2026", "2024", "1999", "1404", "0001", "9999", "26"])
zones = st.sampled_from(["GMT", "UTC", "Z", "EST", "+0000", "-0130", "+05:30", "+9900", "", "z"])
months = st.sampled_from("Jan Feb Mar May Sep Dec Mär dec 03".split())
clocks = st.builds("{}:{}{}".format, figures, figures, st.sampled_from(["", ":07", ":60", ":7"]))
rfc_822 = st.builds(
    "{}{} {} {} {} {}".format,
    st.sampled_from(["", "Thu, ", "Mar, ", "thu, ", "Thursday, "]),
    figures, months, years, clocks, zones,
)  # fmt: skip
iso_8601 = st.builds(
    "{}-{}-{}{}{}{}{}".format,
    years, figures, figures, st.sampled_from(["T", " ", "t"]), clocks,
    st.sampled_from(["", ".5", ".123456789", "."]), zones,
)  # fmt: skip


@given(rfc_822 | iso_8601, st.sampled_from([None, "fr", "fa"]))
def test_usual_spellings_are_read_as_the_long_way_reads_them(
    raw: str, language: str | None
) -> None:
    # The space is dropped, after it has led off the short way.
    assert parse_date(raw, language) == parse_date(f"{raw} ", language)


@given(st.text(max_size=120))
def test_any_text_gives_a_time_or_none(raw: str) -> None:
    moment = parse_date(raw)
    assert moment is None or moment.tzinfo is UTC


@given(st.integers(min_value=631_152_000, max_value=4_102_444_799))
def test_usual_spellings_come_back(seconds: int) -> None:
    aware = datetime.fromtimestamp(seconds, UTC)
    assert parse_date(aware.isoformat()) == aware
    assert parse_date(aware.strftime("%a, %d %b %Y %H:%M:%S +0000")) == aware
