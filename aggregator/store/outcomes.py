"""What crosses the seam between the pipeline and the store, both ways."""

from dataclasses import dataclass
from datetime import datetime

from aggregator.group.conflicts import ConflictMatch
from aggregator.model import (
    Article,
    Decision,
    Entry,
    Feed,
    GroupInput,
    HttpUrl,
    PlainText,
)


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
