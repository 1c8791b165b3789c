"""Days of work in minutes: memory, threads, open files and the log do not grow with them."""

import asyncio
import gc
import logging
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Final

import pytest

from aggregator.config import Config, Settings
from aggregator.model import Feed, HttpUrl, PlainText
from aggregator.pipeline.cycle import Pipeline
from aggregator.pipeline.network import policy_of
from aggregator.store import open_store
from aggregator.web.client import WebClient
from tests.pipeline.press import CYCLE, FAILING, FEEDS
from tests.running import ROOT

START: Final = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
"""Cycle 198 ends the first day, when the grouper lets go of it: 200 comes after a first peak."""
MIB: Final = 2**20

WITH_PAGES: Final = 10
"""Feeds whose pages are fetched, the failing ones among them; of others their own text counts."""

BACKLOG: Final = 91
"""Items that each feed lists in the week: three days of news come in with the first cycle, so that
the grouper has held a whole day and every bounded memory of the latest addresses is full by 200."""

linux_only = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="memory and files are read from Linux' /proc"
)


@dataclass(frozen=True, slots=True)
class Footprint:
    """What the process holds: bytes of memory, threads, open files."""

    memory: int
    threads: int
    files: int


@dataclass(slots=True)
class Seen:
    """What a run left behind: footprints by cycle, polls, log lines by first word."""

    footprints: dict[int, Footprint] = field(default_factory=dict)
    polls: int = 0
    failed: int = 0
    pages: int = 0
    lines: Counter[str] = field(default_factory=Counter)


class Counting(logging.Handler):
    """Counts log lines and keeps none."""

    def __init__(self, lines: Counter[str]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines[record.getMessage().partition(" ")[0]] += 1


def footprint() -> Footprint:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return Footprint(
        pages * os.sysconf("SC_PAGE_SIZE"),
        threading.active_count(),
        len(list(Path("/proc/self/fd").iterdir())),
    )


class Press:
    """The press in its own process."""

    def __init__(self, listed: int) -> None:
        command = [sys.executable, "-m", "tests.pipeline.press", START.isoformat(), str(listed)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port = int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def publish(self, cycle: int) -> None:
        """Go on to a cycle."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{cycle}\n")
        self._process.stdin.flush()
        self._line()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@contextmanager
def counted_lines(lines: Counter[str]) -> Iterator[None]:
    log = logging.getLogger("aggregator")
    handler, level, propagates = Counting(lines), log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
        log.propagate = propagates


async def weeks(config: Config, press: Press, cycles: int, looked_at: tuple[int, ...]) -> Seen:
    """Do so many cycles of five minutes, each as soon as the last one has ended."""
    seen = Seen()
    clock = [START]

    def now() -> datetime:
        return clock[0]

    def monotonic() -> float:
        return (clock[0] - START).total_seconds()

    with counted_lines(seen.lines):
        async with (
            WebClient(
                policy_of(config.settings),
                now=now,
                monotonic=monotonic,
            ) as web,
            Pipeline(
                config,
                lambda: open_store(config.settings.database, now=now()),
                web,
                now,
            ) as pipeline,
        ):
            for cycle in range(1, cycles + 1):
                clock[0] = START + CYCLE * cycle
                press.publish(cycle)
                progress = await pipeline.run_once(everything=True)
                seen.polls += progress.feeds_done
                seen.failed += progress.feeds_failed
                seen.pages += progress.pages_done + progress.looks
                if cycle in looked_at:
                    seen.footprints[cycle] = footprint()
    return seen


def config_of(folder: Path, port: int, feeds: int) -> Config:
    settings = Settings(
        database=folder / "news.db",
        allowed_networks=(ip_network("127.0.0.0/8"),),
        allowed_ports=(port,),
        host_gap=timedelta(0),
        extract_workers=1,
        # As long as a story may be joined it is held in memory: all days are to be of one size.
        story_window=timedelta(hours=1),
    )
    listed = tuple(
        Feed(
            f"f{n}",
            PlainText(f"Paper {n}"),
            HttpUrl(f"http://127.0.1.{n + 1}:{port}/feed"),
            fulltext=n < WITH_PAGES,
        )
        for n in range(feeds)
    )
    return Config(folder / "feeds.yaml", settings, listed, ())


def run(
    folder: Path, cycles: int, looked_at: tuple[int, ...], *, feeds: int = FEEDS, listed: int
) -> Seen:
    press = Press(listed)
    try:
        config = config_of(folder, press.port, feeds)
        return asyncio.run(weeks(config, press, cycles, looked_at))
    finally:
        press.close()


def assert_bounded(seen: Seen, first: int, last: int, feeds: int = FEEDS) -> None:
    before, after = seen.footprints[first], seen.footprints[last]
    shown = {cycle: found.memory // MIB for cycle, found in seen.footprints.items()}
    assert after.memory <= max(before.memory * 1.1, before.memory + 20 * MIB), shown
    assert (after.threads, after.files) == (before.threads, before.files), seen.footprints
    assert seen.polls == last * feeds
    assert seen.failed == last * FAILING
    assert seen.lines.pop("poll") <= seen.polls
    assert seen.lines.pop("scrape") + seen.lines.pop("revisit", 0) <= seen.pages
    assert seen.lines.pop("group") <= last
    # Nothing else may tell something over and over.
    assert sum(seen.lines.values()) <= last // 12, seen.lines


@linux_only
def test_o28_some_hours_leave_no_memory_no_thread_and_no_file_behind(tmp_path: Path) -> None:
    assert_bounded(run(tmp_path, 24, (8, 24), feeds=8, listed=6), 8, 24, feeds=8)


@linux_only
@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_o28_a_week_leaves_no_memory_no_thread_and_no_file_behind(tmp_path: Path) -> None:
    looked_at = (200, *range(400, 2016, 400), 2016)
    seen = run(tmp_path, 2016, looked_at, listed=BACKLOG)
    print({cycle: str(found) for cycle, found in seen.footprints.items()}, seen.lines)  # noqa: T201 -- the figures of the promise, with -s
    assert_bounded(seen, 200, 2016)
