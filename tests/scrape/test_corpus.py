"""Every page of `corpus/` is extracted whole; `bench/corpus.py` says what a case holds."""

import pytest

from bench.corpus import Case, extracted, field, read_cases

CASES = [case for case in read_cases() if not case.known_shortcomings]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_corpus(case: Case) -> None:
    article = extracted(case)
    assert {name: field(article, name) for name in case.expected} == case.expected
    assert [text for text in case.without if text in article.body] == []


def test_the_corpus_is_there() -> None:
    assert len(CASES) >= 15
