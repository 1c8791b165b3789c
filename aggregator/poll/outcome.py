"""What one poll of one feed came to, before and after it is stored."""

from dataclasses import dataclass
from datetime import datetime

from aggregator.model import Entry, FetchRequest, FetchResult, Outcome, ParsedFeed


@dataclass(frozen=True, slots=True)
class HashedEntry:
    """An entry with the hash that tells an edited one."""

    entry: Entry
    content_hash: str


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """All that one poll of one feed came to; stored in one transaction.

    `parsed` is None when there was nothing to read (unchanged, failed). `error` is why, in one
    line; an `error` beside a fresh answer means that its bytes were no feed. `is_push` says that
    a hub sent it, perhaps with the new entries only.
    """

    feed_id: str
    request: FetchRequest
    result: FetchResult
    body_hash: str | None
    parsed: ParsedFeed | None
    entries: tuple[HashedEntry, ...]
    error: str | None
    is_push: bool = False

    @property
    def name(self) -> Outcome:
        """The outcome of the request, FAILED where its bytes were no feed."""
        is_unreadable = self.error is not None and self.result.outcome is Outcome.FRESH
        return Outcome.FAILED if is_unreadable else self.result.outcome

    @property
    def is_success(self) -> bool:
        """Whether the feed answered with a feed, or with "unchanged"."""
        return self.name in {Outcome.FRESH, Outcome.UNCHANGED}


@dataclass(frozen=True, slots=True)
class AppliedPoll:
    """What a poll changed in the database.

    `renamed` counts known items that came under a new guid. `moments` are the publication times
    of the new entries that have one.
    """

    new: int = 0
    changed: int = 0
    renamed: int = 0
    moments: tuple[datetime, ...] = ()
