"""Work that may never return, done beside a thread that has to go on.

A log whose reader hangs is such work: the first thread that writes to it blocks while it holds the
lock of the log, and each one after it blocks at that lock.
"""

import contextlib
import threading
from collections.abc import Callable


def beside(work: Callable[[], object], *, wait: float = 0) -> None:
    """Do `work` in a thread of its own; wait for it, but for no longer than so many seconds.

    Where no more threads are to be had, it is left undone.
    """
    thread = threading.Thread(target=work, name="beside", daemon=True)
    with contextlib.suppress(RuntimeError):
        thread.start()
        thread.join(wait)
