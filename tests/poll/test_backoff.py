"""P36: what follows when a feed fails, asks for patience, or is gone."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from aggregator.model import (
    FeedState,
    Outcome,
)
from tests.poll.scheduling import (
    DAY,
    FAILED,
    FEED,
    FRESH,
    HOUR,
    MINIMUM,
    MINUTE,
    NOW,
    decide,
    wait,
)


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
