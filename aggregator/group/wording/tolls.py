"""How many dead and hurt a headline counts, and which headlines later counts have overtaken."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final

from aggregator.group.wording.words import fold, number_of, words_of

_NEAR: Final = 5
"""Words between a count and the word that says what is counted."""
_AGREEING_ORIGINS: Final = 2
"""Origins that it takes to believe a lower count, or one that only partisans tell."""


class Harm(StrEnum):
    """What is counted of people."""

    DEAD = "dead"
    HURT = "hurt"


# Beginnings of words, folded.
_BEGINNINGS: Final = {
    Harm.DEAD: tuple(
        "kill death fatalit muert fallec getotet ucci zabi zgin ofiar oldur hayatini загину загиб"
        " вбит вбив убит убив убил погиб смерт жертв мертв قتل قتيل مقتل شهيد شهداء استشه ضحايا"
        " وفاه وفيات הרוג נהרג הרג מתו کشته كشته".split()
    ),
    Harm.HURT: tuple(
        "wound injur hurt herid lesion verletz verwund ferit ferid rann yaral поранен травмов"
        " постражд ранен пострада جرح جريح مصاب اصاب اصيب פצוע נפצע زخمي".split()
    ),
}
# Scripts without spaces have them anywhere in a run of letters.
_PIECES: Final = {Harm.DEAD: ("死", "遇难", "遇難"), Harm.HURT: ("伤", "受傷", "負傷", "けが")}
# Whole words, since as beginnings they are those of others: "mortar", "diesel", "deadline".
_WHOLE: Final = {
    Harm.DEAD: frozenset(
        "dead died dies toll lives mort morts morte mortes morti morto mortos mata matan tue tues"
        " tuent tote toten olu olen".split()
    ),
    Harm.HURT: frozenset(["blesse", "blesses", "blessee", "blessees"]),
}
_DIGITS_AMONG_LETTERS: Final = re.compile(r"(?<=[\u3040-\u9fff])(?=\d)|(?<=\d)(?=[\u3040-\u9fff])")
# "And", "the" and the like are written into the word.
_PREFIX: Final = re.compile(r"^(?:و?ال|[وفبل]|[והב])(?=\w{3})")
# An age, a weapon, a span: "3-year-old", "T-72".
_COMPOUND: Final = re.compile(r"\b(?:\d+[-‑]\w+(?:[-‑]\w+)*|\w+[-‑]\d+)\b")
_DIGIT: Final = re.compile(r"\d")
_GROUPED_DIGITS: Final = re.compile(r"(?<=\d)[,. \u00a0\u202f](?=\d{3}\b)")


@dataclass(frozen=True, slots=True)
class Counted:
    """A headline with its counts; `partisan` if a party to the war tells it, or just anybody."""

    article: int
    origin: int
    reported: datetime
    tolls: Mapping[Harm, int]
    partisan: bool = False


def tolls_of(headline: str) -> dict[Harm, int]:
    """Return how many dead and hurt a headline counts; the first count of each."""
    words = words_of(_plain(headline) if _DIGIT.search(headline) else headline)
    counts = {place: int(count) for place, word in enumerate(words) if (count := number_of(word))}
    found: dict[Harm, int] = {}
    for place, word in enumerate(words):
        harm = _harm_of(word) if counts else None
        if harm is None or harm in found:
            continue
        nearest = min(counts, key=lambda other: (abs(other - place), other))
        distance = abs(nearest - place)
        # "One" is an article in many languages, and a count only beside the word.
        is_article = counts[nearest] == 1 and not words[nearest].isdecimal()
        if distance <= (1 if is_article else _NEAR):
            found[harm] = counts.pop(nearest)
    return found


def _plain(headline: str) -> str:
    without_compounds = _COMPOUND.sub(" ", headline)
    return _DIGITS_AMONG_LETTERS.sub(" ", _GROUPED_DIGITS.sub("", without_compounds))


@lru_cache(maxsize=1 << 12)
def _harm_of(word: str) -> Harm | None:
    folded = fold(word)
    forms = (folded,) if folded.isascii() else (folded, _PREFIX.sub("", folded))
    for form in forms:
        for harm in Harm:
            if (
                form in _WHOLE[harm]
                or form.startswith(_BEGINNINGS[harm])
                or any(piece in form for piece in _PIECES[harm])
            ):
                return harm
    return None


def outdated(headlines: Iterable[Counted]) -> dict[int, str]:
    """Return the articles whose count later headlines have overtaken, with how in words.

    Counts of dead and hurt mostly grow: a higher one in a later headline is believed at once, from
    partisans when two origins tell it. A lower one is believed when two origins tell it, and
    nobody has repeated the old one since.
    """
    in_order = sorted(headlines, key=lambda one: (one.reported, one.article))
    found: dict[int, str] = {}
    for place, headline in enumerate(in_order):
        for harm, count in headline.tolls.items():
            later = [one for one in in_order[place + 1 :] if one.reported > headline.reported]
            newer = _overtaking(count, harm, later)
            if newer is not None:
                found.setdefault(headline.article, f"{count} {harm}, later {newer}")
    return found


def _overtaking(count: int, harm: Harm, later: Sequence[Counted]) -> int | None:
    told = [(one, one.tolls[harm]) for one in later if harm in one.tolls]
    higher: dict[int, set[int]] = defaultdict(set)
    lower: dict[int, set[int]] = defaultdict(set)
    for one, other in told:
        if other == count:
            lower.clear()
        elif other < count:
            lower[other].add(one.origin)
        else:
            higher[other].add(one.origin)
            if not one.partisan:
                return other
    origins = set().union(*higher.values())
    if len(origins) >= _AGREEING_ORIGINS:
        return next(iter(higher))
    agreed = [other for other, who in lower.items() if len(who) >= _AGREEING_ORIGINS]
    return agreed[-1] if agreed else None
