"""Cleaning what is clean changes nothing, and cleaning adds nothing."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.text.clean import safe_html, sanitised_html
from tests.vectors import MARKUP

BASE = "https://courier.example/world/"
# A parser writes what a table needs, and formatting that is open again in each block.
IMPLIED = {"tbody", "tr"}
PIECES = [piece for vector in MARKUP for piece in re.split(r"(?=<)", vector) if piece]
MIXED = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def names(markup: str) -> set[str]:
    return {name.lower() for name in re.findall(r"</?([A-Za-z][A-Za-z0-9]*)", markup)}


def check(raw: str) -> None:
    once = safe_html(raw, BASE)
    assert safe_html(once, BASE) == once
    assert sanitised_html(once, BASE) == once
    assert names(once) <= names(raw) | IMPLIED


@pytest.mark.parametrize("vector", MARKUP)
def test_c11_each_vector_is_clean_after_once(vector: str) -> None:
    check(vector)


@settings(max_examples=100, deadline=None)
@given(MIXED)
def test_c11_pieces_of_vectors_are_clean_after_once(raw: str) -> None:
    check(raw)


@pytest.mark.slow
@settings(max_examples=2000, deadline=None)
@given(MIXED)
def test_c11_two_thousand_mixtures_are_clean_after_once(raw: str) -> None:
    check(raw)
