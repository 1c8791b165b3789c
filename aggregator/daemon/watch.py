"""What is looked at beside the beat, all the time: the clock, the beat itself, stuck work."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from aggregator.daemon.beat import Beat
from aggregator.daemon.clock import ClockWatch
from aggregator.errors import StoreError
from aggregator.model import Trouble
from aggregator.pipeline.cycle import Pipeline
from aggregator.store.clock_steps import mend_waits, step_waits
from aggregator.store.forgiving import forgive_failures
from aggregator.web.guard import NO_CONNECTION

LOOK_EVERY: Final = timedelta(seconds=5)
CLOCK_TROUBLE_LASTS: Final = timedelta(hours=1)
"""How long it is told that the clock was set; whoever looks once a day finds it in the log."""

CLOCK: Final = "clock"
STUCK: Final = "stage stuck"
NETWORK: Final = "network"

_log = logging.getLogger("aggregator")


class Watch:
    """Looks after one pipeline and its beat."""

    def __init__(
        self, pipeline: Pipeline, beat: Beat, clock: ClockWatch, now: Callable[[], datetime]
    ) -> None:
        self._now = now
        self._down_since: datetime | None = None
        self._pipeline = pipeline
        self._beat = beat
        self._clock = clock
        self._clock_was_set: float | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(min(LOOK_EVERY, self._beat.every / 2).total_seconds())
            try:
                await self._look()
            except StoreError as error:
                _log.error("watch error=%s", error)
            except Exception:  # noqa: BLE001 -- a bug here must not end the watch
                _log.exception("watch failed")

    async def mend_waits(self) -> None:
        """Shorten waits that were decided by a clock ahead of this one; raises StoreError."""
        mended = await self._pipeline.stored(mend_waits, self._now())
        if mended:
            _log.warning("clock waits shortened=%d: an earlier clock was ahead", mended)

    async def _look(self) -> None:
        jump = self._clock.look()
        if jump is not None:
            await self._follow_clock(*jump)
        elif self._clock_was_set is not None:
            await self._settle()
        if self._beat.keep_up():
            _log.warning("the beat was late, it goes on")
        await self._look_at_network()
        await self._look_at_stages()

    async def _look_at_network(self) -> None:
        since = self._pipeline.network.down_since
        if since is not None and self._down_since is None:
            detail = "no publisher can be reached: their names are not found, or nobody answers"
            remedy = "look at the network and the name server of this machine"
            await self._pipeline.troubles.begin(Trouble(NETWORK, detail, remedy))
        elif since is None and self._down_since is not None:
            forgiven = await self._pipeline.stored(
                forgive_failures, self._down_since, NO_CONNECTION, self._now()
            )
            await self._pipeline.troubles.end(NETWORK)
            _log.info("network feeds=%d are asked again soon", forgiven)
        self._down_since = since

    async def _follow_clock(self, before: datetime, after: datetime) -> None:
        how = "forward" if after > before else "back"
        span = timedelta(seconds=round(abs(after - before).total_seconds()))
        _log.error(
            "clock set %s by %s: every wait goes on for as long as was left of it", how, span
        )
        self._clock_was_set = time.monotonic()
        try:
            moved = await self._pipeline.stored(step_waits, before, after)
            await self._pipeline.alerts.follow(self._pipeline.config)
            _log.info("clock waits moved=%d", moved)
        finally:
            self._beat.now()
        detail = f"the clock of this machine was set {how} by {span}"
        remedy = "keep it right with NTP; dates of what came meanwhile may be off by that much"
        await self._pipeline.troubles.begin(Trouble(CLOCK, detail, remedy))

    async def _settle(self) -> None:
        """Find what was decided by the old clock while it was set, for as long as it is told."""
        assert self._clock_was_set is not None
        await self.mend_waits()
        if time.monotonic() - self._clock_was_set > CLOCK_TROUBLE_LASTS.total_seconds():
            self._clock_was_set = None
            await self._pipeline.troubles.end(CLOCK)

    async def _look_at_stages(self) -> None:
        stuck = self._pipeline.stages.stuck()
        if not stuck:
            await self._pipeline.troubles.end(STUCK)
            return
        detail = "; ".join(f"{stage}: {', '.join(records)}" for stage, records in stuck.items())
        trouble = Trouble(STUCK, detail, "it is broken off and tried again; report it if it stays")
        await self._pipeline.troubles.begin(trouble)
        self._pipeline.stages.free(stuck)
