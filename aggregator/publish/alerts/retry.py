"""When a message that was not taken is tried again, and when it is given up."""

from datetime import datetime, timedelta
from typing import Final

FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=2)
_DOUBLINGS: Final = 10
"""More than enough for the longest wait."""

GIVEN_UP_AFTER: Final = timedelta(days=1)
"""From the decision to tell; an attempt that fails after this is the last."""


def wait_before(attempt: int, asked_to_wait: timedelta | None = None) -> timedelta:
    """Return how long is waited before an attempt (2 is the first repetition): doubling each time.

    A receiver may ask for more.
    """
    doublings = min(max(attempt - 2, 0), _DOUBLINGS)
    wait = min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
    return max(wait, asked_to_wait or timedelta(0))


def is_given_up(decided_at: datetime, now: datetime) -> bool:
    """Tell whether a message that fails now is not tried again."""
    return now - decided_at >= GIVEN_UP_AFTER
