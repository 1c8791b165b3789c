"""`aggregator run --serve` with a clock of its own: only the time is not real.

python -m bench.soak_daemon feeds.yaml news.db clock.json
"""

import asyncio
import sys
from pathlib import Path

from aggregator.cli.context import log_to_stderr
from aggregator.config import load
from aggregator.daemon import Daemon
from bench.soak_clock import ClockReader


def main() -> None:
    """Run until a signal ends it."""
    config, database, clock = map(Path, sys.argv[1:])
    log_to_stderr()
    daemon = Daemon(load(config), database, serve=True, now=ClockReader(clock).now)
    asyncio.run(daemon.run())


if __name__ == "__main__":
    main()
