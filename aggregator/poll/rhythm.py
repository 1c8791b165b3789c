"""How often a feed publishes, by hour of day and weekday: learnt from its entries, pure.

Entries are counted with weights that fade, so that a feed's habits of last month count less than
those of this week. Hour and weekday are taken as independent of each other: 31 numbers say as much
as a few hundred entries can support, 168 would not.
"""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from aggregator.model import Rhythm

HALF_LIFE: Final = timedelta(days=14)
"""After this an entry counts half."""

HORIZON: Final = timedelta(days=60)
"""Entries older than this say nothing of today's rhythm (a sixteenth of a new one's weight)."""

_FADE_HOURS: Final = HALF_LIFE.total_seconds() / 3600 / math.log(2)
# An unknown feed is taken for one that publishes hourly, with the confidence of one entry.
_PRIOR_ENTRIES: Final = 1.0
_PRIOR_HOURS: Final = 1.0
# So many entries for each hour or weekday are added before shares are believed, and no hour is
# taken for dead: news breaks at night too.
_SMOOTHING: Final = 2.0
_LOWEST_FACTOR: Final = 0.2
_HOUR: Final = timedelta(hours=1)
_EXACT_HOURS: Final = 14 * 24


def observed(rhythm: Rhythm | None, moments: Iterable[datetime], now: datetime) -> Rhythm:
    """Return the rhythm with entries of these times added; `rhythm` None begins a new one.

    Times after `now` count as now. A first document is counted back to its oldest entry within
    `HORIZON`.
    """
    times = sorted(min(moment, now) for moment in moments if moment > now - HORIZON)
    if rhythm is None:
        rhythm = Rhythm(since=times[0] if times else now, counted_at=now)
    kept = _kept(now - rhythm.counted_at)
    weight = rhythm.weight * kept
    hours = [count * kept for count in rhythm.hours]
    days = [count * kept for count in rhythm.days]
    for moment in times:
        share = _kept(now - moment)
        weight += share
        hours[moment.hour] += share
        days[moment.weekday()] += share
    return Rhythm(rhythm.since, now, weight, tuple(hours), tuple(days))


def expected_entries(rhythm: Rhythm, start: datetime, end: datetime) -> float:
    """Return how many entries the feed usually publishes from `start` to `end`."""
    hours = max((end - start) / _HOUR, 0.0)
    if hours > _EXACT_HOURS:
        return _base_rate(rhythm, end) * hours
    return sum(rate * (until - since) / _HOUR for since, until, rate in _pieces(rhythm, start, end))


def time_until(rhythm: Rhythm, start: datetime, entries: float, *, longest: timedelta) -> timedelta:
    """Return after what time `entries` are expected to have come, at most `longest`."""
    left = entries
    for since, until, rate in _pieces(rhythm, start, start + longest):
        coming = rate * ((until - since) / _HOUR)
        if coming >= left:
            return since - start + left / rate * _HOUR
        left -= coming
    return longest


def _pieces(
    rhythm: Rhythm, start: datetime, end: datetime
) -> Iterable[tuple[datetime, datetime, float]]:
    """Yield the span hour by hour, each with its entries an hour."""
    base = _base_rate(rhythm, start)
    since = start
    while since < end:
        until = min(since.replace(minute=0, second=0, microsecond=0) + _HOUR, end)
        day = _factor(rhythm.days, since.weekday(), rhythm.weight)
        yield since, until, base * _factor(rhythm.hours, since.hour, rhythm.weight) * day
        since = until


def _base_rate(rhythm: Rhythm, now: datetime) -> float:
    """Return the entries an hour, whatever the hour."""
    elapsed = max((now - rhythm.since) / _HOUR, 0.0)
    # What an observation of this length would weigh at one entry an hour.
    window = _FADE_HOURS * (1 - math.exp(-elapsed / _FADE_HOURS))
    weight = rhythm.weight * _kept(now - rhythm.counted_at)
    return (weight + _PRIOR_ENTRIES) / (window + _PRIOR_HOURS)


def _factor(counts: tuple[float, ...], index: int, weight: float) -> float:
    even = weight / len(counts)
    return max((counts[index] + _SMOOTHING) / (even + _SMOOTHING), _LOWEST_FACTOR)


def _kept(age: timedelta) -> float:
    # A clock that was set back must not make old entries weigh more than new ones.
    return float(0.5 ** (max(age, timedelta(0)) / HALF_LIFE))
