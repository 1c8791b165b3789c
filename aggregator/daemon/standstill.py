"""A daemon in which nothing moves any more: noticed from outside its loop, told, and ended.

Exceptions are caught everywhere; what is left are calls that never return, in the event loop or in
the thread of the database. A thread of its own looks whether both still answer. It never logs by
itself: what the loop hangs in may be the log.
"""

import asyncio
import contextlib
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final, Protocol

from aggregator.beside import beside
from aggregator.daemon.supervisor import Supervisor

LOOK_EVERY: Final = timedelta(seconds=5)

LOOP_PATIENCE: Final = timedelta(minutes=1)
"""The event loop does nothing that takes more than a moment."""

STORE_PATIENCE: Final = timedelta(minutes=15)
"""Putting a large database in order may take minutes, during which its thread answers nobody."""

GIVEN_UP_AFTER: Final = 5
"""Times the patience after which a standstill is taken for final."""

EXIT_CODE: Final = 75
"""EX_TEMPFAIL of sysexits.h: it may work when it is tried again."""

_LAST_WORDS_SECONDS: Final = 0.5
"""What the log may take before the process is ended without it."""

_log = logging.getLogger("aggregator")


class Answers(Protocol):
    """What is asked whether the thread of the database still answers."""

    def ping(self, answered: Callable[[], None]) -> None:
        """Have `answered` called in that thread."""


class Ending(Protocol):
    """How the process is ended; see `Signals`."""

    def leave(self, code: int) -> None:
        """End it."""

    def begin_anew(self, code: int) -> None:
        """Have the same command take its place; where that cannot be, end it with `code`."""


class StandstillWatch:
    """Watches the loop in which `run` runs, and the store behind `pipeline`."""

    def __init__(
        self,
        pipeline: Answers,
        supervisor: Supervisor,
        ending: Ending,
        *,
        loop_patience: timedelta = LOOP_PATIENCE,
        store_patience: timedelta = STORE_PATIENCE,
    ) -> None:
        self._pipeline = pipeline
        self._supervisor = supervisor
        self._ending = ending
        self._patience = {
            "the event loop": loop_patience.total_seconds(),
            "the thread of the database": store_patience.total_seconds(),
        }
        self._answered = dict.fromkeys(self._patience, time.monotonic())
        self._told: set[str] = set()
        self._ended = threading.Event()
        self._ping_is_out = False

    async def run(self) -> None:
        """Answer for the loop until cancelled; tell the supervisor as often as it wants."""
        threading.Thread(target=self._look, name="standstill", daemon=True).start()
        watchdog = self._supervisor.watchdog or 4 * LOOK_EVERY
        pause = min(watchdog / 2, LOOK_EVERY).total_seconds()
        try:
            while True:
                loop, store = self._patience
                self._answer(loop)
                if not self._ping_is_out:
                    self._ping_is_out = True
                    self._pipeline.ping(self._store_answered)
                # A supervisor is not to be less patient than this watch, which ends it in order.
                if self._silent_for(store) <= GIVEN_UP_AFTER * self._patience[store]:
                    self._supervisor.alive()
                await asyncio.sleep(pause)
        finally:
            self._ended.set()

    def _answer(self, who: str) -> None:
        self._answered[who] = time.monotonic()
        if who in self._told:
            self._told.discard(who)
            _log.warning("%s moves again", who)

    def _store_answered(self) -> None:
        self._ping_is_out = False
        _, store = self._patience
        self._answer(store)

    def _silent_for(self, who: str) -> float:
        return time.monotonic() - self._answered[who]

    def _look(self) -> None:
        shortest = min(LOOK_EVERY.total_seconds(), *(each / 2 for each in self._patience.values()))
        before = time.monotonic()
        while not self._ended.wait(shortest):
            if time.monotonic() - before > 2 * shortest + 1:
                # This thread stood still as well: the whole process was stopped for a while.
                self._answered = dict.fromkeys(self._patience, time.monotonic())
            before = time.monotonic()
            for who, patience in self._patience.items():
                silent = self._silent_for(who)
                if silent > patience and who not in self._told:
                    self._told.add(who)
                    beside(partial(_tell_of_silence, who, silent))
                if silent > GIVEN_UP_AFTER * patience:
                    self._begin_anew(who)

    def _begin_anew(self, who: str) -> None:
        """End this process so that another takes its place, whoever starts it."""
        words = "%s does not answer any more: beginning anew"
        beside(partial(_log.error, words, who), wait=_LAST_WORDS_SECONDS)
        if self._supervisor.is_there:
            self._ending.leave(EXIT_CODE)
        else:
            self._ending.begin_anew(EXIT_CODE)


def _tell_of_silence(who: str, seconds: float) -> None:
    stacks = _stacks()
    _log.error("%s has not answered for %d s; what all threads do:", who, seconds)
    # Not by faulthandler, which would hold Python's own lock while nobody reads. Standard error may
    # be closed, or no file.
    with contextlib.suppress(AttributeError, OSError, ValueError):
        sys.stderr.write(stacks)
        sys.stderr.flush()


def _stacks() -> str:
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    return "".join(
        f"Thread {names.get(number, number)}:\n{''.join(traceback.format_stack(frame))}"
        for number, frame in sys._current_frames().items()  # noqa: SLF001 -- there is no other way
    )
