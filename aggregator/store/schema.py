"""The tables and how they came to be: named migrations, applied in order, each whole or not at all.

A migration that has been released is never edited; the next change is a new function, and the file
is long because of that. What each table and column means stands in `description.py`.
"""

import json
from typing import Final

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from aggregator.group.prominence import prominence
from aggregator.store.alert_tables import ALERT_HEALTH, ALERT_TABLES, HUB_NOTICES
from aggregator.store.archive_tables import ARCHIVE
from aggregator.store.daemon_tables import DAEMON
from aggregator.store.day_tables import DAY_TABLES
from aggregator.store.images import IMAGE_DETAILS
from aggregator.store.place_tables import LOCATED_PLACES
from aggregator.store.report_times import record_of
from aggregator.store.retention_tables import RETENTION
from aggregator.store.trouble_tables import TROUBLES
from aggregator.store.views import VIEWS
from aggregator.text.times import from_text

migrations: Final = Migrations("conflict-news-aggregator")

_FIRST_TABLES: Final = """
CREATE TABLE installation (
    id TEXT PRIMARY KEY,
    created_at TEXT NOT NULL
);
CREATE TABLE feeds (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    homepage TEXT,
    language TEXT,
    country TEXT,
    kind TEXT NOT NULL,
    tags TEXT NOT NULL DEFAULT '[]',
    fulltext INTEGER NOT NULL DEFAULT 1 CHECK (fulltext IN (0, 1)),
    interval_seconds INTEGER,
    listed INTEGER NOT NULL DEFAULT 1 CHECK (listed IN (0, 1)),
    added_at TEXT NOT NULL,
    title TEXT,
    format TEXT,
    defects TEXT NOT NULL DEFAULT '[]',
    etag TEXT,
    last_modified TEXT,
    body_hash TEXT,
    last_polled_at TEXT,
    last_success_at TEXT,
    last_new_entry_at TEXT,
    last_outcome TEXT,
    last_error TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since TEXT,
    paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    moved_to TEXT,
    next_due_at TEXT NOT NULL,
    next_due_reason TEXT NOT NULL
);
CREATE INDEX feeds_next_due_at ON feeds (next_due_at) WHERE listed = 1 AND paused = 0;
CREATE TABLE polls (
    id INTEGER PRIMARY KEY,
    feed_id TEXT NOT NULL REFERENCES feeds (id) ON UPDATE CASCADE,
    polled_at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    status INTEGER,
    took_ms INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    entries_seen INTEGER NOT NULL,
    entries_new INTEGER NOT NULL,
    entries_changed INTEGER NOT NULL,
    error TEXT
);
CREATE INDEX polls_feed_id ON polls (feed_id, polled_at);
CREATE INDEX polls_polled_at ON polls (polled_at);
CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    page_key TEXT NOT NULL UNIQUE,
    feed_id TEXT NOT NULL REFERENCES feeds (id) ON UPDATE CASCADE,
    url TEXT,
    source TEXT NOT NULL,
    site TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL,
    body TEXT NOT NULL DEFAULT '',
    authors TEXT NOT NULL DEFAULT '[]',
    published_at TEXT,
    published_how TEXT NOT NULL DEFAULT 'missing',
    language TEXT,
    image TEXT,
    verdict TEXT,
    body_source TEXT NOT NULL DEFAULT 'none',
    body_reason TEXT NOT NULL DEFAULT '',
    first_seen_at TEXT NOT NULL,
    scraped_at TEXT,
    scrape_due_at TEXT,
    scrape_attempts INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 0,
    grouped INTEGER NOT NULL DEFAULT 0 CHECK (grouped IN (0, 1))
);
CREATE INDEX articles_ungrouped ON articles (id) WHERE grouped = 0;
CREATE INDEX articles_scrape_due_at ON articles (scrape_due_at) WHERE scrape_due_at IS NOT NULL;
CREATE INDEX articles_first_seen_at ON articles (first_seen_at);
CREATE INDEX articles_published_at ON articles (published_at);
CREATE INDEX articles_feed_id ON articles (feed_id, first_seen_at);
CREATE INDEX articles_source ON articles (source, first_seen_at);
CREATE INDEX articles_language ON articles (language, first_seen_at);
CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    feed_id TEXT NOT NULL REFERENCES feeds (id) ON UPDATE CASCADE,
    identity TEXT NOT NULL,
    identity_kind TEXT NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    url TEXT,
    title TEXT NOT NULL,
    summary TEXT NOT NULL DEFAULT '',
    content TEXT NOT NULL DEFAULT '',
    authors TEXT NOT NULL DEFAULT '[]',
    categories TEXT NOT NULL DEFAULT '[]',
    published_at TEXT,
    published_how TEXT NOT NULL,
    language TEXT,
    image TEXT,
    first_seen_at TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1,
    UNIQUE (feed_id, identity)
);
CREATE INDEX entries_article_id ON entries (article_id);
CREATE TABLE article_versions (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL,
    seen_at TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    body_source TEXT NOT NULL,
    UNIQUE (article_id, number)
);
CREATE TABLE stories (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    opened_by INTEGER NOT NULL UNIQUE REFERENCES articles (id),
    headline TEXT NOT NULL,
    headline_article_id INTEGER NOT NULL REFERENCES articles (id),
    summary TEXT NOT NULL DEFAULT '',
    language TEXT,
    opened_at TEXT NOT NULL,
    first_report_at TEXT NOT NULL,
    last_report_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    article_count INTEGER NOT NULL,
    origin_count INTEGER NOT NULL,
    source_count INTEGER NOT NULL,
    languages TEXT NOT NULL DEFAULT '[]',
    countries TEXT NOT NULL DEFAULT '[]',
    kinds TEXT NOT NULL DEFAULT '[]',
    conflicts TEXT NOT NULL DEFAULT '[]',
    merged_into INTEGER REFERENCES stories (id)
);
CREATE INDEX stories_last_report_at ON stories (last_report_at);
CREATE INDEX stories_changed_at ON stories (changed_at);
CREATE TABLE story_members (
    id INTEGER PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES stories (id),
    article_id INTEGER NOT NULL UNIQUE REFERENCES articles (id),
    copy_of INTEGER REFERENCES articles (id),
    score REAL NOT NULL,
    explanation TEXT NOT NULL,
    joined_at TEXT NOT NULL
);
CREATE INDEX story_members_story_id ON story_members (story_id);
CREATE INDEX story_members_joined_at ON story_members (joined_at);
CREATE INDEX story_members_copy_of ON story_members (copy_of) WHERE copy_of IS NOT NULL;
CREATE TABLE story_changes (
    id INTEGER PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES stories (id),
    kind TEXT NOT NULL,
    article_id INTEGER REFERENCES articles (id),
    material INTEGER NOT NULL CHECK (material IN (0, 1)),
    changed_at TEXT NOT NULL
);
CREATE INDEX story_changes_story_id ON story_changes (story_id, changed_at);
CREATE TABLE conflicts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    listed INTEGER NOT NULL DEFAULT 1 CHECK (listed IN (0, 1))
);
CREATE TABLE article_conflicts (
    article_id INTEGER NOT NULL REFERENCES articles (id),
    conflict_id TEXT NOT NULL REFERENCES conflicts (id) ON UPDATE CASCADE,
    score REAL NOT NULL,
    terms TEXT NOT NULL,
    PRIMARY KEY (article_id, conflict_id)
) WITHOUT ROWID;
CREATE INDEX article_conflicts_conflict_id ON article_conflicts (conflict_id);
CREATE TABLE story_conflicts (
    story_id INTEGER NOT NULL REFERENCES stories (id),
    conflict_id TEXT NOT NULL REFERENCES conflicts (id) ON UPDATE CASCADE,
    article_count INTEGER NOT NULL,
    PRIMARY KEY (story_id, conflict_id)
) WITHOUT ROWID;
CREATE INDEX story_conflicts_conflict_id ON story_conflicts (conflict_id);
CREATE TABLE set_aside (
    stage TEXT NOT NULL,
    record TEXT NOT NULL,
    failures INTEGER NOT NULL,
    first_failed_at TEXT NOT NULL,
    retry_at TEXT NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY (stage, record)
) WITHOUT ROWID;
"""

_FEED_COLUMNS: Final = """
ALTER TABLE feeds ADD COLUMN current_url TEXT;
ALTER TABLE feeds ADD COLUMN moved_since TEXT;
ALTER TABLE feeds ADD COLUMN moved_polls INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN announced_url TEXT;
ALTER TABLE feeds ADD COLUMN self_url TEXT;
ALTER TABLE feeds ADD COLUMN hubs TEXT NOT NULL DEFAULT '[]';
ALTER TABLE feeds ADD COLUMN ttl_seconds INTEGER;
ALTER TABLE feeds ADD COLUMN skip_hours TEXT NOT NULL DEFAULT '[]';
ALTER TABLE feeds ADD COLUMN skip_days TEXT NOT NULL DEFAULT '[]';
ALTER TABLE feeds ADD COLUMN rhythm TEXT;
ALTER TABLE feeds ADD COLUMN last_body_at TEXT;
ALTER TABLE feeds ADD COLUMN unchanged_polls INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN distrusted_since TEXT;
ALTER TABLE feeds ADD COLUMN identify_by TEXT NOT NULL DEFAULT 'guid';
ALTER TABLE feeds ADD COLUMN identity_rule TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN guid_changes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN entry_count INTEGER;
ALTER TABLE feeds ADD COLUMN undated_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN newest_entry_at TEXT;
CREATE TABLE feed_conditions (
    feed_id TEXT NOT NULL REFERENCES feeds (id) ON UPDATE CASCADE,
    condition TEXT NOT NULL,
    severity INTEGER NOT NULL,
    since TEXT NOT NULL,
    detail TEXT NOT NULL,
    remedy TEXT NOT NULL,
    PRIMARY KEY (feed_id, condition)
) WITHOUT ROWID;
"""

_SUBSCRIPTIONS: Final = """
CREATE TABLE subscriptions (
    feed_id TEXT NOT NULL REFERENCES feeds (id) ON UPDATE CASCADE,
    topic TEXT NOT NULL,
    hub TEXT NOT NULL,
    state TEXT NOT NULL,
    callback TEXT,
    awaits INTEGER NOT NULL DEFAULT 0 CHECK (awaits IN (0, 1)),
    requested_at TEXT,
    verified_at TEXT,
    lease_ends_at TEXT,
    last_push_at TEXT,
    doubted_at TEXT,
    pushes INTEGER NOT NULL DEFAULT 0,
    bad_signatures INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    next_request_at TEXT NOT NULL,
    PRIMARY KEY (feed_id, topic, hub)
) WITHOUT ROWID;
CREATE UNIQUE INDEX subscriptions_feed_id ON subscriptions (feed_id) WHERE state <> 'leaving';
CREATE INDEX subscriptions_next_request_at ON subscriptions (next_request_at);
CREATE TABLE push_receipts (
    feed_id TEXT NOT NULL REFERENCES feeds (id) ON UPDATE CASCADE,
    digest TEXT NOT NULL,
    received_at TEXT NOT NULL,
    PRIMARY KEY (feed_id, digest)
) WITHOUT ROWID;
CREATE TABLE push_service (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    state TEXT NOT NULL,
    detail TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
"""

_PAGES: Final = """
ALTER TABLE articles ADD COLUMN canonical_url TEXT;
ALTER TABLE articles ADD COLUMN updated_at TEXT;
ALTER TABLE articles ADD COLUMN updated_how TEXT NOT NULL DEFAULT 'missing';
ALTER TABLE articles ADD COLUMN page_digest TEXT;
CREATE INDEX articles_page_digest ON articles (source, page_digest) WHERE page_digest IS NOT NULL;
ALTER TABLE article_versions ADD COLUMN changes TEXT;
ALTER TABLE article_versions ADD COLUMN summary TEXT NOT NULL DEFAULT '';
CREATE INDEX article_versions_edits ON article_versions (id) WHERE changes IS NOT NULL;
ALTER TABLE feeds ADD COLUMN revisit INTEGER NOT NULL DEFAULT 1 CHECK (revisit IN (0, 1));
CREATE TABLE revisits (
    article_id INTEGER PRIMARY KEY REFERENCES articles (id),
    source TEXT NOT NULL,
    due_at TEXT,
    looks INTEGER NOT NULL DEFAULT 0,
    looked_at TEXT NOT NULL,
    found TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT
);
CREATE INDEX revisits_due_at ON revisits (due_at, source) WHERE due_at IS NOT NULL;
CREATE TABLE page_trends (
    feed_id TEXT NOT NULL REFERENCES feeds (id) ON UPDATE CASCADE,
    host TEXT NOT NULL,
    pages INTEGER NOT NULL,
    defeats INTEGER NOT NULL,
    counted_at TEXT NOT NULL,
    usual TEXT NOT NULL,
    latest TEXT NOT NULL,
    degraded TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (feed_id, host)
);
"""

_DECISIONS: Final = """
ALTER TABLE story_members ADD COLUMN moved_at TEXT;
CREATE INDEX stories_merged_into ON stories (merged_into) WHERE merged_into IS NOT NULL;
CREATE TABLE story_rulings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('together', 'apart')),
    story_id INTEGER NOT NULL REFERENCES stories (id),
    ruled_at TEXT NOT NULL
);
CREATE TABLE ruled_articles (
    ruling_id INTEGER NOT NULL REFERENCES story_rulings (id),
    article_id INTEGER NOT NULL REFERENCES articles (id),
    story_id INTEGER NOT NULL REFERENCES stories (id),
    PRIMARY KEY (ruling_id, article_id)
) WITHOUT ROWID;
CREATE TABLE story_links (
    story_id INTEGER PRIMARY KEY REFERENCES stories (id),
    earlier_story_id INTEGER NOT NULL REFERENCES stories (id),
    score REAL NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX story_links_earlier_story_id ON story_links (earlier_story_id);
"""

_ORIGINS: Final = """
ALTER TABLE story_members ADD COLUMN origin_id INTEGER REFERENCES articles (id);
ALTER TABLE story_members ADD COLUMN dependence TEXT;
ALTER TABLE story_members ADD COLUMN origin_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE story_members ADD COLUMN shared REAL NOT NULL DEFAULT 0;
ALTER TABLE story_members ADD COLUMN shared_with INTEGER REFERENCES articles (id);
CREATE TABLE article_wordings (
    article_id INTEGER PRIMARY KEY REFERENCES articles (id),
    source TEXT NOT NULL,
    version INTEGER NOT NULL,
    words INTEGER NOT NULL,
    shingles BLOB NOT NULL,
    credits TEXT NOT NULL,
    own_reporting INTEGER NOT NULL CHECK (own_reporting IN (0, 1))
);
CREATE INDEX article_wordings_source ON article_wordings (source, article_id);
"""

_HEADLINES: Final = """
ALTER TABLE installation ADD COLUMN languages TEXT NOT NULL DEFAULT '[]';
ALTER TABLE stories ADD COLUMN headline_reason TEXT NOT NULL DEFAULT '';
"""

# SQLite changes no CHECK: both tables are written anew, since one refers to the other.
_RELEASES: Final = """
CREATE TABLE earlier_rulings AS SELECT * FROM story_rulings;
CREATE TABLE earlier_ruled_articles AS SELECT * FROM ruled_articles;
DROP TABLE ruled_articles;
DROP TABLE story_rulings;
CREATE TABLE story_rulings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('together', 'apart', 'released')),
    story_id INTEGER NOT NULL REFERENCES stories (id),
    ruled_at TEXT NOT NULL
);
CREATE TABLE ruled_articles (
    ruling_id INTEGER NOT NULL REFERENCES story_rulings (id),
    article_id INTEGER NOT NULL REFERENCES articles (id),
    story_id INTEGER NOT NULL REFERENCES stories (id),
    PRIMARY KEY (ruling_id, article_id)
) WITHOUT ROWID;
CREATE INDEX ruled_articles_article_id ON ruled_articles (article_id, ruling_id);
INSERT INTO story_rulings SELECT id, kind, story_id, ruled_at FROM earlier_rulings;
INSERT INTO ruled_articles SELECT ruling_id, article_id, story_id FROM earlier_ruled_articles;
DROP TABLE earlier_ruled_articles;
DROP TABLE earlier_rulings;
"""

# What happened before is told no more: only changes from now on are judged.
_NEWS: Final = """
ALTER TABLE article_conflicts ADD COLUMN places TEXT NOT NULL DEFAULT '[]';
ALTER TABLE story_changes ADD COLUMN news TEXT;
UPDATE story_changes SET news = '[]';
CREATE INDEX story_changes_unjudged ON story_changes (story_id) WHERE news IS NULL;
ALTER TABLE stories ADD COLUMN image TEXT;
ALTER TABLE stories ADD COLUMN places TEXT NOT NULL DEFAULT '[]';
CREATE TABLE story_places (
    place_key TEXT NOT NULL,
    story_id INTEGER NOT NULL REFERENCES stories (id),
    PRIMARY KEY (place_key, story_id)
) WITHOUT ROWID;
CREATE INDEX story_places_story_id ON story_places (story_id);
CREATE TABLE saved_filters (
    name TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    query TEXT NOT NULL,
    listed INTEGER NOT NULL DEFAULT 1 CHECK (listed IN (0, 1))
) WITHOUT ROWID;
"""

# Partial indexes in each order, so that a filter which few stories pass reads no row of the others;
# and one for each reference, since Datasette counts what refers to a row.
_STORY_ORDER: Final = """
ALTER TABLE stories ADD COLUMN prominence REAL NOT NULL DEFAULT 0;
UPDATE stories SET prominence = prominence_of(last_report_at, origin_count);
ALTER TABLE stories ADD COLUMN report_times TEXT NOT NULL DEFAULT '[]';
UPDATE stories SET report_times = (
    SELECT report_times_of(json_group_array(
        min(coalesce(articles.published_at, articles.first_seen_at), articles.first_seen_at)
    ))
    FROM story_members JOIN articles ON articles.id = story_members.article_id
    WHERE story_members.story_id = stories.id
);
CREATE INDEX stories_leading ON stories (prominence) WHERE merged_into IS NULL;
CREATE INDEX stories_newest ON stories (last_report_at) WHERE merged_into IS NULL;
CREATE INDEX stories_latest_change ON stories (changed_at) WHERE merged_into IS NULL;
CREATE INDEX stories_origin_count ON stories (origin_count)
    WHERE merged_into IS NULL AND origin_count >= 10;
CREATE INDEX stories_headline_article_id ON stories (headline_article_id);
CREATE INDEX story_members_origin_id ON story_members (origin_id) WHERE origin_id IS NOT NULL;
CREATE INDEX story_members_shared_with ON story_members (shared_with)
    WHERE shared_with IS NOT NULL;
CREATE INDEX story_changes_article_id ON story_changes (article_id) WHERE article_id IS NOT NULL;
CREATE TABLE story_facets (
    facet TEXT NOT NULL CHECK (facet IN ('language', 'country', 'kind')),
    value TEXT NOT NULL,
    story_id INTEGER NOT NULL REFERENCES stories (id),
    PRIMARY KEY (facet, value, story_id)
) WITHOUT ROWID;
CREATE INDEX story_facets_story_id ON story_facets (story_id);
INSERT INTO story_facets
    SELECT 'language', value, stories.id FROM stories, json_each(languages)
    WHERE merged_into IS NULL
    UNION SELECT 'country', value, stories.id FROM stories, json_each(countries)
    WHERE merged_into IS NULL
    UNION SELECT 'kind', value, stories.id FROM stories, json_each(kinds)
    WHERE merged_into IS NULL;
"""

# A page is looked at again many times for each edit: its text is indexed anew only for that.
_SEARCH_EDITED_TEXTS: Final = """
CREATE TRIGGER articles_au AFTER UPDATE OF title, body ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, title, body)
        VALUES ('delete', old.rowid, old.title, old.body);
    INSERT INTO articles_fts (rowid, title, body) VALUES (new.rowid, new.title, new.body);
END
"""

_SEARCHED: Final = {"articles": ["title", "body"], "stories": ["headline", "summary"]}


@migrations()
def m001_first_tables(db: Database) -> None:
    """Create every table, its indexes and the full-text search."""
    _execute_each(db, _FIRST_TABLES)
    for table, columns in _SEARCHED.items():
        db.table(table).enable_fts(
            columns, create_triggers=True, tokenize="unicode61 remove_diacritics 2"
        )


@migrations()
def m002_feed_conditions(db: Database) -> None:
    """Keep what polls learn of a feed: rhythm, wishes, moves, identity, and what is wrong."""
    _execute_each(db, _FEED_COLUMNS)
    # New articles are indexed many at a time (see `entries.index_articles`).
    db.execute("DROP TRIGGER articles_ai")


@migrations()
def m003_subscriptions(db: Database) -> None:
    """Create what is known of hubs, of what they pushed, and whether push is on at all."""
    _execute_each(db, _SUBSCRIPTIONS)


@migrations()
def m004_pages(db: Database) -> None:
    """Keep when pages are looked at again, what edits changed, and what pages usually give."""
    _execute_each(db, _PAGES)
    db.execute("DROP TRIGGER articles_au")
    db.execute(_SEARCH_EDITED_TEXTS)


@migrations()
def m005_decisions(db: Database) -> None:
    """Keep what the user rules on stories, when reports move, and which story follows which."""
    _execute_each(db, _DECISIONS)


@migrations()
def m006_origins(db: Database) -> None:
    """Keep on whom each report depends, and what of its text says so."""
    _execute_each(db, _ORIGINS)


@migrations()
def m007_headlines(db: Database) -> None:
    """Keep which languages the reader wants first, and why a headline stands for its story."""
    _execute_each(db, _HEADLINES)


@migrations()
def m008_releases(db: Database) -> None:
    """Let the user take a ruling back."""
    _execute_each(db, _RELEASES)


@migrations()
def m009_news(db: Database) -> None:
    """Keep what is news in a story, where it happens, and the filters that the user has named."""
    _execute_each(db, _NEWS)


@migrations()
def m010_alerts(db: Database) -> None:
    """Keep which alerts are known, and what is to be sent, was sent or was given up."""
    _execute_each(db, ALERT_TABLES)


@migrations()
def m011_story_order(db: Database) -> None:
    """Keep which story leads, and find what few stories have.

    Of stories from before, all origins count as reported when the last one was.
    """
    db.register_function(_prominence_of, deterministic=True, name="prominence_of")
    db.register_function(_report_times_of, deterministic=True, name="report_times_of")
    _execute_each(db, _STORY_ORDER)


def _prominence_of(last_report_at: str, origin_count: int) -> float:
    return prominence([from_text(last_report_at)] * origin_count)


def _report_times_of(times: str) -> str:
    return record_of(map(from_text, json.loads(times)))


@migrations()
def m012_located_places(db: Database) -> None:
    """Keep where the places of conflicts are."""
    _execute_each(db, LOCATED_PLACES)


@migrations()
def m013_daily_counts(db: Database) -> None:
    """Count what each day brings, and keep by what words a conflict is known."""
    for statement in DAY_TABLES:
        db.execute(statement)


@migrations()
def m014_notices(db: Database) -> None:
    """Find at once which alerts fail and which ended long ago; keep what the hub was told."""
    _execute_each(db, ALERT_HEALTH)
    _execute_each(db, HUB_NOTICES)


@migrations()
def m015_image_details(db: Database) -> None:
    """Keep what is declared of images: type, width, height, size."""
    _execute_each(db, IMAGE_DETAILS)


@migrations()
def m016_troubles(db: Database) -> None:
    """Keep what is wrong with the daemon as a whole."""
    _execute_each(db, TROUBLES)


@migrations()
def m017_retention(db: Database) -> None:
    """Keep what is left of stories that were forgotten, and which days are counted for good."""
    _execute_each(db, RETENTION)


@migrations()
def m018_daemon(db: Database) -> None:
    """Keep how the daemon is, as it says itself."""
    _execute_each(db, DAEMON)


@migrations()
def m020_archive(db: Database) -> None:
    """Keep where the answers of servers are kept, and what entries said before an edit."""
    _execute_each(db, ARCHIVE)


def _execute_each(db: Database, statements: str) -> None:
    # One by one, since a script would commit what stands before it.
    for statement in statements.split(";\n"):
        if statement.strip():
            db.execute(statement)


def apply(db: Database) -> None:
    """Bring an open database to the newest schema; the views are made anew where they differ."""
    migrations.apply(db)
    for name, (_, sql) in VIEWS.items():
        db.create_view(name, sql, replace=True)


def is_current(db: Database) -> bool:
    """Return whether `apply` would change nothing."""
    with Database(memory=True, execute_plugins=False) as empty:
        for name, (_, sql) in VIEWS.items():
            empty.create_view(name, sql)
        made = _views(empty)
    return not migrations.pending(db) and made.items() <= _views(db).items()


def _views(db: Database) -> dict[str, str]:
    return dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall())


def unknown_migrations(db: Database) -> list[str]:
    """Return the names of applied migrations that this version does not know."""
    with Database(memory=True, execute_plugins=False) as empty:
        known = {migration.name for migration in migrations.pending(empty)}
    return [m.name for m in migrations.applied(db) if m.name not in known]
