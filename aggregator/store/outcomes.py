"""What crosses the seam between the pipeline and the store, both ways."""

from dataclasses import dataclass
from datetime import datetime

from aggregator.group.conflicts import ConflictMatch
from aggregator.model import (
    Article,
    Decision,
    Entry,
    Feed,
    FetchResult,
    GroupInput,
    HttpUrl,
    ParsedFeed,
    PlainText,
)


@dataclass(frozen=True, slots=True)
class HashedEntry:
    """An entry with the hash that tells an edited one."""

    entry: Entry
    content_hash: str


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """All that one poll of one feed came to; stored in one transaction.

    `parsed` is None when there was nothing to read (unchanged, failed). `error` is why, in one
    line; an `error` beside a fresh answer means that its bytes were no feed.
    """

    feed_id: str
    result: FetchResult
    body_hash: str | None
    parsed: ParsedFeed | None
    entries: tuple[HashedEntry, ...]
    error: str | None


@dataclass(frozen=True, slots=True)
class AppliedPoll:
    """What a poll changed in the database."""

    new: int
    changed: int


@dataclass(frozen=True, slots=True)
class PendingPage:
    """An article whose page is to be fetched, with the entry that brought it."""

    article_id: int
    url: HttpUrl | None
    feed: Feed
    entry: Entry
    attempts: int
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """What came of one page: the article as it is now, and when to ask again if ever."""

    article_id: int
    article: Article
    attempts: int
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class PendingReport:
    """An article that belongs to no story yet."""

    article_id: int
    grouping: GroupInput
    title: PlainText
    body: PlainText
    language: str | None
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class GroupOutcome:
    """Where an article went, and to which conflicts it belongs."""

    report: PendingReport
    decision: Decision
    conflicts: tuple[ConflictMatch, ...]
