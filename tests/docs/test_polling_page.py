"""The page on polling names every condition, in order, and states the figures of the code."""

import re
from datetime import timedelta
from pathlib import Path

from aggregator.config import Settings
from aggregator.poll import health, moves, requests, rhythm, schedule

PAGE = (Path(__file__).parent.parent.parent / "docs" / "polling.md").read_text(encoding="utf-8")


def test_every_condition_is_explained_the_worst_first() -> None:
    table = PAGE.partition("| condition | what it means |")[2]
    explained = re.findall(r"^\| ([A-Za-z ]+) \|", table, re.MULTILINE)
    assert explained == [str(condition) for condition in health.Condition]


def test_the_figures_of_the_page_are_those_of_the_code() -> None:
    assert timedelta(days=14) == rhythm.HALF_LIFE
    assert timedelta(days=1) == schedule.LONGEST_WAIT == requests.SUSPICIOUS_AFTER
    assert timedelta(days=3) == schedule.LONGEST_SKIP
    assert timedelta(days=7) == requests.WHOLE_DOCUMENT_AFTER == schedule.DEAD_WAIT
    assert timedelta(days=30) == schedule.DEAD_AFTER
    assert timedelta(days=60) == health.OLD_AFTER
    assert (moves.POLLS_BEFORE_MOVING, moves.FAILURES_BEFORE_RETURNING) == (3, 3)
    settings = Settings()
    assert settings.poll_interval_minimum == timedelta(minutes=5)
    assert settings.poll_interval_maximum == timedelta(hours=1)
    assert (settings.requests_in_flight, settings.host_gap) == (10, timedelta(seconds=2))
