"""How a story is: growing, open, quiet or closed, by the times of its reports alone."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

GROWING_REPORTS: Final = 3
GROWING_SPAN: Final = timedelta(hours=6)
"""So many reports within this span are growth: two outlets may be an echo, and six hours hold the
desks of one part of the world and the beginning of the next one's day."""
QUIET_AFTER: Final = timedelta(hours=24)
"""Every desk has had a day of its own to report, and none has."""
CLOSED_AFTER: Final = timedelta(days=7)
"""The window of the grouper by default: what comes later opens a story of its own."""


class LifeCycle(StrEnum):
    """The states of a story, in the order in which most pass through them."""

    GROWING = "growing"
    OPEN = "open"
    QUIET = "quiet"
    CLOSED = "closed"


def life_cycle(reported: Iterable[datetime], now: datetime) -> LifeCycle:
    """Return how a story with reports of these times, copies included, is at `now`.

    A story without reports is closed. The view `current_stories` says the same in SQL.
    """
    times = sorted(reported)
    if not times or times[-1] < now - CLOSED_AFTER:
        return LifeCycle.CLOSED
    if times[-1] < now - QUIET_AFTER:
        return LifeCycle.QUIET
    lately = sum(time >= now - GROWING_SPAN for time in times)
    return LifeCycle.GROWING if lately >= GROWING_REPORTS else LifeCycle.OPEN
