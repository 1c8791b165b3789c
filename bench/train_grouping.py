"""Learn when an article joins a story, from labelled news outside the repository.

    python -m bench.train_grouping --data FOLDER [--leave-one-out] [--write]

Writes aggregator/group/decision/merge_model.json (`--write`) from all sets; about two minutes. With
`--leave-one-out`, scores each set with a model that never saw it, which is the figure to believe.

Each set is streamed as it is, as bare headlines, and without its dates, so that the model learns
what to do with what is missing; articles are put where the labels say, and the model learns to
tell that story from the others that are near.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from aggregator.group.decision import decide, features, pairs
from aggregator.group.decision.decide import MergeModel, near_stories
from aggregator.group.index import Question
from aggregator.group.profile import Profile, profile_of
from aggregator.group.stories import WINDOW, Grouper
from aggregator.group.window import Window
from bench.labelled import SETS, Stream, in_order, read_stream, scorer
from bench.logistic import Examples, fit

MODEL: Final = Path(decide.__file__).with_name("merge_model.json")
THRESHOLD: Final = 0.28
SUPPORT: Final = 0.2
LARGE_STORY_SUPPORT: Final = 0.25
PRIOR: Final = {"usual": 0.6, "trust": 0.5, "most": 0.5, "imagined": 200}
UNRELATED: Final = 0.04
"""These were chosen once for all sets, by the macro figures over all of them; the last also by runs
of 200 articles that begin with nothing."""

BY_HAND: Final = {"fewer_dead_than_before": -2.0, "one_looks_back": -4.0}
"""Weights of features that are too rare in the labelled news to be learnt from it."""

_VARIANTS: Final = {"as it is": 1.0, "headlines": 0.4, "undated": 0.3}
_PAIR_PENALTY: Final = 0.001
_STORY_PENALTY: Final = 0.002
_RIVALS: Final = 4
_WINDOW: Final = timedelta(days=7)

Labelled = list[tuple[Profile, str]]


def variant(stream: Stream, name: str) -> Stream:
    """Return a stream without its texts, or without its dates."""
    if name == "headlines":
        return [(replace(article, text=""), event) for article, event in stream]
    if name == "undated":
        return in_order([(replace(article, published=None), event) for article, event in stream])
    return stream


def replay(labelled: Labelled, look: Callable[[Window, Question, str], None]) -> None:
    """Stream articles into the stories that the labels say, looking at each before it joins."""
    window = Window(WINDOW)
    for profile, event in labelled:
        window.advance(profile)
        if window.texts.wording_of(profile).original is None:
            look(window, window.index.ask(profile), event)
        window.insert(profile, event, None)


def pair_examples(labelled: Labelled, weight: float) -> Examples:
    """Return each article with its near reports: do they tell of one event?"""
    examples = Examples()

    def look(window: Window, question: Question, event: str) -> None:
        near = pairs.pairs_of(question, window.index.surroundings(question), window.now)
        for pair in near:
            share = weight / len(labelled) / len(near) ** 0.5
            examples.add(pair.row, pair.held.story.key == event, share)

    replay(labelled, look)
    return examples


def story_examples(labelled: Labelled, weight: float, model: decide.Logistic) -> Examples:
    """Return each article with the stories near it: is it one of theirs?"""
    examples = Examples()

    def look(window: Window, question: Question, event: str) -> None:
        for place, candidate in enumerate(near_stories(window, question, model)):
            own = candidate.story.key == event
            if own or place < _RIVALS:
                examples.add(_learnt(candidate.row), own, weight / len(labelled))

    replay(labelled, look)
    return examples


def _learnt(row: Sequence[float]) -> list[float]:
    return [
        0.0 if name in BY_HAND else value for name, value in zip(features.NAMES, row, strict=True)
    ]


class Trainer:
    """Trains models on some of the sets; keeps what does not depend on which."""

    def __init__(self, folder: Path) -> None:
        self._streams = {name: read_stream(folder, name) for name in SETS}
        self._scorer = scorer(folder)
        self._labelled = cache(self._profiles)
        self._pairs = cache(self._pair_examples)

    def train(self, sets: Iterable[str]) -> dict[str, Any]:
        """Return the content of a model file, learnt from these sets."""
        sets = tuple(sets)
        about_pairs = [self._pairs(name, kind) for name in sets for kind in _VARIANTS]
        pair = _content(fit(about_pairs, _PAIR_PENALTY), pairs.NAMES)
        model = decide.Logistic(pair["bias"], tuple(pair["weights"].values()))
        about_stories = [
            story_examples(self._labelled(name, kind), weight, model)
            for name in sets
            for kind, weight in _VARIANTS.items()
        ]
        story = _content(fit(about_stories, _STORY_PENALTY), features.NAMES)
        story["weights"].update(BY_HAND)
        return {
            "threshold": THRESHOLD,
            "prior": PRIOR,
            "unrelated": UNRELATED,
            "support": SUPPORT,
            "large_story_support": LARGE_STORY_SUPPORT,
            "pair": pair,
            "story": story,
        }

    def score(self, name: str, content: dict[str, Any]) -> tuple[float, float]:
        """Return B-cubed F1 and pair F1 of a model on a set."""
        grouper = Grouper(window=_WINDOW, model=MergeModel.read(content))
        found = {
            decision.article: decision.story
            for article, _ in self._streams[name]
            for decision in grouper.add(article)
        }
        gold = {article.id: event for article, event in self._streams[name]}
        scores = self._scorer.score(gold, found)
        return scores["b3_f1"], scores["pair_f1"]

    def _profiles(self, name: str, kind: str) -> Labelled:
        stream = variant(self._streams[name], kind)
        return [(profile_of(article), event) for article, event in stream]

    def _pair_examples(self, name: str, kind: str) -> Examples:
        return pair_examples(self._labelled(name, kind), _VARIANTS[kind])


def _content(fitted: tuple[float, list[float]], names: Iterable[str]) -> dict[str, Any]:
    bias, weights = fitted
    rounded = {name: round(weight, 4) for name, weight in zip(names, weights, strict=True)}
    return {"bias": round(bias, 4), "weights": rounded}


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--leave-one-out", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    trainer = Trainer(arguments.data)
    if arguments.leave_one_out:
        results = []
        for name in SETS:
            content = trainer.train(other for other in SETS if other != name)
            results.append(trainer.score(name, content))
            print(f"{name:18} B3 {results[-1][0]:.3f}  pair {results[-1][1]:.3f}", flush=True)
        b_cubed, pair = (sum(column) / len(SETS) for column in zip(*results, strict=True))
        print(f"{'macro':18} B3 {b_cubed:.4f}  pair {pair:.4f}")
    if arguments.write:
        MODEL.write_text(json.dumps(trainer.train(SETS), indent=2) + "\n", "utf-8")
        print(f"wrote {MODEL}")


if __name__ == "__main__":
    main()
