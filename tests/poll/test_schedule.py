from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import (
    FeedState,
    Outcome,
    Rhythm,
    Wishes,
)
from aggregator.poll.rhythm import observed
from aggregator.poll.schedule import LONGEST_SKIP, Schedule
from tests.poll.scheduling import (
    DAY,
    FAILED,
    FEED,
    FRESH,
    HOUR,
    MAXIMUM,
    MINIMUM,
    MINUTE,
    NOW,
    UNKNOWN,
    decide,
    wait,
)


def every(gap: timedelta, until: datetime = NOW, span: timedelta = 28 * DAY) -> Rhythm:
    """Return the rhythm of a feed with an entry each `gap`, day and night."""
    return observed(None, [until - n * gap for n in range(int(span / gap))], until)


def quiet(span: timedelta, rhythm: Rhythm | None = None) -> FeedState:
    return FeedState(
        last_polled_at=NOW - 10 * MINUTE,
        last_success_at=NOW - 10 * MINUTE,
        last_new_entry_at=NOW - span,
        rhythm=rhythm or every(HOUR),
    )


@pytest.mark.parametrize(
    ("gap", "shortest", "longest"),
    [
        (2 * MINUTE, MINIMUM, MINIMUM),
        (15 * MINUTE, 6 * MINUTE, 10 * MINUTE),
        (HOUR, 25 * MINUTE, 40 * MINUTE),
        (31 * HOUR, MAXIMUM, MAXIMUM),
    ],
)
def test_p37_a_report_waits_about_half_the_feeds_usual_gap(
    gap: timedelta, shortest: timedelta, longest: timedelta
) -> None:
    assert shortest <= wait(decide(state=quiet(timedelta(0), every(gap)))) <= longest


def test_p37_a_silent_feed_is_asked_ever_less_and_a_burst_more() -> None:
    rhythm = every(20 * MINUTE)
    waits = [wait(decide(state=quiet(n * 20 * MINUTE, rhythm))) for n in range(12)]
    assert waits == sorted(waits)
    assert waits[0] < waits[5] < waits[-1] <= MAXIMUM
    assert wait(decide(state=quiet(HOUR, rhythm), new=6)) < waits[0]


def test_p37_the_hour_of_day_counts() -> None:
    # Published in office hours only, eight entries between 8 and 16 UTC.
    office = [NOW.replace(hour=hour) - day * DAY for day in range(1, 29) for hour in range(8, 16)]
    rhythm = observed(None, office, NOW)
    noon, midnight = NOW, NOW.replace(hour=0)
    waits = {
        moment: decide(state=replace(UNKNOWN, rhythm=rhythm), now=moment).next_due - moment
        for moment in (noon, midnight)
    }
    assert waits[noon] < 45 * MINUTE
    assert waits[midnight] == MAXIMUM


def test_p37_the_weekday_counts() -> None:
    # NOW is a Thursday; this feed has thirty entries each Monday and two on other days.
    moments = [
        NOW - day * DAY - n * 20 * MINUTE
        for day in range(28)
        for n in range(30 if (NOW - day * DAY).weekday() == 0 else 2)
    ]
    state = replace(UNKNOWN, rhythm=observed(None, moments, NOW))
    monday = NOW + 4 * DAY
    assert decide(state=state, now=monday).next_due - monday < wait(decide(state=state))


def test_p37_a_304_counts_as_a_poll_without_news() -> None:
    unchanged = replace(FRESH, outcome=Outcome.UNCHANGED, status=304)
    assert decide(unchanged, quiet(HOUR)) == decide(FRESH, quiet(HOUR))


def test_p37_a_feed_of_which_nothing_is_known_starts_at_the_minimum() -> None:
    assert wait(decide(new=50)) == MINIMUM


@pytest.mark.parametrize(
    ("max_age", "ttl", "expected"),
    [
        (2 * HOUR, None, 2 * HOUR),
        (None, 3 * HOUR, 3 * HOUR),
        (2 * HOUR, 3 * HOUR, 3 * HOUR),
        (MINUTE, MINUTE, MINIMUM),
        (None, 30 * DAY, DAY),
        (365 * DAY, None, DAY),
        (timedelta(0), -HOUR, MINIMUM),
    ],
)
def test_p37_never_shorter_than_asked_nor_longer_than_a_day(
    max_age: timedelta | None, ttl: timedelta | None, expected: timedelta
) -> None:
    wishes = Wishes(ttl=ttl)
    assert wait(decide(replace(FRESH, max_age=max_age), new=5, wishes=wishes)) == expected


def test_p37_the_feeds_wishes_hold_while_it_is_unchanged() -> None:
    state = replace(quiet(HOUR), wishes=Wishes(ttl=3 * HOUR))
    assert wait(decide(replace(FRESH, outcome=Outcome.UNCHANGED, status=304), state)) == 3 * HOUR


@pytest.mark.parametrize(
    ("hours", "days", "expected"),
    [
        ({12, 13, 14}, (), 3 * HOUR),
        ({13}, (), MINIMUM),
        ((), {3}, 12 * HOUR),
        ((), {3, 4, 5}, 60 * HOUR),
        ({0, 1}, {3}, 14 * HOUR),
        (set(range(24)), (), MINIMUM),
        ((), set(range(7)), MINIMUM),
        ((), {3, 4, 5, 6}, MINIMUM),
    ],
)
def test_p37_hours_and_days_that_a_feed_wants_skipped_are(
    hours: set[int], days: set[int], expected: timedelta
) -> None:
    wishes = Wishes(skip_hours=frozenset(hours), skip_days=frozenset(days))
    assert wait(decide(wishes=wishes)) == expected
    assert expected <= LONGEST_SKIP


def test_p37_a_setting_for_the_feed_wins() -> None:
    feed = replace(FEED, interval=2 * MINUTE)
    asked = replace(FRESH, max_age=2 * HOUR)
    wishes = Wishes(DAY, frozenset(range(12, 20)))
    assert wait(decide(asked, quiet(DAY), feed=feed, wishes=wishes)) == 2 * MINUTE
    assert wait(decide(replace(asked, retry_after=HOUR), feed=feed)) == HOUR


def test_polling_slows_down_while_push_works() -> None:
    assert wait(decide(state=quiet(HOUR), push_wait=6 * HOUR)) == 6 * HOUR
    assert wait(decide(state=quiet(HOUR), push_wait=6 * HOUR, wishes=Wishes(7 * HOUR))) == 7 * HOUR


@pytest.mark.parametrize(
    ("schedule", "reason"),
    [
        (
            decide(state=quiet(20 * MINUTE, every(5 * MINUTE)), new=3),
            (
                "in 5 min: it publishes about 12 an hour at this time of the week,"
                " 3 new entries in the last poll"
            ),
        ),
        (
            decide(state=quiet(3 * DAY, every(12 * HOUR))),
            "in 1 h: it publishes about 2.1 a day, nothing new for 3 d",
        ),
        (decide(), "in 5 min: nothing new"),
        (decide(replace(FRESH, max_age=2 * HOUR)), "in 2 h: the server asks for no more"),
        (decide(wishes=Wishes(90 * MINUTE)), "in 90 min: the feed asks for no more"),
        (
            decide(wishes=Wishes(skip_hours=frozenset({12, 13}))),
            "in 2 h: the feed asks not to be read before",
        ),
        (decide(push_wait=6 * HOUR), "in 6 h: its hub sends what is new"),
        (decide(feed=replace(FEED, interval=2 * MINUTE)), "every 2 min: set for this feed"),
        (
            decide(replace(FRESH, outcome=Outcome.LATER, retry_after=30 * MINUTE)),
            "in 30 min: the server asks us to wait",
        ),
        (
            decide(replace(FRESH, outcome=Outcome.LATER, retry_after=MINUTE)),
            "in 5 min: the server asks for less",
        ),
    ],
)
def test_the_reason_is_a_sentence_for_people(schedule: Schedule, reason: str) -> None:
    assert schedule.reason == reason


def test_the_reason_of_a_failure_names_it() -> None:
    reason = decide(FAILED, FeedState(failures=2)).reason
    assert reason.endswith("it failed 3 times in a row (the server answered 500)")


durations = st.timedeltas(-400 * DAY, 4000 * DAY)


@given(
    outcome=st.sampled_from(Outcome),
    failures=st.integers(0, 10_000),
    silence=durations,
    new=st.integers(0, 30_000),
    asked=st.tuples(*[st.none() | durations] * 3),
)
def test_d26_never_sooner_than_the_minimum_nor_later_than_a_week(
    outcome: Outcome,
    failures: int,
    silence: timedelta,
    new: int,
    asked: tuple[timedelta | None, timedelta | None, timedelta | None],
) -> None:
    retry_after, max_age, ttl = asked
    result = replace(FRESH, outcome=outcome, retry_after=retry_after, max_age=max_age)
    state = replace(quiet(silence), failures=failures)
    assert MINIMUM <= wait(decide(result, state, new=new, wishes=Wishes(ttl))) <= 7 * DAY
