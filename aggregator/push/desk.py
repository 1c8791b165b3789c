"""The desk: asks hubs for what is wanted, again before a lease ends, and listens to them."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final

from aggregator.config import Settings
from aggregator.errors import AggregatorError
from aggregator.model import FetchKind, FetchRequest, FetchResult, Outcome
from aggregator.poll.subscription import (
    Step,
    Subscription,
    SubscriptionKey,
    asked,
    failed,
    next_step,
    silent,
)
from aggregator.poll.websub import SECRET_LEAST, CallbackKeys, Mode, request_form
from aggregator.push.callback import Callback
from aggregator.push.listener import Listener
from aggregator.push.reception import Pushed, Reception, Stored
from aggregator.store.subscriptions import (
    all_subscriptions,
    change,
    due_subscriptions,
    leave_unlisted,
    move_callbacks,
    note_push_service,
    stop_relying,
)
from aggregator.text.urls import host_of

SECRET_VARIABLE: Final = "AGGREGATOR_WEBSUB_SECRET"  # noqa: S105 -- the name of the variable
"""Where the secret comes from; it is never in a file, the log or the database."""

STEPS_OF_A_ROUND: Final = 100
STEPS_AT_ONCE: Final = 5
"""Requests to hubs that begin with one tick, and those of them that wait at the same moment."""

Ask = Callable[[FetchRequest], Awaitable[FetchResult]]
"""The one door to the network."""

_log = logging.getLogger("aggregator")


class PushDesk:
    """Push for one database: opened with the daemon, ticked by it, closed with it.

    Without `websub_callback`, a good secret or its port it does nothing but say so: polling goes
    on in any case.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        stored: Stored,
        ask: Ask,
        pushed: Pushed,
        now: Callable[[], datetime],
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._settings = settings
        self._stored = stored
        self._ask = ask
        self._pushed = pushed
        self._now = now
        self._environment = environment
        self._keys: CallbackKeys | None = None
        self._reception: Reception | None = None
        self._listener: Listener | None = None
        self._round: asyncio.Task[None] | None = None
        self._said = ("", "")
        self._must_begin_anew = False

    async def open(self) -> None:
        """Begin to listen for hubs, if the settings ask for it and the secret is good."""
        self._keys, problem = _keys(self._settings, self._environment)
        fingerprint = self._keys.fingerprint if self._keys else _no_fingerprint
        await self._stored(stop_relying, self._now())
        await self._stored(move_callbacks, fingerprint, self._now())
        if self._keys is None:
            await self._say("unusable" if problem else "off", problem)
            return
        reception = Reception(self._keys, self._stored, self._pushed, self._now)
        reception.know(await self._stored(all_subscriptions))
        self._reception = reception
        await self._listen(reception)

    async def tick(self) -> None:
        """Do what is due. Hubs are asked in the background: nothing here waits for the network."""
        if self._must_begin_anew:
            await self._begin_anew()
        keys, reception = self._keys, self._reception
        if keys is None or reception is None or not await self._listen(reception):
            return
        await self._stored(leave_unlisted, self._now())
        # A feed may have another id by now, and with it another callback.
        await self._stored(move_callbacks, keys.fingerprint, self._now())
        reception.know(await self._stored(all_subscriptions))
        await reception.store_bad_signatures()
        is_open = self._reception is reception
        if is_open and (self._round is None or self._round.done()):
            self._round = asyncio.create_task(self._ask_hubs(keys, reception), name="ask hubs")

    async def reconfigure(self, settings: Settings) -> None:
        """Follow changed settings from now on; where that fails, from a later tick on."""
        before, self._settings = self._settings, settings
        if _concerning_push(before) != _concerning_push(settings):
            await self._begin_anew()

    async def _begin_anew(self) -> None:
        await self.close()
        self._must_begin_anew = True
        await self.open()
        self._must_begin_anew = False

    async def close(self) -> None:
        """Stop asking and listening, within seconds; hubs keep their subscriptions.

        Feeds are polled in their own rhythm from then on, by whatever polls them.
        """
        # First of all, so that a tick under way begins nothing more.
        self._must_begin_anew = False
        reception, self._reception = self._reception, None
        if self._round is not None:
            self._round.cancel()
            await asyncio.wait({self._round})
        if self._listener is not None:
            await self._listener.stop()
            self._listener = None
        if reception is not None:
            try:
                await reception.store_bad_signatures()
                await self._stored(stop_relying, self._now())
            except AggregatorError as error:
                _log.error("push error=%s", error)

    async def _listen(self, reception: Reception) -> bool:
        if self._listener is not None and self._listener.is_running:
            return True
        host, port = self._settings.websub_host, self._settings.websub_port
        listener = Listener(Callback(reception, self._settings.feed_limit), host, port)
        try:
            await listener.start()
        except OSError as error:
            await self._say("unusable", f"cannot listen on {host} port {port}: {error}")
            return False
        if self._reception is not reception:
            await listener.stop()
            return False
        self._listener = listener
        await self._say("on", "")
        return True

    async def _say(self, state: str, detail: str) -> None:
        await self._stored(note_push_service, state, detail, self._now())
        if self._said == (state, detail):
            return
        self._said = (state, detail)
        if detail:
            _log.error("push %s, polling goes on: %s", state, detail)
        elif state == "on":
            where = (self._settings.websub_host, self._settings.websub_port)
            _log.info("push on host=%s port=%d", *where)

    async def _ask_hubs(self, keys: CallbackKeys, reception: Reception) -> None:
        room = asyncio.Semaphore(STEPS_AT_ONCE)

        async def one(subscription: Subscription) -> None:
            async with room:
                try:
                    await self._step(subscription, keys, reception)
                except AggregatorError as error:
                    _log.error("push feed=%s error=%s", subscription.key.feed_id, error)
                except Exception:  # noqa: BLE001 -- a bug harms one subscription only
                    _log.exception("push feed=%s failed", subscription.key.feed_id)

        try:
            due = await self._stored(due_subscriptions, self._now(), STEPS_OF_A_ROUND)
        except AggregatorError as error:
            _log.error("push error=%s", error)
            return
        await asyncio.gather(*map(one, due))

    async def _step(
        self, subscription: Subscription, keys: CallbackKeys, reception: Reception
    ) -> None:
        key, step, now = subscription.key, next_step(subscription), self._now()

        def begin(current: Subscription) -> Subscription | None:
            # A hub may have spoken since the round began.
            if next_step(current) is not step or current.next_request_at > now:
                return current
            if step is Step.FORGET:
                return None
            if step is Step.COUNT_SILENCE:
                return silent(current, now)
            return asked(current, keys.fingerprint(key), now)

        # Noted first: a hub may verify a request before it answers it.
        begun = await self._stored(change, key, begin, now)
        if step is Step.COUNT_SILENCE:
            _log.warning("push feed=%s hub=%s verified nothing", key.feed_id, host_of(key.hub))
        if begun is None or not begun.awaits or begun.requested_at != now:
            return
        reception.expect(begun)
        await self._request(step, key, keys)

    async def _request(self, step: Step, key: SubscriptionKey, keys: CallbackKeys) -> None:
        mode: Mode = "subscribe" if step is Step.SUBSCRIBE else "unsubscribe"
        form = request_form(mode, key, keys)
        result = await self._ask(FetchRequest(key.hub, FetchKind.HUB, form=form))
        error = None
        if result.outcome is not Outcome.FRESH:
            error = result.error or str(result.outcome)
            now = self._now()
            step_back = partial(failed, error=error, now=now, asked_to_wait=result.retry_after)
            await self._stored(change, key, step_back, now)
        _log.info(
            "push feed=%s hub=%s asked=%s outcome=%s%s",
            key.feed_id,
            host_of(key.hub),
            mode,
            result.outcome,
            f" error={error!r}" if error else "",
        )


def _keys(settings: Settings, environment: Mapping[str, str]) -> tuple[CallbackKeys | None, str]:
    """Return what makes the callbacks, or why there are none; "" when nobody wants any."""
    if settings.websub_callback is None:
        return None, ""
    secret = environment.get(SECRET_VARIABLE, "")
    if len(secret) >= SECRET_LEAST:
        return CallbackKeys(settings.websub_callback, secret), ""
    return None, (
        f"websub_callback is set, but {SECRET_VARIABLE} is {'too short' if secret else 'not set'}:"
        f" put at least {SECRET_LEAST} random characters into the environment of the daemon"
    )


def _no_fingerprint(_: SubscriptionKey) -> None:
    return None


def _concerning_push(settings: Settings) -> tuple[object, ...]:
    return (
        settings.websub_callback,
        settings.websub_host,
        settings.websub_port,
        settings.feed_limit,
    )
