"""Merges two stories when a report shows that they are one.

The first reports of an event may be so unlike that they open two stories. What joins them is a
later report that would fit both. It proposes the merge; the newest reports of either story decide,
each judged as if it arrived now, and as if its own story were not there. Look-alike events agree
in all but who and where: so the two must also share the names that tell them from others.
"""

import heapq
import math
from typing import TYPE_CHECKING, Final

from aggregator.group.decide import near_stories, shift_of
from aggregator.group.index import ActiveStory, Held
from aggregator.group.rarity import Rarity
from aggregator.model import ChangeKind, Decision, Explanation

if TYPE_CHECKING:
    from aggregator.group.stories import Grouper

MERGE_AT: Final = 0.5
"""Probability at which one story is another, the mean over the reports that are asked: well above
that at which a report joins one. Chosen, like the share below, for all labelled sets at once."""
PROPOSED_AT: Final = 0.7
"""Share of what a report needs to join a story that is enough for a proposal."""
REPORTS_ASKED: Final = 3
TELLING_NAMES: Final = 3
"""The weightiest names of a story; one of them must be among twice as many of the other's."""

_HOPELESS: Final = 0.1
_EXTREME: Final = 0.01
_NAMES: Final = 1


def merge_bridged(grouper: "Grouper", decision: Decision) -> tuple[Decision, ...]:
    """Merge the story that an article has just joined with the one that came second, if both agree.

    Returns the decisions of the merge, none where there is nothing to merge.
    """
    why = decision.explanation
    if decision.kind is not ChangeKind.ADD or decision.copy_of or why.runner_up is None:
        return ()
    if why.runner_up_score < PROPOSED_AT * why.threshold:
        return ()
    stories = grouper.window.stories
    joined, other = stories.get(decision.story), stories.get(why.runner_up)
    if joined is None or other is None or not grouper.window.may_merge(joined, other):
        return ()
    rarity = grouper.window.index.rarity
    smaller, larger = sorted((joined, other), key=lambda story: (len(story.reports), story.key))
    if not (_names_agree(rarity, smaller, larger) and _names_agree(rarity, larger, smaller)):
        return ()
    agreed = _belonging(grouper, smaller, larger)
    if agreed >= MERGE_AT:
        agreed = min(agreed, _belonging(grouper, larger, smaller))
    if agreed < MERGE_AT:
        return ()
    score = Explanation(score=agreed, threshold=MERGE_AT, nearest=decision.article)
    return grouper.merge(joined.key, other.key, score)


def _names_agree(rarity: Rarity, story: ActiveStory, other: ActiveStory) -> bool:
    """Return whether a telling name of a story is one of another's; without names, nothing is."""
    telling = _telling_names(rarity, story, TELLING_NAMES)
    return not telling or not telling.isdisjoint(
        _telling_names(rarity, other, 2 * TELLING_NAMES) or telling
    )


def _telling_names(rarity: Rarity, story: ActiveStory, most: int) -> frozenset[str]:
    sums = story.sums[_NAMES]
    return frozenset(
        heapq.nlargest(most, sums, key=lambda name: (sums[name] * rarity.of[name], name))
    )


def _belonging(grouper: "Grouper", story: ActiveStory, other: ActiveStory) -> float:
    """Return how likely the newest reports of a story belong to another, as their mean odds say.

    It is 0 as soon as one of them is hopeless.
    """
    asked = [story.reports[number] for number in heapq.nlargest(REPORTS_ASKED, story.reports)]
    odds = 0.0
    for held in asked:
        probability = _probability(grouper, held, other)
        if probability < _HOPELESS:
            return 0.0
        bounded = min(probability, 1 - _EXTREME)
        odds += math.log(bounded / (1 - bounded))
    return 1 / (1 + math.exp(-odds / len(asked)))


def _probability(grouper: "Grouper", held: Held, other: ActiveStory) -> float:
    """Return how likely a report belongs to another story, 0 if it could not have joined it."""
    window, model = grouper.window, grouper.model
    question = window.index.ask(held.profile)
    for candidate in near_stories(window, question, model.pair, without=held.story):
        if candidate.story is other:
            probability = model.probability(candidate, shift_of(window, model))
            return probability if model.accepts(candidate, probability) else 0.0
    return 0.0
