"""The time of a stream of reports, told by the reports themselves."""

from datetime import UTC, datetime, timedelta
from typing import Final

_STEP: Final = timedelta(days=1)
_FIRST_YEAR: Final = 1990
_LAST_YEAR: Final = 2099


def believable(published: datetime | None) -> datetime | None:
    """Return a publication time that can be one, aware; the year 1 and 9999 are no news."""
    if published is None or not _FIRST_YEAR <= published.year <= _LAST_YEAR:
        return None
    return published if published.tzinfo else published.replace(tzinfo=UTC)


class StreamClock:
    """The largest time seen so far, in a stream that may have late, wrong and undated reports.

    A report more than a day ahead moves the clock only when the next such report, from another
    source, agrees with it to a day: a typing error or a calendar of coming events is passed over,
    a weekend without news is not.
    """

    def __init__(self) -> None:
        self.now: datetime | None = None
        self._ahead: datetime | None = None
        self._ahead_source: str | None = None

    def see(self, published: datetime | None, source: str | None) -> datetime | None:
        """Move to the time of the next report, if it may be moved, and return the time."""
        if published is None:
            return self.now
        if self.now is None or self.now < published <= self.now + _STEP:
            self.now, self._ahead = published, None
            return self.now
        if published <= self.now:
            return self.now
        agrees = self._ahead is not None and abs(published - self._ahead) <= _STEP
        if agrees and (source is None or source != self._ahead_source):
            self.now, self._ahead = published, None
        else:
            self._ahead, self._ahead_source = published, source
        return self.now
