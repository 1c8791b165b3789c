"""The daemon itself: opens everything, beats, watches, and closes in time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from aggregator.config import Config
from aggregator.daemon.beat import Beat
from aggregator.daemon.clock import ClockWatch, running_seconds, utc_now
from aggregator.daemon.following import ConfigFollower
from aggregator.daemon.free_memory import return_free_memory, use_few_heaps
from aggregator.daemon.server import ServerProcess
from aggregator.daemon.standstill import StandstillWatch
from aggregator.daemon.supervisor import Supervisor
from aggregator.daemon.watch import Watch
from aggregator.errors import AggregatorError, StoreError
from aggregator.lock import only_one
from aggregator.model import Trouble
from aggregator.pipeline.cycle import Pipeline
from aggregator.pipeline.database_watch import name_sqlite
from aggregator.pipeline.network import policy_of
from aggregator.pipeline.progress import Progress
from aggregator.push import PushDesk
from aggregator.signals import Signals
from aggregator.store import Store, open_store
from aggregator.web.client import WebClient

GROUPING_PAUSE: Final = timedelta(seconds=1)
"""How often it is looked whether all pages under way have come in."""

GROUPING_PATIENCE: Final = timedelta(seconds=15)
"""How long pages under way are waited for, so that the earliest report opens the story."""

_PART_SECONDS: Final = 4
"""What each part may take to close; several do it at the same time."""

_BEAT: Final = "beat"

_log = logging.getLogger("aggregator")


async def poll_once(
    config: Config,
    database: Path,
    *,
    everything: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Run one cycle over what is due (or `everything`); AlreadyRunning while a daemon works."""
    with only_one(database):
        return await poll_under_lock(
            config, database, everything=everything, on_progress=on_progress
        )


async def poll_under_lock(
    config: Config,
    database: Path,
    *,
    everything: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Do what `poll_once` does, for a caller that holds the lock."""
    async with (
        WebClient(policy_of(config.settings)) as web,
        Pipeline(
            config, lambda: open_store(database, now=utc_now()), web, utc_now, on_progress
        ) as pipeline,
    ):
        await pipeline.heartbeat.none_lives()
        return await pipeline.run_once(everything=everything)


class Daemon:
    """Polls until it is told to stop; optionally keeps the pages' server alive beside it.

    `now` is the clock that people can set, `running` one that only runs, in seconds; where the two
    part, the first was set. With a `now` of its own and no `running`, nobody sets the clock.
    """

    def __init__(
        self,
        config: Config,
        database: Path,
        *,
        serve: bool,
        now: Callable[[], datetime] = utc_now,
        running: Callable[[], float] | None = None,
    ) -> None:
        self._follower = ConfigFollower(config)
        self._database = database
        self._now = now
        if running is None:
            running = running_seconds if now is utc_now else lambda: now().timestamp()
        self._running = running
        self._server = ServerProcess(config, database) if serve else None
        self._stop = asyncio.Event()
        self._supervisor = Supervisor()

    async def run(self) -> None:
        """Take the lock, and work until `stop` or a signal; for the main thread."""
        with Signals() as signals, only_one(self._database):
            await self.work(signals)

    async def work(self, signals: Signals) -> None:
        """Work until `stop` or a signal; the caller holds the lock.

        Everything acknowledged is on disk when this returns.
        """
        name_sqlite()
        use_few_heaps()
        loop = asyncio.get_running_loop()
        signals.attend(on_stop=lambda: _tell(loop, self.stop), on_reload=self._nothing_to_reload)
        if self._server is not None:
            signals.end_with_us(self._server.kill)
        try:
            await self._open_and_work(signals)
        except StoreError as error:
            if not self._stop.is_set():
                raise
            _log.info("daemon stopped while starting: %s", error)
        else:
            _log.info("daemon stopped")

    async def _open_and_work(self, signals: Signals) -> None:
        loop = asyncio.get_running_loop()
        settings = self._follower.config.settings
        async with (
            _Leaving(WebClient(policy_of(settings), now=self._now)) as web,
            Pipeline(self._follower.config, self._open_store, web, self._now) as pipeline,
        ):
            desk = PushDesk(
                settings,
                stored=pipeline.stored,
                ask=web.fetch,
                pushed=pipeline.take_push,
                now=self._now,
            )
            signals.attend(
                on_stop=lambda: _tell(loop, self.stop),
                on_reload=lambda: _tell(loop, self._reload_now),
            )
            await self._work(pipeline, desk, signals)
            signals.busy_with = "what is under way, and the database"

    def _open_store(self) -> Store:
        # In another thread; an upgrade may take minutes, and leaves nothing when it is broken off.
        return open_store(self._database, now=self._now(), go_on=lambda: not self._stop.is_set())

    @staticmethod
    def _nothing_to_reload() -> None:
        """feeds.yaml is read when the daemon starts, which it is about to."""

    async def _work(self, pipeline: Pipeline, desk: PushDesk, signals: Signals) -> None:
        config = self._follower.config
        self._pipeline, self._desk = pipeline, desk
        await desk.open()
        self._beat = Beat(config.settings.poll_tick, self._tick, self._on_fault)
        watch = Watch(pipeline, self._beat, ClockWatch(self._now, self._running), self._now)
        await watch.mend_waits()
        standstill = StandstillWatch(pipeline, self._supervisor, signals)
        background = [
            asyncio.create_task(self._group_when_pages_come(), name="group"),
            asyncio.create_task(watch.run(), name="watch"),
            asyncio.create_task(standstill.run(), name="standstill"),
            asyncio.create_task(return_free_memory(), name="memory"),
        ]
        self._beat.start()
        _log.info("daemon started database=%s feeds=%d", self._database, len(config.feeds))
        try:
            await self._stop.wait()
        finally:
            self._supervisor.stopping()
            pipeline.hurry()
            self._beat.stop()
            for task in background:
                task.cancel()
            closing: dict[str, Awaitable[object]] = {
                "the listener for hubs": desk.close(),
                "grouping": asyncio.wait(background),
            }
            if self._server is not None:
                closing["the pages' server"] = self._server.stop()
            signals.busy_with = ", ".join(closing)
            await asyncio.gather(*(_within(name, part) for name, part in closing.items()))

    async def _heartbeat(self) -> None:
        await self._pipeline.heartbeat.tick(self._beat.every)

    async def _tick(self) -> None:
        """One beat: what is due begins; nothing here waits for the network.

        What fails keeps nothing after it from its turn.
        """
        pipeline = self._pipeline
        parts: dict[str, Callable[[], Awaitable[object]]] = {
            "reload": self._reload,
            "rules": pipeline.refresh_rules,
            "poll": pipeline.start_polls,
            "scrape": pipeline.start_pages,
            "push": self._desk.tick,
            "alert": pipeline.alerts.tick,
            "heartbeat": self._heartbeat,
        }
        if self._server is not None:
            parts["serve"] = partial(self._server.keep_alive, pipeline.troubles)
        failed = [name for name, part in parts.items() if not await _done(name, part)]
        pipeline.start_places()
        pipeline.pages_stored.set()
        if failed:
            detail = f"these parts of a beat failed, see the log: {', '.join(failed)}"
            await pipeline.troubles.begin(Trouble(_BEAT, detail, "report the error of the log"))
        else:
            await pipeline.troubles.end(_BEAT)
        if not self._follower.is_asked:
            self._supervisor.ready(f"{len(self._follower.config.feeds)} feeds are followed")

    def _on_fault(self, what: str) -> None:
        _log.error("%s", what)
        trouble = Trouble(_BEAT, what, "it goes on by itself; report it if it stays")
        self._told = asyncio.create_task(self._pipeline.troubles.begin(trouble))

    async def _group_when_pages_come(self) -> None:
        pipeline = self._pipeline
        while True:
            await pipeline.pages_stored.wait()
            waited = timedelta(0)
            while pipeline.fetches_pages and waited < GROUPING_PATIENCE:
                await asyncio.sleep(GROUPING_PAUSE.total_seconds())
                waited += GROUPING_PAUSE
            pipeline.pages_stored.clear()
            await _done("group", pipeline.group_pending)

    async def _reload(self) -> None:
        """Follow feeds.yaml when it has changed; a bad file changes nothing but the log."""
        config = await self._follower.look(self._pipeline.troubles)
        if config is None:
            return
        await self._pipeline.reconfigure(config)
        await self._desk.reconfigure(config.settings)
        if self._server is not None:
            await self._server.follow(config)
        await self._follower.take(config, self._pipeline.troubles)
        self._beat.change(config.settings.poll_tick)

    def _reload_now(self) -> None:
        _log.info("signal SIGHUP: reading feeds.yaml and the site rules again")
        self._supervisor.reloading()
        self._follower.read_again()
        self._beat.now()

    def stop(self) -> None:
        """Ask the daemon to stop; what is being stored is finished first."""
        self._stop.set()


async def _done(name: str, part: Callable[[], Awaitable[object]]) -> bool:
    """Return whether a part did its work; what it raises is told and harms no other."""
    try:
        await part()
    except AggregatorError as error:
        _log.error("%s error=%s", name, error)
    except Exception:  # noqa: BLE001 -- a bug in one part must not end the daemon
        _log.exception("%s failed", name)
    else:
        return True
    return False


async def _within(name: str, part: Awaitable[object]) -> None:
    """Wait for a part to close, as long as it may take."""
    try:
        await asyncio.wait_for(part, _PART_SECONDS)
    except TimeoutError:
        _log.error("%s did not close within %d s", name, _PART_SECONDS)
    except Exception:  # noqa: BLE001 -- the others are to close, too
        _log.exception("%s did not close", name)


def _tell(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    # From the thread of the signals, at a time when the loop may have ended.
    if not loop.is_closed():
        loop.call_soon_threadsafe(function)


class _Leaving:
    """A web client whose connections may not keep the daemon from its end."""

    def __init__(self, web: WebClient) -> None:
        self._web = web

    async def __aenter__(self) -> WebClient:
        return await self._web.__aenter__()

    async def __aexit__(self, *_: object) -> None:
        await _within("the connections", self._web.__aexit__(None, None, None))
