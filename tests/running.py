"""The real command in a process of its own."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent


def aggregator(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end in `folder`."""
    return subprocess.run(
        [sys.executable, "-m", "aggregator", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def started(*arguments: str | Path, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command that goes on; it is killed at the end if it still runs."""
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "aggregator", *map(str, arguments)], cwd=folder, stderr=log
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    """Wait for `condition`, which may raise OSError until then; fail when it never holds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} seconds")
