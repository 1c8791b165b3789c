"""The command that reads what the user wrote, or the program, and reports every mistake."""

import sys

import click

from aggregator.cli.context import Context, json_option, pass_context, print_json
from aggregator.cli.rules_found import rules_of, tell_unusable
from aggregator.errors import ConfigError


@click.command()
@click.option(
    "--database", "of_database", is_flag=True, help="Look at the database instead; changes nothing."
)
@click.option("--repair", is_flag=True, help="With --database: mend what can be without any loss.")
@json_option
@pass_context
def check(context: Context, of_database: bool, repair: bool, as_json: bool) -> None:
    """Read feeds.yaml and your site rules, report every mistake with its line; change nothing.

    With --database it says what does not hold in the database, where, and how to mend it: while
    the daemon runs, too. A repair needs the daemon stopped, and makes a copy first.

    \b
    Examples:
      aggregator --config my-feeds.yaml check
      aggregator check --database
    """
    if repair and not of_database:
        raise click.UsageError("--repair goes with --database")
    if of_database:
        from aggregator.cli.database_check import (  # noqa: PLC0415 -- feeds.yaml needs no database
            check_database,
        )

        check_database(context.database(), with_repair=repair, as_json=as_json)
        return
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
