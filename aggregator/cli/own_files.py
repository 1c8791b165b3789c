"""The files that the program lives by: no command writes what it makes over them."""

from pathlib import Path

import click

from aggregator.archive.folder import archive_folder
from aggregator.cli.context import Context
from aggregator.cli.glance import database_at_a_glance
from aggregator.config.own_files import own_files
from aggregator.errors import ConfigError
from aggregator.lock import behind_link


def refuse_own_file(context: Context, target: Path, named: str = "--output") -> None:
    """Refuse to write to feeds.yaml, the database, a file beside it, or one in its archive.

    Links are followed, as they are when the file is replaced. `named` is how the user gave
    `target`; raises click.BadParameter.
    """
    config, database = context.config_path, _database(context)
    own = {config} if database is None else own_files(config, database)
    if any(_are_same(target, path) for path in own):
        message = f"{target} is the file that lists the feeds, or the database or a part of it"
    elif database is not None and _is_below(target, archive_folder(database)):
        message = f"{target} is in the archive of the database"
    else:
        return
    raise click.BadParameter(f"{message}: choose another name", param_hint=named)


def _database(context: Context) -> Path | None:
    database = context.database_option or database_at_a_glance(context.config_path)
    if database is not None:
        return behind_link(database)
    try:
        return context.database()
    except ConfigError:
        # Not every command that writes needs a feeds.yaml that can be read.
        return None


def _is_below(target: Path, folder: Path) -> bool:
    return any(_are_same(parent, folder) for parent in target.resolve().parents)


def _are_same(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()
