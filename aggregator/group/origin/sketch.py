"""A text as a fixed sample of its five-word sequences: enough to see what two texts share.

Sequences begin at an anchor, a word whose own hash says so, so that the sample is the same
wherever in a page a passage stands (SpotSigs: Theobald, Siddharth, Paepcke 2008). Unlike the
profile of the grouper it is of the whole text, and is kept in the database: hashes are the same
on every machine.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from aggregator.group.wording.words import hash_of, words_of

TEXT_LIMIT: Final = 20_000
"""Characters of a text that are sampled."""
LEAST_TEXT: Final = 250
"""Characters; a shorter text that stands in two places is no evidence of copying."""
_SEQUENCE: Final = 5
_ANCHORS: Final = 2
_FACTOR: Final = 0x01000193
_32_BITS: Final = 0xFFFFFFFF
# Characters of scripts without spaces count as words by threes.
_WITHOUT_SPACES: Final = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_PIECE: Final = 3


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a text is compared by; without `shingles` it is too short to say anything."""

    shingles: frozenset[int] = frozenset()
    words: int = 0

    def packed(self) -> bytes:
        """Return the shingles as bytes, ascending, four each."""
        return struct.pack(f"<{len(self.shingles)}I", *sorted(self.shingles))


def sketch_of(text: str) -> Sketch:
    """Return the sketch of a text; a sequence does not go beyond its paragraph."""
    text = text[:TEXT_LIMIT]
    count = 0
    shingles: set[int] = set()
    for paragraph in text.split("\n\n"):
        words = list(_pieces(paragraph))
        count += len(words)
        shingles.update(_shingles([hash_of(word) for word in words]))
    return Sketch(frozenset(shingles) if len(text) >= LEAST_TEXT else frozenset(), count)


def unpacked(stored: bytes) -> frozenset[int]:
    """Return the shingles that `Sketch.packed` made bytes of."""
    return frozenset(struct.unpack(f"<{len(stored) // 4}I", stored))


def _pieces(paragraph: str) -> Iterator[str]:
    for word in words_of(paragraph):
        if word.isascii() or not _WITHOUT_SPACES.search(word):
            yield word
        else:
            ends = [*range(0, len(word), _PIECE), len(word)]
            yield from (word[start:end] for start, end in pairwise(ends))


def _shingles(hashes: list[int]) -> Iterator[int]:
    for start in range(len(hashes) - _SEQUENCE + 1):
        if not hashes[start] % _ANCHORS:
            combined = 0
            for value in hashes[start : start + _SEQUENCE]:
                combined = (combined * _FACTOR ^ value) & _32_BITS
            yield combined
