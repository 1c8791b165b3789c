"""The words of war in other languages, so that reports of one event meet across them.

What an event is stands in a few words: a train, a missile, fourteen dead. glossary.txt has these by
their English word; names meet by their sound (`sounds`), counts by their digits (`words`).
"""

import re
from functools import lru_cache
from importlib.resources import files
from typing import Final

from aggregator.group.wording.words import fold, terms_of

_ANY_ENDING: Final = "*"
_LONGEST: Final = 16
_SHORTEST: Final = 2
# "And", "the", "in" and the like are written into the word.
_PREFIX: Final = re.compile(r"^(?:[وفبلك]?ال|لل|[وفبلك]|[והבלמש]?ה|[והבלמש])(?=\w{3})")

_Entries = dict[str, tuple[str, ...]]


def _read() -> tuple[_Entries, _Entries]:
    whole: _Entries = {}
    beginnings: _Entries = {}
    for line in files(__package__).joinpath("glossary.txt").read_text("utf-8").splitlines():
        english, found, others = line.partition(":")
        if not found:
            continue
        terms = tuple(term for word in english.split() for term in terms_of(word))
        for word in others.split():
            entries = beginnings if word.endswith(_ANY_ENDING) else whole
            key = fold(word.removesuffix(_ANY_ENDING))
            entries[key] = tuple(dict.fromkeys((*entries.get(key, ()), *terms)))
    return whole, beginnings


_WHOLE, _BEGINNINGS = _read()


@lru_cache(maxsize=1 << 12)
def english_of(word: str) -> tuple[str, ...]:
    """Return the terms of the English words for a foreign one, none if the glossary has it not."""
    folded = fold(word)
    return _english_of(folded) or _english_of(_PREFIX.sub("", folded))


def _english_of(folded: str) -> tuple[str, ...]:
    if folded in _WHOLE:
        return _WHOLE[folded]
    for length in range(min(len(folded), _LONGEST), _SHORTEST - 1, -1):
        terms = _BEGINNINGS.get(folded[:length])
        if terms:
            return terms
    return ()


def is_foreign(word: str, language: str | None) -> bool:
    """Return whether a word may be looked up: English has words that mean others elsewhere."""
    return not word.isascii() if language is None else language != "en"
