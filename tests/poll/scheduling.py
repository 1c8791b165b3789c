"""One question to the scheduler, with defaults for all that a test does not say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aggregator.model import (
    Feed,
    FeedState,
    FetchResult,
    HttpUrl,
    Outcome,
    PlainText,
    Wishes,
)
from aggregator.poll.schedule import Limits, Schedule, next_due

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
URL = HttpUrl("https://peak.example/feed")
FEED = Feed(id="peak", name=PlainText("Peak"), url=URL)
FRESH = FetchResult(URL, Outcome.FRESH, NOW, status=200)
FAILED = FetchResult(URL, Outcome.FAILED, NOW, status=500, error="the server answered 500")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UNKNOWN = FeedState()
MINIMUM, MAXIMUM = 5 * MINUTE, HOUR


def decide(
    result: FetchResult = FRESH,
    state: FeedState = UNKNOWN,
    *,
    feed: Feed = FEED,
    new: int = 0,
    wishes: Wishes | None = None,
    now: datetime = NOW,
    push_wait: timedelta | None = None,
) -> Schedule:
    after = replace(state, last_new_entry_at=now) if new else state
    return next_due(
        feed,
        state,
        replace(after, wishes=wishes or state.wishes),
        result,
        new_entries=new,
        now=now,
        limits=Limits(MINIMUM, MAXIMUM),
        push_wait=push_wait,
    )


def wait(schedule: Schedule) -> timedelta:
    return schedule.next_due - NOW
