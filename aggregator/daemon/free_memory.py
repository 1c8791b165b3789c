"""Free memory of the C library goes back to the system, where it would be kept (glibc).

glibc opens up to eight heaps for each processor, as threads ask for memory at the same time, and
of each it returns only what is free at the end. In a process that runs for months, each of them
would stay as large as it ever was. Where there is another C library, none of this does anything.
"""

import asyncio
import ctypes
import os
import platform
from collections.abc import Callable
from datetime import timedelta
from typing import Final

RETURN_EVERY: Final = timedelta(minutes=1)
"""Often enough that holes are returned before the next use spreads over new ones."""

_ARENA_MAX: Final = -8
"""M_ARENA_MAX of mallopt(3)."""

_ARENAS: Final = 2
"""One for the event loop, one for the thread of the database; other threads hardly ask for any."""

_DECIDED_BY_USER: Final = "MALLOC_ARENA_MAX"


def use_few_heaps() -> None:
    """Have the threads that begin from now on share two heaps, unless MALLOC_ARENA_MAX is set."""
    set_option = _of_glibc("mallopt")
    if set_option is not None and _DECIDED_BY_USER not in os.environ:
        set_option(_ARENA_MAX, _ARENAS)


async def return_free_memory(every: timedelta = RETURN_EVERY) -> None:
    """Return free pages to the system, every so often, until cancelled."""
    trim = _of_glibc("malloc_trim")
    while trim is not None:
        await asyncio.sleep(every.total_seconds())
        trim(0)


def _of_glibc(name: str) -> Callable[..., int] | None:
    if platform.libc_ver()[0] != "glibc":
        return None
    return getattr(ctypes.CDLL(None), name, None)
