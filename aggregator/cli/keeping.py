"""Commands that keep the database: backup, upgrade."""

from datetime import UTC, datetime
from pathlib import Path

import click

from aggregator.cli.context import (
    Context,
    json_option,
    log_to_stderr,
    pass_context,
    print_json,
)
from aggregator.cli.own_files import refuse_own_file
from aggregator.cli.stopping import until_told_to_stop
from aggregator.lock import only_one
from aggregator.store import open_store
from aggregator.store.backup import back_up, is_folder
from aggregator.store.room import in_mib


def _named(_: click.Context, __: click.Parameter, value: str) -> Path:
    # A variable that is not set leaves it empty, and Path would take that for the current folder.
    if not value:
        raise click.BadParameter('it is empty: name a file or a folder, "." for the current one')
    return Path(value)


@click.command()
@click.argument("target", type=click.Path(), callback=_named)
@click.option("--force", is_flag=True, help="Replace TARGET if it is there.")
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    help="In a folder: remove all but this many of the newest backups.",
)
@json_option
@pass_context
def backup(context: Context, target: Path, force: bool, keep: int | None, as_json: bool) -> None:
    """Copy the database to TARGET while the daemon runs, and prove the copy.

    In a folder it gets a name with the time. Until it is proved and on the disk it has another
    name, so that a backup that has its name is whole.

    \b
    Examples:
      aggregator backup /mnt/other-disk/news.db
      aggregator backup --keep 7 backups/
    """
    if keep is not None and not is_folder(target):
        raise click.UsageError("--keep goes with a folder as TARGET, which is there")
    if not is_folder(target):
        refuse_own_file(context, target, "TARGET")
    now = datetime.now(UTC)
    with until_told_to_stop() as go_on:
        copy, removed = back_up(
            context.database(), target, now, replace=force, keep=keep, go_on=go_on
        )
    if as_json:
        print_json(
            {
                "backup": str(copy.path),
                "bytes": copy.bytes,
                "rows": copy.rows,
                "broken_references": copy.broken_references,
                "seconds": round(copy.seconds, 3),
                "removed": [str(path) for path in removed],
            }
        )
        return
    click.echo(f"{copy.path}: {in_mib(copy.bytes)}, {copy.rows} rows, proved, {copy.seconds:.1f} s")
    if copy.broken_references:
        click.echo(
            f"{copy.broken_references} references lead nowhere, in the database and in its copy:"
            " see `aggregator check --database`"
        )
    for path in removed:
        click.echo(f"removed {path}")


@click.command()
@click.option("--no-copy", is_flag=True, help="Keep no copy of the file as it is.")
@pass_context
def upgrade(context: Context, no_copy: bool) -> None:
    """Bring the database of an earlier version up to date, as `run` and `poll` do by themselves.

    A copy is made first, beside the file; without room for it, `backup` the file to another disk
    and use --no-copy.
    """
    log_to_stderr()
    database = context.database()
    # It must be there: none is made.
    open_store(database).close()
    with until_told_to_stop() as go_on, only_one(database):
        open_store(database, now=datetime.now(UTC), with_copy=not no_copy, go_on=go_on).close()
    click.echo(f"{database}: up to date")
