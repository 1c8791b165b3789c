"""Poll every feed of a feeds.yaml into a database as the program does, then leave.

    python -m bench.polling_ours feeds.yaml DATABASE

This is `aggregator poll --all` less the pages and the stories: fetch, read, clean, store.
"""

import asyncio
import logging
import sys
from pathlib import Path

from aggregator.config import Config, load
from aggregator.daemon import utc_now
from aggregator.lock import only_one
from aggregator.pipeline import Pipeline, Progress
from aggregator.pipeline.network import policy_of
from aggregator.store import open_store
from aggregator.web.client import WebClient


async def poll(config: Config, database: Path) -> Progress:
    """Poll all feeds of `config` once."""
    with only_one(database):
        async with (
            WebClient(policy_of(config.settings)) as web,
            Pipeline(config, lambda: open_store(database, now=utc_now()), web, utc_now) as pipeline,
        ):
            return await pipeline.poll_due(everything=True)


def main() -> None:
    """Poll, and exit 1 when a feed failed."""
    logging.basicConfig(level=logging.ERROR)
    settings, database = map(Path, sys.argv[1:])
    progress = asyncio.run(poll(load(settings), database))
    sys.exit(int(progress.feeds_failed > 0 or progress.feeds_done != progress.feeds))


if __name__ == "__main__":
    main()
