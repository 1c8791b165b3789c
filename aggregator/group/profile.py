"""What the grouper keeps of an article: its weighted terms, names, counts and shingles."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import Final

from aggregator.group.clock import believable
from aggregator.group.wording.glossary import english_of, is_foreign
from aggregator.group.wording.look_back import looks_back
from aggregator.group.wording.sounds import sound_of
from aggregator.group.wording.tolls import Harm, tolls_of
from aggregator.group.wording.words import hash_of, name_of, number_of, terms_of, words_of
from aggregator.model import GroupInput

TITLE_LIMIT: Final = 500
"""Characters of the headline that count."""
TEXT_LIMIT: Final = 2500
"""Characters of the body that count; what an event is stands in the first paragraphs."""
MOST_TERMS: Final = 120
"""Terms kept of an article."""
UNIT: Final = 100
"""Length of an article's vector. Weights are whole numbers, so that sums over a story are exact
and do not depend on the order in which articles come and go."""
LEAST_COPIED_TEXT: Final = 250
"""Characters; a shorter text that stands in two places is no evidence of copying."""

_TITLE_WEIGHT: Final = 3
_TITLE_SOUND_WEIGHT: Final = 2
_WORDS_WITH_NAMES: Final = 200
_MOST_NAMES: Final = 40
_WORDS_WITH_COUNTS: Final = 60
_READ_FOR_DEAD: Final = 300
_SHINGLE_WORDS: Final = 5
_ANCHORS: Final = 4
# "KARSAT (Agency) -": shared by all that an agency tells, so it says nothing about the event.
_CREDIT_OF_DATELINE: Final = re.compile(r"\A([^()\n]{2,60})\([^()\n]{2,40}\)(?=\s{0,3}[-–—])")


@dataclass(frozen=True, slots=True)
class Profile:
    """One article as the grouper compares it.

    `text` (headline and body) and `names` map terms to weights, without regard to how rare a term
    is; `headline` maps those of the headline to 1. `counts` are the numbers of the headline and the
    first sentences, `dead` how many dead headline or beginning count; `looks_back` is whether it
    tells of what was years ago. `shingles` are hashes of a fixed sample of the body's five-word
    sequences, empty where the body is too short to say anything about copying.
    """

    article: str
    source: str | None
    language: str | None
    published: datetime | None
    text: Mapping[str, int]
    headline: Mapping[str, int]
    names: Mapping[str, int]
    counts: frozenset[str]
    dead: int | None
    looks_back: bool
    bare: bool
    shingles: frozenset[int] = field(repr=False)


def profile_of(article: GroupInput) -> Profile:
    """Return the profile of an article: a pure function of it, for any text."""
    title_words = words_of(article.title[:TITLE_LIMIT])
    body_words = words_of(_CREDIT_OF_DATELINE.sub(r"\1", article.text[:TEXT_LIMIT]))
    title_terms = Counter(chain.from_iterable(map(terms_of, title_words)))
    title_terms.update(_english(title_words, article.language))
    tally = Counter(chain.from_iterable(map(terms_of, body_words)))
    for term in title_terms:
        tally[term] += _TITLE_WEIGHT
    tally.update(_english(body_words[:_WORDS_WITH_NAMES], article.language))
    _add_sounds(tally, title_words, _TITLE_SOUND_WEIGHT)
    _add_sounds(tally, body_words[:_WORDS_WITH_NAMES], 1)
    dead = _dead(article)
    count_words = chain(title_words, body_words[:_WORDS_WITH_COUNTS])
    return Profile(
        article=article.id,
        source=article.source,
        language=article.language,
        published=believable(article.published),
        text=_vector(tally, MOST_TERMS),
        headline=dict.fromkeys(title_terms, 1),
        names=_names(title_words, body_words[:_WORDS_WITH_NAMES]),
        counts=frozenset(filter(None, map(number_of, count_words))),
        dead=dead,
        looks_back=looks_back(
            article.title[:TITLE_LIMIT], article.text, counts_dead=dead is not None
        ),
        bare=not body_words,
        shingles=_shingles(body_words) if len(article.text) >= LEAST_COPIED_TEXT else frozenset(),
    )


def _dead(article: GroupInput) -> int | None:
    for text in (article.title[:TITLE_LIMIT], article.text[:_READ_FOR_DEAD]):
        dead = tolls_of(text).get(Harm.DEAD)
        if dead is not None:
            return dead
    return None


def headline_only(article: GroupInput) -> Profile:
    """Return the profile of an article whose text is known to say nothing about it."""
    return profile_of(replace(article, text=""))


_DAMPED: Final = (0.0, *(1 + math.log(n) for n in range(1, 512)))


def _vector(tally: Counter[str], most: int) -> dict[str, int]:
    """Return the most frequent terms of `tally`, damped and scaled to the length `UNIT`."""
    kept = sorted(tally.items(), key=itemgetter(1), reverse=True)[:most]
    damped = [_DAMPED[count] if count < len(_DAMPED) else _DAMPED[-1] for _, count in kept]
    length = math.sqrt(math.fsum([weight * weight for weight in damped]))
    scale = UNIT / length if length else 0.0
    return {
        term: round(weight * scale) or 1 for (term, _), weight in zip(kept, damped, strict=True)
    }


def _english(words: Iterable[str], language: str | None) -> list[str]:
    """Return what foreign words are in English, as far as the glossary has them."""
    return [term for word in words if is_foreign(word, language) for term in english_of(word)]


def _add_sounds(tally: Counter[str], words: Iterable[str], weight: int) -> None:
    """Let names count also by their sound, which other scripts write alike."""
    for sound in filter(None, map(sound_of, words)):
        tally[sound] += weight


def _names(title_words: Iterable[str], body_words: Iterable[str]) -> dict[str, int]:
    """Return capitalised words, pairs of neighbouring ones, and numbers."""
    tally: Counter[str] = Counter()
    for words, weight in ((title_words, 2), (body_words, 1)):
        before = ""
        for name in map(name_of, words):
            if name:
                tally[name] += weight
                if before:
                    tally[f"{before} {name}"] += weight
            before = name
    return _vector(tally, _MOST_NAMES)


def _shingles(words: list[str]) -> frozenset[int]:
    """Hash the five-word sequences that begin at an anchor: a word whose own hash says so.

    Anchors make the sample the same wherever in a page the passage stands; the idea is that of
    SpotSigs (Theobald, Siddharth, Paepcke 2008).
    """
    hashes = list(map(hash_of, words))
    last = len(hashes) - _SHINGLE_WORDS
    anchors = [start for start, value in enumerate(hashes) if not value % _ANCHORS]
    return frozenset(
        hash(tuple(hashes[start : start + _SHINGLE_WORDS])) for start in anchors if start <= last
    )
