"""Commands that look: check, status, search, story."""

import sys
from typing import Any

import click

from aggregator.cli.context import Context, json_option, pass_context, print_json, print_table
from aggregator.cli.rules import rules_of, tell_unusable
from aggregator.errors import ConfigError
from aggregator.store import open_store, reading


@click.command()
@json_option
@pass_context
def check(context: Context, as_json: bool) -> None:
    """Read feeds.yaml and your site rules, report every mistake with its line; change nothing.

    \b
    Example:
      aggregator --config my-feeds.yaml check
    """
    config = context.config()
    loaded = rules_of(context)
    if loaded.errors:
        tell_unusable(loaded)
        sys.exit(ConfigError.exit_code)
    languages = {feed.language for feed in config.feeds if feed.language}
    if as_json:
        print_json(
            {
                "file": str(config.path),
                "feeds": len(config.feeds),
                "languages": sorted(languages),
                "conflicts": [conflict.id for conflict in config.conflicts],
            }
        )
        return
    click.echo(
        f"{config.path}: {len(config.feeds)} feeds in {len(languages)} languages,"
        f" {len(config.conflicts)} conflicts, no mistakes"
    )


@click.command()
@json_option
@pass_context
def status(context: Context, as_json: bool) -> None:
    """Show what is there, what waits, and which feeds do not work."""
    with open_store(context.database()) as store:
        record = reading.status(store)
    if as_json:
        print_json(record)
        return
    for name, value in record.items():
        if not isinstance(value, list | dict):
            click.echo(f"{name.replace('_', ' '):34} {'-' if value is None else value}")
    health: Any = record["feeds_by_health"]
    click.echo(f"{'feeds by health':34} {', '.join(f'{n} {k}' for k, n in health.items())}")
    for title in ("feeds_in_trouble", "records_set_aside"):
        rows: Any = record[title]
        if rows:
            click.echo(f"\n{title.replace('_', ' ')}:")
            print_table(rows, list(rows[0]))


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@json_option
@pass_context
def search(context: Context, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Find articles that contain all WORDS.

    \b
    Example:
      aggregator search ceasefire talks --limit 5
    """
    with open_store(context.database()) as store:
        found = reading.search(store, " ".join(words), limit)
    if as_json:
        print_json(found)
        return
    if not found:
        click.echo("nothing found")
    for row in found:
        click.echo(f"{row['reported_at']}  {row['outlet']}: {row['title']}")
        click.echo(f"  story {row['story_id'] or '-'}  {row['url'] or ''}")


@click.command()
@click.argument("story_id", type=int)
@click.option("--why", is_flag=True, help="Say for each report why it is in this story.")
@json_option
@pass_context
def story(context: Context, story_id: int, why: bool, as_json: bool) -> None:
    """Show one story: who reports it, who depends on whom, and with --why the reasons.

    \b
    Example:
      aggregator story 17 --why
    """
    with open_store(context.database()) as store:
        record: Any = reading.story(store, story_id)
    if as_json:
        print_json(record)
        return
    click.echo(record["headline"])
    click.echo(
        f"{record['article_count']} reports, {record['origin_count']} independent origins,"
        f" {record['source_count']} publishers; {record['first_report_at']} to"
        f" {record['last_report_at']}; conflicts: {', '.join(record['conflicts']) or 'none'}"
    )
    if record["merged_into"]:
        click.echo(f"merged into story {record['merged_into']}")
    for report in record["reports"]:
        click.echo(
            f"\n[{report['article_id']}] {report['reported_at']}  {report['outlet']}"
            f" ({report['kind']}, {report['country'] or '-'}): {report['title']}"
        )
        click.echo(f"    {_standing(report)}  {report['url'] or ''}")
        if report["body_reason"]:
            click.echo(f"    text from the {report['body_source']}: {report['body_reason']}")
        if why:
            _tell_why(report["explanation"])


def _standing(report: dict[str, Any]) -> str:
    """Return on whom a report depends, with the article that stands for its origin."""
    reason = report["origin_reason"] or ("is a copy" if report["copy_of"] else "is an own report")
    if report["origin_id"] == report["article_id"]:
        return f"it {reason}"
    return f"it {reason}; its origin is [{report['origin_id']}]"


def _tell_why(explanation: dict[str, Any]) -> None:
    click.echo(
        f"    score {explanation['score']:.2f}, needed {explanation['threshold']:.2f};"
        f" nearest report: {explanation['nearest'] or 'none'}"
    )
    if explanation["terms"]:
        click.echo(f"    shared: {', '.join(explanation['terms'])}")
    features = ", ".join(f"{name} {value:.2f}" for name, value in explanation["features"].items())
    if features:
        click.echo(f"    {features}")
    if explanation["runner_up"]:
        click.echo(
            f"    runner-up: the story opened by article {explanation['runner_up']},"
            f" score {explanation['runner_up_score']:.2f}"
        )
