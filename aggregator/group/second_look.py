"""Looks at each report a second time, when more is known, and moves it where that proves right.

When a report arrives, it is judged by what came before it. Some hours later its event has been told
by others, rare words have become common, and the stories around it have grown. So each report is
judged once more as if it arrived then, and as if neither it nor its copies were there yet. What
comes of it are few moves, but they cut the chains that grow from one wrong report.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from aggregator.group.decision.decide import Judgement, judge
from aggregator.group.index import Held
from aggregator.model import Decision, Explanation

if TYPE_CHECKING:
    from aggregator.group.stories import Grouper

LOOK_AFTER: Final = 200
"""Later reports after which the second look comes. Chosen, like the figures below, for all labelled
sets at once; between 130 and 400 it makes little difference, and sooner it does little."""
JOIN_AT: Final = 0.35
"""Probability at which a report that has stayed alone joins a story."""
BETTER_BY: Final = 0.05
"""How much likelier another story must be than a report's own."""
LEAVE_BELOW: Final = 0.2
"""Probability of its own story below which a report leaves it, though it fits no other."""


def look_again(grouper: "Grouper", _: Decision, *, after: int = LOOK_AFTER) -> tuple[Decision, ...]:
    """Judge anew the report that came `after` reports before the newest.

    Returns the decisions about what has moved, none where all stays as it is.
    """
    held = grouper.window.arrived_before(after)
    if held is None or not _is_looked_at(grouper, held):
        return ()
    article, story = held.profile.article, held.story
    together = grouper.with_copies([article])
    alone = len(together) == len(story.reports)
    if article == story.key and not alone:
        return ()
    judgements = _judged_anew(grouper, held, together)
    own = next((each.probability for each in judgements if each.candidate.story is story), 0.0)
    others = (each for each in judgements if each.fits and each.candidate.story is not story)
    best = next(others, None)
    why = _why(grouper, held, own, best)
    if best is None:
        return grouper.split([article], why=why) if own < LEAVE_BELOW and not alone else ()
    if alone:
        joins = best.probability >= JOIN_AT
        return grouper.merge(story.key, best.candidate.story.key, why) if joins else ()
    if best.probability < own + BETTER_BY:
        return ()
    return grouper.split([article], into=best.candidate.story.key, why=why)


def _is_looked_at(grouper: "Grouper", held: Held) -> bool:
    window = grouper.window
    if held.copy_of is not None or window.is_pinned(held):
        return False
    return not window.texts.wording_of(held.profile).furniture


def _judged_anew(grouper: "Grouper", held: Held, together: Sequence[Held]) -> list[Judgement]:
    window = grouper.window
    question = window.index.ask(held.profile)
    with window.index.set_aside(together):
        return judge(window, question, grouper.model, without=[each.number for each in together])


def _why(grouper: "Grouper", held: Held, own: float, best: Judgement | None) -> Explanation:
    return Explanation(
        score=best.probability if best else 1 - own,
        threshold=grouper.model.threshold if best else 1 - LEAVE_BELOW,
        nearest=best.candidate.nearest.profile.article if best else None,
        runner_up=held.story.key,
        runner_up_score=own,
    )
