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
        # What the waits have not followed yet: all jumps since as one.
        self._jump: tuple[datetime, datetime] | None = None

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
            self._note_jump(*jump)
        try:
            await self._look_at_clock()
        finally:
            if jump is not None:
                self._beat.now()
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

    def _note_jump(self, before: datetime, after: datetime) -> None:
        how = "forward" if after > before else "back"
        span = timedelta(seconds=round(abs(after - before).total_seconds()))
        _log.error(
            "clock set %s by %s: every wait goes on for as long as was left of it", how, span
        )
        detail = f"the clock of this machine was set {how} by {span}"
        remedy = "keep it right with NTP; dates of what came meanwhile may be off by that much"
        self._clock_trouble = Trouble(CLOCK, detail, remedy)
        self._clock_was_set = time.monotonic()
        if self._jump is not None:
            first, then = self._jump
            before, after = first, then + (after - before)
        self._jump = (before, after)

    async def _look_at_clock(self) -> None:
        if self._clock_was_set is None:
            return
        if self._jump is None:
            await self._settle()
            return
        try:
            await self._follow_clock(*self._jump)
        except StoreError as error:
            # It is tried again; what else is looked at must not wait for that.
            _log.error("clock waits not moved yet error=%s", error)
        except Exception:
            # A bug would be the same again with each look.
            self._jump = None
            raise
        finally:
            await self._pipeline.troubles.begin(self._clock_trouble)

    async def _follow_clock(self, before: datetime, after: datetime) -> None:
        await self._pipeline.alerts.follow(self._pipeline.config)
        moved = await self._pipeline.stored(step_waits, before, after)
        self._jump = None
        _log.info("clock waits moved=%d", moved)

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
