"""Commands that work: run, poll.

The lock comes before everything that takes time, so that a second daemon is refused at once; what
works is therefore imported when the lock is held.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from aggregator.cli.context import (
    Context,
    database_file,
    json_option,
    log_to_stderr,
    pass_context,
    print_json,
)
from aggregator.cli.glance import database_at_a_glance
from aggregator.cli.served_file import require_servable
from aggregator.lock import only_one
from aggregator.signals import Signals

if TYPE_CHECKING:
    from aggregator.pipeline.progress import Progress


@click.command()
@click.option("--serve", "with_pages", is_flag=True, help="Also serve the pages, as `serve` does.")
@pass_context
def run(context: Context, with_pages: bool) -> None:
    """Poll for as long as it runs; stop it with Ctrl-C or SIGTERM.

    Edits of feeds.yaml are taken up while it runs, with SIGHUP at once. It stops within 10 seconds;
    asked a second time, at once.

    \b
    Example:
      aggregator run --serve
    """
    log_to_stderr()
    with Signals() as signals, _locked(context, with_pages=with_pages) as database:
        from aggregator.daemon import Daemon  # noqa: PLC0415 -- the lock comes first

        async def work() -> None:
            await Daemon(context.config(), database, serve=with_pages).work(signals)

        asyncio.run(work())


@click.command()
@click.option("--all", "everything", is_flag=True, help="Feeds that are not due yet, too.")
@click.option("--verbose", "-v", is_flag=True, help="A line for each feed and page.")
@json_option
@pass_context
def poll(context: Context, everything: bool, verbose: bool, as_json: bool) -> None:
    """Poll what is due once, and take it all the way to stories.

    On a terminal a bar shows how far it is; elsewhere plain lines do.

    \b
    Example, from cron:
      aggregator poll
    """
    log_to_stderr(verbose=verbose)
    with _locked(context) as database:
        from aggregator.daemon.daemon import poll_under_lock  # noqa: PLC0415 -- the lock is first

        with ProgressDisplay(hidden=verbose or as_json) as display:
            progress = asyncio.run(
                poll_under_lock(
                    context.config(), database, everything=everything, on_progress=display.show
                )
            )
    if as_json:
        print_json({name: getattr(progress, name) for name in type(progress).__slots__})
        return
    looks = ""
    if progress.looks:
        looks = f" {progress.looks} looked at again ({progress.edits} edited),"
    click.echo(
        f"{progress.feeds_done} feeds polled ({progress.feeds_failed} failed),"
        f" {progress.entries_new} new entries, {progress.entries_changed} edited,"
        f" {progress.pages_done} pages,{looks} {progress.grouped} articles grouped"
    )


@contextmanager
def _locked(context: Context, *, with_pages: bool = False) -> Iterator[Path]:
    """Hold the lock of the database that is meant, and return where that is.

    Raises AlreadyRunning, ConfigError where feeds.yaml has to be read for it, and StoreError for a
    name from which no pages can be served, if there are to be any.
    """
    database = context.database_option or database_at_a_glance(context.config_path)
    if database is None:
        database = context.config().settings.database
    database = database_file(database)
    if with_pages:
        require_servable(database)
    with only_one(database):
        yield database


class ProgressDisplay:
    """A bar on a terminal, a plain line now and then elsewhere; writes to standard error."""

    _EVERY = 50

    def __init__(self, *, hidden: bool) -> None:
        self._hidden = hidden
        self._terminal = sys.stderr.isatty()
        self._told = 0

    def __enter__(self) -> Self:
        return self

    def show(self, progress: "Progress") -> None:
        """Show the counts of `progress`."""
        if self._hidden:
            return
        done = progress.feeds_done + progress.pages_done
        if self._terminal:
            total = max(progress.feeds + progress.pages, 1)
            filled = 30 * done // total
            click.echo(
                f"\r[{'#' * filled}{'-' * (30 - filled)}] {progress.feeds_done}/{progress.feeds}"
                f" feeds, {progress.pages_done}/{progress.pages} pages ",
                nl=False,
                err=True,
            )
        elif done - self._told >= self._EVERY:
            self._told = done
            click.echo(
                f"{progress.feeds_done} of {progress.feeds} feeds,"
                f" {progress.pages_done} of {progress.pages} pages",
                err=True,
            )

    def __exit__(self, *_: object) -> None:
        if self._terminal and not self._hidden:
            click.echo(err=True)
