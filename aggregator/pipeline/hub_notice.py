"""Tells a WebSub hub which feeds of ours have changed, so that subscribers have it at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from aggregator.config import Settings
from aggregator.errors import AggregatorError
from aggregator.model import FetchKind, FetchRequest, FetchResult, HttpUrl, Outcome
from aggregator.publish.syndication import FeedFormat
from aggregator.store import Store
from aggregator.store.hub_notices import FirstPage, FirstPages, note_told

_log = logging.getLogger("aggregator")


class Stored(Protocol):
    """Calls a function where the store lives; raises StoreError."""

    def __call__(self, function: Callable[..., Any], /, *args: object) -> Awaitable[Any]:
        """Return `function(store, *args)`."""


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
        self._pages = FirstPages()
        self._telling: asyncio.Task[None] | None = None

    async def tell(self, settings: Settings) -> None:
        """Begin to tell the hub what has changed, beside everything else; raises StoreError.

        A hub that does not take it, or has not answered yet, is told again at the next round.
        """
        is_telling = self._telling is not None and not self._telling.done()
        if settings.hub is None or settings.base_url is None or is_telling:
            return
        unknown = await self._stored(self._unknown, settings, self._now())
        if unknown:
            self._telling = asyncio.create_task(
                self._tell(settings.hub, settings.base_url, unknown)
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

    def _unknown(self, store: Store, settings: Settings, now: datetime) -> Sequence[FirstPage]:
        told_at = f"{settings.hub} {settings.base_url}"
        return self._pages.unknown(store, settings.feed_entries, told_at, now)

    async def _tell(self, hub: HttpUrl, base_url: str, pages: Sequence[FirstPage]) -> None:
        for page in pages:
            for address in addresses_of(page, base_url):
                form = (("hub.mode", "publish"), ("hub.url", address))
                result = await self._ask(FetchRequest(hub, FetchKind.HUB, form=form))
                if result.outcome is not Outcome.FRESH:
                    reason = result.error or result.outcome
                    _log.warning("hub address=%s feed=%s error=%s", hub, address, reason)
                    return
            try:
                await self._stored(note_told, page, self._now())
            except AggregatorError as error:
                _log.error("hub address=%s feed=%s error=%s", hub, page.key, error)
                return


def addresses_of(page: FirstPage, base_url: str) -> list[str]:
    """Return where a feed is to be had in each format."""
    query = f"?{page.query}" if page.query else ""
    base = base_url.rstrip("/")
    return [f"{base}{page.path}{each.suffix}{query}" for each in FeedFormat]
