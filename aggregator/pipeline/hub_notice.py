"""Tells a WebSub hub which feeds of ours have changed, so that subscribers have it at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final, Protocol

from aggregator.config import Settings
from aggregator.errors import AggregatorError
from aggregator.model import FetchKind, FetchRequest, FetchResult, HttpUrl, Outcome
from aggregator.publish.alerts.retry import wait_before
from aggregator.publish.syndication import FeedFormat
from aggregator.store.hub_notices import (
    FirstPage,
    first_page,
    note_told,
    our_feeds,
    unknown_to_the_hub,
)

LONGEST_PATIENCE: Final = timedelta(days=1)
"""A hub that is to be told later than this was refused by a clock that was ahead."""

_log = logging.getLogger("aggregator")


class Stored(Protocol):
    """Calls a function where the store lives; raises StoreError."""

    def __call__(self, function: Callable[..., Any], /, *args: object) -> Awaitable[Any]:
        """Return `function(store, *args)`."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What a hub did not take: how often in a row, and when it is told again."""

    hub: HttpUrl
    times: int
    told_again_at: datetime


_EVERYTHING: Final = ""
"""What is refused by a hub that does not answer, or not now; else it is the key of one page."""


class HubNotice:
    """Tells the hub of the settings of each first page of ours that it does not know."""

    def __init__(
        self,
        *,
        stored: Stored,
        ask: Callable[[FetchRequest], Awaitable[FetchResult]],
        now: Callable[[], datetime],
    ) -> None:
        self._stored = stored
        self._ask = ask
        self._now = now
        self._read_at: tuple[object, ...] | None = None
        self._pages: Sequence[FirstPage] = ()
        self._telling: asyncio.Task[None] | None = None
        self._refusals: dict[str, _Refusal] = {}

    def tell(self, settings: Settings) -> None:
        """Begin to tell the hub what has changed, beside everything else.

        What it does not take it is told again ever later, and what it has not answered yet at the
        next round.
        """
        is_telling = self._telling is not None and not self._telling.done()
        if settings.hub is None or settings.base_url is None or is_telling:
            return
        if self._waits(settings.hub, _EVERYTHING):
            return
        self._telling = asyncio.create_task(
            self._tell(settings.hub, settings.base_url, settings.feed_entries)
        )

    async def finish(self) -> None:
        """Wait until the hub has answered what it is being told."""
        if self._telling is not None:
            await asyncio.gather(self._telling, return_exceptions=True)

    async def close(self) -> None:
        """Break off what the hub is being told: it is told again after the next start."""
        if self._telling is not None:
            self._telling.cancel()
        await self.finish()

    async def _tell(self, hub: HttpUrl, base_url: str, entries: int) -> None:
        try:
            await self._read_pages(entries, f"{hub} {base_url}")
            for page in await self._stored(unknown_to_the_hub, self._pages):
                if self._waits(hub, page.key):
                    continue
                if await self._is_taken(page, hub, base_url):
                    await self._stored(note_told, page, self._now())
                elif self._waits(hub, _EVERYTHING):
                    return
        except AggregatorError as error:
            _log.error("hub address=%s error=%s", hub, error)

    async def _read_pages(self, entries: int, told_at: str) -> None:
        """Read the first pages anew if any story has changed, one by one: others wait for none."""
        latest, feeds = await self._stored(our_feeds, self._now())
        read_at = (latest, feeds, entries, told_at)
        if read_at != self._read_at:
            self._pages = [await self._stored(first_page, feed, entries, told_at) for feed in feeds]
            self._read_at = read_at

    async def _is_taken(self, page: FirstPage, hub: HttpUrl, base_url: str) -> bool:
        for address in addresses_of(page, base_url):
            form = (("hub.mode", "publish"), ("hub.url", address))
            result = await self._ask(FetchRequest(hub, FetchKind.HUB, form=form))
            if result.outcome is not Outcome.FRESH:
                reason = result.error or result.outcome
                _log.warning("hub address=%s feed=%s error=%s", hub, address, reason)
                self._refuse(hub, page.key if _is_about_one(result) else _EVERYTHING, result)
                return False
        self._refusals.pop(page.key, None)
        self._refusals.pop(_EVERYTHING, None)
        return True

    def _waits(self, hub: HttpUrl, what: str) -> bool:
        refusal, now = self._refusals.get(what), self._now()
        return (
            refusal is not None
            and refusal.hub == hub
            and now < refusal.told_again_at <= now + LONGEST_PATIENCE
        )

    def _refuse(self, hub: HttpUrl, what: str, result: FetchResult) -> None:
        before = self._refusals.get(what)
        times = before.times + 1 if before is not None and before.hub == hub else 1
        again = self._now() + wait_before(times + 1, result.retry_after)
        self._refusals[what] = _Refusal(hub, times, again)


def _is_about_one(result: FetchResult) -> bool:
    """Tell whether a hub that works refuses this address (4xx), and perhaps no other."""
    status = result.status or 0
    is_client_error = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return is_client_error and result.outcome is not Outcome.LATER


def addresses_of(page: FirstPage, base_url: str) -> list[str]:
    """Return where a feed is to be had in each format."""
    query = f"?{page.query}" if page.query else ""
    base = base_url.rstrip("/")
    return [f"{base}{page.path}{each.suffix}{query}" for each in FeedFormat]
