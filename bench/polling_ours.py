"""Poll every feed of a feeds.yaml into a database as the program does, then leave.

    python -m bench.polling_ours feeds.yaml DATABASE

This is `aggregator poll --all` less the pages and the stories: fetch, read, clean, store.
"""

import asyncio
import logging
import sys
from pathlib import Path
from typing import Any

from aggregator.config import Config, load
from aggregator.daemon import utc_now
from aggregator.lock import only_one
from aggregator.pipeline import Pipeline, Progress
from aggregator.pipeline.network import policy_of
from aggregator.store import open_store
from aggregator.web.client import WebClient


class _PollsOnly(Pipeline):
    """The pipeline up to its first stage."""

    async def start_pages(self) -> None:
        """Fetch no pages."""

    async def poll_everything(self) -> Progress:
        """Poll every feed and wait until all is stored."""
        await self.start_polls(everything=True)
        polls = [task for task in asyncio.all_tasks() if task.get_name().startswith("poll ")]
        await asyncio.gather(*polls)
        return self.progress


async def poll(config: Config, database: Path) -> Progress:
    """Poll all feeds of `config` once."""
    kind: Any = Pipeline if hasattr(Pipeline, "poll_everything") else _PollsOnly
    with only_one(database):
        async with (
            WebClient(policy_of(config.settings)) as web,
            kind(config, lambda: open_store(database, now=utc_now()), web, utc_now) as pipeline,
        ):
            progress: Progress = await pipeline.poll_everything()
    return progress


def main() -> None:
    """Poll, and exit 1 when a feed failed."""
    logging.basicConfig(level=logging.ERROR)
    settings, database = map(Path, sys.argv[1:])
    progress = asyncio.run(poll(load(settings), database))
    sys.exit(int(progress.feeds_failed > 0 or progress.feeds_done != progress.feeds))


if __name__ == "__main__":
    main()
