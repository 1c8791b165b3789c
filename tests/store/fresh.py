"""New databases without the time that their schema takes, which is most of a short test."""

import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from aggregator.store import Store, open_store


def fresh_store(path: Path, now: datetime) -> Store:
    """Return a store on a new file at `path`, an installation of its own."""
    path.write_bytes(_file_before_its_installation())
    return open_store(path, now=now)


@cache
def _file_before_its_installation() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fresh.db"
        with open_store(path, now=datetime.now(UTC)) as store:
            with store.transaction() as connection:
                connection.execute("DELETE FROM installation")
            store.checkpoint()
        return path.read_bytes()
