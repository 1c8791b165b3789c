from datetime import UTC, datetime, timedelta

import pytest

from aggregator.model import HttpUrl, PlainText, Report
from aggregator.publish.coverage import (
    counted,
    coverage_in_words,
    first_report,
    kinds_in_words,
    origins,
    repeated_in_words,
    reported_at,
)

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def report(
    number: int,
    *,
    copy_of: int | None = None,
    minutes: int | None = 0,
    seen: int = 30,
    kind: str = "newspaper",
    outlet: str = "",
    origin: int | None = None,
    dependence: str | None = None,
) -> Report:
    return Report(
        article_id=number,
        url=HttpUrl(f"https://herald.example/{number}"),
        title=PlainText(f"Report {number}"),
        source_name=PlainText(outlet or f"Outlet {number}"),
        source_kind=kind,
        country=None,
        language=None,
        published=None if minutes is None else NOON + timedelta(minutes=minutes),
        first_seen=NOON + timedelta(minutes=seen),
        copy_of=copy_of,
        origin=origin,
        dependence=dependence,
    )


def families(*reports: Report) -> list[tuple[int, list[int]]]:
    return [
        (origin.report.article_id, [copy.article_id for copy in origin.copies])
        for origin in origins(reports)
    ]


def test_copies_of_copies_stand_under_the_first_text() -> None:
    found = families(report(1), report(2, copy_of=1, minutes=5), report(3, copy_of=2, minutes=9))
    assert found == [(1, [2, 3])]


def test_whoever_depends_on_a_report_stands_under_it() -> None:
    found = families(
        report(1, origin=1),
        report(2, origin=1, minutes=5),
        report(3, copy_of=2, origin=3, minutes=9),
        report(4, copy_of=1, origin=3, minutes=12),
    )
    assert found == [(1, [2]), (3, [4])]


@pytest.mark.parametrize(
    ("dependences", "words"),
    [
        ([None], "Repeated by 1 report"),
        (["copy", "copy"], "Repeated by 2 reports"),
        (["largely copied"], "Repeated by 1 report: 1 copy"),
        (
            ["copy", "citation", "copy", "credit"],
            "Repeated by 4 reports: 2 copies, 2 citations",
        ),
        (["same publisher"], "Repeated by 1 report: 1 more of its publisher"),
    ],
)
def test_what_repeats_a_report(dependences: list[str | None], words: str) -> None:
    others = [report(n, origin=1, dependence=word) for n, word in enumerate(dependences, 2)]
    (origin,) = origins([report(1, origin=1, minutes=-1), *others])
    assert repeated_in_words(origin) == words


def test_origins_come_in_order_of_time_whatever_the_order_of_arrival() -> None:
    assert families(report(1, minutes=20), report(2, minutes=10)) == [(2, []), (1, [])]


def test_copies_of_a_text_in_another_story_share_one_origin() -> None:
    found = families(report(8, copy_of=99, minutes=5), report(7, copy_of=99, minutes=2))
    assert found == [(7, [8])]


def test_an_earlier_dated_copy_stays_a_copy() -> None:
    assert families(report(1, minutes=10), report(2, copy_of=1, minutes=1)) == [(1, [2])]


def test_a_circle_of_copies_loses_no_report() -> None:
    found = families(report(1, copy_of=2), report(2, copy_of=1))
    assert sorted(number for head, copies in found for number in (head, *copies)) == [1, 2]


def test_d26_a_date_after_we_saw_it_is_not_believed() -> None:
    assert reported_at(report(1, minutes=500, seen=30)) == NOON + timedelta(minutes=30)
    assert reported_at(report(1, minutes=None, seen=30)) == NOON + timedelta(minutes=30)


def test_first_of_several_at_one_time_is_the_one_seen_first() -> None:
    first = first_report([report(5), report(4)])
    assert first is not None
    assert first.article_id == 5
    assert first_report([]) is None


def test_an_outlet_counts_once_for_its_kind() -> None:
    reports = [
        report(1, outlet="Herald"),
        report(2, outlet="Herald"),
        report(3),
        report(4, kind="ngo"),
        report(5, kind="state media"),
        report(6, kind="pirate radio"),
    ]
    assert kinds_in_words(reports) == "2 newspapers, 1 NGO, 1 pirate radio, 1 state media"


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 outlets"), (1, "1 outlet"), (1234, "1,234 outlets")]
)
def test_counted(count: int, text: str) -> None:
    assert counted(count, "outlet") == text


def test_coverage_without_a_report_says_what_it_knows() -> None:
    assert coverage_in_words(2, 1, None) == "Reported by 2 outlets, 1 independent origin."
