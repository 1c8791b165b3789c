"""The merged feed as files: formats by their names, links between them, failures one by one."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from aggregator.config import Config, Settings
from aggregator.model import Conflict, HttpUrl, PlainText
from aggregator.pipeline.cycle import Pipeline
from aggregator.pipeline.network import policy_of
from aggregator.pipeline.publishing import write_feed_files
from aggregator.store import open_store
from aggregator.web.client import WebClient
from tests.publish.sample import Desk, fill
from tests.publish.validity import atom, json_feed, rss


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "news.db", datetime(2026, 3, 1, 12, tzinfo=UTC))
    fill(desk)
    yield desk
    desk.store.close()


def settings(*paths: Path) -> Settings:
    return Settings(base_url=HttpUrl("https://news.example.org/war/"), feed_file=paths or None)


def test_format_follows_the_name_of_the_file(desk: Desk, tmp_path: Path) -> None:
    names = ("old.xml", "feed.atom", "feed.RSS", "feed.json")
    paths = [tmp_path / name for name in names]
    assert write_feed_files(desk.store, settings(*paths)) == []
    old, as_atom, as_rss, as_json = (path.read_bytes() for path in paths)
    assert old == as_atom
    assert atom.problems(as_atom) == rss.problems(as_rss) == json_feed.problems(as_json) == []


def test_files_name_one_another_at_the_addresses_where_they_are_served(
    desk: Desk, tmp_path: Path
) -> None:
    paths = (tmp_path / "feed.atom", tmp_path / "feed.rss")
    write_feed_files(desk.store, settings(*paths))
    links = feedparser.parse(paths[0].read_bytes()).feed.links
    assert [(link.rel, link.href) for link in links] == [
        ("self", "https://news.example.org/war/feed.atom"),
        ("alternate", "https://news.example.org/war/"),
        ("alternate", "https://news.example.org/war/feed.rss"),
    ]


def test_file_with_the_same_bytes_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    write_feed_files(desk.store, settings(path))
    written = path.stat()
    write_feed_files(desk.store, settings(path))
    assert path.stat().st_ino == written.st_ino
    assert path.stat().st_mtime_ns == written.st_mtime_ns


def test_file_that_cannot_be_written_keeps_none_of_the_others(desk: Desk, tmp_path: Path) -> None:
    missing, present = tmp_path / "missing" / "feed.atom", tmp_path / "feed.rss"
    ((path, reason),) = write_feed_files(desk.store, settings(missing, present))
    assert path == missing
    assert "check its folder" in str(reason)
    assert rss.problems(present.read_bytes()) == []


def test_nothing_is_written_unless_asked_for(desk: Desk, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    assert write_feed_files(desk.store, settings()) == []
    assert sorted(tmp_path.iterdir()) == before


def test_a_changed_feeds_yaml_is_in_the_files_though_no_story_has_changed(
    desk: Desk, tmp_path: Path
) -> None:
    with desk.store.transaction() as connection:
        connection.execute("UPDATE articles SET grouped = 1")
    desk.store.close()
    path = tmp_path / "feed.json"
    settings = Settings(feed_file=(path,))
    config = Config(tmp_path / "feeds.yaml", settings, (), ())
    changes = (
        config,
        replace(config, settings=replace(settings, title="Another title")),
        replace(config, settings=replace(settings, base_url=HttpUrl("https://news.example.org/"))),
        replace(config, settings=replace(settings, feed_entries=1)),
        replace(config, conflicts=(Conflict("velmar", PlainText("Velmar and Osk")),)),
        replace(config, conflicts=(Conflict("highlands", PlainText("Highlands insurgency")),)),
    )
    written: list[bytes] = []

    async def run() -> None:
        now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        async with (
            WebClient(policy_of(settings)) as web,
            Pipeline(
                replace(config, settings=Settings()),
                lambda: open_store(tmp_path / "news.db", now=now),
                web,
                lambda: now,
            ) as pipeline,
        ):
            await pipeline.group_pending()
            for changed in changes:
                await pipeline.reconfigure(changed)
                await pipeline.group_pending()
                written.append(path.read_bytes())

    asyncio.run(run())
    assert len(set(written)) == len(changes)
