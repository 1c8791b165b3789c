"""The life of a subscription, and when its pushes are relied on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model import HttpUrl
from aggregator.poll.subscription import (
    DENIED_WAIT,
    LONGEST_LEASE,
    PUSH_WAIT,
    SHORTEST_LEASE,
    Step,
    Subscription,
    SubscriptionKey,
    SubscriptionState,
    asked,
    denied,
    doubted,
    failed,
    leaving,
    moved,
    next_step,
    push_wait,
    pushed,
    retry_wait,
    silent,
    verified,
)

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86400))
KEY = SubscriptionKey("peak", HttpUrl("https://peak.example/feed"), HttpUrl("https://hub.example/"))
WANTED = Subscription(KEY, next_request_at=NOW)
REQUESTED = asked(WANTED, "here", NOW)
ACTIVE = verified(REQUESTED, 5 * DAY, NOW)
WORKING = pushed(ACTIVE, NOW + MINUTE)
LATER = NOW + HOUR


def wait(
    subscription: Subscription | None, new: int = 0, now: datetime = LATER
) -> timedelta | None:
    return push_wait(subscription, new_entries=new, now=now)


def still(subscription: Subscription | None) -> Subscription:
    assert subscription is not None
    return subscription


def test_push_counts_only_once_a_push_was_verified() -> None:
    assert wait(None) is None
    assert wait(WANTED) is None
    assert wait(ACTIVE) is None
    assert wait(WORKING) == PUSH_WAIT


def test_a_poll_that_finds_more_ends_it_until_the_next_push() -> None:
    assert wait(WORKING, new=1) is None
    missed = doubted(WORKING, LATER)
    assert wait(missed) is None
    assert wait(pushed(missed, LATER)) is None
    assert wait(pushed(missed, LATER + SECOND)) == PUSH_WAIT


def test_it_ends_with_the_lease_and_no_wait_goes_beyond_it() -> None:
    end = still(WORKING).lease_ends_at
    assert end is not None
    assert wait(WORKING, now=end - HOUR) == HOUR
    assert wait(WORKING, now=end) is None


def test_it_ends_with_an_error_of_the_hub_and_comes_back_with_a_renewal() -> None:
    renewing = asked(WORKING, "here", LATER)
    assert wait(renewing) == PUSH_WAIT
    broken = still(failed(renewing, "HTTP 500", LATER))
    assert broken.state is SubscriptionState.ACTIVE
    assert wait(broken) is None
    assert wait(verified(asked(broken, "here", LATER), DAY, LATER)) == PUSH_WAIT
    assert wait(denied(WORKING, "no", LATER)) is None


def test_after_a_lease_has_lapsed_a_push_must_prove_the_next_one() -> None:
    end = WORKING.lease_ends_at
    assert end is not None
    lapsed = still(failed(asked(WORKING, "here", end), "HTTP 500", end))
    assert lapsed.state is SubscriptionState.FAILED
    again = verified(asked(lapsed, "here", end + DAY), 5 * DAY, end + DAY)
    assert wait(again, now=end + DAY + HOUR) is None
    proven = pushed(again, end + DAY + MINUTE)
    assert wait(proven, now=end + DAY + HOUR) == PUSH_WAIT


@settings(deadline=None)
@given(st.timedeltas(min_value=timedelta(0), max_value=400 * DAY), st.text(min_size=1))
def test_a_lease_is_believed_within_bounds_and_renewed_well_before_its_end(
    lease: timedelta, feed_id: str
) -> None:
    subscription = replace(REQUESTED, key=replace(KEY, feed_id=feed_id))
    active = verified(subscription, lease, NOW)
    assert active.lease_ends_at is not None
    believed = active.lease_ends_at - NOW
    assert SHORTEST_LEASE <= believed <= LONGEST_LEASE
    assert 0.59 * believed <= active.next_request_at - NOW <= 0.67 * believed
    if SHORTEST_LEASE <= lease <= LONGEST_LEASE:
        assert believed == lease


def test_feeds_of_one_hub_are_not_renewed_all_at_once() -> None:
    times = {
        verified(
            replace(REQUESTED, key=replace(KEY, feed_id=f"feed-{n}")), 5 * DAY, NOW
        ).next_request_at
        for n in range(50)
    }
    assert len(times) == 50


@settings(deadline=None)
@given(st.text(min_size=1))
def test_failures_are_repeated_after_an_hour_then_ever_later_up_to_a_day(feed_id: str) -> None:
    waits = [retry_wait(feed_id, failures) for failures in range(1, 40)]
    assert all(earlier <= later for earlier, later in pairwise(waits))
    assert 0.9 * HOUR <= waits[0] <= HOUR
    assert 0.9 * DAY <= waits[-1] <= DAY


def test_a_hub_that_asks_to_wait_is_obeyed_for_up_to_a_day() -> None:
    for asked_to_wait, expected in ((5 * HOUR, 5 * HOUR), (90 * DAY, DAY)):
        later = still(failed(REQUESTED, "HTTP 503", NOW, asked_to_wait=asked_to_wait))
        assert later.next_request_at == NOW + expected


def test_a_hub_that_does_not_verify_has_failed() -> None:
    assert next_step(REQUESTED) is Step.COUNT_SILENCE
    overdue = still(silent(REQUESTED, NOW + HOUR))
    assert (overdue.state, overdue.failures) == (SubscriptionState.FAILED, 1)
    assert next_step(overdue) is Step.SUBSCRIBE
    assert overdue.last_error == "the hub took the request and did not verify it"


def test_a_failure_after_its_verification_is_none() -> None:
    assert failed(ACTIVE, "HTTP 500", NOW) == ACTIVE


def test_a_denial_rests_for_a_week_and_is_then_asked_again() -> None:
    refused = denied(ACTIVE, "no", NOW)
    assert refused.next_request_at == NOW + DENIED_WAIT
    assert next_step(refused) is Step.SUBSCRIBE


def test_an_unwanted_subscription_is_ended_once_and_then_forgotten() -> None:
    ending = still(leaving(WORKING, NOW))
    assert next_step(ending) is Step.UNSUBSCRIBE
    told = asked(ending, "here", NOW)
    assert told.state is SubscriptionState.LEAVING
    assert next_step(told) is Step.FORGET
    assert failed(told, "HTTP 500", NOW) is None
    assert leaving(WANTED, NOW) is None


def test_another_callback_begins_anew_and_none_waits_for_one() -> None:
    assert moved(WORKING, "here", LATER) == WORKING
    assert moved(WANTED, "there", LATER) == WANTED
    for callback in ("there", None):
        fresh = still(moved(WORKING, callback, LATER))
        assert fresh.state is SubscriptionState.WANTED
        assert wait(fresh) is None
        assert moved(still(leaving(WORKING, NOW)), callback, LATER) is None


Change = Callable[[Subscription, datetime], Subscription | None]
CHANGES: dict[str, Change] = {
    "asked": lambda s, now: asked(s, "here", now),
    "verified": lambda s, now: verified(s, 3 * DAY, now),
    "failed": lambda s, now: failed(s, "HTTP 500", now),
    "silent": silent,
    "denied": lambda s, now: denied(s, "no", now),
    "pushed": pushed,
    "doubted": doubted,
    "moved": lambda s, now: moved(s, "there", now),
}


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(CHANGES)), st.integers(0, 200)), max_size=30))
def test_whatever_happens_push_counts_only_with_a_lease_and_a_push_in_it(
    happenings: list[tuple[str, int]],
) -> None:
    subscription, now = WANTED, NOW
    for name, hours in happenings:
        now += hours * HOUR
        subscription = still(CHANGES[name](subscription, now))
        relied_on = push_wait(subscription, new_entries=0, now=now)
        requested = subscription.state is SubscriptionState.REQUESTED
        renewed = subscription.awaits and subscription.state is SubscriptionState.ACTIVE
        assert subscription.awaits == (requested or renewed)
        if relied_on is not None:
            assert subscription.state is SubscriptionState.ACTIVE
            assert subscription.lease_ends_at is not None
            assert timedelta(0) < relied_on <= PUSH_WAIT
            assert now + relied_on <= subscription.lease_ends_at
            assert subscription.last_push_at is not None
            assert subscription.failures == 0
            assert name != "doubted"


@pytest.mark.parametrize("state", [WANTED, REQUESTED, denied(ACTIVE, "no", NOW)])
def test_polls_say_nothing_of_a_hub_that_has_promised_nothing(state: Subscription) -> None:
    assert doubted(state, LATER) == state
