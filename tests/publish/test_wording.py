import dataclasses
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.model import Explanation, HttpUrl, PlainText, Report
from aggregator.publish.browse.sparkline import HEIGHT, WIDTH, sparkline
from aggregator.publish.browse.wording import ago, how_it_is, why_in_words
from aggregator.store.health import FeedHealth
from aggregator.store.whole_story import Revised, StoryReport

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

FEED = FeedHealth(
    feed_id="herald",
    name=PlainText("Herald"),
    kind="newspaper",
    language="en",
    country="GB",
    url="https://herald.example/feed",
    homepage=None,
    health="working",
    is_failing=False,
    paused=False,
    detail=None,
    remedy=None,
    since=None,
    failures=0,
    last_success=NOW,
    last_new_entry=NOW - timedelta(minutes=12),
    next_due=NOW + timedelta(minutes=8),
    next_due_reason="its usual rhythm",
    recent_articles=4,
)

MEMBER = StoryReport(
    report=Report(
        article_id=1,
        url=HttpUrl("https://herald.example/1"),
        title=PlainText("Bridge closed"),
        source_name=PlainText("Herald"),
        source_kind="newspaper",
        country=None,
        language=None,
        published=None,
        first_seen=NOW,
        copy_of=None,
    ),
    source="herald.example",
    has_page=True,
    verdict="article",
    body_source="page",
    body_reason="",
    explanation=Explanation(
        score=0.62, threshold=0.35, terms=("bridge", "Osk"), features={"title": 0.7}
    ),
    runner_up=None,
)


@pytest.mark.parametrize(
    ("offset", "text"),
    [
        (timedelta(seconds=-30), "just now"),
        (timedelta(seconds=30), "just now"),
        (timedelta(minutes=-1), "1 minute ago"),
        (timedelta(minutes=-12), "12 minutes ago"),
        (timedelta(hours=-3), "3 hours ago"),
        (timedelta(hours=-47), "47 hours ago"),
        (timedelta(days=-3), "3 days ago"),
        (timedelta(minutes=8), "in 8 minutes"),
    ],
)
def test_ago(offset: timedelta, text: str) -> None:
    assert ago(NOW + offset, NOW) == text


def test_why_names_score_words_and_figures() -> None:
    assert why_in_words(MEMBER, opened=False, original=None) == [
        "It is 62% like this story; 35% is enough.",
        "Words that carried this: “bridge”, “Osk”.",
        "In figures: title 0.70.",
    ]


@pytest.mark.parametrize(
    ("revised", "sentence"),
    [
        (Revised("merge", "user", 0, 0), "You made that story and this one the same."),
        (Revised("split", "user", 0, 0), "You parted it from the story in which it was."),
        (
            Revised("merge", "program", 0.8, 0.5),
            "That story and this one proved to be the same (80%; 50% is enough).",
        ),
        (
            Revised("split", "program", 0.8, 0.5),
            "It proved to belong here, and not where it was (80%; 50% is enough).",
        ),
    ],
)
def test_why_says_that_a_report_was_moved(revised: Revised, sentence: str) -> None:
    joined = dataclasses.replace(MEMBER, revised=revised)
    assert why_in_words(joined, opened=True, original=None)[:2] == [
        "It was 62% like the story that it joined first; 35% is enough.",
        sentence,
    ]
    opened = dataclasses.replace(joined, explanation=Explanation(score=0.2, threshold=0.35))
    assert why_in_words(opened, opened=False, original=None) == [
        "It opened another story first: nothing recent was close enough to it.",
        sentence,
    ]


def test_why_says_that_a_report_opened_the_story_or_repeats_another() -> None:
    bare = dataclasses.replace(MEMBER, explanation=Explanation(score=1.0, threshold=0.35))
    assert why_in_words(bare, opened=True, original=None) == [
        "It opened this story: nothing recent was close enough to it."
    ]
    assert why_in_words(bare, opened=False, original="North Wire")[0] == (
        "Its text repeats that of North Wire, so it is no origin of its own."
    )


def test_working_feed_says_when_it_last_reported_and_is_next_asked() -> None:
    how = how_it_is(FEED, NOW)
    assert how.group == "working"
    assert " ".join(how.sentences) == (
        "Last report 12 minutes ago. Next asked in 8 minutes (its usual rhythm)."
    )


def test_failing_feed_says_why_since_when_and_what_to_do() -> None:
    failing = dataclasses.replace(
        FEED,
        health="server error",
        is_failing=True,
        detail="the server answered 502",
        remedy="Wait.",
        since=NOW - timedelta(hours=10),
        failures=7,
    )
    how = how_it_is(failing, NOW)
    assert how.group == "failing"
    assert how.sentences[:3] == (
        "Server error, since 1 March 2026, 02:00 UTC: the server answered 502.",
        "Wait.",
        "It failed 7 times in a row.",
    )


@pytest.mark.parametrize(
    ("changes", "group"),
    [
        ({"health": "silent", "detail": "nothing new"}, "doubtful"),
        ({"health": "gone", "detail": "410", "is_failing": True, "paused": True}, "paused"),
        ({"health": "waiting", "last_new_entry": None}, "waiting"),
    ],
)
def test_group_of_a_feed(changes: dict[str, object], group: str) -> None:
    how = how_it_is(dataclasses.replace(FEED, **changes), NOW)  # type: ignore[arg-type]  # any field
    assert how.group == group
    assert ("Next asked" in " ".join(how.sentences)) == (group != "paused")


def test_sparkline_stays_in_its_frame_and_counts_all() -> None:
    times = [NOW - timedelta(minutes=minutes) for minutes in (0, 10, 10, 11, 300)]
    picture = sparkline(Counter(times), NOW)
    assert picture is not None
    assert picture.label == "5 reports in the 5 hours since the first"
    assert max(bar.height for bar in picture.bars) == HEIGHT
    for bar in picture.bars:
        assert 0 <= bar.x <= WIDTH - bar.width
        assert bar.y + bar.height == pytest.approx(HEIGHT)


def test_one_report_makes_no_line() -> None:
    assert sparkline({NOW: 1}, NOW) is None


def test_d26_reports_from_the_future_stay_in_the_frame() -> None:
    picture = sparkline({NOW: 1, NOW + timedelta(hours=5): 1}, NOW)
    assert picture is not None
    assert picture.bars[-1].x <= WIDTH
