"""`kill -9` at any moment: no acknowledged poll is lost, and the next start goes on."""

import random
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import feedparser
import pytest

from tests.invariants import violations_of
from tests.kill_harness import Harness
from tests.newsroom.room import Newsroom
from tests.newsroom.worlds import small_world
from tests.running import aggregator
from tests.seeds import seeds

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX"),
]


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with Newsroom(small_world(), held_back=0.5) as opened:
        yield opened


def look_at(harness: Harness, folder: Path) -> None:
    path = folder / "news.db"
    if path.exists():
        assert violations_of(path) == []
        with closing(sqlite3.connect(path)) as connection:
            tables = "SELECT 1 FROM sqlite_master WHERE name = 'entries'"
            if connection.execute(tables).fetchone():
                sql = "SELECT feed_id, count(*) FROM entries GROUP BY 1"
                kept = dict(connection.execute(sql).fetchall())
                lost = {feed: new for feed, new in harness.new.items() if kept.get(feed, 0) < new}
                assert lost == {}
                sql = "SELECT id FROM feeds WHERE last_polled_at IS NOT NULL"
                known = {row[0] for row in connection.execute(sql)}
                assert harness.polled <= known
            else:
                assert not harness.polled
    feed = folder / "merged.atom"
    if feed.exists():
        assert not feedparser.parse(feed.read_bytes()).bozo


@pytest.mark.parametrize("seed", seeds(200))
def test_d18_kill_9_loses_no_acknowledged_poll(seed: int, tmp_path: Path, room: Newsroom) -> None:
    chance = random.Random(seed)  # noqa: S311 -- repeatable, not secret
    settings = room.feeds_yaml(
        extract_workers=1,
        poll_tick="1s",
        poll_interval_minimum="1m",
        database="news.db",
        feed_file="merged.atom",
    )
    (tmp_path / "feeds.yaml").write_text(settings, encoding="utf-8")
    harness = Harness(tmp_path)
    room.advance()
    # While the tables are made, while it polls, or while pages, stories and the file follow.
    start, longest = chance.choice([("", 1.2), ("started", 0.3), ("poll feed=", 2.5)])
    command = chance.choice([["run"], ["run"], ["poll", "--all", "--verbose"]])
    if command[0] == "poll" and start == "started":
        start = "poll feed="
    harness.killed(*command, after=chance.uniform(0, longest), of_start=start)
    look_at(harness, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_d18_after_kills_in_a_row_everything_that_was_published_is_there(
    seed: int, tmp_path: Path
) -> None:
    chance = random.Random(seed)  # noqa: S311 -- repeatable, not secret
    with Newsroom(small_world(), held_back=0.5) as room:
        settings = room.feeds_yaml(
            extract_workers=1, poll_tick="1s", database="news.db", feed_file="merged.atom"
        )
        (tmp_path / "feeds.yaml").write_text(settings, encoding="utf-8")
        harness = Harness(tmp_path)
        for _ in range(3):
            room.advance()
            harness.killed("poll", "--all", "-v", after=chance.uniform(0, 1), of_start="poll feed=")
            look_at(harness, tmp_path)
        assert aggregator("poll", "--all", folder=tmp_path).returncode == 0
        look_at(harness, tmp_path)
        with closing(sqlite3.connect(tmp_path / "news.db")) as connection:
            urls = {row[0] for row in connection.execute("SELECT url FROM entries")}
            (waiting,) = connection.execute(
                "SELECT count(*) FROM articles WHERE grouped = 0"
            ).fetchone()
        assert urls == {article.url for article in room.articles()}
        assert waiting == 0
        assert feedparser.parse((tmp_path / "merged.atom").read_bytes()).entries
