"""What can go wrong with the file beneath the store: a log that grows, an SQLite with a fault."""

import logging
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aggregator.model import Trouble
from aggregator.pipeline.trouble_desk import TroubleDesk
from aggregator.store import Store
from aggregator.store.connection import sqlite_warning

LOG_TROUBLE: Final = "write-ahead log"

WARNED_BYTES: Final = 64 * 2**20
"""From this size on the log is a trouble: all that is read has to look through it."""

_REMEDY: Final = (
    "a program that reads the database has had one transaction open for long: end it (a `sqlite3`"
    " or a notebook that was left open, a backup that hangs); the log is cut as soon as it has gone"
)

_log: Final = logging.getLogger("aggregator")


def name_sqlite() -> None:
    """Name the version of SQLite in the log, with a warning where it has a fault."""
    _log.info("sqlite version=%s", sqlite3.sqlite_version)
    if warning := sqlite_warning():
        _log.warning("%s", warning)


async def bound_log(stored: Callable[..., Awaitable[Any]], troubles: TroubleDesk) -> None:
    """Cut the log if it has grown, and tell when that cannot be; raises StoreError."""
    size = await stored(Store.bound_log)
    if size < WARNED_BYTES:
        await troubles.end(LOG_TROUBLE)
        return
    detail = f"the log beside the database has {size / 2**20:.0f} MiB, and cannot be cut"
    await troubles.begin(Trouble(LOG_TROUBLE, detail, _REMEDY))
