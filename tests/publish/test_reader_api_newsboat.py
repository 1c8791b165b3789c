"""Newsboat, a reader of the system, subscribes by the Google Reader interface over loopback.

Newsboat 2.21 knows the interface as that of FeedHQ: it logs in, asks what is subscribed to, and
reads each stream as Atom. Its source `freshrss`, of later versions, reads the streams as JSON.
"""

import os
import pty
import select
import shutil
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from datasette.app import Datasette

from tests.publish.reader_client import BASE
from tests.publish.sample import HEBREW_TITLE, HOSTILE_TITLE, Desk, to_news

NEWSBOAT = shutil.which("newsboat")
PASSWORD = "grain and salt"  # noqa: S105 -- made up
SHELLING = "Shells hit Velmar harbour for a third night, port authority says"
ARABIC = "هدنة قصيرة لإجلاء الجرحى من المرفأ"

pytestmark = pytest.mark.skipif(NEWSBOAT is None, reason="newsboat is not installed")


@pytest.fixture
def address(desk: Desk, stories: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    assert stories
    monkeypatch.setenv("READERS", PASSWORD)
    plugins = {"aggregator": {"reader_password": {"$env": "READERS"}}}
    datasette = Datasette([str(desk.path)], metadata={"plugins": plugins})
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(datasette.app(), log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}{BASE}"
    server.should_exit = True
    thread.join()
    listener.close()
    for database in datasette.databases.values():
        database.close()
    datasette.executor.shutdown()


class Newsboat:
    """Newsboat in a home of its own."""

    def __init__(self, home: Path, address: str, password: str = PASSWORD) -> None:
        self.home = home
        self.environment = {"HOME": str(home), "LC_ALL": "C.UTF-8", "TERM": "xterm"}
        self.command = ["newsboat", "-u", "urls", "-c", "cache.db", "-C", "config"]
        (home / "urls").write_text("", encoding="utf-8")
        (home / "config").write_text(
            f'urls-source "feedhq"\nfeedhq-url "{address}"\nfeedhq-login "anybody"\n'
            f'feedhq-password "{password}"\nfeedhq-show-special-feeds no\n',
            encoding="utf-8",
        )

    def reload(self) -> str:
        """Ask all feeds, and return what is said of unread stories."""
        done = subprocess.run(
            [*self.command, "-x", "reload", "print-unread"], cwd=self.home, env=self.environment,
            check=False, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        return done.stdout.strip()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.home / "cache.db")) as connection, connection:
            return connection.execute(sql).fetchall()

    def mark_all_read(self) -> None:
        """Press the keys that mark all feeds as read, and leave."""
        screen, terminal = pty.openpty()
        with subprocess.Popen(
            self.command, cwd=self.home, env=self.environment, start_new_session=True,
            stdin=terminal, stdout=terminal, stderr=terminal,
        ):  # fmt: skip
            os.close(terminal)
            for wanted, keys in (
                (b"Velmar and Osk", b"C"), (b"mark all feeds", b"y"), (b"(0/", b"q"),
            ):  # fmt: skip
                _wait_for(screen, wanted)
                os.write(screen, keys)
            with suppress(OSError):
                _wait_for(screen, b"nothing more")
        os.close(screen)


def _wait_for(screen: int, wanted: bytes, seconds: float = 30) -> None:
    """Read a terminal until it shows something; OSError when its program has ended."""
    shown, deadline = b"", time.monotonic() + seconds
    while wanted not in shown:
        assert time.monotonic() < deadline, shown
        if select.select([screen], [], [], 0.1)[0]:
            shown += os.read(screen, 65536)


@pytest.fixture
def newsboat(tmp_path: Path, address: str) -> Newsboat:
    home = tmp_path / "newsboat"
    home.mkdir()
    return Newsboat(home, address)


def _another_report(desk: Desk, story: int, *, copy_of: int | None = None) -> int:
    title = "Port of Velmar closed after the third night of shelling"
    article = desk.article("gesher", title, minutes=1)
    desk.join(story, article, joined=desk.ago(0), copy_of=copy_of)
    return article


def _news_in(desk: Desk, story: int) -> None:
    article = _another_report(desk, story)
    desk.insert(
        "story_changes", story_id=story, kind="add", article_id=article, material=1,
        changed_at=desk.ago(0), news=to_news("new origin", "הגשר"),
    )  # fmt: skip
    desk.change("UPDATE stories SET changed_at = ? WHERE id = ?", desk.ago(0), story)


def test_newsboat_reads_what_is_subscribed_to(newsboat: Newsboat) -> None:
    assert newsboat.reload() == "4 unread articles"
    titles = newsboat.rows("SELECT title FROM rss_feed ORDER BY rowid")
    assert [title for (title,) in titles] == [
        "Conflict news",
        "Conflict news: Highlands insurgency",
        "Conflict news: Velmar and Osk",
        "Conflict news: Confirmed by two",
    ]
    found = newsboat.rows("SELECT title, feedurl LIKE '%confirmed%' FROM rss_item")
    # A story that is in several feeds is kept in the last of them.
    assert sorted(found) == sorted(
        [(SHELLING, 1), (HEBREW_TITLE, 1), (ARABIC, 0), (HOSTILE_TITLE, 0)]
    )


def test_newsboat_shows_a_story_once_as_new_and_the_news_in_it(
    newsboat: Newsboat, desk: Desk, stories: dict[str, int]
) -> None:
    newsboat.reload()
    newsboat.rows("UPDATE rss_item SET unread = 0")
    (original,) = desk.connection.execute(
        "SELECT opened_by FROM stories WHERE id = ?", (stories["shelling"],)
    ).fetchone()
    _another_report(desk, stories["shelling"], copy_of=original)
    assert newsboat.reload() == "0 unread articles"

    article = _another_report(desk, stories["shelling"])
    desk.insert(
        "story_changes", story_id=stories["shelling"], kind="add", article_id=article,
        material=1, changed_at=desk.ago(0), news=to_news("new origin", "הגשר"),
    )  # fmt: skip
    desk.change("UPDATE stories SET changed_at = ? WHERE id = ?", desk.ago(0), stories["shelling"])
    opened = desk.article("northwire", "Ferry to Osk is stopped", minutes=1)
    desk.story([opened], conflicts=["velmar"])
    # Newsboat does not mark what changed as unread, unless it is told to: only the new one is.
    assert newsboat.reload() == "1 unread articles"
    assert len(newsboat.rows("SELECT * FROM rss_item")) == 5
    ((content,),) = newsboat.rows(f"SELECT content FROM rss_item WHERE title = '{SHELLING}'")
    assert "an independent report by" in content


def test_newsboat_shows_news_in_a_story_as_unread_if_it_is_told_to(
    newsboat: Newsboat, desk: Desk, stories: dict[str, int], address: str
) -> None:
    with (newsboat.home / "config").open("a", encoding="utf-8") as config:
        config.write(f'reset-unread-on-update "{address}/reader/atom/feed%2Fstories?n=20"\n')
    newsboat.reload()
    newsboat.rows("UPDATE rss_item SET unread = 0")
    assert newsboat.reload() == "0 unread articles"
    _news_in(desk, stories["shelling"])
    assert newsboat.reload() == "1 unread articles"
    assert newsboat.rows("SELECT title FROM rss_item WHERE unread") == [(SHELLING,)]


def test_what_newsboat_marks_as_read_stays_read_there(newsboat: Newsboat) -> None:
    assert newsboat.reload() == "4 unread articles"
    newsboat.mark_all_read()
    assert newsboat.rows("SELECT count(*) FROM rss_item WHERE unread") == [(0,)]
    assert newsboat.reload() == "0 unread articles"


def test_newsboat_is_refused_without_the_password(tmp_path: Path, address: str) -> None:
    newsboat = Newsboat(tmp_path, address, PASSWORD[::-1])
    assert newsboat.reload() != "4 unread articles"
    with suppress(sqlite3.OperationalError):
        assert newsboat.rows("SELECT * FROM rss_item") == []
