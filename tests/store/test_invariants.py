"""What always holds in the database: each broken by hand, named, and mended where it can be."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from aggregator.store import open_store
from aggregator.store.feeds import sync_config
from aggregator.store.invariants import INVARIANTS, Violation, violations
from aggregator.store.invariants.columns import COLUMNS
from aggregator.store.invariants.reference import reference
from aggregator.store.repair import repair
from aggregator.store.rulings import merge_stories
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

ROOT = Path(__file__).parent.parent.parent

MESSAGE = """
INSERT INTO alert_deliveries (rule, channel, kind, story_id, change_id, key, content, state,
                              decided_at, next_attempt_at, finished_at)
VALUES ('all', 'file', {kind}, 1, {change}, 'k', '{{}}', {state}, '2026-03-01T09:00:00Z', {next},
        {finished})
"""

BREAKS = {
    "installation": (
        "INSERT INTO installation (id, created_at) VALUES ('two', '2026-03-01T09:00:00Z')",
        "installation",
    ),
    "references": ("DELETE FROM articles WHERE id = 2", "entries 2 without its articles"),
    "article-has-entry": ("DELETE FROM entries WHERE article_id = 1", "1"),
    "article-is-awaited": (
        (
            "UPDATE articles SET version = 0, scrape_due_at = NULL WHERE id = 4;"
            " DELETE FROM article_versions WHERE article_id = 4"
        ),
        "4",
    ),
    "versions-numbered": ("UPDATE article_versions SET number = 3 WHERE article_id = 2", "2"),
    "newest-version-is-the-text": ("UPDATE article_versions SET body = 'x' WHERE id = 1", "1"),
    "validator-has-entries": (
        "UPDATE feeds SET last_success_at = NULL WHERE id = 'agency'",
        "agency",
    ),
    "set-aside-exists": (
        (
            "INSERT INTO set_aside VALUES ('scrape', '99', 1, '2026-03-01T09:00:00Z',"
            " '2026-03-01T09:00:00Z', 'x')"
        ),
        "scrape 99",
    ),
    "articles-searchable": ("DELETE FROM articles_fts_docsize WHERE id = 3", "3"),
    "stories-searchable": ("INSERT INTO stories_fts_docsize VALUES (77, x'00')", "77"),
    "days-noted": (
        "PRAGMA foreign_keys = OFF; DELETE FROM daily_counts; DELETE FROM counted_days",
        "2026-03-01",
    ),
    "days-counted": ("UPDATE counted_days SET is_stale = 0", "2026-03-01"),
    "grouped-article-in-story": ("UPDATE articles SET grouped = 0 WHERE id = 2", "2"),
    "grouped-article-has-text": (
        (
            "UPDATE articles SET version = 0, scrape_due_at = '2026-03-01T09:00:00Z' WHERE id = 1;"
            " DELETE FROM article_versions WHERE article_id = 1"
        ),
        "1",
    ),
    "ended-story-leads-on": ("UPDATE stories SET merged_into = NULL WHERE id = 2", "2"),
    "ended-story-leads-to-current": ("UPDATE stories SET merged_into = 2 WHERE id = 2", "2"),
    "current-story-has-opener": (
        "UPDATE story_members SET article_id = 4 WHERE article_id = 3",
        "3",
    ),
    "ended-story-is-empty": ("UPDATE stories SET merged_into = 1 WHERE id = 3", "3"),
    "ended-story-not-found": ("INSERT INTO story_places VALUES ('orlane', 2)", "2"),
    "story-counts": ("UPDATE stories SET article_count = 9 WHERE id = 1", "1"),
    "story-report-times": ("UPDATE stories SET report_times = '[[0,5]]' WHERE id = 1", "1"),
    "story-facets": ("DELETE FROM story_facets WHERE story_id = 3 AND facet = 'kind'", "3"),
    "story-conflicts": ("UPDATE story_conflicts SET article_count = 7 WHERE story_id = 1", "1"),
    "headline-of-own-report": ("UPDATE stories SET headline_article_id = 3 WHERE id = 1", "1"),
    "origin-in-same-story": ("UPDATE story_members SET origin_id = 3 WHERE article_id = 2", "2"),
    "link-to-another-story": ("INSERT INTO story_links VALUES (3, 3, 0.5, 'x')", "3"),
    "ruling-names-articles": ("DELETE FROM ruled_articles", "1"),
    "alert-not-ahead": (
        "INSERT INTO alert_rules VALUES ('all', 'alert', '2026-03-01T09:00:00Z', 9999, NULL)",
        "all",
    ),
    "message-is-due-or-done": (
        MESSAGE.format(kind="'alert'", change=1, state="'pending'", next="NULL", finished="NULL"),
        "1",
    ),
    "message-tells-a-change": (
        MESSAGE.format(
            kind="'alert'",
            change="NULL",
            state="'sent'",
            next="NULL",
            finished="'2026-03-01T09:00:00Z'",
        ),
        "1",
    ),
    "times-of-articles": (
        "UPDATE articles SET published_at = '2026-02-30T09:00:00Z' WHERE id = 1",
        "1 published_at",
    ),
    "times-of-feeds": (
        "UPDATE feeds SET next_due_at = '2026-03-01 09:00' WHERE id = 'agency'",
        "agency next_due_at",
    ),
    "json-of-stories": ("UPDATE stories SET languages = '{}' WHERE id = 1", "1 languages"),
    "json-of-entries": ("UPDATE entries SET authors = '[' WHERE id = 1", "1 authors"),
    "addresses-of-articles": (
        "UPDATE articles SET url = 'javascript:alert(1)' WHERE id = 1",
        "1 url",
    ),
    "addresses-of-entries": (
        "UPDATE entries SET image = 'https://courier.example/a b.jpg' WHERE id = 2",
        "2 image",
    ),
    "schema": ("DROP INDEX entries_article_id", "index entries_article_id is missing"),
}

GENERATED = ("times-of-", "json-of-", "addresses-of-")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four articles: two in a story into which another was merged, one alone, one unread."""
    path = tmp_path_factory.mktemp("sound") / "news.db"
    with fresh_store(path, NOW) as store:
        sync_config(store, config(COURIER, AGENCY), NOW)
        poll(store, poll_outcome(COURIER, entry(1), entry(2)))
        poll(store, poll_outcome(AGENCY, entry(3, host="agency")))
        scrape_all(store)
        group_all(store)
        merge_stories(store, [1, 2], NOW)
        poll(store, poll_outcome(COURIER, entry(4), etag='"2"'))
        store.checkpoint()
    return path


@pytest.fixture
def path(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sound, tmp_path / "news.db"))


def broken(path: Path, sql: str) -> list[Violation]:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(sql)
        connection.commit()
    return found(path)


def found(path: Path) -> list[Violation]:
    with open_store(path) as store:
        return violations(store.connection)


def test_d18_all_holds_of_what_the_program_writes(path: Path) -> None:
    assert found(path) == []
    with open_store(path, now=NOW) as store:
        repaired = repair(store, NOW)
    assert (repaired.mended, repaired.left, repaired.copy) == ((), (), None)


def test_d18_each_invariant_is_broken_in_these_tests() -> None:
    named = {each.name for each in INVARIANTS if not each.name.startswith(GENERATED)}
    assert named - {"file-is-whole"} <= set(BREAKS)


@pytest.mark.parametrize("name", BREAKS)
def test_d18_what_does_not_hold_is_named_with_its_remedy(path: Path, name: str) -> None:
    sql, example = BREAKS[name]
    (violation,) = [each for each in broken(path, sql) if each.name == name]
    assert example in violation.examples
    assert violation.count >= 1
    assert violation.remedy


def test_d18_a_repair_mends_all_that_is_derived(path: Path) -> None:
    repairable = [each.name for each in INVARIANTS if each.repair is not None]
    named = set()
    for name in repairable:
        named |= {each.name for each in broken(path, BREAKS[name][0])}
    assert len(named & set(repairable)) > 12
    with open_store(path, now=NOW) as store:
        repaired = repair(store, NOW)
    assert repaired.left == ()
    assert found(path) == []


def test_d18_a_repair_brings_back_what_stood_there(path: Path) -> None:
    state = "SELECT article_count, origin_count, report_times, languages, prominence FROM stories"
    facets = "SELECT * FROM story_facets"
    with closing(sqlite3.connect(path)) as connection:
        before = [connection.execute(sql).fetchall() for sql in (state, facets)]
    broken(
        path,
        "UPDATE stories SET article_count = 50, report_times = '[]' WHERE id IN (1, 3);"
        "DELETE FROM story_facets; DROP TRIGGER articles_au",
    )
    with open_store(path, now=NOW) as store:
        repaired = repair(store, NOW)
        after = [list(map(tuple, store.connection.execute(sql))) for sql in (state, facets)]
    assert repaired.left == ()
    assert after == before
    assert repaired.copy is not None
    with closing(sqlite3.connect(repaired.copy.path)) as copy:
        assert copy.execute("SELECT max(article_count) FROM stories").fetchone()[0] == 50


def test_d18_a_repair_removes_the_copies_of_those_that_were_killed(path: Path) -> None:
    killed = f".{path.stem}.before-repair-20260228T090000Z.db.0123456789abcdef"
    left = [path.with_name(killed + suffix) for suffix in ("", "-journal")]
    others = [
        path.with_name(name)
        for name in (
            killed.removeprefix(".").removesuffix(".0123456789abcdef"),
            killed.replace(path.stem, f"{path.stem}-2"),
            f"{killed}.txt",
        )
    ]
    for each in (*left, *others):
        each.touch()
    broken(path, "DELETE FROM story_facets")
    with open_store(path, now=NOW) as store:
        repaired = repair(store, NOW)
    assert repaired.copy is not None
    assert [each.exists() for each in left] == [False, False]
    assert all(each.exists() for each in others)


def test_d18_a_repair_finds_words_that_the_index_has_wrong(path: Path) -> None:
    sql = (
        "INSERT INTO articles_fts (articles_fts, rowid, title, body) VALUES ('delete', 1, 'x', '')"
    )
    assert broken(path, sql + ";INSERT INTO articles_fts_docsize SELECT 1, sz FROM"
                  " articles_fts_docsize WHERE id = 2 AND 1 NOT IN"
                  " (SELECT id FROM articles_fts_docsize)") == []  # fmt: skip
    with open_store(path, now=NOW) as store:
        assert [each.name for each in repair(store, NOW).mended] == ["articles-searchable"]


def test_d18_a_damaged_file_leads_to_the_way_back(path: Path) -> None:
    sql = "SELECT rootpage FROM sqlite_master WHERE name = 'entries_article_id'"
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute(sql).fetchone()
    with path.open("rb+") as file:
        file.seek((page - 1) * 4096 + 2048)
        file.write(b"\xff" * 2048)
    (violation,) = found(path)
    assert violation.name == "file-is-whole"
    assert "backup" in violation.remedy
    assert ".recover" in violation.remedy


def test_d18_the_page_lists_what_always_holds() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert reference() in page
    assert {each.name.partition("-of-")[0] for each in COLUMNS} == {"times", "json", "addresses"}
