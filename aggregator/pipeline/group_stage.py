"""The third stage: articles into stories, in order; and the feed files, for what that changed."""

import logging
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Final, Protocol

from aggregator.config import Config
from aggregator.errors import AggregatorError, StoreError
from aggregator.pipeline.day_counts import count_days
from aggregator.pipeline.grouping import StoryStage
from aggregator.pipeline.publishing import FeedFiles
from aggregator.pipeline.store_thread import StoreThread
from aggregator.pipeline.trouble_desk import TroubleDesk
from aggregator.store.aside import is_aside, no_longer_aside
from aggregator.store.grouping import apply_groups, pending_reports
from aggregator.store.outcomes import PendingReport

GROUP_BATCH: Final = 200
"""Articles grouped in one transaction: at most this much is repeated after a crash."""

GROUP: Final = "group"
PUBLISH: Final = "publish"
COUNT: Final = "count"
"""What these are called in logs and in `set_aside`."""

_ALL: Final = "all"

_log = logging.getLogger("aggregator")


class SetAside(Protocol):
    """Sets a record aside."""

    def __call__(self, stage: str, record: str, error: Exception) -> Coroutine[None, None, None]:
        """Note that `stage` failed on `record`; it comes again in an hour."""


class GroupStage:
    """Groups over one store; `on_grouped` is told how many after each batch."""

    def __init__(
        self,
        store: StoreThread,
        stories: StoryStage,
        set_aside: SetAside,
        troubles: TroubleDesk,
        now: Callable[[], datetime],
        on_grouped: Callable[[int], None],
    ) -> None:
        self._store = store
        self._stories = stories
        self._set_aside = set_aside
        self._now = now
        self._on_grouped = on_grouped
        self._feed_files = FeedFiles(store, troubles)
        self._ruling = 0
        self._is_stopped = False

    def stop(self) -> None:
        """Begin no further batch, and break off the one under way."""
        self._is_stopped = True
        self._stories.stop()

    async def group(self) -> None:
        """Put every scraped article into a story."""
        grouped = 0
        self._ruling = await self._store.read(self._stories.follow_rulings)
        while not self._is_stopped:
            reports = await self._store.read(pending_reports, self._now(), GROUP_BATCH)
            if not reports:
                break
            grouped += await self._group_batch(reports)
        if grouped:
            _log.info("group articles=%d", grouped)

    async def publish(self, config: Config) -> None:
        """Write the feed files if stories or feeds.yaml have changed since they were written."""
        if not self._feed_files.are_those_of(config, self._ruling):
            await self._apart(PUBLISH, partial(self._feed_files.follow, config, self._ruling))

    async def count_days(self) -> None:
        """Count some of the days of which something has changed."""
        await self._apart(COUNT, partial(count_days, self._store.write, self._now))

    async def _group_batch(self, reports: list[PendingReport]) -> int:
        batch = await self._store.read(self._stories.group_all, reports)
        try:
            stored = await self._store.write(
                partial(apply_groups, ruling=batch.ruling), batch.decided, self._now()
            )
        except StoreError:
            raise
        except Exception as failure:  # noqa: BLE001 -- a bug harms one record only
            return await self._group_halves(reports, failure)
        if not stored:
            # The user ruled meanwhile: all come again.
            return 0
        self._feed_files.are_old()
        if not batch.failed:
            self._stories.all_stored()
        for report, error in batch.failed:
            await self._set_aside(GROUP, str(report.article_id), error)
        self._on_grouped(len(batch.decided))
        return len(batch.decided)

    async def _group_halves(self, reports: list[PendingReport], failure: Exception) -> int:
        """Find the one report that cannot be stored, so that the others are."""
        if len(reports) == 1:
            await self._set_aside(GROUP, str(reports[0].article_id), failure)
            return 0
        middle = len(reports) // 2
        # In their order: what a story becomes depends on it.
        first = await self._group_batch(reports[:middle])
        return first + await self._group_batch(reports[middle:])

    async def _apart(self, stage: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Do what belongs to no record; what fails unexpectedly comes again in an hour."""
        if await self._store.read(is_aside, stage, _ALL, self._now()):
            return
        try:
            await work()
        except AggregatorError as error:
            _log.error("%s error=%s", stage, error)
        except Exception as error:  # noqa: BLE001 -- a bug here must harm no other stage
            await self._set_aside(stage, _ALL, error)
        else:
            await self._store.write(no_longer_aside, stage, _ALL)
