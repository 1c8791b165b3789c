"""What a hub is asked, and what of its words and pushes is believed."""

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model import FetchResult, HttpUrl, Outcome, ParsedFeed, PlainText
from aggregator.poll.subscription import (
    Subscription,
    SubscriptionKey,
    asked,
)
from aggregator.poll.websub import (
    Announcement,
    CallbackKeys,
    announced,
    request_form,
    signature_matches,
)

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
FEED = HttpUrl("https://peak.example/feed")
TOPIC = HttpUrl("https://peak.example/feed?full=1")
HUB = HttpUrl("https://hub.example/")
OTHER_HUB = HttpUrl("https://other-hub.example/")
PLAIN_HUB = HttpUrl("http://plain-hub.example/")
KEY = SubscriptionKey("peak", TOPIC, HUB)
KEYS = CallbackKeys(HttpUrl("https://news.example/websub/"), "a master secret of 32 characters")
WANTED = Subscription(KEY, next_request_at=NOW)
REQUESTED = asked(WANTED, "fingerprint", NOW)
METHODS = ("sha1", "sha256", "sha384", "sha512")


def result(**links: str) -> FetchResult:
    pairs = tuple((relation, HttpUrl(address)) for relation, address in links.items())
    return FetchResult(FEED, Outcome.FRESH, NOW, status=200, links=pairs)


def document(*hubs: HttpUrl, self_url: HttpUrl | None = None) -> ParsedFeed:
    return ParsedFeed("atom10", PlainText("Peak"), (), self_url=self_url, hubs=hubs)


def test_http_links_stand_before_those_of_the_document() -> None:
    said = announced(
        FEED,
        result(hub=HUB, self=TOPIC),
        document(OTHER_HUB, self_url=HttpUrl("https://x.y/")),
        None,
    )
    assert said == Announcement(TOPIC, HUB)


def test_the_relations_of_http_links_are_known_in_any_case() -> None:
    assert announced(FEED, result(HUB=HUB, Self=TOPIC), document(), None) == Announcement(
        TOPIC, HUB
    )


def test_the_document_speaks_where_the_headers_do_not() -> None:
    said = announced(FEED, result(), document(HUB, self_url=TOPIC), None)
    assert said == Announcement(TOPIC, HUB)


def test_a_feed_that_does_not_name_itself_is_its_own_topic() -> None:
    assert announced(FEED, result(), document(HUB), None) == Announcement(FEED, HUB)


def test_a_feed_without_a_hub_says_so_and_an_unread_one_says_nothing() -> None:
    assert announced(FEED, result(self=TOPIC), document(), None) == Announcement(TOPIC, None)
    assert announced(FEED, result(hub=HUB), None, None) is None


def test_of_several_hubs_the_first_with_tls_is_chosen_and_one_that_is_held_is_kept() -> None:
    plain_feed = HttpUrl("http://peak.example/feed")
    hubs = document(PLAIN_HUB, OTHER_HUB, HUB)
    for held, chosen in ((None, OTHER_HUB), (WANTED, HUB)):
        said = announced(plain_feed, result(), hubs, held)
        assert said is not None
        assert said.hub == chosen
    gone = replace(WANTED, key=replace(KEY, hub=HttpUrl("https://gone.example/")))
    assert announced(FEED, result(), hubs, gone) == Announcement(FEED, OTHER_HUB)


@pytest.mark.parametrize(
    ("feed", "hub", "expected"),
    [
        ("https://peak.example/feed", "http://hub.example/", "https://hub.example/"),
        ("https://peak.example/feed", "http://hub.example:8080/", None),
        ("http://peak.example/feed", "http://hub.example/", "http://hub.example/"),
    ],
)
def test_a_feed_with_tls_is_not_trusted_to_a_hub_without(
    feed: str, hub: str, expected: str | None
) -> None:
    said = announced(HttpUrl(feed), result(), document(HttpUrl(hub)), None)
    assert said is not None
    assert said.hub == expected


def test_secrets_differ_by_purpose_feed_topic_and_hub_and_come_back_the_same() -> None:
    keys = [
        KEY,
        replace(KEY, feed_id="summit"),
        replace(KEY, topic=FEED),
        replace(KEY, hub=OTHER_HUB),
    ]
    made = [text for key in keys for text in (KEYS.token(key), KEYS.secret(key))]
    assert len(set(made)) == len(made)
    assert KEYS.secret(KEY) == CallbackKeys(KEYS.prefix, KEYS.master).secret(KEY)
    assert KEYS.secret(KEY) != CallbackKeys(KEYS.prefix, KEYS.master[::-1]).secret(KEY)


def test_the_master_secret_shows_in_nothing_that_is_printed_or_stored() -> None:
    shown = f"{KEYS!r} {KEYS.fingerprint(KEY)} {KEYS.callback(KEY)}"
    assert KEYS.master not in shown
    assert KEYS.token(KEY) not in KEYS.fingerprint(KEY)
    assert KEYS.fingerprint(KEY) != replace(KEYS, prefix=FEED).fingerprint(KEY)


def test_a_subscription_is_requested_as_the_specification_says() -> None:
    form = dict(request_form("subscribe", KEY, KEYS))
    assert form == {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.callback": f"https://news.example/websub/{KEYS.token(KEY)}",
        "hub.lease_seconds": "864000",
        "hub.secret": KEYS.secret(KEY),
    }
    assert len(form["hub.secret"]) < 200
    ending = dict(request_form("unsubscribe", KEY, KEYS))
    assert set(ending) == {"hub.mode", "hub.topic", "hub.callback"}


def signed(body: bytes, secret: str, method: str) -> str:
    return f"{method}={hmac.new(secret.encode(), body, method).hexdigest()}"


@settings(deadline=None)
@given(st.binary(max_size=200), st.text(min_size=1, max_size=60), st.sampled_from(METHODS))
def test_a_right_signature_is_believed_and_of_no_other_body_or_secret(
    body: bytes, secret: str, method: str
) -> None:
    header = signed(body, secret, method)
    assert signature_matches([header], body, secret)
    assert signature_matches([header.upper()], body, secret)
    assert not signature_matches([header], body + b" ", secret)
    assert not signature_matches([header], body, secret + "x")


@settings(deadline=None)
@given(st.text(max_size=150), st.binary(max_size=20))
def test_no_header_text_is_taken_for_a_signature(header: str, body: bytes) -> None:
    assert not signature_matches([header], body, "secret")


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [""],
        ["sha256="],
        [signed(b"body", "secret", "sha256").partition("=")[2]],
        [signed(b"body", "secret", "sha256")[:-1]],
        [f"md5={hashlib.md5(b'body', usedforsecurity=False).hexdigest()}"],
        [signed(b"body", "secret", "sha256").replace("sha256", "sha512")],
        [signed(b"body", "secret", "sha256"), signed(b"body", "secret", "sha256")],
    ],
)
def test_a_missing_doubled_cut_or_unknown_signature_is_wrong(headers: list[str]) -> None:
    assert not signature_matches(headers, b"body", "secret")


def test_the_form_survives_the_way_to_the_hub() -> None:
    form = request_form("subscribe", KEY, KEYS)
    assert {name: [value] for name, value in form} == parse_qs(urlencode(form))
