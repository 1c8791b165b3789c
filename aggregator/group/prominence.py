"""Which story leads the front page: the newest weight, in hours, that does not change with time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import log2
from typing import Final

DOUBLING_HOURS: Final = 6.0
"""A story of twice as many independent origins leads as if it were so many hours newer: one of 16
stays above the single reports of a whole day, and none stays for two."""
GROWTH_HOURS: Final = 3.0
"""The same for origins that came lately, so that growth counts half of what there is."""
GROWTH_SPAN: Final = timedelta(hours=6)
"""What is lately, before the newest independent report; the span of a growing story."""

_HOUR: Final = timedelta(hours=1)
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DECIMALS: Final = 3


def prominence(reported: Iterable[datetime]) -> float:
    """Return the prominence of a story whose independent origins reported at these times.

    The hours from 1970 to the newest of them, and hours for how many there are and how many came
    lately. Logarithm of support plus time: since every story ages alike, the order of two stories
    changes only when one of them does, so that an index keeps it (the ranking by votes and time
    that link sites use). A copy changes nothing. Without reports it is 0.
    """
    times = sorted(reported)
    if not times:
        return 0.0
    newest = times[-1]
    lately = sum(time >= newest - GROWTH_SPAN for time in times)
    hours = (newest - _BEGINNING) / _HOUR
    weight = DOUBLING_HOURS * log2(len(times)) + GROWTH_HOURS * log2(lately)
    return round(hours + weight, _DECIMALS)
