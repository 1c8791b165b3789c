"""Clients for loopback servers: the guard stays on, and one loopback address is let through."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_network
from itertools import repeat
from typing import Any, TypeVar

import httpx

from aggregator.model import FetchKind, FetchRequest, FetchResult, HttpUrl, Validators
from aggregator.web.client import WebClient
from aggregator.web.policy import WebPolicy, user_agent
from aggregator.web.resolver import Resolver, system_resolver
from tests.web.hostile_server import HostileServer

NOW = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a test's coroutine; one that hangs fails instead."""

    async def bounded() -> T:
        async with asyncio.timeout(20):
            return await work

    return asyncio.run(bounded())


@dataclass
class FakeClock:
    """Seconds that pass only when somebody sleeps."""

    seconds: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


@dataclass
class ScriptedResolver:
    """Gives one scripted answer after the other, whatever the host; counts how often."""

    answers: Iterator[Sequence[str] | OSError]
    asked: int = 0

    async def __call__(self, _host: str, _port: int) -> Sequence[str]:
        self.asked += 1
        answer = next(self.answers)
        if isinstance(answer, OSError):
            raise answer
        return answer


def always(*addresses: str) -> ScriptedResolver:
    return ScriptedResolver(repeat(addresses))


@cache
def _public_authorities() -> ssl.SSLContext:
    # Reading a hundred certificates costs more than most tests.
    return httpx.create_ssl_context(trust_env=False)


def policy_for(*servers: HostileServer, **changes: Any) -> WebPolicy:
    """Return the default policy, but for these servers' addresses and ports and without gaps."""
    settings: dict[str, Any] = {
        "user_agent": user_agent("https://operator.example/about"),
        "allowed_networks": tuple({ip_network(server.address) for server in servers}),
        "allowed_ports": tuple({server.port for server in servers}),
        "host_gap": timedelta(0),
        "deadline": timedelta(seconds=10),
    }
    return WebPolicy(**{**settings, **changes})


def client_for(
    *servers: HostileServer,
    resolve: Resolver = system_resolver,
    clock: FakeClock | None = None,
    tls: ssl.SSLContext | None = None,
    **changes: Any,
) -> WebClient:
    """Return a client whose policy lets these servers through."""
    timing: dict[str, Callable[[], float] | Callable[[float], Awaitable[None]]] = (
        {"monotonic": clock, "sleep": clock.sleep} if clock else {}
    )
    return WebClient(
        policy_for(*servers, **changes),
        resolve=resolve,
        now=lambda: NOW,
        ssl_context=tls or _public_authorities(),
        **timing,  # type: ignore[arg-type]  # two keywords of two types in one mapping
    )


def feed(url: str, validators: Validators | None = None) -> FetchRequest:
    return FetchRequest(HttpUrl(url), FetchKind.FEED, validators or Validators())


def page(url: str) -> FetchRequest:
    return FetchRequest(HttpUrl(url), FetchKind.PAGE)


def fetch_one(
    routes: dict[str, Any], path: str, kind: FetchKind = FetchKind.FEED, **changes: Any
) -> FetchResult:
    """Serve `routes` and return what became of one request for `path`."""

    async def work() -> FetchResult:
        async with HostileServer(routes) as server, client_for(server, **changes) as web:
            return await web.fetch(FetchRequest(HttpUrl(server.url(path)), kind))

    return run(work())
