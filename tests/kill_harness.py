"""Starts the real program, kills it at a chosen moment, and knows what it had acknowledged.

A poll is acknowledged by its log line, which is written after its commit.
"""

import re
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

_POLLED = re.compile(r" poll feed=(\S+) outcome=(\S+) .* new=(\d+) ")


@dataclass
class Harness:
    """Runs of `aggregator` in one folder with a feeds.yaml; `new` counts acknowledged entries."""

    folder: Path
    runs: int = 0
    new: Counter[str] = field(default_factory=Counter)
    polled: set[str] = field(default_factory=set)

    def killed(self, *command: str, after: float, of_start: str) -> str:
        """Start a command, kill it some seconds after a line with `of_start` in its log.

        Returns the log, of which what is acknowledged has been counted.
        """
        self.runs += 1
        path = self.folder / f"log-{self.runs}.txt"
        with path.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "aggregator", *command], cwd=self.folder, stderr=log
            )
        try:
            deadline = time.monotonic() + 60
            while process.poll() is None and time.monotonic() < deadline:
                if of_start in path.read_text(encoding="utf-8"):
                    break
                time.sleep(0.01)
            time.sleep(after)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        return self.count(path.read_text(encoding="utf-8"))

    def count(self, text: str) -> str:
        """Take up the acknowledged polls of a log; a line that is cut off is none."""
        for line in text.splitlines(keepends=True):
            match = _POLLED.search(line) if line.endswith("\n") else None
            if match:
                self.polled.add(match[1])
                self.new[match[1]] += int(match[3])
        return text
