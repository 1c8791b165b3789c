"""`aggregator vacuum`: the room that rows have left is given back to the disk.

SQLite asks where its temporary files belong when it is loaded, so what works is imported when that
is settled.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from aggregator.cli.context import Context, json_option, pass_context, print_json
from aggregator.lock import only_one

_VARIABLE: Final = "SQLITE_TMPDIR"


@click.command()
@json_option
@pass_context
def vacuum(context: Context, as_json: bool) -> None:
    """Give the room of what was removed back to the disk; needs the daemon stopped.

    New reports use that room, too: this is worth its time only when a file is to become smaller.
    Meanwhile a copy of the database is written beside it, or into the folder SQLITE_TMPDIR of the
    environment.
    """
    began = time.monotonic()
    database = context.database()
    with _temporary_files_beside(database):
        from aggregator.store import open_store  # noqa: PLC0415 -- it loads SQLite
        from aggregator.store.backup import vacuum as vacuum_store  # noqa: PLC0415 -- the same
        from aggregator.store.room import in_mib  # noqa: PLC0415 -- the same

        # It must be there: none is made.
        open_store(database).close()
        with only_one(database), open_store(database, now=datetime.now(UTC)) as store:
            done = vacuum_store(store)
    seconds = time.monotonic() - began
    if as_json:
        print_json({"before": done.before, "after": done.after, "seconds": round(seconds, 3)})
        return
    click.echo(f"{database}: {in_mib(done.before)} before, {in_mib(done.after)} now")


@contextmanager
def _temporary_files_beside(database: Path) -> Iterator[None]:
    """Let SQLite write them to the database's folder, unless the environment names another."""
    if os.environ.get(_VARIABLE):
        yield
        return
    os.environ[_VARIABLE] = str(database.resolve().parent)
    try:
        yield
    finally:
        del os.environ[_VARIABLE]
