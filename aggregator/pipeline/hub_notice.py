"""Tells a WebSub hub that the merged feed has changed, so that its subscribers have it at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from aggregator.config import Settings
from aggregator.model import FetchKind, FetchRequest, FetchResult, HttpUrl, Outcome
from aggregator.publish.syndication import FeedFormat
from aggregator.store import Store
from aggregator.store.published import Position, check_conflict, published_positions
from aggregator.store.story_filter import StoryFilter

_log = logging.getLogger("aggregator")


class HubNotice:
    """What the hub was last told of; after a start it is told once more than is needed."""

    def __init__(self, ask: Callable[[FetchRequest], Awaitable[FetchResult]]) -> None:
        self._ask = ask
        self._told: Sequence[Position] | None = None
        self._telling: asyncio.Task[None] | None = None

    def tell(self, settings: Settings, found: Sequence[Position]) -> None:
        """Tell the hub of the settings, beside everything else, unless `found` is what it knows.

        A hub that does not take it, or has not answered yet, is told again at the next round.
        """
        is_telling = self._telling is not None and not self._telling.done()
        if settings.hub is not None and found != self._told and not is_telling:
            self._telling = asyncio.create_task(self._tell(settings, settings.hub, found))

    async def finish(self) -> None:
        """Wait until the hub has answered what it is being told."""
        if self._telling is not None:
            await asyncio.gather(self._telling, return_exceptions=True)

    async def close(self) -> None:
        """Break off what the hub is being told: it is told again after the next start."""
        if self._telling is not None:
            self._telling.cancel()
        await self.finish()

    async def _tell(self, settings: Settings, hub: HttpUrl, found: Sequence[Position]) -> None:
        for address in feed_addresses(settings):
            form = (("hub.mode", "publish"), ("hub.url", address))
            result = await self._ask(FetchRequest(hub, FetchKind.HUB, form=form))
            if result.outcome is not Outcome.FRESH:
                reason = result.error or result.outcome
                _log.warning("hub address=%s feed=%s error=%s", hub, address, reason)
                return
        self._told = found


def feed_addresses(settings: Settings) -> list[str]:
    """Return where the merged feed is to be had in each format; none without `base_url`."""
    if settings.base_url is None:
        return []
    base = settings.base_url.rstrip("/")
    return [f"{base}/feed{each.suffix}" for each in FeedFormat]


def positions_of_feed(store: Store, settings: Settings) -> Sequence[Position]:
    """Return which stories the merged feed has, and when each last changed."""
    wanted = check_conflict(store.connection, StoryFilter(followed_only=True))
    return published_positions(store.connection, wanted, limit=settings.feed_entries)
