"""A report of a story as the count of origins sees it, and what comes out for it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from aggregator.group.origin.credits import Credits
from aggregator.group.origin.publishers import Publisher

_NONE: Final = Credits()


class Dependence(StrEnum):
    """Why a report is an origin, or why it is none."""

    OWN = "own report"
    COPY = "copy"
    PARTIAL = "largely copied"
    CREDIT = "credit"
    CITATION = "citation"
    PUBLISHER = "same publisher"


@dataclass(frozen=True, slots=True)
class Telling:
    """A report of a story as the rule sees it.

    `shingles` are those of its text without what its site prints under other stories too, `words`
    is the length of the whole. `copy_of` is the article whose text it repeats as the grouper found
    when it came.
    """

    article: int
    reported: datetime
    publisher: Publisher
    shingles: frozenset[int] = frozenset()
    words: int = 0
    credits: Credits = _NONE
    copy_of: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a report is to its story: `origin` is the report that stands for its origin.

    `reason` says why, in words that follow "it": "prints the text of AFP". `shared` is how much of
    its text, in 0..1, the report `shared_with` has printed before it.
    """

    article: int
    origin: int
    dependence: Dependence
    reason: str
    shared: float = 0.0
    shared_with: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """On whom a report depends: an article, or the key of a publisher that is not in the story."""

    to: int | str
    dependence: Dependence
    reason: str
