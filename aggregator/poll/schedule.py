"""When is a feed due again? Decided from what is known of it, the answer just had, and the time."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aggregator.model import Feed, FeedState, FetchResult, Outcome

LONGEST_WAIT: Final = timedelta(hours=24)
"""No feed that answers is asked less than daily, whatever it asks for: a `ttl` of a month, or a
Retry-After of ten years, is a slip that would silence it for good."""
DEAD_AFTER: Final = timedelta(days=30)
DEAD_WAIT: Final = timedelta(days=7)

_JITTER: Final = 0.1
_FAILURES_AT_LONGEST_WAIT: Final = 8
"""From 5 minutes, doubling reaches a day with the eighth failure."""
_DOUBLINGS: Final = 20
"""A second becomes 12 days; more would overflow."""
_FAILURES_OF_30_DAYS: Final = 36
"""For feeds that never succeeded: seven doubling waits, then one failure a day."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a feed is due, and why, in a sentence for people.

    `paused` says that it is not to be asked before its settings change, whatever `next_due` is.
    """

    next_due: datetime
    reason: str
    paused: bool = False


def next_due(
    feed: Feed,
    state: FeedState,
    result: FetchResult,
    *,
    new_entries: int,
    ttl: timedelta | None,
    now: datetime,
    minimum: timedelta,
    maximum: timedelta,
) -> Schedule:
    """Return when `feed` is due after `result`; the same arguments give the same time.

    `state` is what was known **before** this poll, `ttl` what the document asks for. A body that
    could not be parsed is passed as a result with the outcome FAILED.
    """
    if result.outcome is Outcome.GONE:
        return Schedule(now + DEAD_WAIT, "paused: the server says that it is gone for good", True)
    asked = min(result.retry_after or timedelta(0), LONGEST_WAIT)
    if result.outcome in {Outcome.FRESH, Outcome.UNCHANGED}:
        wait, reason = _rhythm(feed, state, result, new_entries, ttl, now, minimum, maximum)
    elif result.outcome is Outcome.LATER and asked > timedelta(0):
        wait, reason = minimum, f"in {_spoken(minimum)}: the server asks for less"
    else:
        wait, reason = _after_failure(feed, state, result, now, minimum)
    if asked > wait:
        wait, reason = asked, f"in {_spoken(asked)}: the server asks us to wait"
    return Schedule(now + wait, reason)


def _rhythm(
    feed: Feed,
    state: FeedState,
    result: FetchResult,
    new_entries: int,
    ttl: timedelta | None,
    now: datetime,
    minimum: timedelta,
    maximum: timedelta,
) -> tuple[timedelta, str]:
    if feed.interval is not None:
        return feed.interval, f"every {_spoken(feed.interval)}: set for this feed"
    own = _adaptive(state, new_entries, now, minimum, maximum)
    by_server = min(result.max_age or timedelta(0), LONGEST_WAIT)
    by_feed = min(ttl or timedelta(0), LONGEST_WAIT)
    wait = max(own, by_server, by_feed)
    if wait > own:
        who = "server" if wait == by_server else "feed"
        return wait, f"every {_spoken(wait)}: the {who} asks for no more"
    if new_entries:
        entries = "1 new entry" if new_entries == 1 else f"{new_entries} new entries"
        return wait, f"every {_spoken(wait)}: {entries} in the last poll"
    return wait, f"every {_spoken(wait)}: nothing new{_since(state, now)}"


def _adaptive(
    state: FeedState, new_entries: int, now: datetime, minimum: timedelta, maximum: timedelta
) -> timedelta:
    """Return half the time that the feed takes for an entry.

    While nothing comes, half of the growing silence makes each wait half as long again as the one
    before; with the first new entries the wait falls at once.
    """
    known_since = state.last_new_entry_at or state.last_success_at
    # A clock that was set back makes the silence negative.
    silence = max(now - known_since, timedelta(0)) if known_since else timedelta(0)
    return min(max(silence / (2 * max(new_entries, 1)), minimum), maximum)


def _after_failure(
    feed: Feed, state: FeedState, result: FetchResult, now: datetime, minimum: timedelta
) -> tuple[timedelta, str]:
    failures = state.failures + 1
    why = result.error or result.outcome.value
    if _is_dead(state, failures, now):
        return DEAD_WAIT, f"weekly: it has failed for 30 days ({why})"
    base = max(minimum, feed.interval or minimum)
    longest = max(LONGEST_WAIT, base)
    wait = min(base * 2 ** min(failures, _DOUBLINGS), longest)
    # Downward, so that the cap holds; feeds that fell together do not come back together.
    wait -= wait * _JITTER * _fraction(feed.id)
    times = "once" if failures == 1 else f"{failures} times in a row"
    return wait, f"in {_spoken(wait)}: it failed {times} ({why})"


def _is_dead(state: FeedState, failures: int, now: datetime) -> bool:
    if state.last_success_at is None:
        return failures >= _FAILURES_OF_30_DAYS
    # Our own absence is no failure of the feed.
    silent = now - state.last_success_at > DEAD_AFTER
    return silent and failures > _FAILURES_AT_LONGEST_WAIT


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
