"""The command that reads what the user wrote and reports every mistake."""

import sys

import click

from aggregator.cli.context import Context, json_option, pass_context, print_json
from aggregator.cli.rules_found import rules_of, tell_unusable
from aggregator.errors import ConfigError


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
