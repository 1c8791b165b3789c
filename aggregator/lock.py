"""One daemon per database: a lock that the kernel gives up when its holder dies."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from aggregator.errors import AlreadyRunning, StoreError

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[str]) -> None:
        # Beyond the written pid, which others must be able to read.
        file.seek(4096)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(file: IO[str]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def behind_link(database: Path) -> Path:
    """Return the file to which a link leads: there SQLite puts the log, and there is the room."""
    return database.resolve() if database.is_symlink() else database


@contextmanager
def only_one(database: Path) -> Iterator[None]:
    """Hold the lock of `database` (a file beside it); AlreadyRunning when another has it.

    The file stays behind on purpose: removing it would let two holders lock two files.
    """
    real = behind_link(database)
    path = real.with_name(f"{real.name}.lock")
    try:
        # Python opens files so that no child process inherits them: a page worker that outlives
        # us for a moment holds no lock.
        opened = path.open("a+", encoding="ascii")
    except OSError as error:
        detail = f"its lock cannot be opened ({error.strerror}): check the folder and its rights"
        raise StoreError(path, detail) from error
    with opened as file:
        try:
            _try_lock(file)
        except OSError:
            file.seek(0)
            holder = file.read(20).strip()
            raise AlreadyRunning(int(holder) if holder.isdigit() else None) from None
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
