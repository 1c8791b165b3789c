"""A part of a transaction that stands or falls by itself."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def savepoint(connection: sqlite3.Connection) -> Iterator[None]:
    """Undo what is done within if it raises; what the transaction did before stays."""
    connection.execute("SAVEPOINT part")
    try:
        yield
    except BaseException:
        # After some errors SQLite has rolled back the whole transaction.
        if connection.in_transaction:
            connection.execute("ROLLBACK TO part")
            connection.execute("RELEASE part")
        raise
    connection.execute("RELEASE part")
