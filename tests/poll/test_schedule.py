from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Feed, FeedState, FetchResult, HttpUrl, Outcome, PlainText
from aggregator.poll.schedule import Schedule, next_due

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
URL = HttpUrl("https://peak.example/feed")
FEED = Feed(id="peak", name=PlainText("Peak"), url=URL)
FRESH = FetchResult(URL, Outcome.FRESH, NOW, status=200)
FAILED = FetchResult(URL, Outcome.FAILED, NOW, status=500, error="the server answered 500")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UNKNOWN = FeedState()
MINIMUM, MAXIMUM = 5 * MINUTE, HOUR


def decide(
    result: FetchResult = FRESH,
    state: FeedState = UNKNOWN,
    *,
    feed: Feed = FEED,
    new: int = 0,
    ttl: timedelta | None = None,
    now: datetime = NOW,
) -> Schedule:
    return next_due(
        feed, state, result, new_entries=new, ttl=ttl, now=now, minimum=MINIMUM, maximum=MAXIMUM
    )


def wait(schedule: Schedule) -> timedelta:
    return schedule.next_due - NOW


def quiet(span: timedelta) -> FeedState:
    return FeedState(last_polled_at=NOW, last_success_at=NOW, last_new_entry_at=NOW - span)


@pytest.mark.parametrize(
    ("silence", "new", "expected"),
    [
        (2 * MINUTE, 0, 5 * MINUTE),
        (20 * MINUTE, 0, 10 * MINUTE),
        (80 * MINUTE, 0, 40 * MINUTE),
        (10 * DAY, 0, HOUR),
        (80 * MINUTE, 1, 40 * MINUTE),
        (80 * MINUTE, 4, 10 * MINUTE),
        (80 * MINUTE, 40, 5 * MINUTE),
        (10 * DAY, 1, HOUR),
        (-DAY, 0, 5 * MINUTE),
    ],
)
def test_p37_the_interval_follows_the_feeds_rhythm(
    silence: timedelta, new: int, expected: timedelta
) -> None:
    assert wait(decide(state=quiet(silence), new=new)) == expected


def test_p37_a_silent_feed_is_asked_ever_less() -> None:
    now, waits = NOW, []
    for _ in range(12):
        state = FeedState(last_success_at=now, last_new_entry_at=NOW)
        due = decide(state=state, now=now).next_due
        waits.append(due - now)
        now = due
    assert waits == sorted(waits)
    assert waits[0] == MINIMUM
    assert waits[-1] == MAXIMUM


def test_p37_a_304_counts_as_a_poll_without_news() -> None:
    unchanged = replace(FRESH, outcome=Outcome.UNCHANGED, status=304)
    assert decide(unchanged, quiet(HOUR)) == decide(FRESH, quiet(HOUR))


def test_p37_a_new_feed_starts_at_the_minimum() -> None:
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
    assert wait(decide(replace(FRESH, max_age=max_age), new=5, ttl=ttl)) == expected


def test_p37_a_setting_for_the_feed_wins() -> None:
    feed = replace(FEED, interval=2 * MINUTE)
    asked = replace(FRESH, max_age=2 * HOUR)
    assert wait(decide(asked, quiet(DAY), feed=feed, ttl=DAY)) == 2 * MINUTE
    assert wait(decide(replace(asked, retry_after=HOUR), feed=feed)) == HOUR


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("retry_after", "expected"),
    [
        (90 * MINUTE, 90 * MINUTE),
        (MINUTE, MINIMUM),
        (3650 * DAY, DAY),
    ],
)
def test_p36_retry_after_is_obeyed_for_up_to_a_day(
    status: int, retry_after: timedelta, expected: timedelta
) -> None:
    later = replace(FRESH, outcome=Outcome.LATER, status=status, retry_after=retry_after)
    assert wait(decide(later)) == expected


@pytest.mark.parametrize("retry_after", [None, timedelta(0), -HOUR])
def test_p36_without_a_usable_retry_after_we_back_off(retry_after: timedelta | None) -> None:
    later = replace(FRESH, outcome=Outcome.LATER, status=429, retry_after=retry_after)
    waits = [wait(decide(later, FeedState(failures=failures))) for failures in range(4)]
    assert all(MINIMUM <= early < late for early, late in pairwise(waits))


def test_p36_failures_double_to_a_day_with_a_tenth_of_jitter() -> None:
    for failures in range(100):
        state = FeedState(failures=failures, last_success_at=NOW - DAY)
        full = min(MINIMUM * 2 ** min(failures + 1, 20), DAY)
        assert 0.9 * full <= wait(decide(FAILED, state)) <= full


def test_p36_feeds_that_fail_together_come_back_apart() -> None:
    waits = {wait(decide(FAILED, feed=replace(FEED, id=f"feed-{n}"))) for n in range(50)}
    assert len(waits) == 50


def test_p36_the_same_question_has_the_same_answer() -> None:
    assert decide(FAILED, FeedState(failures=3)) == decide(FAILED, FeedState(failures=3))


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.BLOCKED, Outcome.LATER])
def test_p36_after_thirty_failed_days_at_most_weekly(outcome: Outcome) -> None:
    result = replace(FAILED, outcome=outcome)
    dead = FeedState(failures=40, last_success_at=NOW - 31 * DAY)
    never = FeedState(failures=36)
    assert wait(decide(result, dead)) == wait(decide(result, never)) == 7 * DAY
    assert "30 days" in decide(result, dead).reason


def test_p36_our_own_absence_is_not_the_feeds_failure() -> None:
    assert wait(decide(FAILED, FeedState(last_success_at=NOW - 90 * DAY))) <= 10 * MINUTE


def test_p36_gone_is_paused() -> None:
    gone = decide(replace(FRESH, outcome=Outcome.GONE, status=410))
    assert gone.paused
    assert gone.next_due > NOW
    assert not decide(FAILED).paused


@pytest.mark.parametrize(
    ("schedule", "reason"),
    [
        (decide(state=quiet(20 * MINUTE), new=3), "every 5 min: 3 new entries in the last poll"),
        (decide(state=quiet(HOUR), new=1), "every 30 min: 1 new entry in the last poll"),
        (decide(state=quiet(5 * HOUR)), "every 1 h: nothing new for 5 h"),
        (decide(state=quiet(3 * DAY)), "every 1 h: nothing new for 3 d"),
        (decide(), "every 5 min: nothing new"),
        (decide(replace(FRESH, max_age=2 * HOUR)), "every 2 h: the server asks for no more"),
        (decide(ttl=90 * MINUTE), "every 90 min: the feed asks for no more"),
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
    assert MINIMUM <= wait(decide(result, state, new=new, ttl=ttl)) <= 7 * DAY
