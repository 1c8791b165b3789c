r"""How alike two texts are: overlap of 4-token shingles.

The measure of scrapinghub/article-extraction-benchmark (`\w+` tokens, multisets of four in a row),
with one difference: of scripts that put no spaces between words each character is a token, where
`\w+` would make one token of a whole sentence.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SIZE: Final = 4

_UNSPACED: Final = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\uaa60-\uaa7f"  # Burmese
    "\u1780-\u17ff"  # Khmer
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # kana, Han
    "\uac00-\ud7af"  # Hangul has spaces, but its particles cling to the words
)
_TOKEN: Final = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Shingles that are in both texts, in the found one only, and in the true one only."""

    both: int
    extra: int
    missing: int

    @property
    def precision(self) -> float:
        """Share of the found text that is true; 1 for no text."""
        return self.both / (self.both + self.extra) if self.both + self.extra else 1.0

    @property
    def recall(self) -> float:
        """Share of the true text that was found; 1 for no text."""
        return self.both / (self.both + self.missing) if self.both + self.missing else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two; 1 when both texts are empty, 0 when only one is."""
        total = 2 * self.both + self.extra + self.missing
        return 2 * self.both / total if total else 1.0


def tokens(text: str) -> list[str]:
    """Return the words of a text, or its characters where the script has no spaces."""
    return _TOKEN.findall(text)


def runs(words: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """Return each `size` words in a row; none for too few words."""
    return [tuple(words[i : i + size]) for i in range(len(words) - size + 1)] if size else []


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Return each run of four tokens with its count; a shorter text is one run."""
    words = tokens(text)
    return Counter(runs(words, min(SIZE, len(words))))


def overlap(true: str, found: str) -> Overlap:
    """Compare what was found with what is true."""
    wanted, given = shingles(true), shingles(found)
    both = (wanted & given).total()
    return Overlap(both, given.total() - both, wanted.total() - both)
