"""Signals, heard by a thread of their own: a busy event loop or a slow start cannot delay the end.

A handler in Python runs only when the main thread gets round to it. The interpreter also writes the
number of each signal into a socket, at once; the thread here reads that. It sees to it that the
process is gone in time, whatever else is stuck: what was acknowledged is on disk, and leaving as a
crash would costs no more than a crash does. That thread never logs by itself, for a log that nobody
reads would hold it up.
"""

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final, Self

from aggregator.beside import beside

STOP_WITHIN: Final = timedelta(seconds=9)
"""From the first signal to the end of the process; promised are 10 seconds."""

_LAST_THINGS_SECONDS: Final = 0.5
"""What ending the children and the last log lines may take."""

_CLOSE: Final = 0
_STOPPING: Final = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGBREAK") if hasattr(signal, name)
)
_RELOADING: Final = getattr(signal, "SIGHUP", None)

_log = logging.getLogger("aggregator")


class Signals:
    """Turns signals into calls; a context manager, entered in the main thread.

    Before `attend` was called the first signal to stop ends the process at once, with exit code 0:
    nothing has been acknowledged yet. After it, it calls `on_stop`; past `STOP_WITHIN`, or with a
    second signal, the process ends whatever it does. SIGHUP calls `on_reload`; in a terminal, which
    sends it when it is closed, it means to stop, unless it was ignored (nohup) or blocked before.
    """

    def __init__(self) -> None:
        self._heard, self._told = socket.socketpair()
        self._told.setblocking(False)
        self._before: dict[int, object] = {}
        self._wakeup = -1
        self._on_stop: Callable[[], None] | None = None
        self._on_reload: Callable[[], None] = _nothing
        self._deadline: float | None = None
        # Asked now: a terminal that was closed is none any more.
        self._hangup_stops = _hangup_stops()
        self._children: list[Callable[[], None]] = []
        self.busy_with = "starting"

    def __enter__(self) -> Self:
        self._wakeup = signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)
        for number in self._numbers():
            self._before[number] = signal.signal(number, _nothing)
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
        threading.Thread(target=self._listen, name="signals", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._deadline is not None:
            # What is left of the process, its threads first of all, must end in time, too.
            if _RELOADING is not None:
                # The interpreter gives up its handlers while it ends, and a repeat would be fatal.
                signal.signal(_RELOADING, signal.SIG_IGN)
            return
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal() returned
        signal.set_wakeup_fd(self._wakeup)
        self._told.send(bytes([_CLOSE]))

    def attend(self, on_stop: Callable[[], None], on_reload: Callable[[], None]) -> None:
        """Call these, from the thread that listens, when a signal says so."""
        self._on_reload = on_reload
        self._on_stop = on_stop

    def end_with_us(self, kill: Callable[[], None]) -> None:
        """Have `kill` called when the process is left in haste; it must be quick."""
        self._children.append(kill)

    def leave(self, code: int) -> None:
        """End this process now as a crash would, with its children."""
        self._leave(code)

    def begin_anew(self, code: int) -> None:
        """Let the same command take the place of this process; exit with `code` if it cannot."""
        self._do_last_things()
        # Windows would begin another process beside this one.
        if sys.platform != "win32" and sys.orig_argv:
            if not self._hangup_stops:
                # By this it sees that SIGHUP does not end it, and hears one that comes meanwhile.
                signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 -- ourselves
        os._exit(code)

    def _leave(self, code: int, say: Callable[[], None] | None = None) -> None:
        self._do_last_things(say)
        os._exit(code)

    def _do_last_things(self, say: Callable[[], None] | None = None) -> None:
        """End the children and let `say` log why, as far as neither keeps us."""

        def do() -> None:
            self._end_children()
            if say is not None:
                say()
            for handler in logging.getLogger().handlers:
                handler.flush()

        beside(do, wait=_LAST_THINGS_SECONDS)

    def _end_children(self) -> None:
        failed: list[Exception] = []
        for kill in (*self._children, _kill_workers):
            try:
                kill()
            except Exception as error:  # noqa: BLE001 -- nothing may keep us
                failed.append(error)
        # Not before all are ended, for here it may end.
        for each in failed:
            _log.error("a child could not be ended", exc_info=each)

    @staticmethod
    def _numbers() -> tuple[int, ...]:
        return _STOPPING if _RELOADING is None else (*_STOPPING, _RELOADING)

    def _listen(self) -> None:
        while True:
            left = None if self._deadline is None else self._deadline - time.monotonic()
            try:
                self._heard.settimeout(None if left is None else max(left, 0.001))
                numbers = self._heard.recv(64)
            except TimeoutError:
                self._leave(0, self._say_what_is_busy)
            for number in numbers:
                if number == _CLOSE:
                    self._heard.close()
                    self._told.close()
                    return
                self._take(number)

    def _take(self, number: int) -> None:
        if number not in self._numbers():
            return
        if number == _RELOADING and self._deadline is not None:
            # A shell and the kernel both send it when a terminal is closed: once is meant.
            return
        if number == _RELOADING and not self._hangup_stops:
            self._on_reload()
            return
        if self._deadline is not None:
            # Asked twice: leave as a crash would; the database bears that.
            self.leave(128 + number)
        if self._on_stop is None:
            self._leave(0, lambda: _say_stopping(number, "daemon stopped while starting"))
            return
        self._deadline = time.monotonic() + STOP_WITHIN.total_seconds()
        self._on_stop()
        beside(lambda: _say_stopping(number))

    def _say_what_is_busy(self) -> None:
        _log.error(
            "stopping took longer than %d s, leaving; still busy with: %s",
            STOP_WITHIN.total_seconds(),
            self.busy_with,
        )


def _nothing(*_: object) -> None:
    """Do nothing: the thread hears of it."""


def _say_stopping(number: int, *more: str) -> None:
    _log.info("signal %s: stopping", signal.Signals(number).name)
    for line in more:
        _log.info(line)


def _hangup_stops() -> bool:
    if sys.platform == "win32" or signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        return False
    if signal.SIGHUP in signal.pthread_sigmask(signal.SIG_BLOCK, ()):
        return False
    try:
        # Not asked of standard error, which may well go into a file.
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _kill_workers() -> None:
    # Not imported here: without workers it was not needed.
    multiprocessing = sys.modules.get("multiprocessing")
    if multiprocessing is not None:
        for process in multiprocessing.active_children():
            process.kill()
