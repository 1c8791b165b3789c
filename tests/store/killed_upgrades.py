"""Upgrades that are killed: run by the tests as a process of its own.

    python killed_upgrades.py FILE SEED

For each migration that is to come, a child of this process upgrades a copy of FILE and gets SIGKILL
at one of the statements of that migration. The copies are left as FILE.1, FILE.2 and so on.
"""

import os
import random
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aggregator.store import open_store


def main(file: Path, seed: int) -> None:
    """Count the statements of each migration, then kill each at one of them."""
    chance = random.Random(seed)  # noqa: S311 -- it has to repeat
    counted = upgraded(file.with_name(f"{file.name}.0"), file)
    for step, statements in enumerate(counted, start=1):
        kill = step, chance.randrange(statements)
        pid = os.fork()
        if pid == 0:
            upgraded(file.with_name(f"{file.name}.{step}"), file, kill)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
            raise SystemExit(f"not killed at {kill} of {counted}")
    print(len(counted))  # noqa: T201 -- what the test asks


def upgraded(copy: Path, file: Path, kill: tuple[int, int] | None = None) -> list[int]:
    """Upgrade a copy of `file`; return the statements of each migration, or die at `kill`."""
    shutil.copy(file, copy)
    counted = [0]

    def on_statement(sql: str) -> None:
        if len(counted) == 1 and sql.startswith("SAVEPOINT"):
            counted.append(0)
        if kill == (len(counted) - 1, counted[-1]):
            os.kill(os.getpid(), signal.SIGKILL)
        counted[-1] += 1
        if "_sqlite_migrations" in sql and sql.startswith("INSERT"):
            counted.append(0)

    connect = sqlite3.connect
    sqlite3.connect = traced(connect, on_statement)
    try:
        open_store(copy, now=datetime(2026, 3, 1, tzinfo=UTC), with_copy=False).close()
    finally:
        sqlite3.connect = connect
    return counted[1:-1]


def traced(connect: Any, on_statement: Callable[[str], None]) -> Any:
    """Return `connect` with each statement of connections that may write told."""

    def connecting(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        if not options.get("uri"):
            connection.set_trace_callback(on_statement)
        return connection

    return connecting


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
