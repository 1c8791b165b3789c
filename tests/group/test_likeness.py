"""The index of a field against the plain definition of the cosine."""

import math
import random

import pytest

from aggregator.group import likeness
from aggregator.group.likeness import Field
from aggregator.group.rarity import Rarity

_Vector = dict[str, int]


def _vectors(count: int) -> list[_Vector]:
    dice = random.Random(3)  # noqa: S311  # no secret
    terms = [f"term{n}" for n in range(60)]
    return [
        {term: dice.randint(1, 100) for term in dice.sample(terms, dice.randint(0, 12))}
        for _ in range(count)
    ]


def _plain(one: _Vector, other: _Vector, rarity: Rarity) -> float:
    dot = sum(one[t] * other[t] * rarity.of[t] ** 2 for t in one.keys() & other.keys())
    lengths = [
        math.sqrt(sum((weight * rarity.of[term]) ** 2 for term, weight in vector.items()))
        for vector in (one, other)
    ]
    return dot / (lengths[0] * lengths[1]) if all(lengths) else 0.0


@pytest.mark.parametrize("frozen_after", [0, 20, 70])
@pytest.mark.parametrize("gone", [0, 35])
def test_cosines_are_those_of_the_definition(frozen_after: int, gone: int) -> None:
    vectors = _vectors(90)
    rarity = Rarity()
    index = Field(rarity)
    for number, vector in enumerate(vectors):
        index.add(number, vector)
        rarity.learn(vector)
        if number == frozen_after:
            rarity.freeze()
            index.weigh()
    for number in range(gone):
        index.remove(number, vectors[number])
    if gone:
        index.weigh()
    asked = {"term1": 40, "term2": 7, "term59": 100, "unheard": 3}
    found = index.cosines(index.ask(asked)).tolist()
    assert found == pytest.approx([_plain(asked, vector, rarity) for vector in vectors[gone:]])
    assert max(found) > 0.1


def test_an_empty_index_finds_nothing() -> None:
    index = Field(Rarity())
    assert index.cosines(index.ask({"term": 1})).tolist() == []
    index.add(0, {})
    index.weigh()
    assert index.cosines(index.ask({})).tolist() == [0.0]


def test_what_an_article_costs_is_bounded_and_the_rarest_terms_come_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(likeness, "POSTINGS_BUDGET", 30)
    index = Field(Rarity())
    for number in range(40):
        index.add(number, {"common": 50, f"rare{number % 4}": 50})
    found = index.cosines(index.ask({"common": 50, "rare1": 50})).tolist()
    assert [number for number, cosine in enumerate(found) if cosine] == list(range(1, 40, 4))
