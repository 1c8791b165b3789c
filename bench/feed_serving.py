"""What a reader's poll of the merged feed costs: not modified, as it is kept, and rendered anew.

    python -m bench.big_database big.db [--articles 1000000]
    python -m bench.feed_serving big.db [--requests 200]

Starts `aggregator serve` on the database and asks it over one connection, one request after the
other; then the same over eight connections at once. The baseline is the same feed without what is
kept: a `since` that nobody has asked for before, long ago enough to keep every story, so that each
answer is found and rendered anew, as by a reader that keeps no answers. Ratios are of requests a
second to that, in the same run and over as many connections.
"""

import argparse
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from bench.tables import print_head, print_row

HOST: Final = "127.0.0.1"
_BEGINNING: Final = 946_684_800
"""1 January 2000, before any story."""
_AT_ONCE: Final = 8
_WAIT_SECONDS: Final = 120
_NOT_MODIFIED: Final = 304
_KNOWN: Final = {
    "all stories": "/feed.atom?all=1",
    "two origins": "/feed.atom?all=1&origins=2",
    "in Arabic, five outlets": "/feed.atom?all=1&language=ar&outlets=5",
    "from one country": "/feed.atom?all=1&one_sided=1",
    "the last day": "/feed.atom?all=1&since=1d",
    "words": "/feed.atom?q=counts",
}


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked: `path` may change with each request; `headers` may need a first answer."""

    name: str
    path: Callable[[], str]
    headers: dict[str, str]
    status: int = 200


@dataclass(frozen=True, slots=True)
class Result:
    """What one case cost, in milliseconds of each request and of all; `size` of an answer."""

    times: list[float]
    size: int
    took: float

    @property
    def a_second(self) -> float:
        """Return how many requests were answered in a second."""
        return 1000 * len(self.times) / self.took


@contextmanager
def serving(database: Path) -> Iterator[int]:
    """Serve a database; yield the port once it answers."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "aggregator", "--database", str(database), "serve"]
    process = subprocess.Popen(
        [*command, "--host", HOST, "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ,
    )  # fmt: skip
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def ask(
    connection: http.client.HTTPConnection, path: str, headers: dict[str, str]
) -> tuple[int, str, int]:
    """Return status, ETag and size of an answer."""
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    size = len(answer.read())
    return answer.status, answer.getheader("ETag") or "", size


def measure(connection: http.client.HTTPConnection, case: Case, requests: int) -> Result:
    """Ask so many times, after one request that warms up."""
    status, tag, _ = ask(connection, case.path(), case.headers)
    if status != http.HTTPStatus.OK:
        raise RuntimeError(f"{case.name}: {case.path()} was answered with {status}")
    headers = case.headers | (
        {"If-None-Match": tag} if case.status == http.HTTPStatus.NOT_MODIFIED else {}
    )
    times, size = [], 0
    all_began = time.perf_counter()
    for _ in range(requests):
        path = case.path()
        began = time.perf_counter()
        status, _, size = ask(connection, path, headers)
        times.append((time.perf_counter() - began) * 1000)
        if status != case.status:
            raise RuntimeError(f"{case.name}: {path} was answered with {status}")
    return Result(times, size, (time.perf_counter() - all_began) * 1000)


def measure_at_once(port: int, case: Case, requests: int, connections: int) -> Result:
    """Ask so many times in all, over several connections at once."""

    def ask_share(_: int) -> Result:
        connection = http.client.HTTPConnection(HOST, port, timeout=60)
        try:
            return measure(connection, case, max(1, requests // connections))
        finally:
            connection.close()

    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as executor:
        shares = list(executor.map(ask_share, range(connections)))
    took = (time.perf_counter() - began) * 1000
    return Result([each for share in shares for each in share.times], shares[0].size, took)


def cases() -> list[Case]:
    """Return what is asked, the baseline first."""
    seconds = count(_BEGINNING)

    def long_ago() -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(next(seconds)))
        return f"/feed.atom?all=1&since={moment}"

    packed = {"Accept-Encoding": "gzip"}

    def at(path: str) -> Callable[[], str]:
        return lambda: path

    return [
        Case("found and rendered anew (baseline)", long_ago, packed),
        Case("Atom, 200", at("/feed.atom?all=1"), packed),
        Case("RSS, 200", at("/feed.rss?all=1"), packed),
        Case("JSON Feed, 200", at("/feed.json?all=1"), packed),
        Case("Atom unpacked, 200", at("/feed.atom?all=1"), {}),
        *(Case(f"{name}, 304", at(path), packed, _NOT_MODIFIED) for name, path in _KNOWN.items()),
    ]


def main() -> None:
    """Print a row for each case."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("database", type=Path)
    parser.add_argument("--requests", type=int, default=200)
    arguments = parser.parse_args()
    print_head("asked", "at once", "median ms", "95 % ms", "requests a second", "× baseline", "kB")
    with serving(arguments.database) as port:
        for connections in (1, _AT_ONCE):
            baseline: float | None = None
            for case in cases():
                result = measure_at_once(port, case, arguments.requests, connections)
                baseline = baseline or result.a_second
                print_row([
                    case.name,
                    str(connections),
                    f"{median(result.times):.1f}",
                    f"{quantiles(result.times, n=20)[-1]:.1f}",
                    f"{result.a_second:.0f}",
                    f"{result.a_second / baseline:.1f}",
                    f"{result.size / 1000:.0f}",
                ])  # fmt: skip


if __name__ == "__main__":
    main()
