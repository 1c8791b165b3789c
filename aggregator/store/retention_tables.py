"""The tables of migration m017: what is left of stories that were forgotten."""

from typing import Final

# The indexes on rulings: what refers to a story is looked for when it goes.
RETENTION: Final = """
CREATE TABLE forgotten_stories (
    story_id INTEGER PRIMARY KEY,
    articles INTEGER NOT NULL,
    last_report_at TEXT NOT NULL,
    forgotten_at TEXT NOT NULL
);
CREATE INDEX forgotten_stories_forgotten_at ON forgotten_stories (forgotten_at);
CREATE TABLE forgotten_articles (
    article_id INTEGER PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES forgotten_stories (story_id)
);
CREATE INDEX forgotten_articles_story_id ON forgotten_articles (story_id);
CREATE TABLE forgotten_entries (
    feed_id TEXT NOT NULL REFERENCES feeds (id) ON UPDATE CASCADE,
    identity TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    same_page TEXT,
    forgotten_at TEXT NOT NULL,
    listed_at TEXT NOT NULL,
    PRIMARY KEY (feed_id, identity)
) WITHOUT ROWID;
CREATE INDEX forgotten_entries_same_page ON forgotten_entries (same_page)
    WHERE same_page IS NOT NULL;
CREATE INDEX forgotten_entries_listed_at ON forgotten_entries (feed_id, listed_at);
ALTER TABLE counted_days ADD COLUMN has_articles INTEGER NOT NULL DEFAULT 1
    CHECK (has_articles IN (0, 1));
ALTER TABLE counted_days ADD COLUMN has_polls INTEGER NOT NULL DEFAULT 1
    CHECK (has_polls IN (0, 1));
CREATE INDEX story_rulings_story_id ON story_rulings (story_id);
CREATE INDEX ruled_articles_story_id ON ruled_articles (story_id);
"""
