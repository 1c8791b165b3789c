"""Poll every feed of a list into a database as the program does, then leave.

    python -m bench.polling_ours LIST DATABASE

This is `aggregator poll --all` less the pages and the stories: fetch, read, clean, store. The list
comes as JSON, since a daemon reads feeds.yaml when it changes and not when it polls.
"""

import asyncio
import json
import logging
import sys
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

from aggregator.config import Config, Settings
from aggregator.daemon import utc_now
from aggregator.lock import only_one
from aggregator.model import Feed, HttpUrl, PlainText
from aggregator.pipeline.cycle import Pipeline
from aggregator.pipeline.network import policy_of
from aggregator.pipeline.progress import Progress
from aggregator.store import open_store
from aggregator.web.client import WebClient


def config_of(path: Path) -> Config:
    """Return what the list at `path` asks for."""
    listed = json.loads(path.read_text(encoding="utf-8"))
    settings = Settings(
        allowed_networks=(ip_network("127.0.0.0/8"),),
        allowed_ports=(listed["port"],),
        host_gap=timedelta(seconds=listed["host_gap"]),
        requests_in_flight=listed["workers"],
    )
    feeds = tuple(
        Feed(f"p{n}", PlainText(f"P {n}"), HttpUrl(url), fulltext=not listed["whole_texts"])
        for n, url in enumerate(listed["urls"])
    )
    return Config(path, settings, feeds, ())


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
    listed, database = map(Path, sys.argv[1:])
    progress = asyncio.run(poll(config_of(listed), database))
    sys.exit(int(progress.feeds_failed > 0 or progress.feeds_done != progress.feeds))


if __name__ == "__main__":
    main()
