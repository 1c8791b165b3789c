from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.scrape.dates.moments import parse_moment, read_age, read_date

NOW = datetime(2026, 4, 20, 12, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 4, 20, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    "text",
    [
        "11 апреля 2026 г., 14:05",
        "11-го апреля 2026",
        "Субота, 11 квітня 2026, 14:05",
        "11 красавіка 2026",
        "11. април 2026.",
        "11.04.26",
        "11 أبريل/نيسان 2026",
        "11 نيسان (أبريل) 2026",
        "السبت ١١ إبريل ٢٠٢٦ - ١٤:٠٥",
        "السبت 23 شوال 1447 هـ - 11 أبريل 2026 م",
        "יום שבת, 11 באפריל 2026",
        "\u200f11/04/2026 | 14:05\u200f",
        "11 NİSAN 2026 Cumartesi 14:05",
        "12 Şevval - 11 Nisan 2026",
        "ኤፕሪል 11, 2026",
        "11 ኤፕሪል 2026",
        "၁၁ ဧပြီ ၂၀၂၆",
        "ဧပြီ ၁၁၊ ၂၀၂၆",
        "၂၀၂၆ ခုနှစ်၊ ဧပြီလ ၁၁ ရက်",
        "၂ဝ၂၆ ခုနှစ် ဧပြီလ (၁၁) ရက်",
        "2026年4月11日(土) 14時05分",
        "2026년 4월 11일 오후 2:05",
        "입력 2026.04.11. 14:05",
        "11 अप्रैल 2026",
        "۱۱ اپریل ۲۰۲۶ء",
        "۱۱ آوریل ۲۰۲۶",
        "١١ نیسان ٢٠٢٦",
        "Jumamosi, Aprili 11 2026",
        "Abriil 11, 2026",
        "11 აპრილი, 2026",
        "11 Ապրիլի, 2026",
        "2026. április 11., 14:05",
        "Page 2 April 11, 2026",
        "11-Apr-2026",
        "Le 11 avril 2026 à 18h20",
    ],
)
def test_the_same_day_in_many_languages(text: str) -> None:
    assert read_date(text) == datetime(2026, 4, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "شنبه ۲۲ فروردین ۱۴۰۵ - ۱۴:۰۵",
        "۱۴۰۵/۰۱/۲۲",
        "۲۲/۰۱/۱۴۰۵",
        "۲۲ حمل ۱۴۰۵",
        "۲۲ وری ۱۴۰۵",
        "ሚያዝያ 3 ቀን 2018 ዓ.ም",
        "ቅዳሜ፣ ሚያዝያ 3 ቀን 2018 ዓ.ም.",
        "11 เมษายน 2569",
        "11 เม.ย. พ.ศ. 2569",
        "令和8年4月11日",
        "中華民國115年4月11日",
    ],
)
def test_the_same_day_in_other_calendars(text: str) -> None:
    assert read_date(text) == datetime(2026, 4, 11, tzinfo=UTC)
    assert read_date(text, reference=NOW) == datetime(2026, 4, 11, tzinfo=UTC)


def test_the_first_year_of_an_era() -> None:
    assert read_date("令和元年5月1日") == datetime(2019, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Apr 11", "2026-04-11"),
        ("April 11, 14:05", "2026-04-11"),
        ("14:05 - 11 Apr", "2026-04-11"),
        ("11 avril 18h20", "2026-04-11"),
        ("21 апреля", "2026-04-21"),
        ("22 апреля", "2025-04-22"),
        ("31 грудня", "2025-12-31"),
        ("١١ نيسان", "2026-04-11"),
        ("11 באפריל", "2026-04-11"),
        ("ဧပြီ ၁၁", "2026-04-11"),
        ("4月11日", "2026-04-11"),
        ("12월 3일", "2025-12-03"),
        ("۲۲ فروردین", "2026-04-11"),
        ("۲۹ اسفند", "2026-03-20"),
        ("ሚያዝያ 3", "2026-04-11"),
    ],
)
def test_without_a_year_it_is_the_last_such_day(text: str, expected: str) -> None:
    assert read_date(text, reference=NOW) == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert read_date(text) is None


def test_names_that_amharic_and_tigrinya_share_are_read_so_that_the_day_is_past() -> None:
    assert read_date("5 ኅዳር 2018", reference=NOW) == datetime(2025, 11, 14, tzinfo=UTC)
    assert read_date("5 ሕዳር 2025", reference=NOW) == datetime(2025, 11, 5, tzinfo=UTC)


def test_a_lunar_date_alone_is_as_good_as_its_reference() -> None:
    assert read_date("23 شوال 1447") is None
    assert read_date("22 شوال 1447", reference=NOW) == datetime(2026, 4, 10, tzinfo=UTC)
    day_before = datetime(2026, 4, 9, 20, tzinfo=UTC)
    assert read_date("22 شوال 1447", reference=day_before) == datetime(2026, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "5 Mar 1815", "Chapter 11 of 2025", "31 February 2025", "30 اسفند 1404", "31 በመስከረም",
        "2026", "April 2026", "14:05", "35 апреля 2026", "99999999999 мая 2026", "4月",
        "Snapdragon 8 Gen3",
    ],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert read_date(text, reference=NOW) is None


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("3 hours ago", 3 * HOUR), ("an hour ago", HOUR), ("5 mins ago", 5 * MINUTE),
        ("Updated 3h ago", 3 * HOUR), ("vor einer Stunde", HOUR), ("il y a 2 heures", 2 * HOUR),
        ("hace 3 horas", 3 * HOUR), ("2 horas atrás", 2 * HOUR), ("un'ora fa", HOUR),
        ("godzinę temu", HOUR), ("în urmă cu 2 ore", 2 * HOUR), ("пре 2 сата", 2 * HOUR),
        ("prije 3 sata", 3 * HOUR), ("2 orë më parë", 2 * HOUR), ("πριν από 2 ώρες", 2 * HOUR),
        ("3 часа назад", 3 * HOUR), ("час назад", HOUR), ("2 години тому", 2 * HOUR),
        ("хвилину тому", MINUTE), ("3 гадзіны таму", 3 * HOUR), ("2 saat önce", 2 * HOUR),
        ("bir saat önce", HOUR), ("2 saat əvvəl", 2 * HOUR), ("2 jam yang lalu", 2 * HOUR),
        ("saa 3 zilizopita", 3 * HOUR), ("3 saacadood ka hor", 3 * HOUR),
        ("منذ ساعتين", 2 * HOUR), ("قبل 3 ساعات", 3 * HOUR), ("منذ ٥ دقائق", 5 * MINUTE),
        ("منذ ساعة", HOUR), ("منذ يومين", 2 * DAY), ("לפני שעתיים", 2 * HOUR),
        ("לפני 40 דקות", 40 * MINUTE), ("לפני יומיים", 2 * DAY), ("۳ ساعت پیش", 3 * HOUR),
        ("یک ساعت قبل", HOUR), ("ایک گھنٹہ پہلے", HOUR), ("۳ ساعته مخکې", 3 * HOUR),
        ("ከ2 ሰዓት በፊት", 2 * HOUR), ("ከሁለት ሰዓታት በፊት", 2 * HOUR), ("ቅድሚ 2 ሰዓት", 2 * HOUR),
        ("3 घंटे पहले", 3 * HOUR), ("လွန်ခဲ့သော ၃ နာရီ", 3 * HOUR), ("၃ နာရီခန့်က", 3 * HOUR),
        ("3小时前", 3 * HOUR), ("5分鐘前", 5 * MINUTE), ("3時間前", 3 * HOUR),
        ("3시간 전", 3 * HOUR), ("3 ชั่วโมงที่แล้ว", 3 * HOUR), ("3 საათის წინ", 3 * HOUR),
    ],
)  # fmt: skip
def test_a_time_told_from_now(text: str, ago: timedelta) -> None:
    assert read_age(text, NOW) == NOW - ago


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("сегодня", 0), ("Сегодня, 14:05 | Политика", 0), ("14:05, сьогодні", 0),
        ("Опубликовано: вчера в 14:05", 1), ("Редакция | вчора о 18:20", 1), ("позавчера", 2),
        ("أمس", 1), ("اليوم 14:05", 0), ("אתמול, 14:05", 1), ("dün", 1), ("bugün 14:05", 0),
        ("昨天 14:05", 1), ("昨日", 1), ("어제 14:05", 1), ("امروز ۱۴:۰۵", 0), ("ትናንት", 1),
        ("မနေ့က", 1), ("Yesterday at 14:05", 1), ("aujourd'hui à 14h05", 0), ("только что", 0),
        ("Dün 22:10Deniz Servisi2 418", 1),
    ],
)  # fmt: skip
def test_a_day_named_from_today(text: str, days: int) -> None:
    assert read_age(text, NOW) == MIDNIGHT - days * DAY


@pytest.mark.parametrize(
    "text",
    [
        "after 3 hours of talks", "Россия сегодня", "сегодня ночью", "اليوم السابع", "قبل الحرب",
        "Today's paper", "hier et demain", "日前", "за 2 часа до атаки", "3 weeks ago",
        "500 hours ago", "14:05", "", "yesterday " * 40,
    ],
)  # fmt: skip
def test_what_tells_no_time_from_now(text: str) -> None:
    assert read_age(text, NOW) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Sat Apr 11 2026 14:05:00 GMT+0300 (MSK)", "2026-04-11T14:05:00+03:00"),
        ("2026-04-11T14:05:00+03:00[Europe/Kyiv]", "2026-04-11T14:05:00+03:00"),
        ("April 11, 2026 2:05 PM", "2026-04-11T14:05:00+00:00"),
        ("April 11, 2026 12:05 a.m.", "2026-04-11T00:05:00+00:00"),
        ("11 апреля 2026, 14:05", "2026-04-11T00:00:00+00:00"),
        ("٢٠٢٦-٠٤-١١T14:05", "2026-04-11T00:00:00+00:00"),
        ("1405-02-31T14:05:00+03:30", "2026-05-21T00:00:00+00:00"),
        ("2569-04-11", "2026-04-11T00:00:00+00:00"),
        ("03/04/2026", None),
        ("23 شوال 1447", None),
        ("Apr 11", None),
    ],
)
def test_what_pages_write_for_machines(raw: str, expected: str | None) -> None:
    found = parse_moment(raw)
    assert (found.isoformat() if found else None) == expected


HOSTILE = ["1" * 1_000_000, "11 апреля " * 100_000, "- " * 500_000, "14:05 " * 170_000, "é" * 10**6,
           "(/" * 500_000, "2026 ခုနှစ် " * 80_000]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:6])
def test_only_the_beginning_of_a_line_is_looked_at(text: str) -> None:
    read_date(text, reference=NOW)
    assert read_age(text, NOW) is None
    assert parse_moment(text) is None


WORDS = st.sampled_from(
    "апреля Apr شوال 11 2026 1405 1447 2569 : / - . ( ago назад منذ 昨天 年 月 日 ሚያዝያ ဧပြီ".split()
)


@given(st.lists(WORDS | st.text(max_size=3), max_size=30).map(" ".join))
def test_no_line_raises_and_none_is_of_the_future(text: str) -> None:
    read_date(text)
    parse_moment(text)
    age = read_age(text, NOW)
    assert age is None or age <= NOW
