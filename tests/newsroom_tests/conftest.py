"""A newsroom on a fixed day, and a way to ask it without a resolver for *.localhost."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from tests.newsroom import Newsroom, full_world

NOON = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)

Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask() -> Iterator[Ask]:
    """Send a request to the host that an address names, on 127.0.0.1."""
    with httpx.Client(trust_env=False, timeout=10) as client:

        def send(address: str, method: str = "GET", **headers: str) -> httpx.Response:
            url = httpx.URL(address)
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            return client.request(
                method,
                url.copy_with(host="127.0.0.1"),
                headers={"host": f"{url.host}:{url.port}"} | names,
            )

        yield send


@pytest.fixture(scope="session")
def room() -> Iterator[Newsroom]:
    """The whole world; the tests that share it only read."""
    with Newsroom(full_world(), now=NOON) as opened:
        yield opened
