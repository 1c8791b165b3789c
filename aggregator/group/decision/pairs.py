"""Two reports compared: the input of the first half of the decision.

Whether two reports tell of one event shows less in how alike they are than in how much more alike
they are than an article and its wider neighbourhood; that holds for headlines and long texts,
and for a week full of similar incidents, with one set of weights.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aggregator.group.index import Held, Question, Surroundings

NAMES: Final = (
    "text_alike",
    "names_alike",
    "stands_out_from_tenth",
    "stands_out_from_twentieth",
    "as_near_as_the_nearest",
    "words_compared",
    "time_apart",
    "time_unknown",
    "headline_only",
    "same_counts",
    "other_counts",
    "same_outlet",
    "other_language",
)
MOST_PAIRS: Final = 12
"""Neighbours looked at closely; those after them are background."""

_TENTH: Final = slice(8, 16)
_TWENTIETH: Final = slice(20, 30)
_FLOOR: Final = 0.02
_MOST_DAYS: Final = 30.0
_MOST_COUNTS: Final = 3
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pair:
    """An article and a held report; `row` are their features in the order of `NAMES`.

    `cosines` are those of text and names; `days` are between the two, and `dated` is whether
    both have a date.
    """

    held: Held
    cosines: tuple[float, float]
    days: float
    dated: bool
    row: tuple[float, ...]

    def feature(self, name: str) -> float:
        """Return one feature by its name."""
        return self.row[NAMES.index(name)]


def pairs_of(
    question: Question, around: Surroundings, now: datetime | None, *, unrelated: float = 0.0
) -> list[Pair]:
    """Return the features of an article against each of the nearest reports.

    `unrelated` is the cosine to reports that a small window does not hold yet.
    """
    article = question.profile
    near = around.nearest[:MOST_PAIRS]
    cosines = around.text_of_nearest
    tenth, twentieth = (usual(cosines, ranks, unrelated) for ranks in (_TENTH, _TWENTIETH))
    pairs = []
    for held, text, names in zip(near, cosines, around.names_of_nearest, strict=False):
        other = held.profile
        days, dated = _days_apart(article.published, held, now)
        common_counts = len(article.counts & other.counts)
        row = (
            text,
            names,
            stands_out(text, tenth),
            stands_out(text, twentieth),
            text / cosines[0],
            math.log1p(min(len(article.text), len(other.text))),
            logarithm_of_days(days),
            0.0 if dated else 1.0,
            1.0 if article.bare or other.bare else 0.0,
            min(common_counts, _MOST_COUNTS) / _MOST_COUNTS,
            1.0 if article.counts and other.counts and not common_counts else 0.0,
            1.0 if article.source is not None and article.source == other.source else 0.0,
            1.0 if article.language != other.language else 0.0,
        )
        pairs.append(Pair(held, (text, names), days, dated, row))
    return pairs


def usual(cosines: Sequence[float], ranks: slice, missing: float) -> float:
    """Return the mean of the cosines of these ranks, with a value for each that is missing."""
    found = cosines[ranks]
    wanted = len(range(ranks.start, ranks.stop))
    return (sum(found) + missing * (wanted - len(found))) / wanted


def stands_out(cosine: float, background: float) -> float:
    """Return how far a cosine is above the usual one, as the logarithm of their ratio."""
    return math.log((cosine + _FLOOR) / (background + _FLOOR))


def logarithm_of_days(days: float) -> float:
    """Return a time span as a feature; after a month, more makes no difference."""
    return math.log1p(min(days, _MOST_DAYS))


def _days_apart(published: datetime | None, held: Held, now: datetime | None) -> tuple[float, bool]:
    """Return the days between two reports, and whether both are dated.

    An undated report is as old as the stream was when it came.
    """
    if published and held.profile.published:
        return abs(published - held.profile.published) / _DAY, True
    if now and held.stamp:
        return abs(now - held.stamp) / _DAY, False
    return 0.0, False
