"""Commands about which site rules there are: list, check."""

import sys
from pathlib import Path
from typing import Any

import click

from aggregator.cli.context import Context, json_option, pass_context, print_json, print_table
from aggregator.cli.rules_found import folder_argument, rules_of, tell_unusable
from aggregator.errors import ConfigError
from aggregator.scrape.site_rules.load import RULE_FILE, TESTS_FOLDER, folder_of
from aggregator.scrape.site_rules.rule import BUNDLED, Rule, selectors_of


@click.command("list")
@folder_argument
@json_option
@pass_context
def list_rules(context: Context, folder: Path | None, as_json: bool) -> None:
    """Show the rules in the order in which they are asked; the first that fits is followed."""
    loaded = rules_of(context, folder)
    if as_json:
        print_json([_record_of(rule) for rule in loaded.rules.rules])
    else:
        print_table(
            [_row(rule) for rule in loaded.rules.rules],
            ["rule", "version", "pages", "takes", "tests", "from"],
        )
    tell_unusable(loaded)


def _record_of(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule.name,
        "version": rule.version,
        "sites": list(rule.sites),
        "generator": list(rule.generator),
        "contains": list(rule.contains),
        **{
            name: [selector.written for selector in selectors]
            for name, selectors in selectors_of(rule).items()
        },
        "clean": rule.clean,
        "tests": len(_tests_of(rule)),
        "file": str(folder_of(rule) / RULE_FILE),
        "bundled": rule.origin == BUNDLED,
    }


def _row(rule: Rule) -> dict[str, object]:
    generator = [f"generator {word}" for word in rule.generator]
    contains = [f"HTML with {text}" for text in rule.contains]
    taken = [name for name, found in selectors_of(rule).items() if found and name != "when"]
    return {
        "rule": rule.name,
        "version": rule.version,
        "pages": ", ".join([*rule.sites, *generator, *contains]),
        "takes": ", ".join(taken),
        "tests": len(_tests_of(rule)),
        "from": rule.origin,
    }


def _tests_of(rule: Rule) -> list[Path]:
    tests = folder_of(rule) / TESTS_FOLDER
    return [each for each in tests.iterdir() if each.is_dir()] if tests.is_dir() else []


@click.command()
@folder_argument
@json_option
@pass_context
def check(context: Context, folder: Path | None, as_json: bool) -> None:
    """Read all rules and report every mistake with its line; change nothing."""
    loaded = rules_of(context, folder)
    own = sum(rule.origin != BUNDLED for rule in loaded.rules.rules)
    if as_json:
        problems = [
            {
                "file": str(error.path),
                "line": each.line,
                "column": each.column,
                "problem": each.message,
            }
            for error in loaded.errors
            for each in error.problems
        ]
        print_json({"rules": len(loaded.rules.rules), "own": own, "problems": problems})
    else:
        tell_unusable(loaded)
        click.echo(
            f"{len(loaded.rules.rules)} rules, {own} of them yours;"
            f" {len(loaded.errors) or 'no'} files with mistakes"
        )
    if loaded.errors:
        sys.exit(ConfigError.exit_code)
