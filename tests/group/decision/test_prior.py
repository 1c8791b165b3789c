import pytest

from aggregator.group.decision.decide import Prior

PRIOR = Prior(usual=0.6, trust=0.5, most=0.5, imagined=200)


def test_a_new_stream_is_taken_for_a_usual_one() -> None:
    assert PRIOR.shift(0, 0) == pytest.approx(0.0)
    assert PRIOR.shift(1000, 400) == pytest.approx(0.0)


def test_where_most_reports_join_less_evidence_is_enough() -> None:
    few, many = PRIOR.shift(1000, 300), PRIOR.shift(1000, 500)
    assert many < 0 < few
    assert few == pytest.approx(0.5 * (0.8473 - 0.4055) * 0.83, abs=0.05)


def test_the_shift_is_bounded() -> None:
    assert PRIOR.shift(100_000, 10) == 0.5
    assert PRIOR.shift(100_000, 99_990) == -0.5


def test_stories_of_which_only_copies_are_held_do_no_harm() -> None:
    assert PRIOR.shift(0, 1000) == pytest.approx(0.0)
