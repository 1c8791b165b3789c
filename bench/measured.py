"""Run a command and write down its time and memory, those of all its descendants included (Linux).

    python bench/measured.py REPORT LOG COMMAND…

REPORT is written as JSON: exit code, wall seconds, CPU seconds (user and system) of every process
that the command started, and the peak of their resident memory together, in bytes. Memory that
processes share is counted in each of them. LOG takes what the command prints.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Final

SAMPLE_SECONDS: Final = 0.1

_PR_SET_CHILD_SUBREAPER: Final = 36  # linux/prctl.h
_PAGE: Final = resource.getpagesize()


def main() -> None:
    """Run the command of the arguments."""
    report, log, *command = sys.argv[1:]
    # Descendants whose parent ends become children of this process: the sum misses none of them.
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "this kernel does not hand over orphans")
    began = time.monotonic()
    with Path(log).open("ab") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    memory = _MemoryWatch()
    memory.start()
    code = process.wait()
    wall = time.monotonic() - began
    memory.stop()
    _wait_for_orphans()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {
        "code": code,
        "wall_seconds": wall,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        # A process that came and went between two samples has its own peak in ru_maxrss (KiB).
        "peak_bytes": max(memory.peak, used.ru_maxrss * 1024),
    }
    Path(report).write_text(json.dumps(figures), encoding="utf-8")


def _wait_for_orphans() -> None:
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


class _MemoryWatch(threading.Thread):
    """Adds up the resident memory of all descendants of this process, ten times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._stop_asked = threading.Event()

    def run(self) -> None:
        while not self._stop_asked.wait(SAMPLE_SECONDS):
            self.peak = max(self.peak, sum(map(_resident_bytes, _descendants(os.getpid()))))

    def stop(self) -> None:
        self._stop_asked.set()
        self.join()


def _descendants(root: int) -> list[int]:
    children: dict[int, list[int]] = defaultdict(list)
    for status in Path("/proc").glob("[0-9]*/stat"):
        # The command's name is in brackets and may hold spaces; the parent is second after it.
        fields = _read(status).rpartition(")")[2].split()
        if fields:
            children[int(fields[1])].append(int(status.parent.name))
    found = list(children[root])
    for process in found:
        found.extend(children[process])
    return found


def _resident_bytes(process: int) -> int:
    fields = _read(Path(f"/proc/{process}/statm")).split()
    return int(fields[1]) * _PAGE if fields else 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""  # the process has ended meanwhile


if __name__ == "__main__":
    main()
