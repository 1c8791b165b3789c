"""The files that the program lives by: no command writes what it makes over them."""

from pathlib import Path
from typing import Final

import click

from aggregator.archive.folder import archive_folder
from aggregator.cli.context import Context
from aggregator.cli.glance import database_at_a_glance
from aggregator.errors import ConfigError
from aggregator.lock import behind_link

_OF_DATABASE: Final = ("", "-wal", "-shm", "-journal", ".lock")
"""What the names of the database and of the files beside it end in."""


def refuse_own_file(context: Context, target: Path, named: str = "--output") -> None:
    """Refuse to write to feeds.yaml, the database, a file beside it, or one in its archive.

    Links are followed, as they are when the file is replaced. `named` is how the user gave
    `target`; raises click.BadParameter.
    """
    own = _own_file(context, target)
    if own is not None:
        raise click.BadParameter(f"{target} is {own}: choose another name", param_hint=named)


def _own_file(context: Context, target: Path) -> str | None:
    if _are_same(target, context.config_path):
        return "the file that lists the feeds"
    database = _database(context)
    if database is None:
        return None
    if any(_are_same(target, database.with_name(database.name + end)) for end in _OF_DATABASE):
        return "the database, or a part of it"
    archive = archive_folder(database)
    if any(_are_same(folder, archive) for folder in target.resolve().parents):
        return "in the archive of the database"
    return None


def _database(context: Context) -> Path | None:
    database = context.database_option or database_at_a_glance(context.config_path)
    if database is not None:
        return behind_link(database)
    try:
        return context.database()
    except ConfigError:
        # Not every command that writes needs a feeds.yaml that can be read.
        return None


def _are_same(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()
