import pytest

from bench.agreement import b_cubed, changed_companions

TRUE = {"a": "x", "b": "x", "c": "y", "d": "y"}


def test_a_grouping_agrees_with_itself_whatever_the_names() -> None:
    renamed = {article: story.upper() for article, story in TRUE.items()}
    assert b_cubed(TRUE, renamed) == 1.0
    assert changed_companions(TRUE, renamed) == 0.0
    assert b_cubed({}, {}) == 1.0
    assert changed_companions({}, {}) == 0.0


def test_b_cubed_is_the_mean_over_articles() -> None:
    # In one story: each article finds half of it right, and all of its own.
    one_story = dict.fromkeys(TRUE, "z")
    assert b_cubed(TRUE, one_story) == pytest.approx(2 * 0.5 / 1.5)
    # c alone: precision 1; recall 1, 1, 1/2, 1/2.
    split = {**TRUE, "c": "z"}
    assert b_cubed(TRUE, split) == pytest.approx(2 * 0.75 / 1.75)
    assert b_cubed(split, TRUE) == b_cubed(TRUE, split)


def test_companions_change_for_the_one_that_goes_and_for_those_it_leaves_and_joins() -> None:
    assert changed_companions(TRUE, {**TRUE, "c": "x"}) == 1.0
    assert changed_companions(TRUE, {**TRUE, "c": "z"}) == 0.5
