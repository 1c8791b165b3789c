"""A database opened for a word of the user, which may be said while a daemon works on it."""

from datetime import datetime
from pathlib import Path
from typing import Final

from aggregator.errors import AlreadyRunning
from aggregator.lock import only_one
from aggregator.store import Store, open_store
from aggregator.store.upgrade import awaits_upgrade

_RESTART: Final = (
    "its schema is that of an earlier version, so restart the daemon, or stop it and run"
    " `aggregator upgrade`; then try this again"
)


def open_beside_daemon(database: Path, now: datetime) -> Store:
    """Open `database` for writing; one of an earlier schema is upgraded where nobody works on it.

    Raises AlreadyRunning where somebody does: a daemon of the earlier version would go on with a
    schema that it does not know. Raises StoreError where there is no database, for a word about
    what is stored makes none; else as `open_store`.
    """
    open_store(database).close()
    if awaits_upgrade(database):
        try:
            with only_one(database):
                open_store(database, now=now).close()
        except AlreadyRunning as error:
            raise AlreadyRunning(error.pid, _RESTART) from error
    return open_store(database, now=now)
