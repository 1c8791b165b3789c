"""What hubs say and push, taken in: intents are answered, right signatures believed."""

import asyncio
import hashlib
import logging
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from aggregator.errors import AggregatorError
from aggregator.model import FetchResult, Outcome
from aggregator.poll.subscription import Subscription, SubscriptionKey
from aggregator.poll.websub import CallbackKeys, Intent, signature_matches
from aggregator.push.callback import Push
from aggregator.store.subscriptions import (
    apply_intent,
    apply_push,
    count_bad_signatures,
    is_repeated_push,
)
from aggregator.text.urls import host_of

T = TypeVar("T")

_log = logging.getLogger("aggregator")


class Stored(Protocol):
    """The store, wherever it lives."""

    def __call__(self, function: Callable[..., T], /, *args: object) -> Awaitable[T]:
        """Return `function(store, *args)`; raises what that raises."""


Pushed = Callable[[str, FetchResult], Awaitable[None]]
"""Takes what was pushed for a feed id as if it had been fetched; returns when it is stored.

Raises AggregatorError when it could not be stored and is to be pushed again; a body that is no
feed is no reason to.
"""


class Reception:
    """Knows the callbacks' tokens, and does with requests to them what the subscriptions allow."""

    def __init__(
        self, keys: CallbackKeys, stored: Stored, pushed: Pushed, now: Callable[[], datetime]
    ) -> None:
        self._keys = keys
        self._stored = stored
        self._pushed = pushed
        self._now = now
        self._by_token: dict[str, Subscription] = {}
        self._bad_signatures: Counter[SubscriptionKey] = Counter()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def know(self, subscriptions: Iterable[Subscription]) -> None:
        """Be there for these subscriptions and no others."""
        self._by_token = {self._keys.token(known.key): known for known in subscriptions}

    def expect(self, subscription: Subscription) -> None:
        """Be there for this subscription, too."""
        self._by_token[self._keys.token(subscription.key)] = subscription

    def find(self, token: str) -> Subscription | None:
        """Return the subscription whose callback ends in `token`."""
        return self._by_token.get(token)

    async def answer(self, key: SubscriptionKey, intent: Intent) -> str | None:
        """Take the step that a hub asks for; return its answer, None when it is not ours."""
        try:
            answer = await self._stored(apply_intent, key, intent, self._now())
        except AggregatorError as error:
            _log.error("push feed=%s error=%s", key.feed_id, error)
            return None
        if answer is not None:
            hub, lease = host_of(key.hub), intent.lease or "-"
            _log.info("push feed=%s hub=%s said=%s lease=%s", key.feed_id, hub, intent.mode, lease)
        return answer

    async def take(self, key: SubscriptionKey, push: Push) -> bool:
        """Store what was pushed; return False when the hub should push it again later.

        A body with a wrong signature is thrown away, and its sender not told (WebSub, section
        7.1). One that came before is not news: a replay must not bring back an older version.
        """
        if not signature_matches(push.signatures, push.body, self._keys.secret(key)):
            self._bad_signatures[key] += 1
            return True
        digest = hashlib.sha256(push.body).hexdigest()
        try:
            # In order of arrival: the last version of an entry is to be the one that stays.
            async with self._turns[key.feed_id]:
                if not await self._stored(is_repeated_push, key.feed_id, digest):
                    await self._pushed(key.feed_id, self._as_fetched(key, push))
                    await self._stored(apply_push, key, digest, self._now())
        except AggregatorError as error:
            _log.error("push feed=%s error=%s", key.feed_id, error)
            return False
        except Exception:  # noqa: BLE001 -- a bug harms one push only, and polling brings it
            _log.exception("push feed=%s failed", key.feed_id)
            return False
        return True

    def _as_fetched(self, key: SubscriptionKey, push: Push) -> FetchResult:
        return FetchResult(
            url=key.topic,
            outcome=Outcome.FRESH,
            received_at=self._now(),
            final_url=key.topic,
            body=push.body,
            content_type=push.content_type,
            pushed_by=key.hub,
        )

    async def store_bad_signatures(self) -> None:
        """Add what was ignored since the last time to the subscriptions' counts.

        Seldom, for a stranger's nonsense is not to cost a write each.
        """
        counts = Counter(self._bad_signatures)
        if counts:
            await self._stored(count_bad_signatures, counts)
            self._bad_signatures -= counts
            _log.warning("push ignored for a bad signature count=%d", counts.total())
