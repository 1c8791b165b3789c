from datetime import UTC, datetime

import pytest

from aggregator.scrape.article import extract
from aggregator.scrape.dates.moments import parse_moment, read_age, read_date

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TEXT = (
    "The second pontoon was hit on the night of the thirtieth, and a guard was treated for shock."
)


def page(head: str = "", line: str = "") -> bytes:
    return (
        f"<html><head>{head}</head><body><article><h1>Pontoon hit</h1><div>{line}</div>"
        f"<p>{TEXT}</p><p>{TEXT[::-1]}.</p></article></body></html>"
    ).encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11 April 2025", "2025-04-11"),
        ("Friday, Apr. 11th, 2025 at 06:40", "2025-04-11"),
        ("2025年4月11日", "2025-04-11"),
        ("11.4.2025, 6:40 Uhr", "2025-04-11"),
        ("11. März 2025", "2025-03-11"),
        ("le 1er février 2025", "2025-02-01"),
        ("11 de abril de 2025", "2025-04-11"),
        ("11 апреля 2025, 10:45", "2025-04-11"),
        ("11 квітня 2025", "2025-04-11"),
        ("11 أبريل 2025", "2025-04-11"),
        ("11 تشرين الثاني 2025", "2025-11-11"),
        ("11 באפריל 2025", "2025-04-11"),
        ("11 Nisan 2025 Cuma", "2025-04-11"),
        ("24/12/2025", "2025-12-24"),
        ("12/24/2025", "2025-12-24"),
        ("31 February 2025", None),
        ("Chapter 11 of 2025", None),
        ("Apr 11", None),
    ],
)
def test_dates_for_people(text: str, expected: str | None) -> None:
    found = read_date(text)
    assert (found.date().isoformat() if found else None) == expected


def test_month_first_where_both_are_possible() -> None:
    assert read_date("3/4/2025") == datetime(2025, 4, 3, tzinfo=UTC)
    assert read_date("3/4/2025", month_first=True) == datetime(2025, 3, 4, tzinfo=UTC)


def test_a_date_without_a_year_is_the_last_one_before_the_reference() -> None:
    assert read_date("Mar 9", reference=NOW) == datetime(2026, 3, 9, tzinfo=UTC)
    assert read_date("Dec 19", reference=NOW) == datetime(2025, 12, 19, tzinfo=UTC)


def test_relative_dates() -> None:
    assert read_age("3 hours ago", NOW) == datetime(2026, 3, 10, 9, tzinfo=UTC)
    assert read_age("vor 2 Tagen", NOW) == datetime(2026, 3, 8, 12, tzinfo=UTC)
    assert read_age("after 3 hours of talks", NOW) is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2025-04-11T06:40:12.381Z", "2025-04-11T06:40:12.381000+00:00"),
        ("2025-04-11 06:40:12 +0300", "2025-04-11T06:40:12+03:00"),
        ("2025-04-11", "2025-04-11T00:00:00+00:00"),
        ("Fri, 11 Apr 2025 06:40:12 GMT", "2025-04-11T06:40:12+00:00"),
        ("1744353612", "2025-04-11T06:40:12+00:00"),
        ("yesterday", None),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_machine_readable_dates(raw: str, expected: str | None) -> None:
    found = parse_moment(raw)
    assert (found.isoformat() if found else None) == expected


def test_the_future_is_no_evidence() -> None:
    head = '<meta property="article:published_time" content="2031-01-01T00:00:00Z">'
    article = extract(page(head, "9 March 2026"), "https://x.example/a", now=NOW)
    assert article.published == datetime(2026, 3, 9, tzinfo=UTC)
    assert article.published_how == "text"


def test_the_address_may_hold_the_date() -> None:
    article = extract(page(), "https://x.example/2026/03/07/pontoon", now=NOW)
    assert article.published == datetime(2026, 3, 7, tzinfo=UTC)
    assert article.published_how == "url"


def test_the_day_is_the_publishers() -> None:
    head = '<meta property="article:published_time" content="2026-03-08T00:30:00+05:00">'
    article = extract(page(head), "https://x.example/a", now=NOW)
    assert article.published == datetime(2026, 3, 7, 19, 30, tzinfo=UTC)
    assert article.published is not None
    assert article.published.date().isoformat() == "2026-03-08"


def test_a_change_before_publication_is_no_change() -> None:
    head = (
        '<meta property="article:published_time" content="2026-03-08T10:00:00Z">'
        '<meta property="article:modified_time" content="2026-03-01T10:00:00Z">'
    )
    assert extract(page(head), "https://x.example/a").updated is None


def test_without_now_a_relative_date_means_nothing() -> None:
    assert extract(page(line="3 hours ago"), "https://x.example/a").published is None
    article = extract(page(line="3 hours ago"), "https://x.example/a", now=NOW)
    assert article.published == datetime(2026, 3, 10, 9, tzinfo=UTC)
