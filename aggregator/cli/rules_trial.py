"""Commands that hold site rules to test pages: test, and record such a page."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from aggregator.cli.context import Context, json_option, pass_context, print_json
from aggregator.cli.rules_found import FOLDER, folder_argument, rules_of, tell_unusable
from aggregator.errors import NotFound
from aggregator.scrape.site_rules.load import TESTS_FOLDER, folder_of
from aggregator.scrape.site_rules.rule import BUNDLED
from aggregator.scrape.site_rules.trial import Difference, Trial, record, try_rule
from aggregator.text.clean import plain_line
from aggregator.text.urls import http_url

_SHOWN: Final = 160
"""Characters of a value that differs."""

_PAGE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
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


@click.command("record")
@click.argument("rule")
@click.argument("name")
@click.argument("page", type=_PAGE)
@click.option("--url", required=True, help="The address of the page.")
@click.option("--folder", type=FOLDER, help="Where your rules are.")
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
