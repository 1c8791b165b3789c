"""What befalls the daemon during a soak: each kind once in every round, in an order by the seed."""

import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Final

from bench.soak_audit import audit, claimed_editions
from bench.soak_clock import ClockFile
from bench.soak_press import FAULTS, Press
from bench.soak_process import DaemonProcess, Stop
from bench.soak_settings import BAD

JUMPS: Final = (
    timedelta(hours=-24), timedelta(hours=1), timedelta(hours=-1), timedelta(days=30),
)  # fmt: skip
_ALLOWANCE: Final = 60.0
"""Seconds after a start, or after the pages' server was killed, in which pages may be missing."""
_LOG_IS_CUT_WITHIN: Final = 60.0
"""Seconds after a reader has gone in which the write-ahead log may still be as long as it was."""
_LAST_ANSWERS: Final = 1.0
"""Seconds after which no answer can be one of the server that was killed."""
_FAILING_SECONDS: Final = (10.0, 40.0)
_HEALTHY_SECONDS: Final = (60.0, 120.0)


class Ordeal:
    """Does harm to the daemon, and remembers what.

    `settings` returns a good feeds.yaml, another for each number; `long` is for how many seconds a
    foreign reader stays in its transaction.
    """

    def __init__(
        self,
        press: Press,
        daemon: DaemonProcess,
        clock: ClockFile,
        folder: Path,
        settings: Callable[[int], str],
        seed: int,
        long: float,
    ) -> None:
        self._press, self._daemon, self._clock, self._folder = press, daemon, clock, folder
        self._chance = random.Random(f"ordeal {seed}")  # noqa: S311  # it has to repeat
        self._settings, self._long = settings, long
        self._jumps = cycle(JUMPS)
        self._later: list[tuple[float, Callable[[], None]]] = []
        self._turns: dict[str, float] = {}
        self._no_pages_until = self._read_until = 0.0
        self._editions = 0
        self._rough = self._rounds(
            self.kill, self.jump, self.terminate, self.pause, self.hold_reader, self.hold_writer,
            self.change_settings, self.kill_worker, self.kill_server, self.cut_network,
        )  # fmt: skip
        self._calm = self._rounds(
            self.jump_an_hour, self.hold_reader, self.hold_writer, self.change_settings,
            self.kill_worker, self.kill_server, self.cut_network,
        )  # fmt: skip
        self.done: Counter[str] = Counter()
        self.stops: list[Stop] = []
        self.integrity: list[str] = []
        self.quiet_until = 0.0

    def _rounds(self, *kinds: Callable[[], None]) -> Iterator[Callable[[], None]]:
        while True:
            # A kill comes first, so that the shortest soak has one.
            first, *others = kinds
            self._chance.shuffle(others)
            yield from [first, *others]

    def start(self) -> None:
        """Start the daemon on good settings."""
        self._write(self._settings(self._editions))
        self._daemon.start()
        self._excuse()

    def strike(self, *, calm: bool) -> None:
        """Let the next thing happen; while `calm` nothing ends the daemon or sets its clock far."""
        kind = next(self._calm if calm else self._rough)
        self.done[kind.__name__.replace("_", " ")] += 1
        _tell(kind.__name__.replace("_", " "))
        kind()

    def proceed(self) -> None:
        """End what has lasted long enough, and let feeds fail in turns."""
        now = time.monotonic()
        due = [action for at, action in self._later if at <= now]
        self._later = [(at, action) for at, action in self._later if at > now]
        for action in due:
            action()
        for outlet in self._press.outlets.values():
            if not outlet.is_shaky or self._turns.get(outlet.id, 0) > now:
                continue
            begins = outlet.id in self._turns and outlet.fault is None
            outlet.fault = self._chance.choice(FAULTS) if begins else None
            span = _FAILING_SECONDS if begins else _HEALTHY_SECONDS
            self._turns[outlet.id] = now + self._chance.uniform(*span)
            self.done["failing feeds"] += begins

    def relent(self) -> None:
        """End everything that is under way."""
        for _, action in self._later:
            action()
        self._later.clear()
        self._press.mend_feeds()

    def excused(self) -> bool:
        """Whether nobody can expect a page just now."""
        return time.monotonic() < self._no_pages_until

    def is_read(self) -> bool:
        """Whether another program reads, or did a moment ago."""
        return time.monotonic() < self._read_until + _LOG_IS_CUT_WITHIN

    def page_came(self) -> None:
        """Expect every page from now on, if the server is a new one."""
        if time.monotonic() > self._no_pages_until - _ALLOWANCE + _LAST_ANSWERS:
            self._no_pages_until = 0.0

    def look_after(self) -> None:
        """Check the files while no daemon runs, and note what the database claims to hold."""
        database = self._folder / "news.db"
        if database.exists():
            self.integrity += audit(database, self._folder / "feed.atom")
            self.note_claims()

    def note_claims(self) -> None:
        """Hold the database to the editions that it shows now."""
        try:
            self._press.acknowledge(claimed_editions(self._folder / "news.db"))
        except sqlite3.OperationalError:
            # Not made yet, or a migration is under way.
            return

    def kill(self) -> None:
        """End the daemon with SIGKILL, look, and start it again."""
        self._excuse()
        self._daemon.kill()
        self.look_after()
        self.start()

    def terminate(self) -> None:
        """End the daemon with SIGTERM, look, and start it again."""
        self._excuse()
        stop = self._daemon.stop()
        self.stops.append(stop)
        _tell(f"stopped in {stop.seconds:.2f} s with code {stop.code}")
        self.look_after()
        self.start()

    def pause(self) -> None:
        """Stop the daemon from running for a while, as a sleeping machine would."""
        pid, seconds = self._daemon.pid, self._chance.uniform(4, 12)
        self._daemon.send(signal.SIGSTOP)
        self._hush(seconds)
        self._after(seconds, lambda: os.kill(pid, signal.SIGCONT))

    def jump(self) -> None:
        """Set the clock."""
        by = next(self._jumps)
        _tell(f"the clock is set by {by}")
        self._clock.jump(by)

    def jump_an_hour(self) -> None:
        """Set the clock as where summer begins or ends."""
        self._clock.jump(self._chance.choice((timedelta(hours=1), timedelta(hours=-1))))

    def hold_reader(self) -> None:
        """Let another program read the database, in one transaction, for long."""
        self._hold("BEGIN; SELECT count(*) FROM entries", self._long)
        self._read_until = max(self._read_until, time.monotonic() + self._long)

    def hold_writer(self) -> None:
        """Let another program keep the lock of the database."""
        self._hold("BEGIN IMMEDIATE", 10.0)

    def change_settings(self) -> None:
        """Write a feeds.yaml that is no good, and then a good one that differs from the last."""
        self._write(self._chance.choice(BAD))
        self._editions += 1
        text = self._settings(self._editions)
        self._after(5, lambda: self._write(text))

    def kill_worker(self) -> None:
        """End one of the processes that read pages."""
        self._kill_child("spawn_main")

    def kill_server(self) -> None:
        """End the process that serves the pages."""
        self._excuse()
        self._kill_child(" serve ")

    def cut_network(self) -> None:
        """Let no request come through for a while."""
        seconds = self._chance.uniform(5, 15)
        self._press.set_network(up=False)
        self._hush(seconds)
        self._after(seconds, lambda: self._press.set_network(up=True))

    def _kill_child(self, word: str) -> None:
        children = [child for child in self._daemon.children() if word in child.command]
        if children:
            os.kill(self._chance.choice(children).pid, signal.SIGKILL)
        else:
            self.done["nothing to kill"] += 1

    def _hold(self, statements: str, seconds: float) -> None:
        def hold() -> None:
            database = self._folder / "news.db"
            with closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as connection:
                for statement in statements.split("; "):
                    connection.execute(statement).fetchall()
                time.sleep(seconds)
                connection.rollback()

        threading.Thread(target=hold, name="foreign program", daemon=True).start()

    def _after(self, seconds: float, action: Callable[[], None]) -> None:
        self._later.append((time.monotonic() + seconds, action))

    def _hush(self, seconds: float) -> None:
        self.quiet_until = max(self.quiet_until, time.monotonic() + seconds)

    def _excuse(self) -> None:
        self._no_pages_until = time.monotonic() + _ALLOWANCE

    def _write(self, text: str) -> None:
        (self._folder / "feeds.yaml").write_text(text, encoding="utf-8")


def _tell(what: str) -> None:
    print(time.strftime("%H:%M:%S"), what, flush=True)
