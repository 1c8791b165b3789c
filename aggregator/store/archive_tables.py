"""The tables of migration m020: where answers are kept, and what feeds said before they edited."""

from typing import Final

# Ids are never given again, since entries name them without a reference: whole files are forgotten
# at once, and no entry is to be looked up for that.
ARCHIVE: Final = """
CREATE TABLE archived_responses (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    feed_id TEXT NOT NULL REFERENCES feeds (id) ON UPDATE CASCADE,
    article_id INTEGER REFERENCES articles (id) ON DELETE SET NULL,
    version INTEGER,
    url TEXT NOT NULL,
    asked_url TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    status INTEGER,
    content_type TEXT,
    payload_digest TEXT NOT NULL,
    payload_bytes INTEGER NOT NULL,
    record_type TEXT NOT NULL CHECK (record_type IN ('response', 'revisit', 'resource')),
    record_id TEXT NOT NULL,
    file TEXT NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    payload_offset INTEGER NOT NULL
);
CREATE INDEX archived_responses_file ON archived_responses (file, offset);
CREATE INDEX archived_responses_article_id ON archived_responses (article_id, version)
    WHERE article_id IS NOT NULL;
CREATE INDEX archived_responses_feed_id ON archived_responses (feed_id, fetched_at);
CREATE INDEX archived_responses_fetched_at ON archived_responses (fetched_at);
ALTER TABLE entries ADD COLUMN archived_id INTEGER;
CREATE TABLE entry_versions (
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    replaced_at TEXT NOT NULL,
    url TEXT,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    content TEXT NOT NULL,
    archived_id INTEGER,
    PRIMARY KEY (entry_id, number)
) WITHOUT ROWID;
"""
