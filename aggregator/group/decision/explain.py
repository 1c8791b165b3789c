"""Decisions as they are kept and shown: with features by name, and words from the headline."""

import heapq
from collections.abc import Sequence
from itertools import chain
from operator import itemgetter
from typing import Final

from aggregator.group.decision.decide import Judgement
from aggregator.group.decision.features import NAMES
from aggregator.group.index import Question
from aggregator.group.profile import TITLE_LIMIT, Profile
from aggregator.group.wording.glossary import english_of, is_foreign
from aggregator.group.wording.sounds import sound_of
from aggregator.group.wording.words import terms_of, words_of
from aggregator.model import Explanation, GroupInput

_MOST_WORDS: Final = 8
_MOST_TERMS: Final = 2 * _MOST_WORDS  # A word may have several: its stem, its sound, its English.
_READ_FOR_WORDS: Final = 1000


def certain(article: str) -> Explanation:
    """Return the explanation of what is so without any comparison."""
    return Explanation(score=1.0, threshold=1.0, nearest=article)


def explanation_of(
    article: GroupInput, question: Question, judgements: Sequence[Judgement], threshold: float
) -> Explanation:
    """Say why an article joined the first of `judgements`, or, if that does not fit, none.

    In the latter case the first is also the runner-up: the story that came nearest.
    """
    if not judgements:
        return Explanation(score=0.0, threshold=threshold)
    best = judgements[0]
    rest = judgements[1:] if best.fits else judgements
    nearest = best.candidate.nearest.profile
    return Explanation(
        score=best.probability,
        threshold=threshold,
        terms=shared_words(article, question, nearest),
        features={
            "support_of_its_reports": best.candidate.support,
            **dict(zip(NAMES, best.candidate.row, strict=True)),
        },
        nearest=nearest.article,
        runner_up=rest[0].candidate.story.key if rest else None,
        runner_up_score=rest[0].probability if rest else 0.0,
    )


def shared_words(article: GroupInput, question: Question, nearest: Profile) -> tuple[str, ...]:
    """Return the words of the article that made it like its nearest report, weightiest first."""
    asked = question.text.weights
    shared = [(term, asked[term] * nearest.text[term]) for term in asked if term in nearest.text]
    wanted = [term for term, _ in heapq.nlargest(_MOST_TERMS, shared, key=itemgetter(1))]
    missing = set(wanted)
    written: dict[str, str] = {}
    for word in chain(
        words_of(article.title[:TITLE_LIMIT]), words_of(article.text[:_READ_FOR_WORDS])
    ):
        foreign = english_of(word) if is_foreign(word, article.language) else ()
        terms = terms_of(word)
        meant = (*terms, sound_of(word), *foreign)
        if missing.isdisjoint(meant):
            continue
        # In scripts without spaces the "word" is half a sentence; the pair says more.
        written.update(
            (term, term if len(terms) > 1 else word) for term in missing.intersection(meant)
        )
        missing.difference_update(meant)
        if not missing:
            break
    found = dict.fromkeys(written[term] for term in wanted if term in written)
    return tuple(found)[:_MOST_WORDS]
