"""The daemon's pages are read by the user's rules, which may change and break meanwhile."""

import logging
from pathlib import Path

import pytest

from aggregator.pipeline.site_rules import SiteRules
from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import small_world
from tests.pipeline.conftest import polled
from tests.scrape.site_rules.writing import write_rule

pytestmark = pytest.mark.timeout(240)

GOOD = ("version: 1", "sites: [quay.example]", "body: .text")


def own(rules: SiteRules) -> dict[str, int]:
    return {rule.name: rule.version for rule in rules.rules.rules if rule.origin != "bundled"}


def test_pages_of_a_poll_are_read_by_the_users_rules(tmp_path: Path) -> None:
    write_rule(
        tmp_path / "rules", "newsroom", "version: 1", "contains: [html]", "title:",
        "  xpath: concat('By rule - ', string(//h1))",
    )  # fmt: skip
    with Newsroom(small_world()) as room:
        result = polled(room, tmp_path, rules=str(tmp_path / "rules"))
        titles = [str(row["title"]) for row in result.rows("SELECT title FROM articles")]
    assert titles
    assert all(title.startswith("By rule - ") for title in titles)


def test_a_changed_rule_is_taken_over_and_a_broken_one_changes_only_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "aggregator")
    write_rule(tmp_path, "quay", *GOOD)
    rules = SiteRules()
    rules.follow(tmp_path)
    assert own(rules) == {"quay": 1}
    write_rule(tmp_path, "quay", "version: 22", *GOOD[1:])
    write_rule(tmp_path, "mole", *GOOD)
    rules.follow(tmp_path)
    assert own(rules) == {"quay": 22, "mole": 1}
    write_rule(tmp_path, "quay", "version: 3", "body: [")
    rules.follow(tmp_path)
    assert own(rules) == {"quay": 22, "mole": 1}
    assert f"{tmp_path / 'quay' / 'rule.yaml'}:" in caplog.text
    told = len(caplog.records)
    rules.follow(tmp_path)
    assert len(caplog.records) == told


def test_a_removed_rule_is_gone_and_a_missing_folder_stops_nothing(tmp_path: Path) -> None:
    path = write_rule(tmp_path / "rules", "quay", *GOOD)
    rules = SiteRules()
    rules.follow(tmp_path / "no-such-folder")
    assert own(rules) == {}
    assert rules.rules.rules
    rules.follow(tmp_path / "rules")
    assert own(rules) == {"quay": 1}
    path.unlink()
    path.parent.rmdir()
    rules.follow(tmp_path / "rules")
    assert own(rules) == {}
    rules.follow(None)
    assert rules.rules.rules
