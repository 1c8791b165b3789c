"""D24: a database of each earlier schema is upgraded in place, and nothing in it is lost."""

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from aggregator.model import HttpUrl, Image
from aggregator.store import open_store, schema
from aggregator.store.grouping import latest_ruling
from aggregator.store.pages import pending_pages
from aggregator.store.published import published_stories
from aggregator.store.rulings import release_articles, ruled_places
from aggregator.store.story_filter import StoryFilter
from tests.store.building import NOW

EARLIER = [migration.name for migration in schema.migrations.pending(Database(memory=True))][1:]


def shape(connection: sqlite3.Connection) -> set[tuple[str, str, tuple[str, ...]]]:
    """Return every table, view, index and trigger; of tables, the columns in any order."""
    found = set()
    for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master"):
        columns: tuple[str, ...] = (sql or "",)
        if kind == "table":
            rows = connection.execute(f"PRAGMA table_info({name})")
            columns = tuple(sorted(str(tuple(row)[1:]) for row in rows))
        found.add((kind, name, columns))
    return found


def test_d24_an_upgrade_keeps_what_the_user_ruled(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    filled(path, "m008_releases")
    connection = sqlite3.connect(path)
    connection.executescript(
        """
        INSERT INTO stories (id, opened_by, headline, headline_article_id, opened_at, changed_at,
                             first_report_at, last_report_at, article_count, origin_count,
                             source_count)
            VALUES (1, 1, 'Ferry aground', 1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z',
                    '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 1, 1, 1);
        INSERT INTO story_members (story_id, article_id, score, explanation, joined_at)
            VALUES (1, 1, 1, '{}', '2026-01-01T00:00:00Z');
        INSERT INTO story_rulings VALUES (7, 'apart', 1, '2026-01-01T00:00:00Z');
        INSERT INTO ruled_articles VALUES (7, 1, 1);
        """
    )
    connection.close()
    with open_store(path, now=NOW) as store:
        assert ruled_places(store) == [("1", "1")]
        assert release_articles(store, 1, [], NOW).articles == (1,)
        assert latest_ruling(store.connection) == 8
        assert store.connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_d24_an_upgrade_leaves_pictures_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    filled(path, "m015_image_details")
    connection = sqlite3.connect(path)
    connection.executescript(
        """
        UPDATE articles SET image = 'https://courier.example/ferry.jpg';
        INSERT INTO entries (feed_id, identity, identity_kind, article_id, url, title,
                             published_how, image, first_seen_at, content_hash)
            VALUES ('courier', 'guid:1', 'guid', 1, 'https://courier.example/1', 'Ferry aground',
                    'missing', 'https://courier.example/small.jpg', '2026-01-01T00:00:00Z', 'x');
        UPDATE articles SET scrape_due_at = '2026-01-01T00:00:00Z';
        INSERT INTO stories (id, opened_by, headline, headline_article_id, opened_at, changed_at,
                             first_report_at, last_report_at, article_count, origin_count,
                             source_count, image)
            VALUES (1, 1, 'Ferry aground', 1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z',
                    '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 1, 1, 1,
                    'https://courier.example/ferry.jpg');
        """
    )
    connection.close()
    with open_store(path, now=NOW) as store:
        (story,) = published_stories(store.connection, StoryFilter(), limit=5)
        assert story.image == Image(HttpUrl("https://courier.example/ferry.jpg"))
        (page,) = pending_pages(store, NOW, 5)
        assert page.entry.image == Image(HttpUrl("https://courier.example/small.jpg"))


def filled(path: Path, stop_before: str) -> None:
    """Write a database as an earlier version did, with a feed, an article and its text."""
    connection = sqlite3.connect(path)
    schema.migrations.apply(Database(connection), stop_before=stop_before)
    connection.executescript(
        """
        INSERT INTO installation (id, created_at) VALUES ('an-id', '2026-01-01T00:00:00Z');
        INSERT INTO feeds (id, name, url, kind, added_at, next_due_at, next_due_reason)
            VALUES ('courier', 'Harbour Courier', 'https://courier.example/feed', 'newspaper',
                    '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'never asked yet');
        INSERT INTO articles (id, page_key, feed_id, url, source, title, body, first_seen_at,
                              version, verdict, body_source)
            VALUES (1, 'courier.example/1', 'courier', 'https://courier.example/1',
                    'courier.example', 'Ferry aground', 'A ferry ran aground.',
                    '2026-01-01T00:00:00Z', 1, 'article', 'page');
        INSERT INTO article_versions (article_id, number, seen_at, title, body, body_source)
            VALUES (1, 1, '2026-01-01T00:00:00Z', 'Ferry aground', 'A ferry ran aground.', 'page');
        """
    )
    # From the second schema on, the program writes the index itself.
    connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("stop_before", EARLIER)
def test_d24_an_earlier_schema_becomes_the_newest_and_keeps_its_rows(
    tmp_path: Path, stop_before: str
) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    filled(old, stop_before)
    with open_store(old, now=NOW) as upgraded, open_store(new, now=NOW) as fresh:
        assert shape(upgraded.connection) == shape(fresh.connection)
        assert upgraded.installation() == "an-id"
        article = upgraded.connection.execute("SELECT * FROM articles").fetchone()
        assert (article["body"], article["updated_how"]) == ("A ferry ran aground.", "missing")
        assert upgraded.connection.execute("SELECT revisit FROM feeds").fetchone()[0] == 1
        version = upgraded.connection.execute("SELECT * FROM article_versions").fetchone()
        assert (version["number"], version["changes"], version["summary"]) == (1, None, "")
        assert upgraded.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert upgraded.connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("stop_before", EARLIER)
def test_d24_search_goes_on_after_an_upgrade(tmp_path: Path, stop_before: str) -> None:
    path = tmp_path / "old.db"
    filled(path, stop_before)
    with open_store(path, now=NOW) as store:
        with store.transaction() as connection:
            connection.execute("UPDATE articles SET body = 'A barge ran aground.' WHERE id = 1")
            connection.execute("UPDATE articles SET scraped_at = 'x' WHERE id = 1")

        def hits(word: str) -> int:
            query = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?"
            return int(store.connection.execute(query, (word,)).fetchone()[0])

        assert (hits("ferry"), hits("barge")) == (1, 1)
        with store.transaction() as connection:
            connection.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")
