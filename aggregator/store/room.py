"""Room on the disk: what is asked for before anything large is written, and what is given back."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aggregator.errors import StoreFull

MIB: Final = 2**20
SPARE_BYTES: Final = 16 * MIB
"""Left free beside what is written, so that other programs on the disk can go on."""


@dataclass(frozen=True, slots=True)
class Vacuumed:
    """Bytes of the database file before and after."""

    before: int
    after: int


def file_bytes(path: Path) -> int:
    """Return the size of a database with its write-ahead log; 0 for what is not there."""
    log = path.with_name(f"{path.name}-wal")
    return sum(file.stat().st_size for file in (path, log) if file.exists())


def require_room(path: Path, needed: int, purpose: str, way_out: str) -> None:
    """Raise StoreFull unless the disk of `path`, file or folder, has room for `needed` bytes more.

    `purpose` says for what, `way_out` what else can be done than to free some.
    """
    free = shutil.disk_usage(path if path.is_dir() else path.absolute().parent).free
    if free < needed + SPARE_BYTES:
        raise StoreFull(
            path,
            f"{purpose} needs {in_mib(needed + SPARE_BYTES)} of room on this disk, and"
            f" {in_mib(free)} are free; free some, or {way_out}",
        )


def scratch_folder() -> Path:
    """Return the folder in which SQLite writes files that it removes again.

    As it asks for it itself (sqlite.org/tempfiles.html), and with the environment that it found
    when it was loaded.
    """
    if os.name == "nt":
        return Path(tempfile.gettempdir())
    named = [os.environ.get(name) for name in ("SQLITE_TMPDIR", "TMPDIR")]
    for name in (*named, "/var/tmp", "/usr/tmp", "/tmp"):  # noqa: S108 -- SQLite's own choices
        if name and Path(name).is_dir() and os.access(name, os.W_OK | os.X_OK):
            return Path(name)
    return Path.cwd()


def in_mib(size: int) -> str:
    """Return bytes as readers like them: "12.3 MiB"."""
    return f"{size / MIB:,.1f} MiB"
