"""Which report prints the same text as an earlier one.

Syndicated texts are found by their wording, not by what they are about: by the five-word
sequences that two bodies share. A sequence that stands in three stories or more is furniture (a
consent wall, a subscription offer, a footer) and proves nothing; what one source prints under two
stories (its sign-up box, its paragraph on how the war began) is no proof of a copy either. Nor does
a text that two reports share prove anything when neither headline is about what the other report
says.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from aggregator.group.index import Held
from aggregator.group.profile import Profile

LEAST_SHARED: Final = 0.8
"""Share of the shorter text's sequences that a copy has in common with its original."""
_LEAST_SHARED_OF_LONGER: Final = 0.5
_LEAST_SUSPECT: Final = 0.3
_LEAST_HEADLINE_IN_TEXT: Final = 0.2
_LEAST_SEQUENCES: Final = 5
_STORIES_WITH_FURNITURE: Final = 3
_STORIES_OF_A_SOURCE: Final = 2
_MOST_LOOKED_AT: Final = 64
"""Reports looked at for one sequence, the earliest first."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What the wording of a text says: whose it is, or that it is nobody's.

    `shared` is how much of the text the `original` has, in 0..1. `furniture` says that the text
    belongs to the site, not to the article.
    """

    original: Held | None = None
    shared: float = 0.0
    furniture: bool = False


class Texts:
    """The wording of the reports of the window."""

    def __init__(self) -> None:
        self._reports_with: dict[int, dict[int, Held]] = {}

    def add(self, held: Held) -> None:
        """Take in a report's text."""
        for shingle in held.profile.shingles:
            self._reports_with.setdefault(shingle, {})[held.number] = held

    def remove(self, held: Held) -> None:
        """Let a report's text go."""
        for shingle in held.profile.shingles:
            reports = self._reports_with[shingle]
            del reports[held.number]
            if not reports:
                del self._reports_with[shingle]

    def wording_of(self, profile: Profile) -> Wording:
        """Return what earlier reports say about the text of `profile`.

        A report of another source with the same text is its original. One source may print one
        text under two addresses; then the text must be the same to the letter, since an outlet's
        daily bulletin differs from yesterday's in its figures only.
        """
        counted = self._counted(profile)
        if 2 * counted.furniture > len(profile.shingles):
            return Wording(furniture=True)
        own = len(profile.shingles) - counted.furniture
        for number in sorted(counted.votes):
            held = counted.reports[number]
            others = len(held.profile.shingles) - counted.furniture
            if _shared(counted.votes[number], own, others) < _LEAST_SUSPECT:
                continue
            if not _speak_of_the_same(held.profile, profile):
                return Wording(furniture=True)
            unclear = counted.unclear
            shared = _shared(counted.clear_votes[number], own - unclear, others - unclear)
            if shared >= LEAST_SHARED and _is_original(held.profile, profile):
                return Wording(held, shared)
        return Wording()

    def _counted(self, profile: Profile) -> "_Counted":
        counted = _Counted()
        for shingle in profile.shingles:
            with_it = self._reports_with.get(shingle)
            if with_it is None:
                continue
            looked_at = list(islice(with_it.values(), _MOST_LOOKED_AT))
            if len({held.story.key for held in looked_at}) >= _STORIES_WITH_FURNITURE:
                counted.furniture += 1
                continue
            is_clear = not _is_of_a_source(looked_at)
            counted.unclear += not is_clear
            for held in looked_at:
                counted.reports[held.number] = held
                counted.votes[held.number] += 1
                counted.clear_votes[held.number] += is_clear
        return counted


@dataclass(slots=True)
class _Counted:
    """Sequences of a text that others have: by report, and those that prove nothing."""

    votes: Counter[int] = field(default_factory=Counter)
    clear_votes: Counter[int] = field(default_factory=Counter)
    reports: dict[int, Held] = field(default_factory=dict)
    furniture: int = 0
    unclear: int = 0


def _is_of_a_source(with_it: Sequence[Held]) -> bool:
    """Return whether one source has printed a sequence under several stories."""
    if len(with_it) < _STORIES_OF_A_SOURCE:
        return False
    pairs = {(held.profile.source, held.story.key) for held in with_it if held.profile.source}
    return bool(pairs) and max(Counter(source for source, _ in pairs).values()) >= (
        _STORIES_OF_A_SOURCE
    )


def _shared(common: int, own: int, others: int) -> float:
    shorter, longer = sorted((own, max(others, common)))
    if shorter < _LEAST_SEQUENCES or common < _LEAST_SHARED_OF_LONGER * longer:
        return 0.0
    return common / shorter


def _speak_of_the_same(one: Profile, other: Profile) -> bool:
    return any(
        len(headline & text.keys()) >= _LEAST_HEADLINE_IN_TEXT * len(headline)
        for headline, text in ((one.headline, other.text), (other.headline, one.text))
    )


def _is_original(earlier: Profile, later: Profile) -> bool:
    if earlier.source is None or earlier.source != later.source:
        return True
    return earlier.shingles == later.shingles and earlier.counts == later.counts
