"""A real SQLite file that lists two feeds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.store import Store
from aggregator.store.feeds import sync_config
from tests.store.building import (
    AGENCY,
    COURIER,
    NOW,
    config,
    entry,
    group_all,
    poll,
    poll_outcome,
    scrape_all,
)
from tests.store.fresh import fresh_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with fresh_store(path, NOW) as opened:
        sync_config(opened, config(COURIER, AGENCY), NOW)
        yield opened


@pytest.fixture
def told(store: Store) -> Store:
    """Return the file with fifty reports, each in a story of its own."""
    poll(store, poll_outcome(COURIER, *(entry(number) for number in range(50))))
    scrape_all(store)
    group_all(store)
    return store
