"""How alike an article is to every report of the window, in one field of their profiles."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from operator import mul
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aggregator.group.rarity import Rarity

POSTINGS_BUDGET: Final = 40_000
"""Entries of a field's index that one article may touch, rarest terms first: what an article costs
is bounded however many reports the window holds. A window of a few thousand stays below it."""

Cosines = NDArray[np.float64]

_WEIGHT_BITS: Final = 7
_WEIGHT_MASK: Final = (1 << _WEIGHT_BITS) - 1
_FIRST_SIZE: Final = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """A vector weighted by rarity, ready to be compared: by term, twice; and its length."""

    weights: Mapping[str, int]
    length: float


class Field:
    """An inverted index over one field of the held reports, of all languages together.

    Reports are known by their number of arrival. They come in that order, without gaps, and leave
    in the same order. Weights are whole numbers below 128, so that sums are exact, whatever the
    order in which reports came and went.
    """

    def __init__(self, rarity: Rarity) -> None:
        self._rarity = rarity
        # A report's number and its weight, packed into one integer: rising, as the numbers are.
        self._postings: dict[str, array[int]] = {}
        self._lengths = np.ones(_FIRST_SIZE)
        self._first_length = 0
        self._first = 0
        self._end = 0

    def add(self, number: int, vector: Mapping[str, int]) -> None:
        """Take in the next report."""
        for term, weight in vector.items():
            packed = number << _WEIGHT_BITS | weight
            postings = self._postings.get(term)
            if postings is None:
                self._postings[term] = array("q", (packed,))
            else:
                postings.append(packed)
        place = number - self._first_length
        if place >= len(self._lengths):
            self._lengths = np.concatenate((self._lengths, np.ones(len(self._lengths))))
        self._lengths[place] = self._length(vector) or 1.0
        self._end = number + 1

    def remove(self, number: int, vector: Mapping[str, int]) -> None:
        """Let the earliest report go."""
        for term in vector:
            postings = self._postings[term]
            del postings[0]
            if not postings:
                del self._postings[term]
        self._first = number + 1

    def weigh(self) -> None:
        """Work out the lengths of all reports anew, after rarity has changed."""
        held = self._end - self._first
        rarities = map(self._rarity.of.__getitem__, self._postings)
        numbers, weights, of_terms = self._entries(self._postings, rarities)
        weighted = weights * of_terms
        squares = np.bincount(numbers, weighted * weighted, minlength=held)
        lengths = np.sqrt(squares)
        lengths[lengths == 0] = 1.0
        self._lengths = np.concatenate((lengths, np.ones(held + _FIRST_SIZE)))
        self._first_length = self._first

    def ask(self, vector: Mapping[str, int]) -> Asked:
        """Weight a vector's terms by how rare they are now."""
        rarity_of = self._rarity.of
        weights = {term: weight * rarity_of[term] ** 2 for term, weight in vector.items()}
        return Asked(weights, self._length(vector))

    def cosines(self, asked: Asked) -> Cosines:
        """Return the cosine to each held report, in order of arrival."""
        held = self._end - self._first
        affordable = self._affordable(asked.weights)
        numbers, weights, of_terms = self._entries(affordable, affordable.values())
        dots = np.bincount(numbers, weights * of_terms, minlength=held)
        start = self._first - self._first_length
        return dots / (self._lengths[start : start + held] * (asked.length or 1.0))

    def _length(self, vector: Mapping[str, int]) -> float:
        rarity_of = self._rarity.of
        weighted = list(map(mul, vector.values(), map(rarity_of.__getitem__, vector)))
        return sqrt(sum(map(mul, weighted, weighted)))

    def _affordable(self, asked: Mapping[str, int]) -> Mapping[str, int]:
        postings = self._postings
        costs = {term: len(postings[term]) for term in asked if term in postings}
        if sum(costs.values()) <= POSTINGS_BUDGET:
            return {term: asked[term] for term in costs}
        affordable = {}
        left = POSTINGS_BUDGET
        for term in sorted(costs, key=lambda term: (costs[term], term)):
            left -= costs[term]
            if left < 0:
                break
            affordable[term] = asked[term]
        return affordable

    def _entries(
        self, terms: Iterable[str], of_terms: Iterable[int]
    ) -> tuple[NDArray[np.int64], Cosines, Cosines]:
        found = list(map(self._postings.__getitem__, terms))
        packed = np.frombuffer(b"".join(found), np.int64)
        repeats = np.fromiter(map(len, found), np.int64, len(found))
        values = np.fromiter(of_terms, np.float64, len(found))
        numbers = (packed >> _WEIGHT_BITS) - self._first
        return numbers, (packed & _WEIGHT_MASK).astype(np.float64), np.repeat(values, repeats)
