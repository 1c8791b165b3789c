"""One cycle of the whole program over two outlets, fast enough to be run hundreds of times."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from aggregator.config import Config, load
from aggregator.pipeline.cycle import Pipeline
from aggregator.pipeline.network import policy_of
from aggregator.pipeline.workers import Workers
from aggregator.store import open_store
from aggregator.web.client import WebClient
from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import small_world

NOW: Final = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

# The secret is nowhere, so that each attempt to send fails at once and without a network.
_ALERTS: Final = """
alerts:
  - name: Everything
    least_outlets: 1
    webhook: {{url: "http://127.0.0.1:9/hook", secret: "${{NO_SUCH_SECRET}}"}}
digests:
  - name: Each hour
    every: hourly
    file: {folder}/digest.txt
"""

# What is the same in each installation, whenever and in which order things were stored.
_CONTENT: Final = {
    "feeds": "SELECT id, listed, etag, last_modified, body_hash, last_outcome, failures FROM feeds",
    "entries": "SELECT feed_id, identity, title, summary, content_hash, revision FROM entries",
    "articles": (
        "SELECT page_key, title, body, authors, published_at, language, verdict, body_source,"
        " body_reason, version, scrape_due_at, grouped FROM articles"
    ),
    "versions": "SELECT page_key, number, article_versions.title FROM article_versions"
    " JOIN articles ON articles.id = article_id",
    "stories": "SELECT article_count, origin_count, source_count, languages, conflicts, places"
    " FROM stories WHERE merged_into IS NULL",
    "members": "SELECT page_key, (SELECT group_concat(key) FROM (SELECT page_key AS key"
    " FROM story_members AS other JOIN articles ON articles.id = other.article_id"
    " WHERE other.story_id = story_members.story_id ORDER BY 1)) FROM story_members"
    " JOIN articles ON articles.id = article_id",
    "conflicts": "SELECT page_key, conflict_id, score, terms FROM article_conflicts"
    " JOIN articles ON articles.id = article_id",
    "days": "SELECT conflict_id, language, articles, stories, new_stories, origins, copies"
    " FROM daily_counts",
    "found": "SELECT page_key FROM articles_fts JOIN articles ON articles.id = articles_fts.rowid"
    " WHERE articles_fts MATCH 'orlane'",
    "located": "SELECT conflict_id, count(*) FROM located_places GROUP BY 1",
    # What came later than it would have is told once more, as a development.
    "deliveries": "SELECT DISTINCT rule, channel, state FROM alert_deliveries"
    " WHERE kind <> 'digest'",
    "set aside": "SELECT stage, record FROM set_aside",
    "troubles": "SELECT name FROM troubles",
}


@dataclass
class Bureau:
    """The small newsroom and a folder to work in; the clock is moved by hand."""

    room: Newsroom
    folder: Path
    workers: Workers
    now: datetime = NOW
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.files.mkdir(parents=True, exist_ok=True)
        path = self.folder / "feeds.yaml"
        text = self.room.feeds_yaml(
            feed_file=str(self.feed_file), extract_workers=1, **self.settings
        )
        path.write_text(text + _ALERTS.format(folder=self.files), encoding="utf-8")
        self.config: Config = load(path)

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def feed_file(self) -> Path:
        return self.files / "merged.atom"

    @property
    def database(self) -> Path:
        return self.folder / "news.db"

    @asynccontextmanager
    async def pipeline(self, *, patience: timedelta = timedelta(0)) -> AsyncIterator[Pipeline]:
        """Open the real pipeline, which waits so long for a lock."""
        async with (
            WebClient(policy_of(self.config.settings)) as web,
            Pipeline(
                self.config,
                lambda: open_store(self.database, now=self.now, busy_timeout=patience),
                web,
                lambda: self.now,
                workers=self.workers,
            ) as pipeline,
        ):
            yield pipeline

    def content(self) -> dict[str, list[tuple[object, ...]]]:
        """Return what the database says of the world, without times and numbers of its own."""
        return {name: self.content_of(name) for name in _CONTENT}

    def content_of(self, name: str) -> list[tuple[object, ...]]:
        """Return one part of the content."""
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as connection:
            return sorted(connection.execute(_CONTENT[name]).fetchall(), key=repr)


@dataclass
class Office:
    """What many runs share: a publisher, and a worker that has loaded the extractor."""

    room: Newsroom
    workers: Workers
    loop: asyncio.AbstractEventLoop

    @classmethod
    def opened(cls) -> Self:
        room = Newsroom(small_world(), now=NOW)
        room.__enter__()
        return cls(room, Workers(1), asyncio.new_event_loop())

    def close(self) -> None:
        self.workers.close()
        self.loop.close()
        self.room.__exit__(None, None, None)

    def run(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """Run one scenario to its end."""
        self.loop.run_until_complete(asyncio.wait_for(work(), 200))
