"""Commands for site rules: list, check, test, and record a test page."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from aggregator.cli.context import Context, json_option, pass_context, print_json, print_table
from aggregator.errors import ConfigError, NotFound
from aggregator.scrape.site_rules.load import RULE_FILE, LoadedRules, load_rules
from aggregator.scrape.site_rules.rule import BUNDLED, Rule, selectors_of
from aggregator.scrape.site_rules.trial import (
    TESTS_FOLDER,
    Difference,
    Trial,
    folder_of,
    record,
    try_rule,
)
from aggregator.text.clean import plain_line
from aggregator.text.urls import http_url

_SHOWN: Final = 160
"""Characters of a value that differs."""

_FOLDER = click.Path(file_okay=False, path_type=Path)
_PAGE = click.Path(exists=True, dir_okay=False, path_type=Path)
folder_argument = click.argument("folder", type=_FOLDER, required=False)


def rules_of(context: Context, folder: Path | None = None) -> LoadedRules:
    """Return the bundled rules with those of `folder`, else of the folder feeds.yaml names."""
    if folder is None and context.config_path.exists():
        folder = context.config().settings.rules
    return load_rules(folder)


def tell_unusable(loaded: LoadedRules) -> None:
    """Say on standard error which rules cannot be used and why."""
    for error in loaded.errors:
        click.echo(f"aggregator: {error}", err=True)


@click.group()
def rules() -> None:
    """See, check and test what is known about the pages of single sites.

    FOLDER holds your rules; without it, it is the one that `rules` in feeds.yaml names. The rules
    that come with the program are always there too.
    """


@rules.command("list")
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


@rules.command()
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


@rules.command()
@folder_argument
@click.option("--rule", "only", help="Only this rule.")
@json_option
@pass_context
def test(context: Context, folder: Path | None, only: str | None, as_json: bool) -> None:
    """Try each rule on its test pages; the exit code is 1 if a page gives anything else.

    \b
    Example:
      aggregator rules test ./rules --rule harbour-gazette
    """
    loaded = rules_of(context, folder)
    chosen = [rule for rule in loaded.rules.rules if only in {None, rule.name}]
    if only and not chosen and not loaded.errors:
        raise NotFound("rule", only)
    trials = {rule: list(try_rule(rule, loaded.rules)) for rule in chosen}
    if as_json:
        print_json([_trial_record(trial) for each in trials.values() for trial in each])
    else:
        for rule, each in trials.items():
            click.echo(f"{rule.label} ({rule.origin})")
            for line in _lines(each):
                click.echo(f"  {line}")
    tell_unusable(loaded)
    failed = sum(bool(trial.differences) for each in trials.values() for trial in each)
    if not as_json:
        pages = sum(map(len, trials.values()))
        told = f"{failed} of them not as expected" if failed else "all as expected"
        click.echo(f"rules: {len(trials)}, test pages: {pages}, {told}")
    if failed or loaded.errors:
        sys.exit(1)


def _trial_record(trial: Trial) -> dict[str, object]:
    return {
        "rule": trial.rule.name,
        "version": trial.rule.version,
        "test": trial.name,
        "folder": str(trial.folder),
        "differences": [
            {"field": each.field, "expected": each.expected, "got": each.got}
            for each in trial.differences
        ],
    }


def _lines(trials: list[Trial]) -> Iterator[str]:
    if not trials:
        yield "no test page: add one with `aggregator rules record`"
    for trial in trials:
        yield f"{'differs' if trial.differences else 'ok':8}{trial.name}"
        for difference in trial.differences:
            yield from (f"        {line}" for line in _told(difference))


def _told(difference: Difference) -> Iterator[str]:
    expected, got = difference.expected, difference.got
    if isinstance(expected, list) and isinstance(got, list):
        for sign, lines, others in (("-", expected, got), ("+", got, expected)):
            for line in lines:
                if line not in others:
                    yield f"{difference.field} {sign} {_short(line)}"
        if sorted(map(str, expected)) == sorted(map(str, got)):
            yield f"{difference.field} in another order"
        return
    yield f"{difference.field} expected {_short(expected)}"
    yield f"{' ' * len(difference.field)} got      {_short(got)}"


def _short(value: object) -> str:
    return "nothing" if value in (None, "", []) else plain_line(str(value), limit=_SHOWN)


@rules.command("record")
@click.argument("rule")
@click.argument("name")
@click.argument("page", type=_PAGE)
@click.option("--url", required=True, help="The address of the page.")
@click.option("--folder", type=_FOLDER, help="Where your rules are.")
@pass_context
def record_page(
    context: Context, rule: str, name: str, page: Path, url: str, folder: Path | None
) -> None:
    """Keep PAGE as the test page NAME of a RULE of yours, with what is found on it now.

    Read what it wrote, and put right what is wrong in it: `aggregator rules test` then holds the
    rule to it.
    """
    address = http_url(url)
    if address is None:
        raise click.UsageError("--url must be an absolute http or https address")
    loaded = rules_of(context, folder)
    chosen = next((each for each in loaded.rules.rules if each.name == rule), None)
    if chosen is None or chosen.origin == BUNDLED:
        tell_unusable(loaded)
        raise NotFound("rule of yours", rule)
    target = folder_of(chosen) / TESTS_FOLDER / name
    try:
        record(target, page.read_bytes(), address, loaded.rules)
    except OSError as error:
        raise click.ClickException(f"{target}: {error.strerror or error}") from error
    click.echo(f"wrote {target}: read expected.json, it says what is found now")
