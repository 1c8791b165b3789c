"""Real feed readers subscribe to our feeds over HTTP: each story is new to them once.

Newsboat is a program of the system (2.21 reads no JSON Feed). The library `reader` is looked for in
this environment, then in .venv-peers, which `make bench-polling` makes; it runs as a process of its
own, so that its parser never shares an environment with ours.
"""

import hashlib
import importlib.util
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import feedparser
import pytest

from aggregator.model import News, NewsKind, PlainText, Story
from aggregator.publish.syndication import FeedFormat, render
from tests.publish.made import INFO, report, story
from tests.running import ROOT
from tests.serving import serving

NEWSBOAT = shutil.which("newsboat")
PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"
XML_FORMATS = [FeedFormat.ATOM, FeedFormat.RSS]


@dataclass(slots=True)
class Publication:
    """A feed on loopback; `body` may be exchanged between two requests."""

    body: bytes
    feed_format: FeedFormat
    address: str = ""
    unchanged: int = 0


@contextmanager
def served(stories: list[Story], feed_format: FeedFormat) -> Iterator[Publication]:
    """Serve a feed with its entity tag, as our pages do."""
    publication = Publication(render(stories, INFO, feed_format), feed_format)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tag = f'"{hashlib.sha256(publication.body).hexdigest()}"'
            known = self.headers.get("If-None-Match") == tag
            publication.unchanged += known
            self.send_response(304 if known else 200)
            self.send_header("ETag", tag)
            self.send_header("Content-Type", feed_format.content_type)
            self.send_header("Content-Length", "0" if known else str(len(publication.body)))
            self.end_headers()
            if not known:
                self.wfile.write(publication.body)

        def log_message(self, *_: object) -> None:
            """Keep the output of tests to themselves."""

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Answer)) as server:
        publication.address = (
            f"http://127.0.0.1:{server.server_address[1]}/feed{feed_format.suffix}"
        )
        yield publication


def stories() -> list[Story]:
    return [
        story(3),
        story(2, headline=PlainText("هدنة قصيرة في ڤيلمار"), language="ar"),
        story(1, headline=PlainText("Fire & smoke: 3 < 5")),
    ]


def with_material_change(before: list[Story]) -> list[Story]:
    """Return the stories after the last of them got an independent report: it is first now."""
    *others, last = before
    changed = replace(
        last,
        reports=(*last.reports, report(8)),
        source_count=last.source_count + 1,
        origin_count=last.origin_count + 1,
        updated=max(told.updated for told in before) + timedelta(hours=1),
        news=(News(NewsKind.ORIGIN, PlainText("Outlet 8"), 8),),
    )
    return [changed, *others]


@pytest.mark.parametrize("feed_format", XML_FORMATS)
def test_feedparser_knows_each_entry_again(feed_format: FeedFormat) -> None:
    before, after = (
        feedparser.parse(render(told, INFO, feed_format))
        for told in (stories(), with_material_change(stories()))
    )
    assert not before.bozo
    assert not after.bozo
    assert {entry.id for entry in before.entries} == {entry.id for entry in after.entries}
    assert after.entries[0].updated_parsed > max(each.updated_parsed for each in before.entries)
    assert after.entries[0].published_parsed == before.entries[-1].published_parsed


class Newsboat:
    """Newsboat in a home of its own."""

    def __init__(self, home: Path, address: str) -> None:
        self.home = home
        self.cache = home / "cache.db"
        (home / "urls").write_text(f"{address}\n", encoding="utf-8")
        (home / "config").write_text("", encoding="utf-8")

    def reload(self) -> str:
        """Ask the feed, and return what is said of unread entries."""
        assert NEWSBOAT is not None
        done = subprocess.run(
            [NEWSBOAT, "-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload",
             "print-unread"],
            cwd=self.home, env={"HOME": str(self.home), "LC_ALL": "C.UTF-8"}, check=True,
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        return done.stdout.strip()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.cache)) as connection, connection:
            return connection.execute(sql).fetchall()


@pytest.mark.skipif(NEWSBOAT is None, reason="newsboat is not installed")
@pytest.mark.parametrize("feed_format", XML_FORMATS)
def test_newsboat_shows_each_story_once_as_new(feed_format: FeedFormat, tmp_path: Path) -> None:
    with served(stories(), feed_format) as publication:
        newsboat = Newsboat(tmp_path, publication.address)
        assert newsboat.reload() == "3 unread articles"
        assert sorted(newsboat.rows("SELECT guid FROM rss_item")) == [
            (told.entry_id,) for told in sorted(stories(), key=lambda each: each.id)
        ]
        assert newsboat.rows("SELECT title, url FROM rss_feed") == [(INFO.title, INFO.base_url)]
        found = newsboat.rows("SELECT url, title FROM rss_item ORDER BY guid")
        assert found[0] == ("https://news.example.org/story/1", "Fire & smoke: 3 < 5")
        assert found[1][1] == "هدنة قصيرة في ڤيلمار"

        newsboat.rows("UPDATE rss_item SET unread = 0")
        # As after another copy, which the store does not publish.
        publication.body = render(stories(), INFO, feed_format)
        assert newsboat.reload() == "0 unread articles"
        # It keeps the entity tag of its second answer.
        assert newsboat.reload() == "0 unread articles"
        assert publication.unchanged == 1

        publication.body = render(with_material_change(stories()), INFO, feed_format)
        assert newsboat.reload() == "0 unread articles"
        assert len(newsboat.rows("SELECT * FROM rss_item")) == 3
        ((content,),) = newsboat.rows("SELECT content FROM rss_item WHERE guid LIKE '%:story:1'")
        assert "an independent report by" in content


def _reader_python() -> str | None:
    if importlib.util.find_spec("reader") is not None:
        return sys.executable
    return str(PEERS_PYTHON) if PEERS_PYTHON.exists() else None


@pytest.fixture
def reader(tmp_path: Path) -> Callable[[str], dict[str, Any]]:
    python = _reader_python()
    if python is None:
        pytest.skip("the library reader is not installed; make bench-polling installs it")
    script = Path(__file__).with_name("reader_subscription.py")

    def update(address: str) -> dict[str, Any]:
        done = subprocess.run(
            [python, str(script), str(tmp_path / "reader.db"), address], cwd=tmp_path,
            env={"HOME": str(tmp_path)}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return update


@pytest.mark.parametrize("feed_format", FeedFormat)
def test_reader_shows_each_story_once_as_new(
    feed_format: FeedFormat, reader: Callable[[str], dict[str, Any]]
) -> None:
    with served(stories(), feed_format) as publication:
        ids = sorted(told.entry_id for told in stories())
        first = reader(publication.address)
        assert first == {"new": 3, "modified": 0, "entries": ids, "unread": 3}

        publication.body = render(stories(), INFO, feed_format)
        again = reader(publication.address)
        assert again == {"new": 0, "modified": 0, "entries": ids, "unread": 0}
        assert publication.unchanged == 1

        publication.body = render(with_material_change(stories()), INFO, feed_format)
        changed = reader(publication.address)
        assert changed == {"new": 0, "modified": 1, "entries": ids, "unread": 0}
