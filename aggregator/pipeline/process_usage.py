"""What this process uses, as far as the system tells: Linux all, others less."""

import os
import sys
import threading
from pathlib import Path
from typing import Final

from aggregator.store.daemon_state import Usage

_KIB: Final = 1024


def process_usage(proc: Path = Path("/proc/self")) -> Usage:
    """Return resident memory, threads and open files of this process.

    Without `proc` memory is the most that there ever was, and open files are not known.
    """
    return Usage(_memory_bytes(proc), threading.active_count(), _open_files(proc))


def _memory_bytes(proc: Path) -> int | None:
    try:
        resident_pages = int((proc / "statm").read_text(encoding="ascii").split()[1])
        return resident_pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return _peak_memory_bytes()


def _peak_memory_bytes() -> int | None:
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415 -- Windows has none

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # macOS counts in bytes, the others in KiB.
    return peak if sys.platform == "darwin" else peak * _KIB


def _open_files(proc: Path) -> int | None:
    try:
        # One of them reads this list.
        return sum(1 for _ in (proc / "fd").iterdir()) - 1
    except OSError:
        return None
