"""Which of the stories near an article it belongs to: a learned decision in two small steps.

First, how likely each near report tells of the article's event (`pairs`); then, from that and
from the story as a whole (`features`), how likely the article belongs to the story. Both are
logistic models; `bench/train_grouping.py` writes their weights into merge_model.json.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from operator import mul
from typing import Any, Final

from aggregator.group import features, pairs
from aggregator.group.features import Candidate, candidates_of
from aggregator.group.index import Neighbour, Question
from aggregator.group.pairs import pairs_of
from aggregator.group.window import Window

_MOST_ODDS: Final = 30.0
_LARGE_STORY: Final = 10


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model: a bias, and a weight for each feature."""

    bias: float
    weights: tuple[float, ...]

    def odds(self, row: Sequence[float]) -> float:
        """Return the logarithm of the odds for these features."""
        total: float = self.bias + sum(map(mul, self.weights, row))
        return max(-_MOST_ODDS, min(_MOST_ODDS, total))

    def probability(self, row: Sequence[float]) -> float:
        """Return how likely it is for these features."""
        return 1 / (1 + math.exp(-self.odds(row)))


@dataclass(frozen=True, slots=True)
class MergeModel:
    """When an article joins a story: at `threshold`, and with the support of its reports.

    `support` is the least mean probability over the best five reports of a story,
    `large_story_support` the same for one of ten reports or more. A large story is near to
    everything: without this it would draw in what is like its sum, or like one of its reports,
    and like none of the others, and in the end all there is.
    """

    pair: Logistic
    story: Logistic
    threshold: float
    support: float
    large_story_support: float

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> "MergeModel":
        """Make a model of the content of a model file."""
        return cls(
            pair=_logistic(content["pair"], pairs.NAMES),
            story=_logistic(content["story"], features.NAMES),
            threshold=content["threshold"],
            support=content["support"],
            large_story_support=content["large_story_support"],
        )

    def accepts(self, candidate: Candidate, probability: float) -> bool:
        """Whether an article may join a story to which it belongs with this probability."""
        large = len(candidate.story.reports) >= _LARGE_STORY
        enough = self.large_story_support if large else self.support
        return probability >= self.threshold and candidate.support >= enough


def _logistic(content: Mapping[str, Any], names: Iterable[str]) -> Logistic:
    return Logistic(content["bias"], tuple(content["weights"][name] for name in names))


@lru_cache(maxsize=1)
def shipped_model() -> MergeModel:
    """Return the model that comes with the program."""
    text = files(__package__).joinpath("merge_model.json").read_text("utf-8")
    return MergeModel.read(json.loads(text))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A candidate, how likely the article belongs to it, and whether it may."""

    candidate: Candidate
    probability: float
    fits: bool


def judge(window: Window, question: Question, model: MergeModel) -> list[Judgement]:
    """Return the stories near an article: the fitting ones first, the likelier first."""
    judgements = []
    for candidate in near_stories(window, question, model.pair):
        probability = model.story.probability(candidate.row)
        fits = candidate.days <= window.days and model.accepts(candidate, probability)
        judgements.append(Judgement(candidate, probability, fits))
    judgements.sort(key=lambda judgement: (not judgement.fits, -judgement.probability))
    return judgements


def near_stories(window: Window, question: Question, pair_model: Logistic) -> list[Candidate]:
    """Return the candidates for an article with all that is known of them, nearest first."""
    index = window.index
    neighbours: list[Neighbour] = index.neighbours(question)
    near = pairs_of(index, question, neighbours, window.now)
    odds = [pair_model.odds(pair.row) for pair in near]
    return candidates_of(index, question, neighbours, near, odds, len(window))
