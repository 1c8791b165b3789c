"""Commands that are told to stop leave nothing half written."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def until_told_to_stop() -> Iterator[Callable[[], bool]]:
    """Give a function that says whether to go on: until SIGTERM comes. For the main thread."""
    is_told = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: is_told.set())
    try:
        yield lambda: not is_told.is_set()
    finally:
        signal.signal(signal.SIGTERM, before)
