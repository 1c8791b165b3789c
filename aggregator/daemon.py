"""The daemon: owns time, signals, the lock and the reloading of feeds.yaml."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from aggregator.config import Config, load
from aggregator.errors import AggregatorError, ConfigError
from aggregator.lock import only_one
from aggregator.pipeline.cycle import Pipeline
from aggregator.pipeline.network import policy_of
from aggregator.pipeline.progress import Progress
from aggregator.push import PushDesk
from aggregator.store import open_store
from aggregator.web.client import WebClient

GROUPING_PAUSE: Final = timedelta(seconds=1)
"""How often it is looked whether all pages under way have come in."""

GROUPING_PATIENCE: Final = timedelta(seconds=15)
"""How long pages under way are waited for, so that the earliest report opens the story."""

_SERVER_STOP_SECONDS: Final = 3
_LONGEST_RESTART_WAIT: Final = timedelta(minutes=5)

_log = logging.getLogger("aggregator")


def utc_now() -> datetime:
    """Return the time of the system's clock."""
    return datetime.now(UTC)


async def poll_once(
    config: Config,
    database: Path,
    *,
    everything: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Run one cycle over what is due (or `everything`); AlreadyRunning while a daemon works."""
    with only_one(database):
        async with (
            WebClient(policy_of(config.settings)) as web,
            Pipeline(
                config, lambda: open_store(database, now=utc_now()), web, utc_now, on_progress
            ) as pipeline,
        ):
            return await pipeline.run_once(everything=everything)


class Daemon:
    """Polls until it is told to stop; optionally keeps the pages' server alive beside it."""

    def __init__(
        self,
        config: Config,
        database: Path,
        *,
        serve: bool,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._config = config
        self._database = database
        self._now = now
        self._server = ServerProcess(config, database) if serve else None
        self._stop = asyncio.Event()
        self._config_stamp = _stamp(config.path)

    async def run(self) -> None:
        """Work until `stop` or a signal. Everything acknowledged is on disk when this returns."""
        self._listen_for_signals()
        with only_one(self._database):
            async with (
                WebClient(policy_of(self._config.settings), now=self._now) as web,
                Pipeline(
                    self._config,
                    lambda: open_store(self._database, now=self._now()),
                    web,
                    self._now,
                ) as pipeline,
            ):
                desk = PushDesk(
                    self._config.settings,
                    stored=pipeline.stored,
                    ask=web.fetch,
                    pushed=pipeline.take_push,
                    now=self._now,
                )
                await self._work(pipeline, desk)
        _log.info("daemon stopped")

    async def _work(self, pipeline: Pipeline, desk: PushDesk) -> None:
        settings = self._config.settings
        # Late is better than never, once is enough, and never twice at the same time: the
        # defaults of the scheduler drop a job that is a second late.
        scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        scheduler.add_job(
            self._tick,
            "interval",
            args=[pipeline, desk],
            seconds=settings.poll_tick.total_seconds(),
            next_run_time=utc_now(),
        )
        grouping = asyncio.create_task(self._group_when_pages_come(pipeline))
        await desk.open()
        scheduler.start()
        _log.info("daemon started database=%s feeds=%d", self._database, len(self._config.feeds))
        try:
            await self._stop.wait()
        finally:
            scheduler.shutdown(wait=False)
            await desk.close()
            grouping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await grouping
            if self._server is not None:
                await self._server.stop()

    async def _tick(self, pipeline: Pipeline, desk: PushDesk) -> None:
        """One beat: what is due begins; nothing here waits for the network."""
        if self._server is not None:
            await self._server.keep_alive(self._now())
        await pipeline.heartbeat.tick(self._config.settings.poll_tick)
        try:
            await self._reload(pipeline, desk)
            await pipeline.refresh_rules()
            await pipeline.start_polls()
            await pipeline.start_pages()
            pipeline.start_places()
            pipeline.pages_stored.set()
            await desk.tick()
            await pipeline.alerts.tick()
        except AggregatorError as error:
            _log.error("tick error=%s", error)

    async def _group_when_pages_come(self, pipeline: Pipeline) -> None:
        while True:
            await pipeline.pages_stored.wait()
            waited = timedelta(0)
            while pipeline.fetches_pages and waited < GROUPING_PATIENCE:
                await asyncio.sleep(GROUPING_PAUSE.total_seconds())
                waited += GROUPING_PAUSE
            pipeline.pages_stored.clear()
            try:
                await pipeline.group_pending()
            except AggregatorError as error:
                _log.error("group error=%s", error)
            except Exception:  # noqa: BLE001 -- a bug in one batch must not end the daemon
                _log.exception("group failed")

    async def _reload(self, pipeline: Pipeline, desk: PushDesk) -> None:
        """Follow feeds.yaml when it has changed; a bad file changes nothing but the log."""
        stamp = _stamp(self._config.path)
        if stamp == self._config_stamp:
            return
        self._config_stamp = stamp
        try:
            config = await asyncio.to_thread(load, self._config.path)
        except ConfigError as error:
            _log.error("config kept, the changed file is not usable: %s", error)
            return
        await pipeline.reconfigure(config)
        await desk.reconfigure(config.settings)
        self._config = config
        _log.info("config reloaded feeds=%d conflicts=%d", len(config.feeds), len(config.conflicts))

    def stop(self) -> None:
        """Ask the daemon to stop; what is being stored is finished first."""
        self._stop.set()

    def _listen_for_signals(self) -> None:
        def on_signal(number: int) -> None:
            if self._stop.is_set():
                # Asked twice: leave as a crash would; the database bears that.
                if self._server is not None:
                    self._server.kill()
                os._exit(128 + number)
            _log.info("signal %s: stopping", signal.Signals(number).name)
            self._stop.set()

        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            try:
                loop.add_signal_handler(number, on_signal, number)
            except NotImplementedError:
                # Windows' loops have no handlers of their own.
                signal.signal(number, lambda n, _: loop.call_soon_threadsafe(on_signal, n))


class ServerProcess:
    """The pages' server as a process of its own, so that neither can block the other."""

    def __init__(self, config: Config, database: Path) -> None:
        self._command = [
            sys.executable,
            "-m",
            "aggregator",
            "--config",
            str(config.path),
            "--database",
            str(database),
            "serve",
            "--host",
            config.settings.serve_host,
            "--port",
            str(config.settings.serve_port),
        ]
        self._process: asyncio.subprocess.Process | None = None
        self._wait = timedelta(0)
        self._not_before: datetime | None = None

    async def keep_alive(self, now: datetime) -> None:
        """Start the server, or start it again when it has ended, ever later."""
        if self._process is not None and self._process.returncode is None:
            return
        if self._process is not None and self._not_before is None:
            self._wait = min(max(self._wait * 2, timedelta(seconds=1)), _LONGEST_RESTART_WAIT)
            self._not_before = now + self._wait
            _log.error("serve ended code=%s, again in %s", self._process.returncode, self._wait)
        if self._not_before is not None and now < self._not_before:
            return
        self._not_before = None
        self._process = await asyncio.create_subprocess_exec(*self._command)

    def kill(self) -> None:
        """End the server now."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def stop(self) -> None:
        """End the server, with force when it does not go."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), _SERVER_STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
