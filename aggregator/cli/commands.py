"""The command `aggregator` itself: options that all share, and the commands by group."""

import os
from pathlib import Path

import click

from aggregator.cli.context import Context
from aggregator.cli.deferred import DeferringGroup
from aggregator.logs import FORMAT_VARIABLE, LogFormat
from aggregator.version import __version__

EPILOG = """\b
Exit codes: 0 done, 1 it did not work or there is no such thing, 2 wrong options or feeds.yaml,
3 the database cannot be used, 4 another daemon works on it, 130 interrupted, 143 told to stop.
"""


@click.group(
    cls=DeferringGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
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
@click.option(
    "--log-format",
    type=click.Choice([each.value for each in LogFormat]),
    envvar=FORMAT_VARIABLE,
    help="Log lines as text or as JSON; default: text on a terminal, else JSON.",
)
@click.version_option(__version__, prog_name="aggregator")
@click.pass_context
def cli(
    context: click.Context, config_path: Path, database: Path | None, log_format: str | None
) -> None:
    """Follow wars and crises: many feeds in, one entry per event out.

    \b
    Start here:
      aggregator run --serve      poll feeds.yaml and show the stories on http://127.0.0.1:8001/
      aggregator demo             the same with a newsroom of our own, without internet
      aggregator status           is it well, what is there, what waits, what fails
    """
    if log_format is not None:
        # By the environment, so that the processes that we start follow it, too.
        os.environ[FORMAT_VARIABLE] = log_format
    context.obj = Context(config_path, database)


cli.defer(
    "aggregator.cli.running",
    {
        "run": "Poll for as long as it runs; stop it with Ctrl-C or SIGTERM.",
        "poll": "Poll what is due once, and take it all the way to stories.",
    },
)
cli.defer(
    "aggregator.cli.serving",
    {"serve": "Serve the stories, the merged feed and Datasette's own pages."},
)
cli.defer(
    "aggregator.cli.demonstration",
    {
        "demo": "Show the whole program against a newsroom of its own: no internet, stories in"
        " seconds."
    },
)
cli.defer(
    "aggregator.cli.check",
    {
        "check": "Read feeds.yaml and your site rules, report every mistake with its line; change"
        " nothing."
    },
)
cli.defer(
    "aggregator.cli.keeping",
    {
        "backup": "Copy the database to TARGET while the daemon runs, and prove the copy.",
        "upgrade": "Bring the database of an earlier version up to date, as `run` and `poll` do by"
        " themselves.",
    },
)
cli.defer(
    "aggregator.cli.vacuum",
    {"vacuum": "Give the room of what was removed back to the disk; needs the daemon stopped."},
)
cli.defer(
    "aggregator.cli.look",
    {"search": "Find articles that contain all WORDS."},
)
cli.defer(
    "aggregator.cli.status",
    {"status": "Show how the daemon is, what is there and waits, and all that fails."},
)
cli.defer(
    "aggregator.cli.keep",
    {"keep": "Show what is kept how long and what a daemon would forget now; change nothing."},
)
cli.defer(
    "aggregator.cli.stories",
    {"story": "Show one story, or say that the grouping is wrong: ID alone means `show ID`."},
)
cli.defer(
    "aggregator.cli.export",
    {"export": "Write stories, reports or feeds for other programs."},
)
cli.defer(
    "aggregator.cli.extraction",
    {"extract": "Take the article out of PAGE (HTML), or of many pages with --batch."},
)
cli.defer(
    "aggregator.cli.grouping",
    {
        "group": "Group SOURCE, lines {id, title, text, url, source, lang, published}, into"
        " stories.",
    },
)
cli.defer(
    "aggregator.cli.feeds",
    {"feeds": "Find, test, list, add, remove and exchange feeds; see how they are."},
)
cli.defer(
    "aggregator.cli.rules",
    {"rules": "See, check and test what is known about the pages of single sites."},
)
cli.defer(
    "aggregator.cli.archive",
    {"archive": "Show, export and verify the answers of servers that are kept as evidence."},
)
cli.defer(
    "aggregator.cli.alerts",
    {"alerts": "See what alerts would tell, try their channels, list what was sent and what not."},
)
