"""Counts the days of which something has changed, a few at a time, between the other work."""

import logging
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Final

from aggregator.errors import StoreError
from aggregator.store.daily_counts import count_next_day

DAYS_A_STEP: Final = 20
"""Days counted at one go; after an upgrade a year of them is counted in a few minutes."""

_log = logging.getLogger("aggregator")


async def count_days(
    stored: Callable[..., Awaitable[date | None]], now: Callable[[], datetime]
) -> None:
    """Count up to `DAYS_A_STEP` days, each in its own transaction; what fails comes again.

    `stored` calls a function where the store lives.
    """
    for _ in range(DAYS_A_STEP):
        try:
            if await stored(count_next_day, now()) is None:
                return
        except StoreError as error:
            _log.error("count error=%s", error)
            return
