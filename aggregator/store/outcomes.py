"""What crosses the seam between the pipeline and the store, both ways."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from aggregator.archive.folder import Kept
from aggregator.group.conflict.conflicts import ConflictMatch
from aggregator.group.follow_ups import FollowUp
from aggregator.model import (
    Article,
    Decision,
    Entry,
    Feed,
    GroupInput,
    HttpUrl,
    PlainText,
    Validators,
)
from aggregator.scrape.watch.edits import Changes
from aggregator.scrape.watch.revisit import KnownText

_NO_VALIDATORS: Final = Validators()


@dataclass(frozen=True, slots=True)
class PendingPage:
    """An article whose page is to be fetched, with the entry that brought it.

    `known` is None until its page was first read or given up. `validators` are those that the page
    came with. `is_watched` says that it is looked at again after this; `is_revisit`, that this is
    such a look, the `looks`-th before it being done.
    """

    article_id: int
    url: HttpUrl | None
    feed: Feed
    entry: Entry
    attempts: int
    first_seen: datetime
    known: KnownText | None = None
    validators: Validators = _NO_VALIDATORS
    looks: int = 0
    is_watched: bool = False
    is_revisit: bool = False


class Found(StrEnum):
    """What a look at a page found."""

    FIRST = "first text"
    UNCHANGED = "unchanged"
    """The server says so (304)."""
    SAME = "same text"
    EDITED = "edited"
    POORER = "less than before"
    GONE = "gone"
    BLOCKED = "blocked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Look:
    """A look at a page, and when the next one is due if ever."""

    found: Found
    next_due: datetime | None
    validators: Validators = _NO_VALIDATORS


class PageAnswer(StrEnum):
    """How a new page of a site turned out, for the trend of that site."""

    READ = "read"
    REFUSED = "refused"
    """Its server did not give it to us, for good."""
    DEFEATED = "defeated"
    """It took the extractor too long, or its process down."""


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """What came of one page: the article as it is now, and when to ask again if ever.

    Without `article` there is nothing new to tell. `changes` are those from version
    `compared_with`; None where they could not be told. `look` is None where the page is not
    watched, `answer` where nobody was asked or the answer is not final. `kept` is where the answer
    is archived, if it is, after the redirects that led to it. `is_makeshift` says that the program
    failed over the page.
    """

    article_id: int
    article: Article | None
    attempts: int
    retry_at: datetime | None
    look: Look | None = None
    changes: Changes | None = None
    compared_with: int | None = None
    is_revisit: bool = False
    answer: PageAnswer | None = None
    kept: tuple[Kept, ...] = ()
    is_makeshift: bool = False


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
    """Where an article went, to which conflicts it belongs, and what else this changed.

    `revisions` are later decisions about earlier articles. `follows` is the ended story of which
    the story that the article opened is a follow-up.
    """

    report: PendingReport
    decision: Decision
    conflicts: tuple[ConflictMatch, ...]
    revisions: tuple[Decision, ...] = ()
    follows: FollowUp | None = None
