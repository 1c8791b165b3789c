"""The flow of the whole program, once.

    feeds that are due ──poll──▶ entries ──scrape──▶ articles ──group──▶ stories ──publish──▶ feed
                        (in parallel)     (in parallel)       (one after the other)

Each stage asks the store what is pending, works, and stores its outcome in one transaction; the
database is the only queue. Network and processes run in parallel, the store has one thread. Alerts
go out beside the feed.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime
from functools import partial
from typing import Final, Self, TypeVar

from aggregator.config import Config
from aggregator.errors import StoreError
from aggregator.model import FetchResult
from aggregator.pipeline.alerting import AlertDesk
from aggregator.pipeline.day_counts import count_days
from aggregator.pipeline.grouping import StoryStage
from aggregator.pipeline.hub_notice import HubNotice
from aggregator.pipeline.page_stage import PageStage
from aggregator.pipeline.places import locate_places
from aggregator.pipeline.poll_stage import PollStage
from aggregator.pipeline.progress import Progress
from aggregator.pipeline.publishing import FeedFiles
from aggregator.pipeline.site_rules import SiteRules
from aggregator.pipeline.store_thread import StoreThread
from aggregator.pipeline.store_watch import StoreWatch
from aggregator.pipeline.trouble_desk import TroubleDesk
from aggregator.pipeline.unit_guard import UnitGuard
from aggregator.pipeline.unstored import Unstored
from aggregator.pipeline.workers import Workers
from aggregator.store import Store
from aggregator.store.feeds import sync_config
from aggregator.store.grouping import apply_groups, pending_reports
from aggregator.store.outcomes import PendingReport
from aggregator.web.client import WebClient

T = TypeVar("T")

GROUP_BATCH: Final = 200
"""Articles grouped in one transaction: at most this much is repeated after a crash."""

_POLL: Final = "poll "
_PLACES: Final = "places all"

_log = logging.getLogger("aggregator")


class Pipeline:
    """The stages over one database. Use it as an asynchronous context manager.

    `workers` are closed by whoever hands them over; without any it has its own.
    """

    def __init__(
        self,
        config: Config,
        database: Callable[[], Store],
        web: WebClient,
        now: Callable[[], datetime],
        on_progress: Callable[[Progress], None] = lambda _: None,
        *,
        workers: Workers | None = None,
    ) -> None:
        self.config = config
        self.progress = Progress()
        self._web = web
        self._now = now
        self._on_progress = on_progress
        self._rules = SiteRules()
        self._workers = workers or Workers(config.settings.extract_workers)
        self._owns_workers = workers is None
        self._store = StoreThread(database, self._store_failed)
        self._watch = StoreWatch()
        self._unstored = Unstored(now)
        self._guard = UnitGuard(self._store, self._unstored, now)
        self._polls = PollStage(self._store, web, self._workers, self._guard.run, now)
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._knows_places = False
        self.pages_stored = asyncio.Event()
        self._pages = PageStage(
            self._store,
            web,
            self._workers,
            self._rules,
            self._guard.run,
            now,
            self.pages_stored.set,
        )
        self._hub = HubNotice(stored=self.stored, ask=web.fetch, now=now)
        self.alerts = AlertDesk(config, stored=self.stored, ask=web.fetch, now=now)
        self.troubles = TroubleDesk(stored=self._store.write_untold, now=now)
        self._feed_files = FeedFiles(self._store, self.troubles)
        self._stopping = False

    async def __aenter__(self) -> Self:
        try:
            await self._store.open()
            await self.troubles.open()
            await self.refresh_rules()
            await self._store.write(sync_config, self.config, self._now())
            await self.alerts.open()
            settings = self.config.settings
            self._stories = await self._store.read(
                partial(StoryStage, conflicts=self.config.conflicts, window=settings.story_window)
            )
        except BaseException:
            self._close_workers()
            await self._store.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopping = True
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._polls.finish()
        await self.alerts.close()
        await self._hub.close()
        self._close_workers()
        await self._store.close()

    def _close_workers(self) -> None:
        if self._owns_workers:
            self._workers.close()

    @property
    def fetches_pages(self) -> bool:
        """Whether any page of a new article is waited for or being read."""
        return self._pages.reads_new_pages

    async def stored(self, function: Callable[..., T], /, *args: object) -> T:
        """Return `function(store, *args)`, called where the store lives; raises StoreError."""
        return await self._store.write(function, *args)

    async def _next_round(self) -> None:
        await self._watch.next_round(self.troubles, is_all_stored=not self._unstored.held())

    async def _store_failed(self, error: StoreError) -> None:
        await self._watch.failed(error, self.troubles)

    async def reconfigure(self, config: Config) -> None:
        """Follow a changed feeds.yaml from now on; feeds that went keep what they brought."""
        await self._store.write(sync_config, config, self._now())
        self.config = config
        await self.alerts.follow(config)
        await self.refresh_rules()
        self._stories.follow(config.conflicts)
        self._knows_places = False

    async def refresh_rules(self) -> None:
        """Follow the user's site rules as their files are now; a bad one changes nothing."""
        await asyncio.to_thread(self._rules.follow, self.config.settings.rules)

    async def run_once(self, *, everything: bool = False) -> Progress:
        """Poll what is due (or `everything`) and take it all the way to stories."""
        self._begin_run()
        await self.start_polls(everything=everything)
        idle = False
        while self._under_way or not idle:
            # What ends while the store is asked may leave work behind that it was not asked for.
            idle = not self._under_way
            await self._go_on_polling(everything=everything)
            await self.start_pages()
            if self._under_way:
                await asyncio.wait(self._under_way.values(), return_when=asyncio.FIRST_COMPLETED)
        await self.group_pending()
        await self._guard.run(_PLACES, self._locate_places)
        await self.alerts.finish()
        await self._hub.finish()
        await self._next_round()
        return self.progress

    async def poll_due(self, *, everything: bool = False) -> Progress:
        """Poll what is due (or `everything`) and store what it brings; no pages, no stories."""
        self._begin_run()
        await self.start_polls(everything=everything)
        idle = False
        while (polls := self._polls_under_way()) or not idle:
            idle = not polls
            if polls:
                await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
            await self._go_on_polling(everything=everything)
        return self.progress

    def _polls_under_way(self) -> list[asyncio.Task[None]]:
        return [task for name, task in self._under_way.items() if name.startswith(_POLL)]

    def _begin_run(self) -> None:
        self.progress = Progress()
        self._polls.begin_anew()

    async def _go_on_polling(self, *, everything: bool) -> None:
        if self._polls.wants_more:
            await self.start_polls(everything=everything)

    async def start_polls(self, *, everything: bool = False) -> None:
        """Begin to poll due feeds that are not being polled, up to a bound; returns at once."""
        if not self._stopping:
            await self._next_round()
            held = self._unstored.held()
            hosts = await self._polls.begin(
                self.config,
                self.progress,
                everything=everything,
                without={name.removeprefix(_POLL) for name in held},
            )
            self._start((f"{_POLL}{host}", work) for host, work in hosts)

    async def take_push(self, feed_id: str, result: FetchResult) -> None:
        """Store what a hub sent for a feed, and go on as after a poll; raises StoreError."""
        await self._polls.take_push(self.config, feed_id, result)
        await self.start_pages()
        self.pages_stored.set()

    async def start_pages(self) -> None:
        """Begin to fetch pending pages, up to a bound; returns at once."""
        if not self._stopping:
            busy = self._unstored.held().union(self._under_way)
            self._start(await self._pages.begin(self.config, self.progress, busy))

    def _start(self, work: Iterable[tuple[str, Callable[[], Coroutine[None, None, None]]]]) -> None:
        for name, begin in work:
            if self._stopping:
                break
            before = self._under_way.get(name)
            if before is not None and not before.done():
                continue
            task = asyncio.create_task(self._guard.run(name, begin), name=name)
            self._under_way[name] = task
            task.add_done_callback(partial(self._done, name))

    def _done(self, name: str, task: asyncio.Task[None]) -> None:
        # Its name may be that of a new task by now.
        if self._under_way.get(name) is task:
            del self._under_way[name]
        self._on_progress(self.progress)

    def start_places(self) -> None:
        """Begin to look up where places are, if feeds.yaml has any anew; returns at once."""
        if not (self._stopping or self._knows_places or _PLACES in self._unstored.held()):
            self._start([(_PLACES, self._locate_places)])

    async def _locate_places(self) -> None:
        conflicts = self.config.conflicts
        # Once for each feeds.yaml, also where it fails: it costs seconds of processor time.
        self._knows_places = True
        try:
            known = await locate_places(self._store, self._workers, conflicts)
        except StoreError:
            self._knows_places = False
            raise
        self._knows_places = known and conflicts is self.config.conflicts

    async def group_pending(self) -> None:
        """Put every scraped article into a story, in order, and publish when that changed any."""
        grouped = 0
        ruling = await self._store.read(self._stories.follow_rulings)
        while not self._stopping:
            reports = await self._store.read(pending_reports, self._now(), GROUP_BATCH)
            if not reports:
                break
            grouped += await self._group_batch(reports)
            self._on_progress(self.progress)
        if grouped:
            _log.info("group articles=%d", grouped)
        await self._feed_files.follow(self.config.settings, ruling)
        await self.alerts.tick()
        self._hub.tell(self.config.settings)
        await count_days(self.stored, self._now)

    async def _group_batch(self, reports: list[PendingReport]) -> int:
        batch = await self._store.read(self._stories.group_all, reports)
        stored = await self._store.write(
            partial(apply_groups, ruling=batch.ruling), batch.decided, self._now()
        )
        if not stored:
            # The user ruled meanwhile: all come again.
            return 0
        self._feed_files.are_old()
        if not batch.failed:
            self._stories.all_stored()
        for report, error in batch.failed:
            await self._guard.set_aside("group", str(report.article_id), error)
        self.progress.grouped += len(batch.decided)
        return len(batch.decided)
