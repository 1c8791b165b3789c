"""WebSub as a subscriber speaks it: which hub, what it is asked, and what of it is believed.

Source: W3C Recommendation WebSub, https://www.w3.org/TR/websub/, whose sections are named below.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal
from urllib.parse import parse_qsl, urlsplit

from aggregator.model import FetchResult, HttpUrl, ParsedFeed
from aggregator.poll.subscription import (
    LONGEST_LEASE,
    Subscription,
    SubscriptionKey,
    SubscriptionState,
    denied,
    verified,
)
from aggregator.text.clean import plain_line

SECRET_LEAST: Final = 32
"""Characters of the secret from which all others are derived."""

LEASE_WANTED: Final = timedelta(days=10)
"""What a hub is asked for; it decides."""

_SIGNATURE_METHODS: Final = frozenset({"sha1", "sha256", "sha384", "sha512"})
_REASON_LIMIT: Final = 300
_QUERY_FIELDS: Final = 20

Mode = Literal["subscribe", "unsubscribe"]
Form = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a feed says about push: its topic, and the hub to ask, if any."""

    topic: HttpUrl
    hub: HttpUrl | None

    def key(self, feed_id: str) -> SubscriptionKey | None:
        """Return the subscription to have for it, None without a hub."""
        return SubscriptionKey(feed_id, self.topic, self.hub) if self.hub else None


def announced(
    feed_url: HttpUrl, result: FetchResult, parsed: ParsedFeed | None, held: Subscription | None
) -> Announcement | None:
    """Return what a poll says about push (section 4); None when there was nothing to read.

    HTTP links stand before those of the document. Of several hubs it is that of `held`, the
    subscription there is, if it is still named, else the first with TLS.
    """
    if parsed is None:
        return None
    links = [(relation.lower(), address) for relation, address in result.links]
    selves = [address for relation, address in links if relation == "self"]
    named = [address for relation, address in links if relation == "hub"] or parsed.hubs
    known = held.key.hub if held else None
    with_tls_first = sorted(named, key=lambda hub: not hub.startswith("https:"))
    safe = [_no_less_safe(hub, feed_url) for hub in with_tls_first]
    hubs = sorted((hub for hub in safe if hub), key=lambda hub: hub != known)
    topic = selves[0] if selves else parsed.self_url or feed_url
    return Announcement(topic, hubs[0] if hubs else None)


def _no_less_safe(hub: HttpUrl, feed_url: HttpUrl) -> HttpUrl | None:
    # Who reads our request knows the secret and can push what he likes; so a feed that nobody can
    # alter on its way gets no hub whose requests somebody can read.
    if not feed_url.startswith("https:") or hub.startswith("https:"):
        return hub
    if urlsplit(hub).port is not None:
        return None
    return HttpUrl("https:" + hub.removeprefix("http:"))


@dataclass(frozen=True, slots=True)
class CallbackKeys:
    """Makes the secrets of all subscriptions from one, so that none has to be stored.

    They differ by hub, too: one that is no longer asked can push nothing to its successor's
    address. `prefix` is the public address before the token.
    """

    prefix: HttpUrl
    master: str = field(repr=False)

    def token(self, key: SubscriptionKey) -> str:
        """Return the last part of the callback's address, which nobody can guess."""
        return self._derived("callback", key)

    def callback(self, key: SubscriptionKey) -> str:
        """Return the address at which the hub is to reach us."""
        return self.prefix + self.token(key)

    def secret(self, key: SubscriptionKey) -> str:
        """Return the `hub.secret` with which the hub signs what it pushes."""
        return self._derived("secret", key)

    def fingerprint(self, key: SubscriptionKey) -> str:
        """Return what tells one callback from another and reveals neither."""
        return hashlib.sha256(self.callback(key).encode()).hexdigest()[:16]

    def _derived(self, purpose: str, key: SubscriptionKey) -> str:
        # No part can hold a zero byte, so that no two keys become one text.
        text = f"websub\0{purpose}\0{key.feed_id}\0{key.topic}\0{key.hub}"
        return hmac.new(self.master.encode(), text.encode(), hashlib.sha256).hexdigest()


def request_form(mode: Mode, key: SubscriptionKey, keys: CallbackKeys) -> Form:
    """Return the fields of a request to the hub (section 5.1); a renewal is a request like any."""
    fields = (
        ("hub.mode", mode),
        ("hub.topic", key.topic),
        ("hub.callback", keys.callback(key)),
    )
    if mode == "unsubscribe":
        return fields
    lease = str(int(LEASE_WANTED.total_seconds()))
    return (*fields, ("hub.lease_seconds", lease), ("hub.secret", keys.secret(key)))


@dataclass(frozen=True, slots=True)
class Intent:
    """What a hub asks or says at our callback (sections 5.2 and 5.3): hostile text, bounded.

    `lease` is None where no number of seconds was given.
    """

    mode: str
    topic: str
    challenge: str = ""
    lease: timedelta | None = None
    reason: str = ""


def read_intent(query: bytes) -> Intent | None:
    """Return what the query of a request to our callback says; None when it is no such thing."""
    try:
        pairs = parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_QUERY_FIELDS,
        )
    except ValueError:
        return None
    fields = dict(pairs)
    if len(fields) < len(pairs) or not fields.get("hub.mode") or not fields.get("hub.topic"):
        return None
    return Intent(
        mode=fields["hub.mode"],
        topic=fields["hub.topic"],
        challenge=fields.get("hub.challenge", ""),
        lease=_lease(fields.get("hub.lease_seconds", "")),
        reason=plain_line(fields.get("hub.reason", ""), limit=_REASON_LIMIT),
    )


def _lease(text: str) -> timedelta | None:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        return None
    return timedelta(seconds=min(int(text), int(LONGEST_LEASE.total_seconds())))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is answered to a hub, and the subscription from then on; None: it is over."""

    answer: str
    subscription: Subscription | None


def judged(subscription: Subscription, intent: Intent, now: datetime) -> Judgement | None:
    """Return what becomes of a subscription by `intent`; None when it is none of our intents.

    A request that we gave up may still be verified, since it is still wanted.
    """
    state = subscription.state
    if intent.topic != subscription.key.topic or subscription.callback is None:
        return None
    if intent.mode == "denied":
        if state is SubscriptionState.LEAVING:
            return Judgement("", None)
        reason = f"denied by the hub: {intent.reason}" if intent.reason else "denied by the hub"
        return Judgement("", denied(subscription, reason, now))
    if not intent.challenge:
        return None
    if intent.mode == "unsubscribe" and state is SubscriptionState.LEAVING:
        return Judgement(intent.challenge, None)
    if intent.mode != "subscribe" or intent.lease is None:
        return None
    if state in {SubscriptionState.LEAVING, SubscriptionState.DENIED, SubscriptionState.WANTED}:
        return None
    return Judgement(intent.challenge, verified(subscription, intent.lease, now))


def signature_matches(headers: Sequence[str], body: bytes, secret: str) -> bool:
    """Tell whether the one `X-Hub-Signature` of a push proves that its body is the hub's.

    Section 7.1: method, "=", and the HMAC of the body in hexadecimal digits.
    """
    if len(headers) != 1:
        return False
    method, _, given = headers[0].strip().lower().partition("=")
    if method not in _SIGNATURE_METHODS or not given.isascii():
        return False
    return hmac.compare_digest(hmac.new(secret.encode(), body, method).hexdigest(), given)
