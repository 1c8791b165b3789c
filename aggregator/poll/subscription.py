"""One subscription at a hub: what happens to it, and whether its pushes can be relied on.

    wanted ──asked──▶ requested ──verified──▶ active ──asked, verified──▶ active ...
                        │     └──denied──▶ denied
                        └──failed──▶ failed ──asked──▶ requested

Each step is a pure function of a subscription and the time. A subscription that is active stays so
while it is renewed, and while renewals fail, until its lease ends.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from aggregator.model import HttpUrl
from aggregator.poll.spread import spread

PUSH_WAIT: Final = timedelta(hours=6)
"""How long a feed is left alone while its hub delivers: a poll now and then finds what got lost."""

VERIFICATION_PATIENCE: Final = timedelta(hours=1)
"""How long a hub that took a request may take to verify it."""

FIRST_RETRY: Final = timedelta(hours=1)
LONGEST_RETRY: Final = timedelta(hours=24)
DENIED_WAIT: Final = timedelta(days=7)
"""WebSub, section 5.2: after a denial the subscription is "not possible anymore"; minds change."""

SHORTEST_LEASE: Final = timedelta(minutes=1)
LONGEST_LEASE: Final = timedelta(days=30)
"""A lease beyond these bounds is taken for the nearest of them, whatever the hub says."""

_RENEWED_AFTER: Final = 2 / 3
_JITTER: Final = 0.1
_DOUBLINGS: Final = 10


class SubscriptionState(StrEnum):
    """How far a subscription has come."""

    WANTED = "wanted"
    """To be requested."""
    REQUESTED = "requested"
    """The hub has been asked and has not verified it yet."""
    ACTIVE = "active"
    """Verified; the hub pushes until the lease ends."""
    DENIED = "denied"
    """The hub refuses."""
    FAILED = "failed"
    """The request failed, or was never verified; it is repeated ever later."""
    LEAVING = "leaving"
    """No longer wanted; the hub is asked once to end it."""


@dataclass(frozen=True, slots=True)
class SubscriptionKey:
    """What tells subscriptions apart."""

    feed_id: str
    topic: HttpUrl
    hub: HttpUrl


@dataclass(frozen=True, slots=True)
class Subscription:
    """What is known of a subscription.

    `next_request_at` is when the next step is due. `callback` is a fingerprint of the address that
    the hub was last given. `awaits` says that the hub has yet to verify a request. `doubted_at`
    is since when a push has to come before pushes are relied on again.
    """

    key: SubscriptionKey
    next_request_at: datetime
    state: SubscriptionState = SubscriptionState.WANTED
    callback: str | None = None
    awaits: bool = False
    requested_at: datetime | None = None
    verified_at: datetime | None = None
    lease_ends_at: datetime | None = None
    last_push_at: datetime | None = None
    doubted_at: datetime | None = None
    pushes: int = 0
    bad_signatures: int = 0
    failures: int = 0
    last_error: str | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether the hub has promised to push at this time."""
        return (
            self.state is SubscriptionState.ACTIVE
            and self.lease_ends_at is not None
            and now < self.lease_ends_at
        )


class Step(StrEnum):
    """What is to be done about a subscription that is due."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    COUNT_SILENCE = "count silence"
    """The hub has not verified a request: that is a failure."""
    FORGET = "forget"
    """The hub has not verified the end of it; its lease will."""


def next_step(subscription: Subscription) -> Step:
    """Return what is to be done when `next_request_at` has come."""
    if subscription.state is SubscriptionState.LEAVING:
        return Step.FORGET if subscription.awaits else Step.UNSUBSCRIBE
    return Step.COUNT_SILENCE if subscription.awaits else Step.SUBSCRIBE


def asked(subscription: Subscription, callback: str, now: datetime) -> Subscription:
    """Return it as it is while the hub is asked to begin, renew or end it."""
    resting = {SubscriptionState.ACTIVE, SubscriptionState.LEAVING}
    state = subscription.state
    return replace(
        subscription,
        state=state if state in resting else SubscriptionState.REQUESTED,
        callback=callback,
        awaits=True,
        requested_at=now,
        next_request_at=now + VERIFICATION_PATIENCE,
    )


def failed(
    subscription: Subscription, error: str, now: datetime, *, asked_to_wait: timedelta | None = None
) -> Subscription | None:
    """Return it after a request that failed or was not verified; None: there is nothing to mend.

    A failure that comes after the verification it announces is none. `asked_to_wait` is the hub's
    wish.
    """
    if subscription.state is SubscriptionState.LEAVING:
        return None
    if not subscription.awaits:
        return subscription
    failures = subscription.failures + 1
    wait = retry_wait(subscription.key.feed_id, failures)
    live = subscription.is_live(now)
    return replace(
        subscription,
        state=SubscriptionState.ACTIVE if live else SubscriptionState.FAILED,
        awaits=False,
        failures=failures,
        last_error=error,
        next_request_at=now + max(wait, min(asked_to_wait or wait, LONGEST_RETRY)),
    )


def silent(subscription: Subscription, now: datetime) -> Subscription | None:
    """Return it after the hub has taken too long to verify a request."""
    return failed(subscription, "the hub took the request and did not verify it", now)


def retry_wait(feed_id: str, failures: int) -> timedelta:
    """Return the wait after so many failures in a row: an hour, doubling to a day."""
    wait: timedelta = min(FIRST_RETRY * 2 ** min(failures - 1, _DOUBLINGS), LONGEST_RETRY)
    # Downward, so that the cap holds; feeds of one hub that fell together do not come together.
    return wait * (1 - _JITTER * spread(feed_id))


def verified(subscription: Subscription, lease: timedelta, now: datetime) -> Subscription:
    """Return it with a new lease; it is renewed when two thirds of the lease are over."""
    believed = min(max(lease, SHORTEST_LEASE), LONGEST_LEASE)
    share = _RENEWED_AFTER * (1 - _JITTER * spread(subscription.key.feed_id))
    return replace(
        subscription,
        state=SubscriptionState.ACTIVE,
        awaits=False,
        verified_at=now,
        lease_ends_at=now + believed,
        next_request_at=now + believed * share,
        doubted_at=subscription.doubted_at if subscription.is_live(now) else now,
        failures=0,
        last_error=None,
    )


def denied(subscription: Subscription, reason: str, now: datetime) -> Subscription:
    """Return it after the hub's refusal, which may come at any time."""
    return replace(
        subscription,
        state=SubscriptionState.DENIED,
        awaits=False,
        lease_ends_at=None,
        failures=subscription.failures + 1,
        last_error=reason,
        next_request_at=now + DENIED_WAIT,
    )


def leaving(subscription: Subscription, now: datetime) -> Subscription | None:
    """Return it as one to be ended at the hub; None when no hub ever heard of it."""
    if subscription.callback is None:
        return None
    return replace(
        subscription,
        state=SubscriptionState.LEAVING,
        awaits=False,
        lease_ends_at=None,
        next_request_at=now,
    )


def moved(subscription: Subscription, callback: str | None, now: datetime) -> Subscription | None:
    """Return it now that our callback is `callback` (None: we have none any more).

    What was agreed on at another callback is void, so it begins anew.
    """
    if subscription.callback in {None, callback}:
        return subscription
    if subscription.state is SubscriptionState.LEAVING:
        return None
    return replace(
        subscription,
        state=SubscriptionState.WANTED,
        callback=None,
        awaits=False,
        lease_ends_at=None,
        failures=0,
        last_error=None,
        next_request_at=now,
    )


def pushed(subscription: Subscription, now: datetime) -> Subscription:
    """Return it after a push whose signature was right."""
    return replace(subscription, last_push_at=now, pushes=subscription.pushes + 1)


def doubted(subscription: Subscription, now: datetime) -> Subscription:
    """Return it after a poll that found entries which no push had brought."""
    return replace(subscription, doubted_at=now) if subscription.is_live(now) else subscription


def push_wait(
    subscription: Subscription | None, *, new_entries: int, now: datetime
) -> timedelta | None:
    """Return how long a feed may be left alone because its hub delivers; None: as without a hub.

    `new_entries` are those of the poll just had: any says that push has missed it. A hub is relied
    on once a push of it was verified, as long as its lease lasts and it fails no request.
    """
    if subscription is None or new_entries or subscription.failures:
        return None
    if not subscription.is_live(now) or subscription.last_push_at is None:
        return None
    if subscription.doubted_at is not None and subscription.last_push_at <= subscription.doubted_at:
        return None
    assert subscription.lease_ends_at is not None  # it is live
    return min(PUSH_WAIT, subscription.lease_ends_at - now)
