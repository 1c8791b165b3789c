"""Merges two stories when a report shows that they are one.

The first reports of an event may be so unlike that they open two stories. What joins them is a
later report that would fit both. It proposes the merge, and has no say in it, since a round-up of
two events fits both as well: the newest other reports of either story decide, each judged as if it
arrived now, and as if neither its own story nor the proposing report were there. Look-alike events
agree in all but who and where: so what most reports of a story name most, the other must name too.
"""

import heapq
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aggregator.group.decision.decide import near_stories, shift_of
from aggregator.group.index import ActiveStory, Held
from aggregator.model import ChangeKind, Decision, Explanation

if TYPE_CHECKING:
    from aggregator.group.stories import Grouper

MERGE_AT: Final = 0.5
"""Probability at which one story is another, the mean over the reports that are asked: well above
that at which a report joins one. Chosen, like the share below, for all labelled sets at once."""
PROPOSED_AT: Final = 0.7
"""Share of what a report needs to join a story that is enough for a proposal."""
REPORTS_ASKED: Final = 3
REPORTS_READ: Final = 10
"""The newest reports of a story, whose names are its names."""

_HOPELESS: Final = 0.1
_EXTREME: Final = 0.01


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
    smaller, larger = sorted((joined, other), key=lambda story: (len(story.reports), story.key))
    case = _Case(grouper, decision.article)
    if not (case.names_agree(smaller, larger) and case.names_agree(larger, smaller)):
        return ()
    agreed = case.belonging(smaller, larger)
    if agreed >= MERGE_AT:
        agreed = min(agreed, case.belonging(larger, smaller))
    if agreed < MERGE_AT:
        return ()
    score = Explanation(score=agreed, threshold=MERGE_AT, nearest=decision.article)
    return grouper.merge(joined.key, other.key, score)


@dataclass(frozen=True, slots=True)
class _Case:
    """What is held, but for the report that proposes a merge."""

    grouper: "Grouper"
    proposing: str

    def names_agree(self, story: ActiveStory, other: ActiveStory) -> bool:
        """Return whether the name that a story says most is one of another's, or it has none."""
        name = self._name_said_most(story)
        return name is None or any(name in held.profile.names for held in self._newest(other))

    def belonging(self, story: ActiveStory, other: ActiveStory) -> float:
        """Return how likely the newest reports of a story belong to another, by their mean odds.

        It is 0 as soon as one of them is hopeless.
        """
        asked = self._newest(story)[:REPORTS_ASKED]
        odds = 0.0
        for held in asked:
            probability = self._probability(held, other)
            if probability < _HOPELESS:
                return 0.0
            bounded = min(probability, 1 - _EXTREME)
            odds += math.log(bounded / (1 - bounded))
        return 1 / (1 + math.exp(-odds / len(asked))) if asked else 0.0

    def _newest(self, story: ActiveStory) -> list[Held]:
        newest = heapq.nlargest(REPORTS_READ + 1, story.reports)
        reports = [story.reports[number] for number in newest]
        return [held for held in reports if held.profile.article != self.proposing][:REPORTS_READ]

    def _name_said_most(self, story: ActiveStory) -> str | None:
        rarity_of = self.grouper.window.index.rarity.of
        reports = self._newest(story)
        said: Counter[str] = Counter()
        for held in reports:
            said.update(held.profile.names)
        having = Counter(name for held in reports for name in held.profile.names)
        common = [name for name in said if 2 * having[name] >= len(reports)]
        return max(common, key=lambda name: (said[name], rarity_of[name], name), default=None)

    def _probability(self, held: Held, other: ActiveStory) -> float:
        """Return how likely a report belongs to another story, 0 if it could not have joined it."""
        window, model = self.grouper.window, self.grouper.model
        question = window.index.ask(held.profile)
        proposing = window.held(self.proposing)
        without = {*held.story.reports, *([proposing.number] if proposing else [])}
        for candidate in near_stories(
            window, question, model.pair, without=without, unrelated=model.unrelated
        ):
            if candidate.story is other:
                probability = model.probability(candidate, shift_of(window, model))
                return probability if model.accepts(candidate, probability) else 0.0
        return 0.0
