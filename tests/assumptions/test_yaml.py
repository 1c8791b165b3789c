"""ruamel.yaml, which reads feeds.yaml: what of YAML would surprise whoever writes it."""

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError

from tests.assumptions.telling import ours

LOADING = "aggregator/config/document.py"


def test_m25_a_key_that_stands_twice_is_an_error() -> None:
    with pytest.raises(DuplicateKeyError):
        YAML(typ="rt").load("a: 1\na: 2\n")


def test_m25_no_is_a_word() -> None:
    assert YAML(typ="rt").load("lang: no\n")["lang"] == "no", ours(LOADING)


def test_m25_places_of_keys_are_known() -> None:
    assert YAML(typ="rt").load("a: 1\nb: 2\n").lc.key("b") == (1, 0), ours(LOADING)
