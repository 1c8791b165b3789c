"""What an unchanged feed costs us: CPU time for each 304, beside that of a bare httpx client.

    python -m bench.fetching [--requests N]

A server in a process of its own answers conditional requests with 304, on many loopback addresses.
Cold: every request goes to a host of its own. Warm: twenty hosts are asked again and again.
"""

import argparse
import asyncio
import multiprocessing
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from http import HTTPStatus
from ipaddress import ip_network
from multiprocessing.connection import Connection
from typing import Final

import httpx

from aggregator.model import FetchKind, FetchRequest, HttpUrl, Validators
from aggregator.web.client import WebClient
from aggregator.web.policy import WebPolicy, user_agent

ETAG: Final = '"33a64df5"'
SINCE: Final = "Tue, 06 May 2031 07:18:09 GMT"
ANSWER: Final = (
    b"HTTP/1.1 304 Not Modified\r\nDate: Tue, 06 May 2031 07:18:09 GMT\r\nServer: nginx\r\n"
    b'ETag: "33a64df5"\r\nCache-Control: max-age=300\r\nVary: Accept-Encoding\r\n\r\n'
)
AT_ONCE: Final = 10
ROUNDS: Final = 3

Ask = Callable[[str], Awaitable[None]]


def serve(ready: Connection) -> None:
    """Answer every request on every loopback address with 304; tell the port first."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "0.0.0.0", 0, backlog=1000)  # noqa: S104  # 127/8
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def milliseconds(ask: Ask, urls: Sequence[str]) -> float:
    """Return the CPU time of this process for each of `urls`, asked a few at once."""
    left = iter(urls)

    async def worker() -> None:
        for url in left:
            await ask(url)

    started = time.process_time()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return (time.process_time() - started) / len(urls) * 1000


async def bare(urls: Sequence[str]) -> float:
    """Measure a plain httpx client."""
    headers = {"If-None-Match": ETAG, "If-Modified-Since": SINCE}
    async with httpx.AsyncClient(trust_env=False) as client:

        async def ask(url: str) -> None:
            response = await client.get(url, headers=headers)
            assert response.status_code == HTTPStatus.NOT_MODIFIED

        return await milliseconds(ask, urls)


async def ours(urls: Sequence[str], port: int) -> float:
    """Measure our client, with its guard, its pace and its judgement of the answer."""
    policy = WebPolicy(
        user_agent(None),
        allowed_networks=(ip_network("127.0.0.0/8"),),
        allowed_ports=(port,),
        host_gap=timedelta(0),
    )
    async with WebClient(policy) as client:

        async def ask(url: str) -> None:
            request = FetchRequest(HttpUrl(url), FetchKind.FEED, Validators(ETAG, SINCE))
            assert (await client.fetch(request)).status == HTTPStatus.NOT_MODIFIED

        return await milliseconds(ask, urls)


def main() -> None:
    """Print both figures, the best of a few rounds each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=2000)
    requests = parser.parse_args().requests
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(there,), daemon=True)
    server.start()
    port = here.recv()
    for name, hosts in (("cold", requests), ("warm", 20)):
        urls = [
            f"http://127.{1 + n // 40_000}.{n % 40_000 // 200}.{n % 200 + 1}:{port}/feed.xml"
            for n in (number % hosts for number in range(requests))
        ]
        plain = min(asyncio.run(bare(urls)) for _ in range(ROUNDS))
        own = min(asyncio.run(ours(urls, port)) for _ in range(ROUNDS))
        print(f"{name}: ours {own:.2f} ms, httpx {plain:.2f} ms, {own / plain:.2f} of it")
    server.kill()


if __name__ == "__main__":
    main()
