"""The shipped model is what the training script makes; here, that the script can learn."""

import json
from importlib.resources import files

import pytest

from aggregator.group.decision import features, pairs
from aggregator.group.decision.decide import MergeModel, shipped_model
from bench.logistic import Examples, fit


def test_the_shipped_model_has_a_weight_for_each_feature_and_no_other() -> None:
    content = json.loads(
        files("aggregator.group.decision").joinpath("merge_model.json").read_text("utf-8")
    )
    assert set(content["pair"]["weights"]) == set(pairs.NAMES)
    assert set(content["story"]["weights"]) == set(features.NAMES)
    assert MergeModel.read(content) == shipped_model()


def test_logistic_regression_finds_the_odds() -> None:
    examples = Examples()
    for row, yes, no in [((0.0, 5.0), 1, 3), ((1.0, 5.0), 3, 1), ((0.0, 6.0), 1, 3)]:
        examples.add(row, True, yes)
        examples.add(row, False, no)
    bias, weights = fit([examples], penalty=1e-9)
    assert bias + 5 * weights[1] == pytest.approx(-1.0986, abs=1e-3)
    assert weights == pytest.approx([2 * 1.0986, 0.0], abs=1e-3)
