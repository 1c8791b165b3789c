"""Telling readers: after stories have changed it is decided who is told, then it is sent.

Decisions are stored first, so that whatever ends this program loses none; each way of each alert
has a task of its own, so that a receiver who does not answer keeps no other waiting.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final, Protocol

from aggregator.config import Config
from aggregator.config.alert_rules import AlertRule, Channel, Digest
from aggregator.errors import AggregatorError
from aggregator.pipeline.alert_sending import AlertSender, Ask, Receipt, base_url
from aggregator.publish.syndication import story_url
from aggregator.store import Store
from aggregator.store.alert_deliveries import (
    Delivery,
    begin_attempt,
    due_deliveries,
    note_failed,
    note_sent,
)
from aggregator.store.alert_retention import forget_ended
from aggregator.store.alerts import decide, follow_alerting
from aggregator.store.aside import is_aside, no_longer_aside, set_aside

SENT_AT_ONCE: Final = 100
"""Messages of one channel of one alert that are looked for in one round."""

ALERT: Final = "alert"
EVERY: Final = "every alert"
"""What it is called in `set_aside`; one alert by itself is called by its name."""

_log = logging.getLogger("aggregator")


class Stored(Protocol):
    """Calls a function where the store lives; raises StoreError."""

    def __call__(self, function: Callable[..., Any], /, *args: object) -> Awaitable[Any]:
        """Return `function(store, *args)`."""


class AlertDesk:
    """The alerts and digests of one database; nothing that it does raises or waits."""

    def __init__(
        self,
        config: Config,
        *,
        stored: Stored,
        ask: Ask,
        now: Callable[[], datetime],
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._config = config
        self._stored = stored
        self._ask = ask
        self._now = now
        self._environment = environment
        self._lanes: dict[tuple[str, Channel], asyncio.Task[None]] = {}
        self._installation = ""

    async def open(self) -> None:
        """Take up what feeds.yaml says; raises StoreError."""
        self._installation = await self._stored(Store.installation)
        await self.follow(self._config)

    async def follow(self, config: Config) -> None:
        """Follow a changed feeds.yaml from now on; raises StoreError, and goes on as before."""
        before, self._config = self._config, config
        try:
            await self._stored(follow_alerting, config.alerting, self._now())
        except AggregatorError:
            self._config = before
            raise

    async def tick(self) -> None:
        """Decide what is to be told, begin to send what is due, forget what is long over.

        What fails unexpectedly comes again in an hour.
        """
        try:
            if await self._stored(is_aside, ALERT, EVERY, self._now()):
                return
            await self._tell()
            await self._stored(forget_ended, self._now())
            await self._stored(no_longer_aside, ALERT, EVERY)
        except AggregatorError as error:
            _log.error("alerts error=%s", error)
        except Exception as error:  # noqa: BLE001 -- a bug here must harm no other stage
            await self._set_aside(error)

    async def _set_aside(self, error: Exception) -> None:
        _log.exception("alerts set aside", exc_info=error)
        text = f"{type(error).__name__}: {error}"
        try:
            await self._stored(set_aside, ALERT, EVERY, text, self._now())
        except AggregatorError as failure:
            _log.error("alerts error=%s", failure)

    async def _tell(self) -> None:
        alerting = self._config.alerting
        if not alerting.rules:
            return
        made = await self._stored(decide, alerting, self._page, self._now())
        if made:
            _log.info("alerts decided=%d", made)
        self._begin(await self._stored(due_deliveries, self._now(), SENT_AT_ONCE))

    async def finish(self) -> None:
        """Wait until what is being sent has an end, as each attempt has."""
        while self._lanes:
            await asyncio.wait(list(self._lanes.values()))

    async def close(self) -> None:
        """Stop sending at once; what was not noted as taken is sent again, with the same key."""
        lanes = list(self._lanes.values())
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)

    def _page(self, story_id: int) -> str:
        return story_url(base_url(self._config), story_id)

    def _begin(self, due: list[Delivery]) -> None:
        rules = {one.name: one for one in self._config.alerting.rules}
        lanes: dict[tuple[str, Channel], list[int]] = {}
        for delivery in due:
            lanes.setdefault((delivery.rule, delivery.channel), []).append(delivery.id)
        for (name, channel), ids in lanes.items():
            rule = rules.get(name)
            if rule is None or (name, channel) in self._lanes:
                continue
            task = asyncio.create_task(self._send_all(rule, channel, ids), name=f"alert {name}")
            self._lanes[name, channel] = task
            task.add_done_callback(partial(self._ended, (name, channel)))

    def _ended(self, lane: tuple[str, Channel], _: asyncio.Task[None]) -> None:
        del self._lanes[lane]

    async def _send_all(self, rule: AlertRule | Digest, channel: Channel, ids: list[int]) -> None:
        """Send messages one after the other; after one that is not taken the rest waits."""
        sender = AlertSender(
            self._config, self._installation, self._ask, self._now, self._environment
        )
        try:
            for delivery_id in ids:
                delivery = await self._stored(begin_attempt, delivery_id, self._now())
                if delivery is not None and not await self._send(sender, rule, delivery):
                    break
        except AggregatorError as error:
            _log.error("alert name=%s channel=%s error=%s", rule.name, channel, error)

    async def _send(
        self, sender: AlertSender, rule: AlertRule | Digest, delivery: Delivery
    ) -> bool:
        try:
            receipt = await sender.send(rule, delivery.channel, delivery.content)
        except Exception as error:  # noqa: BLE001 -- a bug harms one message only
            _log.exception("alert name=%s channel=%s failed", rule.name, delivery.channel)
            receipt = Receipt(is_taken=False, answer=f"{type(error).__name__}: {error}")
        words = ("alert name=%s channel=%s message=%d attempt=%d %s: %s", rule.name)
        about = (delivery.channel, delivery.id, delivery.attempts)
        if receipt.is_taken:
            remark = None if receipt.is_whole else receipt.answer
            await self._stored(note_sent, delivery.id, remark, self._now())
            _log.info(*words, *about, "taken", receipt.answer)
            return True
        is_over = await self._stored(
            note_failed, delivery, receipt.answer, self._now(), receipt.asked_to_wait
        )
        _log.warning(*words, *about, "given up" if is_over else "not taken", receipt.answer)
        return False
