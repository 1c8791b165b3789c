"""A real database and a real Datasette on it, with our plugin found by its entry point."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from datasette.app import Datasette
from playwright.sync_api import Browser

from tests.publish.sample import Desk, fill
from tests.publish.site_browser import chromium, served

CONFIGURED: Final[dict[str, Any]] = {"plugins": {"aggregator": {}}}
"""As `aggregator serve` starts it: the plugin knows what the user says, if only defaults."""


class Browsing:
    """A Datasette in this process, asked without a socket."""

    def __init__(self, runner: asyncio.Runner, datasette: Datasette) -> None:
        self.runner = runner
        self.datasette = datasette

    def get(self, path: str, *, method: str = "get", **options: Any) -> httpx.Response:
        ask = getattr(self.datasette.client, method)
        response: httpx.Response = self.runner.run(ask(path, **options))
        return response

    def close(self) -> None:
        for database in self.datasette.databases.values():
            database.close()
        self.datasette.executor.shutdown()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "conflict-news.db", datetime.now(UTC))
    yield desk
    desk.store.close()


@pytest.fixture
def stories(desk: Desk) -> dict[str, int]:
    return fill(desk)


@pytest.fixture
def decree(desk: Desk, stories: dict[str, int]) -> int:
    """Add a story of two outlets in one country."""
    assert stories
    return desk.story(
        [
            desk.article("state", "Указ о портовых сборах", minutes=4000),
            desk.article("ministry", "Портовые сборы: указ", minutes=3990),
        ]
    )


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def browsing(runner: asyncio.Runner, desk: Desk, stories: dict[str, int]) -> Iterator[Browsing]:
    assert stories
    browsing = Browsing(runner, Datasette([str(desk.path)], metadata=CONFIGURED))
    yield browsing
    browsing.close()


@pytest.fixture
def address(desk: Desk, stories: dict[str, int]) -> Iterator[str]:
    """Return where the site is served for a browser."""
    assert stories
    with served(desk.path) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser
