"""`aggregator run --serve` with a clock of its own: only the time is not real.

python -m bench.soak_daemon feeds.yaml news.db clock.json
"""

import asyncio
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aggregator.cli.context import log_to_stderr
from aggregator.config import load
from aggregator.daemon import Daemon
from bench.soak_clock import ClockReader


def main() -> None:
    """Run until a signal ends it."""
    config, database, clock = map(Path, sys.argv[1:])
    log_to_stderr()
    reader = ClockReader(clock)
    clocks: dict[str, Callable[[], Any]] = {"now": reader.now}
    # A daemon that watches whether its clock was set compares it with one that only runs.
    if "running" in inspect.signature(Daemon).parameters:
        clocks["running"] = reader.running
    asyncio.run(Daemon(load(config), database, serve=True, **clocks).run())


if __name__ == "__main__":
    main()
