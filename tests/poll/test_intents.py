"""What a hub asks or says at our callback, and what becomes of the subscription by it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model import HttpUrl
from aggregator.poll.subscription import (
    Subscription,
    SubscriptionKey,
    SubscriptionState,
    asked,
    denied,
    leaving,
)
from aggregator.poll.websub import Intent, judged, read_intent

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
FEED = HttpUrl("https://peak.example/feed")
TOPIC = HttpUrl("https://peak.example/feed?full=1")
KEY = SubscriptionKey("peak", TOPIC, HttpUrl("https://hub.example/"))
WANTED = Subscription(KEY, next_request_at=NOW)
REQUESTED = asked(WANTED, "fingerprint", NOW)


@settings(deadline=None)
@given(
    st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=300),
    st.integers(0, 10**17),
)
def test_what_a_hub_says_is_read_back_from_its_query(challenge: str, seconds: int) -> None:
    query = urlencode(
        {
            "hub.mode": "subscribe",
            "hub.topic": TOPIC,
            "hub.challenge": challenge,
            "hub.lease_seconds": seconds,
        }
    )
    intent = read_intent(query.encode())
    assert intent is not None
    assert (intent.mode, intent.topic, intent.challenge) == ("subscribe", TOPIC, challenge)
    assert intent.lease is not None
    assert timedelta(0) <= intent.lease <= timedelta(days=30)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_query_is_read_or_refused(query: bytes) -> None:
    intent = read_intent(query)
    assert intent is None or (intent.mode and intent.topic)


@pytest.mark.parametrize(
    "query",
    [
        b"",
        b"hub.mode=subscribe",
        b"hub.topic=https%3A%2F%2Fpeak.example%2Ffeed",
        b"hub.mode=subscribe&hub.topic=a&hub.topic=b",
        b"hub.mode=subscribe&hub.topic=a&hub.challenge=%ff",
        "hub.mode=subscribe&hub.topic=ä".encode(),
        b"&".join(b"%d=1" % number for number in range(50)) + b"&hub.mode=subscribe&hub.topic=a",
    ],
)
def test_a_query_that_is_no_intent_is_refused(query: bytes) -> None:
    assert read_intent(query) is None


@pytest.mark.parametrize("seconds", ["", "-5", "ten", "1e9", "9" * 30, "٣٠"])
def test_a_lease_that_is_no_number_of_seconds_verifies_nothing(seconds: str) -> None:
    query = urlencode(
        {
            "hub.mode": "subscribe",
            "hub.topic": TOPIC,
            "hub.challenge": "c",
            "hub.lease_seconds": seconds,
        }
    )
    intent = read_intent(query.encode())
    assert intent is not None
    assert judged(REQUESTED, intent, NOW) is None


SUBSCRIBE = Intent("subscribe", TOPIC, "challenge", timedelta(days=5))
UNSUBSCRIBE = Intent("unsubscribe", TOPIC, "challenge")
DENIED = Intent("denied", TOPIC, reason="no room for \u202eyou")


def test_a_pending_subscription_is_verified_with_the_lease_of_the_hub() -> None:
    judgement = judged(REQUESTED, SUBSCRIBE, NOW)
    assert judgement is not None
    assert judgement.answer == "challenge"
    assert judgement.subscription is not None
    assert judgement.subscription.state is SubscriptionState.ACTIVE
    assert judgement.subscription.lease_ends_at == NOW + timedelta(days=5)
    again = judged(judgement.subscription, SUBSCRIBE, NOW + timedelta(days=1))
    assert again is not None
    assert again.subscription is not None
    assert again.subscription.lease_ends_at == NOW + timedelta(days=6)


@pytest.mark.parametrize(
    "intent",
    [
        replace(SUBSCRIBE, topic=FEED),
        replace(SUBSCRIBE, mode="publish"),
        replace(SUBSCRIBE, challenge=""),
        replace(SUBSCRIBE, lease=None),
        UNSUBSCRIBE,
        replace(DENIED, topic=FEED),
    ],
)
def test_an_intent_that_is_not_ours_is_refused(intent: Intent) -> None:
    assert judged(REQUESTED, intent, NOW) is None


def test_a_subscription_nobody_asked_for_is_refused() -> None:
    assert judged(WANTED, SUBSCRIBE, NOW) is None
    assert judged(WANTED, DENIED, NOW) is None
    assert judged(denied(REQUESTED, "no", NOW), SUBSCRIBE, NOW) is None
    ending = leaving(REQUESTED, NOW)
    assert ending is not None
    assert judged(ending, SUBSCRIBE, NOW) is None


def test_the_end_of_a_subscription_is_verified_or_taken_from_a_denial() -> None:
    ending = leaving(REQUESTED, NOW)
    assert ending is not None
    for intent, answer in ((UNSUBSCRIBE, "challenge"), (DENIED, "")):
        judgement = judged(ending, intent, NOW)
        assert judgement is not None
        assert (judgement.answer, judgement.subscription) == (answer, None)


def test_a_denial_is_noted_with_its_reason_as_clean_text() -> None:
    intent = read_intent(
        urlencode(
            {"hub.mode": "denied", "hub.topic": TOPIC, "hub.reason": "no room\r\n for \u202eyou"}
        ).encode()
    )
    assert intent is not None
    judgement = judged(REQUESTED, intent, NOW)
    assert judgement is not None
    assert judgement.subscription is not None
    assert judgement.subscription.state is SubscriptionState.DENIED
    assert judgement.subscription.last_error == "denied by the hub: no room for you"
    bare = judged(REQUESTED, replace(DENIED, reason=""), NOW)
    assert bare is not None
    assert bare.subscription is not None
    assert bare.subscription.last_error == "denied by the hub"
