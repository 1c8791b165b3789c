"""Every bundled rule has a test page, and takes from it what it should."""

import pytest

from aggregator.scrape.site_rules.load import bundled_rules
from aggregator.scrape.site_rules.rule import Rule
from aggregator.scrape.site_rules.trial import try_rule


@pytest.mark.parametrize("rule", bundled_rules().rules, ids=lambda rule: rule.name)
def test_bundled_rule(rule: Rule) -> None:
    trials = list(try_rule(rule, bundled_rules()))
    assert trials
    assert {trial.name: trial.differences for trial in trials if trial.differences} == {}
