"""APScheduler: what its defaults do with jobs that are late."""

import asyncio
import inspect
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_MISSED
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from tests.assumptions.telling import ours

TICK = "the daemon's one tick job (max_instances, coalesce, misfire_grace_time)"


def test_m22_a_job_that_is_late_by_more_than_a_second_is_dropped() -> None:
    async def run() -> tuple[int, int]:
        ran: list[int] = []
        missed: list[object] = []
        scheduler = AsyncIOScheduler(timezone=UTC)
        scheduler.add_listener(missed.append, EVENT_JOB_MISSED)
        late = datetime.now(UTC) - timedelta(seconds=5)
        for number in range(5):
            scheduler.add_job(ran.append, "date", run_date=late, args=[number])
        scheduler.add_job(ran.append, "date", run_date=late, args=[9], misfire_grace_time=None)
        scheduler.start()
        await asyncio.sleep(0.2)
        scheduler.shutdown()
        return len(ran), len(missed)

    ran, missed = asyncio.run(run())
    assert (ran, missed) == (1, 5), ours(TICK)


def test_m23_after_a_jump_of_the_clock_each_missed_moment_is_stepped_through() -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    trigger = IntervalTrigger(seconds=30, start_date=start, timezone=UTC)
    following = trigger.get_next_fire_time(start, start + timedelta(hours=1))
    assert following == start + timedelta(seconds=30), ours(TICK)


def test_m23_a_clock_that_is_set_back_leaves_the_next_moment_ahead() -> None:
    planned = datetime(2026, 3, 1, 12, tzinfo=UTC)
    trigger = IntervalTrigger(seconds=30, start_date=planned, timezone=UTC)
    back = planned - timedelta(hours=1)
    following = trigger.get_next_fire_time(planned, back)
    assert following >= planned, ours("the daemon's watch on the clock, which re-arms the job")


def test_m24_a_shutdown_can_be_told_not_to_wait() -> None:
    assert "wait" in inspect.signature(AsyncIOScheduler.shutdown).parameters, ours(
        "how the daemon ends"
    )
