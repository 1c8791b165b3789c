"""Is it a publisher who cannot be reached, or is it we who reach nobody?

When no connection comes about to one publisher after the other, and none in between, our own
network is down. Then a few feeds are asked to see when it is back, and nobody's failure counts.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from aggregator.model import FetchResult, Outcome
from aggregator.web.guard import NO_CONNECTION

PUBLISHERS_LEAST: Final = 5
"""Publishers in a row; where fewer are followed, all of them, and two at least."""

SHORT_TIME: Final = timedelta(minutes=5)
"""What failed longer ago says nothing of now."""

PROBES: Final = 3
"""Feeds that are asked with each beat while nobody can be reached."""

HOLD: Final = timedelta(minutes=1)
"""How long such a feed is then left alone."""

_log = logging.getLogger("aggregator")


def has_no_connection(result: FetchResult) -> bool:
    """Tell whether a request never reached a server: no name, no route, no answer to the door."""
    error = result.error or ""
    return (
        result.outcome is Outcome.FAILED
        and result.status is None
        and any(f": {phrase} " in error for phrase in NO_CONNECTION)
    )


class NetworkWatch:
    """Judges by what came of requests to as many `publishers`; `now` is the wall time."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        # The first and the last failure of each publisher since any could be reached.
        self._failed: dict[str, tuple[datetime, datetime]] = {}
        self.publishers = PUBLISHERS_LEAST
        self.down_since: datetime | None = None

    @property
    def is_down(self) -> bool:
        """Whether nobody can be reached."""
        return self.down_since is not None

    def saw(self, publisher: str, result: FetchResult) -> None:
        """Note what came of a request."""
        if not has_no_connection(result):
            self._failed.clear()
            if self.is_down:
                _log.warning("network is back, it was down since %s", self.down_since)
                self.down_since = None
            return
        now = self._now()
        first, _ = self._failed.get(publisher, (now, now))
        self._failed[publisher] = (first, now)
        recent = [since for since, last in self._failed.values() if abs(now - last) <= SHORT_TIME]
        least = max(2, min(PUBLISHERS_LEAST, self.publishers))
        if not self.is_down and len(recent) >= least:
            self.down_since = min(recent)
            _log.error("network is down: no connection to %d publishers in a row", len(recent))
