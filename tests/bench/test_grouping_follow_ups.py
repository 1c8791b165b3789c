from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.group.follow_ups import FOLLOWED_FOR
from bench.grouping_follow_ups import Figures, Opening, figures, openings_of
from tests.bench.labelled_stories import BEGIN, report

DAY = timedelta(days=1)
FIRST = datetime(2026, 3, 1, tzinfo=UTC)


def test_links_are_right_when_they_lead_to_the_event() -> None:
    reports = [("ferry", FIRST), ("ferry", FIRST + 9 * DAY), ("bridge", FIRST)]
    openings = [
        Opening("ferry", FIRST),
        Opening("bridge", FIRST),
        Opening("ferry", FIRST + 9 * DAY, frozenset({"ferry", "bridge"})),
    ]
    assert figures(openings, reports) == Figures(links=1, right=1, follow_ups=1, found=1)
    wrong = [*openings[:2], Opening("ferry", FIRST + 9 * DAY, frozenset({"bridge"}))]
    assert figures(wrong, reports) == Figures(links=1, right=0, follow_ups=1, found=0)


def test_what_comes_within_the_window_or_too_late_is_no_follow_up() -> None:
    moments = [FIRST, FIRST + 7 * DAY, FIRST + 7 * DAY + FOLLOWED_FOR + DAY]
    openings = [Opening("ferry", moment) for moment in moments]
    reports = [("ferry", moment) for moment in moments]
    assert figures(openings, reports) == Figures(links=0, right=0, follow_ups=0, found=0)


def test_a_stream_goes_through_the_store(tmp_path: Path) -> None:
    stream = [
        (report(0, "ferry"), "ferry"),
        (report(1, "ferry", hours=1), "ferry"),
        (report(0, "bridge", hours=30), "bridge"),
        (report(2, "ferry", hours=24 * 9), "ferry"),
        (report(3, "bridge", hours=None), "bridge"),
    ]
    openings = openings_of(stream, tmp_path)
    assert [(one.event, one.moment - BEGIN) for one in openings] == [
        ("ferry", timedelta(0)),
        ("bridge", timedelta(hours=30)),
        ("ferry", 9 * DAY),
    ]
    assert openings[2].is_right
