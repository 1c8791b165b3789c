"""When is a feed due again? Decided from what is known of it, the answer just had, and the time."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from aggregator.model import Feed, FeedState, FetchResult, Outcome
from aggregator.poll.rhythm import expected_entries, time_until

LONGEST_WAIT: Final = timedelta(hours=24)
"""No feed that answers is asked less than daily, whatever it asks for: a `ttl` of a month, or a
Retry-After of ten years, is a slip that would silence it for good."""
LONGEST_SKIP: Final = timedelta(hours=72)
"""Hours and days that a feed wants to be left alone are respected for a long weekend."""
DEAD_AFTER: Final = timedelta(days=30)
DEAD_WAIT: Final = timedelta(days=7)

ENTRIES_WAITED_FOR: Final = 0.5
"""A feed is asked when half an entry is to be expected: a report then waits half its usual gap."""
_CONFIDENCE: Final = 2.0
"""Entries by which the feed's habit is believed against what it does today."""

_JITTER: Final = 0.1
_FAILURES_AT_LONGEST_WAIT: Final = 8
"""From 5 minutes, doubling reaches a day with the eighth failure."""
_DOUBLINGS: Final = 20
"""A second becomes 12 days; more would overflow."""
_FAILURES_OF_30_DAYS: Final = 36
"""For feeds that never succeeded: seven doubling waits, then one failure a day."""
_HOUR: Final = timedelta(hours=1)
_DAY_HOURS: Final = 24


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a feed is due, and why, in a sentence for people.

    `paused` says that it is not to be asked before its settings change, whatever `next_due` is.
    """

    next_due: datetime
    reason: str
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """The shortest and the longest wait of a healthy feed, from the settings."""

    minimum: timedelta
    maximum: timedelta


def next_due(
    feed: Feed,
    before: FeedState,
    after: FeedState,
    result: FetchResult,
    *,
    new_entries: int,
    now: datetime,
    limits: Limits,
    push_wait: timedelta | None = None,
) -> Schedule:
    """Return when `feed` is due after `result`; the same arguments give the same time.

    `before` is what was known before this poll; of `after` the rhythm and the feed's own wishes
    count. A body that could not be parsed is passed as a result with the outcome FAILED.
    `push_wait` is the least wait while a hub delivers the feed's entries.
    """
    if result.outcome is Outcome.GONE:
        return Schedule(now + DEAD_WAIT, "paused: the server says that it is gone for good", True)
    asked = min(result.retry_after or timedelta(0), LONGEST_WAIT)
    if result.outcome in {Outcome.FRESH, Outcome.UNCHANGED}:
        wait, reason = _healthy(feed, before, after, result, new_entries, now, limits, push_wait)
    elif result.outcome is Outcome.LATER and asked > timedelta(0):
        wait, reason = limits.minimum, f"in {_spoken(limits.minimum)}: the server asks for less"
    else:
        wait, reason = _after_failure(feed, before, result, now, limits.minimum)
    if asked > wait:
        wait, reason = asked, f"in {_spoken(asked)}: the server asks us to wait"
    return Schedule(now + wait, reason)


def is_dead(state: FeedState, now: datetime) -> bool:
    """Return whether the feed has failed for so long that it is asked weekly only."""
    if state.last_success_at is None:
        return state.failures >= _FAILURES_OF_30_DAYS
    # Our own absence is no failure of the feed.
    silent = now - state.last_success_at > DEAD_AFTER
    return silent and state.failures > _FAILURES_AT_LONGEST_WAIT


def _healthy(
    feed: Feed,
    before: FeedState,
    after: FeedState,
    result: FetchResult,
    new_entries: int,
    now: datetime,
    limits: Limits,
    push_wait: timedelta | None,
) -> tuple[timedelta, str]:
    if feed.interval is not None:
        return feed.interval, f"every {_spoken(feed.interval)}: set for this feed"
    wait = _adaptive(before, after, new_entries, now, limits)
    reason = f"in {_spoken(wait)}: {_habit(after, new_entries, now)}"
    if push_wait is not None and push_wait > wait:
        wait, reason = push_wait, f"in {_spoken(push_wait)}: its hub sends what is new"
    by_server = min(result.max_age or timedelta(0), LONGEST_WAIT)
    by_feed = min(after.wishes.ttl or timedelta(0), LONGEST_WAIT)
    if max(by_server, by_feed) > wait:
        wait = max(by_server, by_feed)
        who = "server" if wait == by_server else "feed"
        reason = f"in {_spoken(wait)}: the {who} asks for no more"
    skipped = _first_allowed(after, now + wait) - now
    if skipped > wait:
        return skipped, f"in {_spoken(skipped)}: the feed asks not to be read before"
    return wait, reason


def _adaptive(
    before: FeedState, after: FeedState, new_entries: int, now: datetime, limits: Limits
) -> timedelta:
    """Return when half an entry is to be expected, by the feed's habit and by what it does today.

    Today counts as in a gamma-Poisson model: the habitual rate times entries that came over
    entries that were expected, each with `_CONFIDENCE` added. While nothing comes the wait grows;
    with a burst it falls at once.
    """
    if after.rhythm is None:
        return limits.minimum
    factor = 1.0
    if before.last_success_at is not None:
        since = before.last_polled_at if new_entries else after.last_new_entry_at
        expected = expected_entries(after.rhythm, since or before.last_success_at, now)
        factor = (_CONFIDENCE + new_entries) / (_CONFIDENCE + expected)
    wait = time_until(after.rhythm, now, ENTRIES_WAITED_FOR / factor, longest=limits.maximum)
    return max(wait, limits.minimum)


def _habit(state: FeedState, new_entries: int, now: datetime) -> str:
    if new_entries:
        latest = "1 new entry" if new_entries == 1 else f"{new_entries} new entries"
        latest += " in the last poll"
    else:
        latest = f"nothing new{_since(state, now)}"
    if state.rhythm is None:
        return latest
    hourly = expected_entries(state.rhythm, now, now + _HOUR)
    if hourly >= 1:
        return f"it publishes about {hourly:.0f} an hour at this time of the week, {latest}"
    daily = expected_entries(state.rhythm, now, now + _DAY_HOURS * _HOUR)
    return f"it publishes about {daily:.1f} a day, {latest}"


def _first_allowed(state: FeedState, moment: datetime) -> datetime:
    """Return `moment`, or the first hour after it in which the feed wants to be read."""
    hours, days = state.wishes.skip_hours, state.wishes.skip_days
    allowed = moment
    while allowed.hour in hours or allowed.weekday() in days:
        allowed = allowed.replace(minute=0, second=0, microsecond=0) + _HOUR
        if allowed - moment > LONGEST_SKIP:
            return moment
    return allowed


def _after_failure(
    feed: Feed, state: FeedState, result: FetchResult, now: datetime, minimum: timedelta
) -> tuple[timedelta, str]:
    failures = state.failures + 1
    why = result.error or result.outcome.value
    if is_dead(replace(state, failures=failures), now):
        return DEAD_WAIT, f"weekly: it has failed for 30 days ({why})"
    base = max(minimum, feed.interval or minimum)
    longest = max(LONGEST_WAIT, base)
    wait = min(base * 2 ** min(failures, _DOUBLINGS), longest)
    # Downward, so that the cap holds; feeds that fell together do not come back together.
    wait -= wait * _JITTER * _fraction(feed.id)
    times = "once" if failures == 1 else f"{failures} times in a row"
    return wait, f"in {_spoken(wait)}: it failed {times} ({why})"


def _fraction(text: str) -> float:
    """Return a number in 0..1 that is always the same for `text`."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) / 0xFFFFFFFF


def _since(state: FeedState, now: datetime) -> str:
    if state.last_new_entry_at is None or state.last_new_entry_at > now:
        return ""
    return f" for {_spoken(now - state.last_new_entry_at)}"


def _spoken(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    for unit, size in (("d", 24 * 60), ("h", 60)):
        if minutes >= 2 * size or (minutes >= size and minutes % size == 0):
            return f"{round(minutes / size)} {unit}"
    return f"{minutes} min" if minutes else f"{round(span.total_seconds())} s"
