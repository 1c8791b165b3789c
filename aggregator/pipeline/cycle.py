"""The flow of the whole program, once.

    feeds that are due ──poll──▶ entries ──scrape──▶ articles ──group──▶ stories ──publish──▶ feed
                        (in parallel)     (in parallel)       (one after the other)

Each stage asks the store what is pending, works, and stores its outcome in one transaction; the
database is the only queue. Network and processes run in parallel, the store has one thread.
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
from aggregator.pipeline.archiving import Archivist
from aggregator.pipeline.database_watch import bound_log
from aggregator.pipeline.group_stage import GROUP, GroupStage
from aggregator.pipeline.grouping import StoryStage
from aggregator.pipeline.heartbeat import Heartbeat
from aggregator.pipeline.hub_notice import HubNotice
from aggregator.pipeline.network_watch import NetworkWatch
from aggregator.pipeline.page_stage import PageStage
from aggregator.pipeline.places import ALL, PLACES, PlaceStage
from aggregator.pipeline.poll_stage import PollStage
from aggregator.pipeline.progress import Progress
from aggregator.pipeline.retention import Retention
from aggregator.pipeline.site_rules import SiteRules
from aggregator.pipeline.stages import Stages
from aggregator.pipeline.store_thread import StoreThread
from aggregator.pipeline.store_watch import StoreWatch
from aggregator.pipeline.trouble_desk import TroubleDesk
from aggregator.pipeline.unit_guard import UnitGuard
from aggregator.pipeline.unstored import Unstored
from aggregator.pipeline.workers import Workers
from aggregator.store import Store
from aggregator.store.feeds import sync_config
from aggregator.web.client import WebClient

T = TypeVar("T")

_POLL: Final = "poll "
_PLACES: Final = f"{PLACES} {ALL}"

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
        self._now = now
        self._on_progress = on_progress
        self._rules = SiteRules()
        self._workers = workers or Workers(config.settings.extract_workers)
        self._owns_workers = workers is None
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self.heartbeat = Heartbeat(stored=self.stored, under_way=self._under_way.keys, now=now)
        self.stages = Stages()
        self._store = StoreThread(database, self._store_failed)
        self.troubles = TroubleDesk(stored=self._store.write_untold, now=now)
        self._watch = StoreWatch()
        self._unstored = Unstored(now)
        self._guard = UnitGuard(
            self._store, self._unstored, self.stages, self.heartbeat.stage_ended, now
        )
        self.network = NetworkWatch(now)
        self._archivist = Archivist(self._store, self.troubles, now)
        self._polls = PollStage(
            self._store, web, self._workers, self._archivist, self._guard.run, now, self.network
        )
        self._places = PlaceStage(self._store, self._workers, config.conflicts, now)
        self.pages_stored = asyncio.Event()
        self._pages = PageStage(
            self._store,
            web,
            self._workers,
            self._rules,
            self._archivist,
            self._guard.run,
            now,
            self.pages_stored.set,
            self.network,
        )
        self._hub = HubNotice(stored=self.stored, ask=web.fetch, now=now)
        self.alerts = AlertDesk(config, stored=self.stored, ask=web.fetch, now=now)
        self._stopping = False
        self._is_open = False

    async def __aenter__(self) -> Self:
        try:
            await self._store.open()
            await self.troubles.open()
            await self.refresh_rules()
            await self._store.write(sync_config, self.config, self._now())
            await self.alerts.open()
            await self._archivist.open(self.config)
            settings = self.config.settings
            self._stories = await self._store.read(
                partial(StoryStage, conflicts=self.config.conflicts, window=settings.story_window)
            )
            self._groups = GroupStage(
                self._store,
                self._stories,
                self._guard.set_aside,
                self.troubles,
                self._now,
                self._count_grouped,
            )
            self._retention = Retention(
                self._stories, stored=self.stored, troubles=self.troubles, now=self._now
            )
        except BaseException:
            self._close_workers()
            await self._store.close()
            raise
        self._is_open = True
        return self

    async def __aexit__(self, *_: object) -> None:
        self.hurry()
        tasks = list(self._under_way.values())
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._polls.finish()
        await self._archivist.close()
        await self.alerts.close()
        await self._hub.close()
        self._close_workers()
        await self.heartbeat.stop()
        await self._store.close()

    def _close_workers(self) -> None:
        if self._owns_workers:
            self._workers.close()

    def hurry(self) -> None:
        """Begin nothing more, and break off what is under way; what is being stored is stored."""
        self._stopping = True
        if self._is_open:
            self._groups.stop()
            self._store.hurry()
        for task in self._under_way.values():
            task.cancel()

    def ping(self, answered: Callable[[], None]) -> None:
        """Have `answered` called where the store lives, behind what is to be done there."""
        self._store.ping(answered)

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
        self._archivist.follow(config)
        await self.alerts.follow(config)
        await self.refresh_rules()
        self._stories.follow(config.conflicts)
        self._places.follow(config.conflicts)

    async def refresh_rules(self) -> None:
        """Follow the user's site rules as their files are now; a bad one changes nothing."""
        await asyncio.to_thread(self._rules.follow, self.config.settings.rules)

    async def run_once(self, *, everything: bool = False) -> Progress:
        """Poll what is due (or `everything`) and take it all the way to stories."""
        await self._begin_run(everything=everything)
        idle = False
        while self._under_way or not idle:
            # What ends while the store is asked may leave work behind that it was not asked for.
            idle = not self._under_way
            await self._go_on_polling(everything=everything)
            await self.start_pages()
            if self._under_way:
                await asyncio.wait(self._under_way.values(), return_when=asyncio.FIRST_COMPLETED)
        await self.group_pending()
        await self._guard.run(_PLACES, self._places.look_up)
        await self.alerts.finish()
        await self._hub.finish()
        await self._next_round()
        return self.progress

    async def poll_due(self, *, everything: bool = False) -> Progress:
        """Poll what is due (or `everything`) and store what it brings; no pages, no stories."""
        await self._begin_run(everything=everything)
        idle = False
        while (polls := self._polls_under_way()) or not idle:
            idle = not polls
            if polls:
                await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
            await self._go_on_polling(everything=everything)
        return self.progress

    def _polls_under_way(self) -> list[asyncio.Task[None]]:
        return [task for name, task in self._under_way.items() if name.startswith(_POLL)]

    async def _begin_run(self, *, everything: bool) -> None:
        self.progress = Progress()
        self._polls.begin_anew()
        await self.start_polls(everything=everything)

    async def _go_on_polling(self, *, everything: bool) -> None:
        if self._polls.wants_more:
            await self.start_polls(everything=everything)

    async def start_polls(self, *, everything: bool = False) -> None:
        """Begin to poll due feeds that are not being polled, up to a bound; returns at once."""
        if not self._stopping:
            await self._next_round()
            hosts = await self._polls.begin(
                self.config,
                self.progress,
                everything=everything,
                without={name.removeprefix(_POLL) for name in self._unstored.held()},
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
            if (before := self._under_way.get(name)) and not before.done():
                continue
            # What it consists of has limits of its own.
            task = asyncio.create_task(self._guard.run(name, begin, None), name=name)
            self._under_way[name] = task
            task.add_done_callback(partial(self._done, name))

    def _done(self, name: str, task: asyncio.Task[None]) -> None:
        # Its name may be that of a new task by now.
        if self._under_way.get(name) is task:
            del self._under_way[name]
        self._on_progress(self.progress)

    def start_places(self) -> None:
        """Begin to look up where places are, if feeds.yaml has any anew; returns at once."""
        if not (self._stopping or self._places.is_done or _PLACES in self._unstored.held()):
            self._start([(_PLACES, self._places.look_up)])

    async def group_pending(self) -> None:
        """Put every scraped article into a story, in order, and publish when that changed any."""
        await self._groups.group()
        await self._groups.publish(self.config)
        await self.alerts.tick()
        self.heartbeat.stage_ended("group")
        self._hub.tell(self.config.settings)
        await self._groups.count_days()
        await bound_log(self.stored, self.troubles)
        if not self._stopping:
            await self._retention.work(self.config)

    def _count_grouped(self, articles: int) -> None:
        self.progress.grouped += articles
        self.stages.moved(GROUP)
        self._on_progress(self.progress)
