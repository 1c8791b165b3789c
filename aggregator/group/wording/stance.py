"""Whether a headline says that somebody denies or confirms, in the words of two dozen languages."""

from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Final

from aggregator.group.wording.words import fold, words_of

_ANY_ENDING: Final = "*"


class Stance(StrEnum):
    """What somebody says to what is told."""

    DENIAL = "denial"
    CONFIRMATION = "confirmation"


def stances_of(headline: str) -> frozenset[Stance]:
    """Return what a headline tells of: a denial, a confirmation, both or neither."""
    found = {stance for word in words_of(headline) if (stance := _stance_of(word))}
    found |= {stance for piece, stance in _PIECES.items() if piece in headline}
    return frozenset(found)


def _read() -> tuple[dict[str, Stance], dict[str, Stance], dict[str, Stance]]:
    whole: dict[str, Stance] = {}
    beginnings: dict[str, Stance] = {}
    pieces: dict[str, Stance] = {}
    for line in files(__package__).joinpath("stance_words.txt").read_text("utf-8").splitlines():
        kind, bar, words = line.partition(" | ")
        for word in words.split() if bar else ():
            folded = fold(word.removesuffix(_ANY_ENDING))
            is_piece = "\u3040" <= word[0] <= "\u9fff"
            into = pieces if is_piece else beginnings if word.endswith(_ANY_ENDING) else whole
            into[folded] = Stance(kind)
    return whole, beginnings, pieces


_WHOLE, _BEGINNINGS, _PIECES = _read()


@lru_cache(maxsize=1 << 12)
def _stance_of(word: str) -> Stance | None:
    folded = fold(word)
    if folded in _WHOLE:
        return _WHOLE[folded]
    for length in range(len(folded), 0, -1):
        stance = _BEGINNINGS.get(folded[:length])
        if stance:
            return stance
    return None
