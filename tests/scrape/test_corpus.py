"""Every page of `corpus/` is extracted whole; `bench/corpus.py` says what a case holds."""

import pytest

from aggregator.scrape.site_rules.trial import value_of
from bench.corpus import Case, extracted, read_cases

CASES = read_cases()
SOLVED = [case for case in CASES if not case.known_shortcomings]
UNSOLVED = [case for case in CASES if case.known_shortcomings]


def differences(case: Case) -> dict[str, object]:
    article = extracted(case)
    found = {name: value_of(article, name) for name in case.expected}
    unwanted = [text for text in case.without if text in article.body]
    wrong = {name: value for name, value in found.items() if value != case.expected[name]}
    return {**wrong, "unwanted": unwanted} if unwanted else wrong


@pytest.mark.parametrize("case", SOLVED, ids=lambda case: case.name)
def test_corpus(case: Case) -> None:
    article = extracted(case)
    assert {name: value_of(article, name) for name in case.expected} == case.expected
    assert differences(case) == {}


@pytest.mark.parametrize("case", UNSOLVED, ids=lambda case: case.name)
def test_a_known_shortcoming_is_one(case: Case) -> None:
    assert differences(case) != {}, "take `known_shortcomings` out of its expected.json"


def test_the_corpus_is_there() -> None:
    assert len(SOLVED) >= 25
