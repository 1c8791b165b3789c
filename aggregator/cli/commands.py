"""The command `aggregator` itself: options that all share, and the commands by group."""

from pathlib import Path

import click

from aggregator.cli import articles, feeds, look, rules, running, stories
from aggregator.cli.context import Context
from aggregator.version import __version__

EPILOG = """\b
Exit codes: 0 done, 1 it did not work or there is no such thing, 2 wrong options or feeds.yaml,
3 the database cannot be used, 4 another daemon works on it, 130 interrupted.
"""


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default=Path("feeds.yaml"),
    show_default=True,
    envvar="AGGREGATOR_CONFIG",
    help="What to follow.",
)
@click.option(
    "--database",
    type=click.Path(path_type=Path),
    envvar="AGGREGATOR_DATABASE",
    help="The SQLite file; default: what the settings say, conflict-news.db.",
)
@click.version_option(__version__, prog_name="aggregator")
@click.pass_context
def cli(context: click.Context, config_path: Path, database: Path | None) -> None:
    """Follow wars and crises: many feeds in, one entry per event out.

    \b
    Start here:
      aggregator run --serve      poll feeds.yaml and show the stories on http://127.0.0.1:8001/
      aggregator demo             the same with a newsroom of our own, without internet
      aggregator status           what is there, what waits, which feeds fail
    """
    context.obj = Context(config_path, database)


for command in (
    running.run,
    running.poll,
    running.serve,
    running.demo,
    look.check,
    look.status,
    look.search,
    stories.story,
    articles.extract,
    articles.group,
    feeds.feeds,
    rules.rules,
):
    cli.add_command(command)
