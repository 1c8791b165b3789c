"""The real command: to its end in this process, or going on in one of its own."""

import io
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from aggregator.cli import main

ROOT = Path(__file__).parent.parent


def aggregator(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end in `folder`, in this process: what it prints, and its exit code.

    A process of its own for each call would spend a half of all tests' time on imports.
    """
    command = ["aggregator", *map(str, arguments)]
    code: object = 0
    with _undisturbed(), chdir(folder), _output() as (out, error):
        sys.argv = command
        try:
            main()
        except SystemExit as end:
            code = end.code
        finally:
            logging.shutdown()
    return subprocess.CompletedProcess(
        command, code if isinstance(code, int) else 0, _printed(out), _printed(error)
    )


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Put back what a command changes in its process."""
    root, arguments = logging.getLogger(), sys.argv
    handlers, level = root.handlers[:], root.level
    known = [each for each in root.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    levels = [each.level for each in known]
    try:
        yield
    finally:
        sys.argv = arguments
        root.handlers[:] = handlers
        for logger, before in zip((root, *known), (level, *levels), strict=True):
            logger.setLevel(before)


@contextmanager
def _output() -> Iterator[tuple[io.TextIOWrapper, io.TextIOWrapper]]:
    out, error = (
        io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)
    )
    with redirect_stdout(out), redirect_stderr(error):
        yield out, error


def _printed(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


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
