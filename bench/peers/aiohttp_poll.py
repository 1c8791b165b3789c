"""The least that a poll with aiohttp costs: every feed downloaded, nothing read, nothing stored.

    python aiohttp_poll.py URLS VALIDATORS WORKERS

VALIDATORS is a JSON file that holds from one poll to the next what the feeds were tagged with.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import aiohttp


async def _work(
    client: aiohttp.ClientSession, urls: Iterator[str], known: dict[str, dict[str, str]]
) -> None:
    for url in urls:
        async with client.get(url, headers=known.get(url, {})) as response:
            await response.read()
            if response.status == HTTPStatus.OK:
                known[url] = {
                    "If-None-Match": response.headers["ETag"],
                    "If-Modified-Since": response.headers["Last-Modified"],
                }


async def poll(urls: list[str], known: dict[str, dict[str, str]], workers: int) -> None:
    """Ask for every address; the workers share one client and one list."""
    shared = iter(urls)
    async with aiohttp.ClientSession() as client, asyncio.TaskGroup() as tasks:
        for _ in range(workers):
            tasks.create_task(_work(client, shared, known))


def main() -> None:
    """Poll once."""
    urls, validators, workers = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    known = json.loads(validators.read_text(encoding="utf-8")) if validators.exists() else {}
    asyncio.run(poll(urls.read_text(encoding="utf-8").split(), known, workers))
    validators.write_text(json.dumps(known), encoding="utf-8")


if __name__ == "__main__":
    main()
