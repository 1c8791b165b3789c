"""Who of a story has printed a text before: copies, and texts put together from others.

Of those who print a passage only the first few are looked at, so the work grows with the length of
the texts and not with the number of pairs.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain
from typing import Final

from aggregator.group.origin.standing import Dependence, Link, Telling

COPIED: Final = 0.8
"""Share of a text that others have printed before, from which on it is a copy."""
LARGELY: Final = 0.5
OWN_WORDS: Final = 120
"""Words of its own, about three paragraphs, that make an origin of a report with copied parts."""
_LEAST_SHINGLES: Final = 5
_MOST_PRINTERS: Final = 8


@dataclass(frozen=True, slots=True)
class Printed:
    """How much of a text stood in its story before, in 0..1: with anybody, and with `printer`.

    `printer` is the one who has most of it, of several the first; None where there is too little.
    """

    known: float = 0.0
    shared: float = 0.0
    printer: Telling | None = None


def repeated_in(texts: Iterable[AbstractSet[int]]) -> frozenset[int]:
    """Return the shingles that are in more than one of the texts."""
    once: set[int] = set()
    again: set[int] = set()
    for text in texts:
        again |= once & text
        once |= text
    return frozenset(again)


def printed_before(story: Sequence[Telling]) -> dict[int, Printed]:
    """Return for each article what those before it in `story` have printed of its text."""
    repeated = repeated_in(telling.shingles for telling in story)
    printers: dict[int, list[int]] = defaultdict(list)
    found: dict[int, Printed] = {}
    for place, telling in enumerate(story):
        shared = telling.shingles & repeated
        seen = [before for shingle in shared if (before := printers.get(shingle))]
        known = len(seen)
        text = Printed()
        if known >= _LEAST_SHINGLES:
            votes = Counter(chain.from_iterable(seen))
            size, most = len(telling.shingles), max(votes.values())
            first = min(other for other in votes if votes[other] == most)
            text = Printed(known / size, most / size, story[first])
        found[telling.article] = text
        # A copy brings nothing new, so those who print a passage first stay few.
        if text.known < COPIED:
            for shingle in shared:
                if len(printers[shingle]) < _MOST_PRINTERS:
                    printers[shingle].append(place)
    return found


def text_links(story: Sequence[Telling], texts: Mapping[int, Printed]) -> dict[int, Link]:
    """Return the links of reports whose text, or nearly all of it, stood in `story` before."""
    families: dict[int, list[Telling]] = defaultdict(list)
    for telling in story:
        families[_text_of(telling)].append(telling)
    links: dict[int, Link] = {}
    for telling in story:
        text, first = texts[telling.article], families[_text_of(telling)][0]
        own_words = (1 - text.known) * telling.words
        if text.printer is not None and text.known >= COPIED:
            links[telling.article] = _copy(text.printer)
        elif first is not telling:
            links[telling.article] = _copy(first)
        elif text.printer is not None and text.known >= LARGELY and own_words < OWN_WORDS:
            reason = f"has {text.shared:.0%} of its text from {text.printer.publisher.name}"
            links[telling.article] = Link(text.printer.article, Dependence.PARTIAL, reason)
    return links


def _text_of(telling: Telling) -> int:
    """Return the article that the grouper takes for the original of its text."""
    return telling.article if telling.copy_of is None else telling.copy_of


def _copy(printer: Telling) -> Link:
    reason = f"prints the text of {printer.publisher.name}"
    return Link(printer.article, Dependence.COPY, reason)
