"""Rule files: every mistake at once with its line, and none that stops another rule."""

import pickle
from pathlib import Path

import pytest

from aggregator.errors import ConfigError
from aggregator.scrape.site_rules.load import LoadedRules, bundled_rules, load_rules
from aggregator.scrape.site_rules.rule import BUNDLED
from tests.scrape.site_rules.writing import write_rule

GOOD = ("version: 1", "sites: [quay.example]", "body: .text")


def problems(folder: Path, *lines: str) -> list[tuple[int, str]]:
    write_rule(folder, "bad", *lines)
    (error,) = load_rules(folder).errors
    return [(problem.line, problem.message) for problem in error.problems]


def own(loaded: LoadedRules) -> dict[str, int]:
    return {rule.name: rule.version for rule in loaded.rules.rules if rule.origin != BUNDLED}


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        "version: one",
        "sites: [https://quay.example/news, com]",
        "bodi: .text",
        "title: div..x",
        "remove:",
        "  - xpath: //p[",
        "  - .share ::before",
        "live: *x",
    )
    assert [line for line, _ in told] == [1, 2, 2, 3, 4, 6, 7, 8]
    for (_, message), words in zip(
        told,
        (
            "whole number", "write quay.example", "such as example.org", "did you mean body?",
            "Expected ident", "valid XPath", "add @name", "aliases",
        ),
        strict=True,
    ):  # fmt: skip
        assert words in message


@pytest.mark.parametrize("line", ["body: #text", "body: div #text", "remove: [.a, #text]"])
def test_a_selector_that_yaml_cuts_off_is_told(tmp_path: Path, line: str) -> None:
    assert problems(tmp_path, "version: 1", "sites: [quay.example]", line)


def test_a_comment_is_no_mistake(tmp_path: Path) -> None:
    write_rule(tmp_path, "quay", "# our paper", *GOOD[:2], "body: .text # the story", "title: h1 #")
    assert own(load_rules(tmp_path)) == {"quay": 1}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("version: 1", "body: .text"), "is for no page"),
        (("version: 1", "sites: [quay.example]"), "takes nothing"),
        (("sites: [quay.example]", "body: .text"), "no version"),
        (("- version: 1",), "mapping"),
        (("version: 1", "sites: [quay.example]", "body: xpath: //p"), "needs quotes"),
        ((), "mapping"),
    ],
)
def test_a_rule_without_what_it_needs(tmp_path: Path, lines: tuple[str, ...], words: str) -> None:
    assert any(words in message for _, message in problems(tmp_path, *lines))


@pytest.mark.parametrize(
    "selector",
    [
        "xpath: //p[$name]",
        "xpath: //p[re:test(., 'x')]",
        "xpath: document('feeds.yaml')",
        "xpath: //p[count(//p) > 3]",
        "xpath: //p/following::p",
        "xpath: svg:p",
        "svg|p",
        ":scope > p",
        "p::text",
        "p:nonsense",
        ", ".join(["p"] * 30),
        " ".join(["p"] * 9),
        "." + "x" * 600,
    ],
)
def test_selectors_that_are_refused(tmp_path: Path, selector: str) -> None:
    assert problems(tmp_path, *GOOD[:2], f'body: "{selector}"')


def test_a_broken_rule_stops_no_other(tmp_path: Path) -> None:
    write_rule(tmp_path, "quay", *GOOD)
    write_rule(tmp_path, "broken", "version: 1", "body: [")
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad name").mkdir()
    (tmp_path / "loose.yaml").write_text("version: 1\n")
    (tmp_path / "latin" / "tests").mkdir(parents=True)
    (tmp_path / "latin" / "rule.yaml").write_bytes(b"version: 1 # \xe9\n")
    (tmp_path / ".git").mkdir()
    loaded = load_rules(tmp_path)
    assert own(loaded) == {"quay": 1}
    assert {error.path.relative_to(tmp_path).parts[0] for error in loaded.errors} == {
        "broken", "empty", "bad name", "loose.yaml", "latin",
    }  # fmt: skip
    assert set(bundled_rules().rules) < set(loaded.rules.rules)


def test_a_rule_that_breaks_stays_as_it_was(tmp_path: Path) -> None:
    write_rule(tmp_path, "quay", *GOOD)
    write_rule(tmp_path, "mole", *GOOD)
    before = load_rules(tmp_path).rules
    write_rule(tmp_path, "quay", "version: 2", "body: [")
    write_rule(tmp_path, "mole", "version: 2", *GOOD[1:])
    after = load_rules(tmp_path, before)
    assert own(after) == {"quay": 1, "mole": 2}
    assert [error.path.parent.name for error in after.errors] == ["quay"]


def test_a_folder_that_is_gone_takes_no_rule_away(tmp_path: Path) -> None:
    write_rule(tmp_path / "rules", "quay", *GOOD)
    before = load_rules(tmp_path / "rules").rules
    (tmp_path / "rules").rename(tmp_path / "moved")
    after = load_rules(tmp_path / "rules", before)
    assert after.rules == before
    assert "create it" in str(after.errors[0])


def test_a_rule_of_the_name_of_a_bundled_one_takes_its_place(tmp_path: Path) -> None:
    write_rule(tmp_path, "wix", "version: 9", "generator: [Wix.com]", "body: .text")
    assert [rule.version for rule in load_rules(tmp_path).rules.rules if rule.name == "wix"] == [9]


def test_rules_can_be_sent_to_a_worker(tmp_path: Path) -> None:
    write_rule(tmp_path, "quay", *GOOD)
    rules = load_rules(tmp_path).rules
    assert pickle.loads(pickle.dumps(rules)) == rules  # noqa: S301 - what we have just written


def test_byte_order_mark_and_windows_line_ends_are_no_mistake(tmp_path: Path) -> None:
    path = write_rule(tmp_path, "quay", *GOOD)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert own(load_rules(tmp_path)) == {"quay": 1}


def test_an_error_is_one_of_ours(tmp_path: Path) -> None:
    write_rule(tmp_path, "bad", "version: 1")
    (error,) = load_rules(tmp_path).errors
    assert isinstance(error, ConfigError)
    assert str(error).startswith(str(tmp_path / "bad" / "rule.yaml"))
