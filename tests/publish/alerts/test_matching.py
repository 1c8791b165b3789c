"""Which changes an alert is about, condition by condition."""

from datetime import timedelta

import pytest

from aggregator.config.alert_rules import Conditions, Growth
from aggregator.model import News, NewsKind, PlainText
from aggregator.publish.alerts.matching import matches
from tests.publish.alerts.telling import change, report

HOUR = timedelta(hours=1)


def test_nothing_wanted_is_everything() -> None:
    assert matches(Conditions(), change())


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (Conditions(conflict="lorn"), True),
        (Conditions(conflict="other"), False),
        (Conditions(least_origins=2), True),
        (Conditions(least_origins=3), False),
        (Conditions(least_outlets=2), True),
        (Conditions(least_outlets=3), False),
        (Conditions(growth=Growth(2, HOUR)), True),
        (Conditions(growth=Growth(3, HOUR)), False),
        (Conditions(growth=Growth(2, timedelta(minutes=10))), False),
        (Conditions(place="port ossian"), True),
        (Conditions(place="Ossia"), False),
        (Conditions(conflict="lorn", words=("ferry",), least_outlets=2), True),
        (Conditions(conflict="lorn", words=("ferry",), least_outlets=9), False),
        (Conditions(conflict="lorn", words=("train",)), False),
    ],
)
def test_all_that_is_given_must_hold(conditions: Conditions, *, expected: bool) -> None:
    assert matches(conditions, change()) is expected


def test_news_of_one_of_the_kinds_is_enough() -> None:
    denied = change(news=(News(NewsKind.ORIGIN), News(NewsKind.DENIAL, PlainText("by the port"))))
    assert matches(Conditions(news=(NewsKind.DENIAL, NewsKind.MERGED)), denied)
    assert not matches(Conditions(news=(NewsKind.FIGURE,)), denied)
    assert not matches(Conditions(news=(NewsKind.DENIAL,)), change())
    assert not matches(Conditions(news=(NewsKind.DENIAL,), words=("train",)), denied)


def test_growth_counts_what_came_before_the_change_and_not_long_ago() -> None:
    reports = [report(n, minutes=minutes) for n, minutes in enumerate((-5, 0, 59, 60, 300))]
    grown = change(reports=reports)
    assert matches(Conditions(growth=Growth(2, HOUR)), grown)
    assert not matches(Conditions(growth=Growth(3, HOUR)), grown)


def test_a_place_is_one_that_the_reports_name_even_if_no_headline_does() -> None:
    named = change(headline="Ferry stopped", places=(PlainText("Порт Оссиан"),))
    assert matches(Conditions(place="порт оссиан"), named)
    assert not matches(Conditions(place="порт"), named)


@pytest.mark.parametrize(
    ("word", "headline", "expected"),
    [
        ("ferry", "FERRY stopped", True),
        ("ferry", "Ferry's crew is safe", True),
        ("ferry", "Ferryman is safe", False),
        ("ferr*", "Ferries stopped", True),
        ("err*", "Ferries stopped", False),
        ("ferry stopped", "The ferry\u00a0 stopped again", True),
        ("cafe", "Café hit", True),
        ("паром", "Паромы остановлены", False),
        ("паром*", "Паромы остановлены", True),
        ("封锁", "奥西安港遭封锁", True),
        ("ปิดล้อม", "ท่าเรือถูกปิดล้อมแล้ว", True),
        ("ميناء", "قصف ميناء أوسيان", True),
        ("मद", "मदद पहुँची", False),
        ("हमल", "हमला हुआ", False),
        ("हमल*", "हमला हुआ", True),
        ("*", "Anything", False),
    ],
)
def test_words_are_whole_words_in_every_script(word: str, headline: str, *, expected: bool) -> None:
    quiet = (report(1, title="Nothing more"),)
    told = change(headline=headline, summary="", reports=quiet)
    assert matches(Conditions(words=("unseen", word)), told) is expected


def test_a_word_may_stand_in_the_summary_or_in_any_headline() -> None:
    told = change(summary="A tug came.", reports=(report(1, title="Barge aground"),))
    assert matches(Conditions(words=("tug",)), told)
    assert matches(Conditions(words=("barge",)), told)
