"""One whole cycle over the whole newsroom, shared by the tests that only look at its result."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from aggregator.config import Config, load
from aggregator.daemon import poll_once
from aggregator.pipeline.progress import Progress
from tests.newsroom.room import Newsroom, Setting
from tests.newsroom.worlds import full_world

Rows = list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class Polled:
    """A newsroom, its feeds.yaml, and the database after one cycle."""

    room: Newsroom
    config: Config
    database: Path
    progress: Progress

    def rows(self, sql: str, *parameters: object) -> Rows:
        """Return what a query finds."""
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(sql, parameters)]

    def poll(self) -> Progress:
        """Poll every feed again, due or not."""
        return asyncio.run(poll_once(self.config, self.database, everything=True))


def polled(room: Newsroom, folder: Path, **settings: Setting) -> Polled:
    path = folder / "feeds.yaml"
    path.write_text(room.feeds_yaml(extract_workers=1, **settings), encoding="utf-8")
    config = load(path)
    database = folder / "news.db"
    progress = asyncio.run(poll_once(config, database))
    return Polled(room, config, database, progress)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Polled]:
    folder = tmp_path_factory.mktemp("whole")
    with Newsroom(full_world(failing=True)) as room:
        yield polled(room, folder, feed_file=str(folder / "merged.atom"))
