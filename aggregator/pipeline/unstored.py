"""Records that could not be stored: left alone for a while, so that no publisher is asked often."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

WAIT: Final = timedelta(minutes=5)
"""How long a feed or page is not asked again whose answer could not be stored."""


class Unstored:
    """What the database did not take; it still says that these are due."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._since: dict[str, datetime] = {}

    def hold(self, name: str) -> None:
        """Leave a unit of work alone from now on, for `WAIT`."""
        self._since[name] = self._now()

    def held(self) -> frozenset[str]:
        """Return the names of what is to be left alone now."""
        now = self._now()
        # A clock that was set back must not hold anything for longer.
        self._since = {
            name: since for name, since in self._since.items() if since <= now < since + WAIT
        }
        return frozenset(self._since)
