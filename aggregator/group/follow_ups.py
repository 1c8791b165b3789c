"""Which ended story a new one takes up again: a trial, an inquiry, a verdict weeks later.

The grouper cannot see beyond its window, and the reports of a follow-up are less like the event
than those of the event itself. What remains are names that hardly any other story has. Three of
them, and texts that are alike on top, make a link; a shared town and a shared kind of event do not.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from aggregator.group.profile import TEXT_LIMIT, TITLE_LIMIT, Profile, profile_of
from aggregator.group.wording.words import name_of, terms_of, words_of
from aggregator.model import GroupInput

FOLLOWED_FOR: Final = timedelta(days=90)
"""How long after its last report a story is taken up again."""
SOUGHT_NAMES: Final = 24
"""Names of a report that are looked for, the weightiest first."""
COMMON_NAME: Final = 20
"""A name that so many stories have says nothing."""
MOST_COMPARED: Final = 5
"""Earlier stories that are compared with a report, those with the rarest names in common."""

_LEAST_NAMES: Final = 3
_WORDS_WITH_NAMES: Final = 200
_NAMES_TOLD: Final = 4
_LEAST_RARITY: Final = 24
"""Of a name among the reports of the window: that of one in twenty of them."""

# Fitted once to the follow-ups, a week and more later, of a labelled set of very similar events in
# few towns, so that a link is rather missed than wrong.
_BIAS: Final = -8.0
_WEIGHT_OF_NAMES: Final = 0.37
_WEIGHT_OF_TEXT: Final = 7.5
_WEIGHT_OF_LIKE_NAMES: Final = 6.0
_ENOUGH: Final = 0.8
_NAMELESS: Final = 48


@dataclass(frozen=True, slots=True)
class EarlierStory:
    """A story that has ended: its headline and the text of the report that speaks for it.

    `names` are those of the sought names that it has, each with how many stories have it.
    """

    id: int
    headline: str
    text: str
    names: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The earlier story that is followed, how sure that is (0..1), and why, in words."""

    story: int
    score: float
    reason: str


def sought_names(article: GroupInput, rarity: Mapping[str, int]) -> tuple[str, ...]:
    """Return the rarest names of a report as it writes them; `rarity` is that of `Rarity.of`.

    Of scripts without capitals, the words of the headline stand in for names.
    """
    profile = profile_of(article)
    written: dict[str, str] = {}
    for word in words_of(article.title[:TITLE_LIMIT]):
        if term := _name(word) or _uncapitalised(word):
            written.setdefault(term.lower(), word)
    for word in words_of(article.text[:TEXT_LIMIT])[:_WORDS_WITH_NAMES]:
        if term := _name(word):
            written.setdefault(term.lower(), word)
    weights = {
        word: max(profile.text.get(term, 0), profile.names.get(term, 0)) * rarity[term]
        for term, word in written.items()
        if rarity[term] >= _LEAST_RARITY
    }
    return tuple(sorted(weights, key=lambda word: (-weights[word], word))[:SOUGHT_NAMES])


def _name(word: str) -> str:
    return "" if word[0].isdecimal() else name_of(word)


def _uncapitalised(word: str) -> str:
    terms = terms_of(word) if word.lower() == word.upper() and word[0].isalpha() else ()
    return terms[0] if len(terms) == 1 else ""


def rarity_of_names(names: Mapping[str, int]) -> float:
    """Return how much it says that two stories have these names, each in so many stories."""
    return sum(math.log(_NAMELESS / count) for count in names.values())


def follow_up(
    article: GroupInput, earlier: Sequence[EarlierStory], rarity: Mapping[str, int]
) -> FollowUp | None:
    """Return which of the earlier stories a report takes up again, if any does for sure."""
    profile = profile_of(article)
    best: FollowUp | None = None
    for story in earlier:
        if len(story.names) < _LEAST_NAMES:
            continue
        score = _score(profile, story, rarity)
        if score >= _ENOUGH and (best is None or score > best.score):
            told = sorted(story.names, key=lambda name: (story.names[name], name))[:_NAMES_TOLD]
            best = FollowUp(story.id, round(score, 4), f"both name {', '.join(told)}")
    return best


def _score(profile: Profile, story: EarlierStory, rarity: Mapping[str, int]) -> float:
    other = profile_of(GroupInput(str(story.id), story.headline, story.text))
    odds = (
        _BIAS
        + _WEIGHT_OF_NAMES * rarity_of_names(story.names)
        + _WEIGHT_OF_TEXT * _cosine(profile.text, other.text, rarity)
        + _WEIGHT_OF_LIKE_NAMES * _cosine(profile.names, other.names, rarity)
    )
    return 1 / (1 + math.exp(-odds))


def _cosine(one: Mapping[str, int], other: Mapping[str, int], rarity: Mapping[str, int]) -> float:
    shared = sum(one[term] * other[term] * rarity[term] ** 2 for term in one.keys() & other.keys())
    return shared / (_length(one, rarity) * _length(other, rarity) or 1.0)


def _length(vector: Mapping[str, int], rarity: Mapping[str, int]) -> float:
    return math.sqrt(sum((weight * rarity[term]) ** 2 for term, weight in vector.items()))
