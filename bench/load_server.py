"""Many feeds on many loopback addresses, served for next to nothing by one process of its own.

    python -m bench.load_server [--feeds 2000] [--latency 0.05] [--host-gap 2] [--port 0]

Every address of 127.0.0.0/8 answers; 127.0.0.1 takes orders (`/-/…`), five feeds live on each of
the others. All answers are made before the first request. When it is ready the server prints one
line of JSON, its port and what it publishes, and goes on until it is killed.
"""

import argparse
import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from bench.load_answers import Answer, Load
from bench.load_counts import Observer, accepts_gzip

ORDERS: Final = "127.0.0.1"

_HEAD_LIMIT: Final = 64 * 1024


class _Server:
    """What all connections share."""

    def __init__(self, load: Load, latency: float, host_gap: float) -> None:
        self.load = load
        self.latency = latency
        self.observer = Observer(host_gap)

    def order(self, target: str) -> object:
        """Carry out an order of the benchmark and return what it asked for."""
        parts = urlsplit(target)
        match parts.path:
            case "/-/client":
                self.load.restore()
                self.observer.begin_client()
            case "/-/round":
                self.observer.begin_round()
            case "/-/change":
                return {"new": self.load.change(float(parse_qs(parts.query)["share"][0]))}
            case "/-/published":
                return asdict(self.load.published)
            case "/-/counts":
                return asdict(self.observer.counts)
            case _:
                return {"unknown": parts.path}
        return {}


@dataclass(frozen=True, slots=True)
class _Asked:
    path: str
    headers: Mapping[bytes, bytes]
    answer: Answer | None
    closes: bool


class _Connection(asyncio.Protocol):
    """HTTP/1.1 without bodies of requests, written out by hand: about 50 µs a request."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._host: str = transport.get_extra_info("sockname")[0]
        if not self._host.startswith("127."):
            transport.abort()
        elif self._host != ORDERS:
            self._server.observer.counts.connections += 1

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            lines = self._buffer[:end].split(b"\r\n")
            self._buffer = self._buffer[end + 4 :]
            self._request(lines)
        if len(self._buffer) > _HEAD_LIMIT:
            self._transport.abort()

    def _request(self, lines: list[bytes]) -> None:
        method, target, *version = lines[0].decode("latin-1").split(" ")
        if self._host == ORDERS:
            self._carry_out(target)
            return
        path = urlsplit(target).path
        pairs = (line.partition(b":") for line in lines[1:])
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        answer = self._server.load.answer(self._host, path) if method == "GET" else None
        closes = headers.get(b"connection", b"").lower() == b"close" or version != ["HTTP/1.1"]
        loop = asyncio.get_running_loop()
        self._server.observer.request(self._host, path, headers, loop.time())
        asked = _Asked(path, headers, answer, closes)
        loop.call_later(self._server.latency, self._answer, asked)

    def _answer(self, asked: _Asked) -> None:
        status, size = 404, 0
        if asked.answer is None:
            message = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        elif asked.answer.has(asked.headers):
            status, message = 304, asked.answer.head(304)
        else:
            status = 200
            message, size = asked.answer.fresh(packed=accepts_gzip(asked.headers))
        self._server.observer.answer(self._host, asked.path, status, size)
        self._transport.write(message)
        if asked.closes:
            self._transport.close()

    def _carry_out(self, target: str) -> None:
        body = json.dumps(self._server.order(target)).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        self._transport.write(f"{head}\r\nConnection: close\r\n\r\n".encode("ascii") + body)
        self._transport.close()


async def serve(load: Load, *, port: int, latency: float, host_gap: float) -> None:
    """Serve until cancelled; prints the line that says so."""
    server = _Server(load, latency, host_gap)
    listening = await asyncio.get_running_loop().create_server(
        lambda: _Connection(server),
        "0.0.0.0",  # noqa: S104  # all of 127.0.0.0/8; what comes from elsewhere is cut off
        port,
        backlog=4096,
    )
    chosen = listening.sockets[0].getsockname()[1]
    print(json.dumps({"port": chosen, "published": asdict(load.published)}), flush=True)
    await listening.serve_forever()


def main() -> None:
    """Make the load and serve it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds before an answer")
    parser.add_argument("--host-gap", type=float, default=2.0, help="seconds between starts")
    parser.add_argument("--port", type=int, default=0, help="0: one that is free")
    options = parser.parse_args()
    load = Load(options.feeds, options.seed)
    asyncio.run(serve(load, port=options.port, latency=options.latency, host_gap=options.host_gap))


if __name__ == "__main__":
    main()
