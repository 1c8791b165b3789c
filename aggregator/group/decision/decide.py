"""Which of the stories near an article it belongs to: a learned decision in two small steps.

First, how likely each near report tells of the article's event (`pairs`); then, from that and
from the story as a whole (`features`), how likely the article belongs to the story. Both are
logistic models; `bench/train_grouping.py` writes their weights into merge_model.json.
"""

import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from operator import mul
from typing import Any, Final

from aggregator.group.decision import features, pairs
from aggregator.group.decision.features import Candidate, candidates_of
from aggregator.group.decision.pairs import pairs_of
from aggregator.group.index import Question
from aggregator.group.window import Window

_MOST_ODDS: Final = 30.0
_LARGE_STORY: Final = 10
_LEAST_SHARED: Final = 2
"""Words or sounds in common with the nearest report: one, be it rare, is no evidence."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model: a bias, and a weight for each feature."""

    bias: float
    weights: tuple[float, ...]

    def odds(self, row: Sequence[float]) -> float:
        """Return the logarithm of the odds for these features."""
        total: float = self.bias + sum(map(mul, self.weights, row))
        return max(-_MOST_ODDS, min(_MOST_ODDS, total))


@dataclass(frozen=True, slots=True)
class Prior:
    """How far the share of reports that joined a story moves the odds of the next one.

    A model learns with the share of joining reports of its examples, `usual`; a stream of few
    events told by many, or of many events each told once, has another. The shift is `trust` times
    the difference of the two shares as logarithms of odds, at most `most`; `imagined` reports with
    the usual share are added to those held. After Saerens, Latinne, Decaestecker, "Adjusting the
    outputs of a classifier to new a priori probabilities" (2002); with less than full trust, since
    the share that is seen is the outcome of the decisions themselves.
    """

    usual: float
    trust: float
    most: float
    imagined: float

    def shift(self, reports: int, stories: int) -> float:
        """Return what to add to the logarithm of the odds, for so many reports and stories held."""
        # Of some stories only copies are held.
        joined = max(reports - stories, 0) + self.usual * self.imagined
        share = joined / (reports + self.imagined)
        shift = self.trust * (_odds(share) - _odds(self.usual))
        return max(-self.most, min(self.most, shift))


@dataclass(frozen=True, slots=True)
class MergeModel:
    """When an article joins a story: at `threshold`, and with the support of its reports.

    `support` is the least mean probability over the best five reports of a story,
    `large_story_support` the same for one of ten reports or more. A large story is near to
    everything: without this it would draw in what is like its sum, or like one of its reports,
    and like none of the others, and in the end all there is.

    `unrelated` is the cosine that stands for each neighbour which a window of a few dozen reports
    does not hold yet: beside nothing, any two reports would stand out. It is not learnt, since a
    model would only make up for it.
    """

    pair: Logistic
    story: Logistic
    prior: Prior
    unrelated: float
    threshold: float
    support: float
    large_story_support: float

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> "MergeModel":
        """Make a model of the content of a model file."""
        return cls(
            pair=_logistic(content["pair"], pairs.NAMES),
            story=_logistic(content["story"], features.NAMES),
            prior=Prior(**content["prior"]),
            unrelated=content["unrelated"],
            threshold=content["threshold"],
            support=content["support"],
            large_story_support=content["large_story_support"],
        )

    def probability(self, candidate: Candidate, shift: float) -> float:
        """Return how likely an article belongs to a story; `shift` is that of the prior."""
        return 1 / (1 + math.exp(-(self.story.odds(candidate.row) + shift)))

    def accepts(self, candidate: Candidate, probability: float) -> bool:
        """Whether an article may join a story to which it belongs with this probability."""
        large = len(candidate.story.reports) >= _LARGE_STORY
        enough = self.large_story_support if large else self.support
        return (
            probability >= self.threshold
            and candidate.support >= enough
            and candidate.shared >= _LEAST_SHARED
        )


def _odds(share: float) -> float:
    return math.log(share / (1 - share))


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


def judge(
    window: Window, question: Question, model: MergeModel, *, without: Collection[int] = ()
) -> list[Judgement]:
    """Return the stories near an article: the fitting ones first, the likelier first.

    The reports with the numbers in `without` are treated as if they were not there.
    """
    shift = shift_of(window, model)
    judgements = []
    for candidate in near_stories(
        window, question, model.pair, without=without, unrelated=model.unrelated
    ):
        probability = model.probability(candidate, shift)
        fits = candidate.days <= window.days and model.accepts(candidate, probability)
        judgements.append(Judgement(candidate, probability, fits))
    judgements.sort(key=lambda judgement: (not judgement.fits, -judgement.probability))
    return judgements


def shift_of(window: Window, model: MergeModel) -> float:
    """Return what the stream as it is now adds to the odds of joining."""
    return model.prior.shift(window.reports_but_copies, len(window.stories))


def near_stories(
    window: Window,
    question: Question,
    pair_model: Logistic,
    *,
    without: Collection[int] = (),
    unrelated: float = 0.0,
) -> list[Candidate]:
    """Return the candidates for an article with all that is known of them, nearest first.

    The reports with the numbers in `without` are treated as if they were not there; `unrelated` is
    the cosine that stands for each neighbour that the window does not hold.
    """
    around = window.index.surroundings(question, without=without)
    near = pairs_of(question, around, window.now, unrelated=unrelated)
    odds = [pair_model.odds(pair.row) for pair in near]
    return candidates_of(
        window.index, question, around, near, odds, len(window), unrelated=unrelated
    )
