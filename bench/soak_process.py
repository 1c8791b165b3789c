"""The daemon of the soak as a process: started, watched through /proc (Linux), ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PAGE: Final = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a session: the daemon is the one whose number is the session's."""

    pid: int
    session: int
    resident: int
    command: str


@dataclass(frozen=True, slots=True)
class Stop:
    """How the daemon ended after SIGTERM."""

    seconds: float
    code: int


class DaemonProcess:
    """Starts the daemon, again and again, each time as the leader of a session of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log_path = folder / "daemon.log"
        self._log = self._log_path.open("ab")
        self._log_before = 0
        self._sessions: dict[int, float] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = False
        self.lives = 0
        self.began = 0.0

    def start(self) -> None:
        """Start the daemon on feeds.yaml, news.db and clock.json of its folder."""
        self._log_before = self._log_path.stat().st_size
        self._is_ready = False
        command = ["-m", "bench.soak_daemon", "feeds.yaml", "news.db", "clock.json"]
        self._process = subprocess.Popen(
            [sys.executable, *command],
            cwd=self._folder,
            stderr=self._log,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        )
        self.lives += 1
        self.began = time.monotonic()

    @property
    def pid(self) -> int:
        """The daemon's number."""
        assert self._process is not None
        return self._process.pid

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.began

    def is_ready(self) -> bool:
        """Return whether it has logged that it works: before, it has no handlers of signals."""
        if not self._is_ready:
            with self._log_path.open("rb") as log:
                log.seek(self._log_before)
                self._is_ready = b"daemon started" in log.read()
        return self._is_ready

    def ended(self) -> int | None:
        """Return the exit code of a daemon that has ended by itself."""
        assert self._process is not None
        return self._process.poll()

    def send(self, number: int) -> None:
        """Send the daemon a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End the daemon as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._sessions[self.pid] = time.monotonic()

    def stop(self, patience: float = 60.0) -> Stop:
        """Ask the daemon to end; return how it did."""
        assert self._process is not None
        began = time.monotonic()
        self._process.terminate()
        try:
            code = self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._sessions[self.pid] = time.monotonic()
        return Stop(time.monotonic() - began, code)

    def children(self) -> list[Process]:
        """Return the processes that the daemon started."""
        return [p for p in _processes() if p.session == self.pid and p.pid != self.pid]

    def resident(self) -> int:
        """Return the bytes of the daemon itself that are in memory."""
        return sum(p.resident for p in _processes() if p.pid == self.pid)

    def threads(self) -> int:
        """Return how many threads the daemon has."""
        return _count(_PROC / str(self.pid) / "task")

    def files(self) -> int:
        """Return how many files and sockets the daemon has open."""
        return _count(_PROC / str(self.pid) / "fd")

    def end_orphans(self, older_than: float) -> list[Process]:
        """End what is left of daemons that ended so many seconds ago, and return it."""
        now = time.monotonic()
        old = {session for session, at in self._sessions.items() if now - at > older_than}
        left = [process for process in _processes() if process.session in old]
        for process in left:
            os.kill(process.pid, signal.SIGKILL)
        for session in old:
            del self._sessions[session]
        return left


def _processes() -> Iterator[Process]:
    for folder in _PROC.glob("[0-9]*"):
        try:
            # The second field, a name in parentheses, may hold spaces.
            fields = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, UnicodeDecodeError):
            continue
        if fields[0] != "Z":
            resident = int(fields[21]) * _PAGE
            yield Process(int(folder.name), int(fields[3]), resident, command)


def _count(folder: Path) -> int:
    try:
        return len(list(folder.iterdir()))
    except OSError:
        return 0
