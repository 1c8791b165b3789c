"""Which database files pages can be served from: Datasette puts their names into addresses."""

from pathlib import Path
from typing import Final

from aggregator.errors import StoreError

_WITH_A_MEANING: Final = "#?%"
"""What SQLite reads in a file's address as more than a part of its name, and nobody escapes."""


def require_servable(database: Path) -> None:
    """Raise StoreError for a name that Datasette would open as another one."""
    found = [each for each in _WITH_A_MEANING if each in database.name]
    if found:
        raise StoreError(
            database,
            f"no pages can be served from a file with {' and '.join(found)} in its name: rename it,"
            " together with its -wal and its archive, while nothing works on it",
        )
