"""What `daily_counts` needs: tables with counts of each day, and triggers that note what changed.

A trigger cannot be forgotten by a function that writes, however it writes: each day whose counts
may have changed is noted in the transaction that changed them.
"""

from typing import Final

_TABLES: Final = (
    """
CREATE TABLE counted_days (
    day TEXT PRIMARY KEY,
    is_stale INTEGER NOT NULL DEFAULT 1 CHECK (is_stale IN (0, 1)),
    counted_at TEXT
) WITHOUT ROWID
""",
    "CREATE INDEX counted_days_stale ON counted_days (day) WHERE is_stale = 1",
    """
CREATE TABLE daily_counts (
    conflict_id TEXT NOT NULL,
    language TEXT NOT NULL,
    day TEXT NOT NULL REFERENCES counted_days (day),
    articles INTEGER NOT NULL,
    stories INTEGER NOT NULL,
    new_stories INTEGER NOT NULL,
    origins INTEGER NOT NULL,
    copies INTEGER NOT NULL,
    sources INTEGER NOT NULL,
    languages INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    edits INTEGER NOT NULL,
    polls INTEGER,
    PRIMARY KEY (conflict_id, language, day)
) WITHOUT ROWID
""",
    "CREATE INDEX daily_counts_day ON daily_counts (day)",
    "CREATE INDEX article_versions_seen_at ON article_versions (seen_at) WHERE number > 1",
)

_CONFLICT_COLUMNS: Final = tuple(
    f"ALTER TABLE conflicts ADD COLUMN {column} TEXT NOT NULL DEFAULT '[]'"
    for column in ("keywords", "places", "parties")
)


def _noted(days: str) -> str:
    return (
        f"INSERT INTO counted_days (day, is_stale) {days}"
        " ON CONFLICT (day) DO UPDATE SET is_stale = 1 WHERE is_stale = 0"
    )


def _trigger(name: str, event: str, *noted: str) -> str:
    return f"CREATE TRIGGER {name} AFTER {event} BEGIN {'; '.join(map(_noted, noted))}; END"


_DAY_OF_ARTICLE: Final = (
    "SELECT substr(first_seen_at, 1, 10), 1 FROM articles WHERE id = new.article_id"
)
_DAYS_OF_EDITS: Final = (
    "SELECT substr(seen_at, 1, 10), 1 FROM article_versions WHERE number > 1 AND article_id = new."
)

_TRIGGERS: Final = (
    _trigger(
        "articles_new_day", "INSERT ON articles", "VALUES (substr(new.first_seen_at, 1, 10), 1)"
    ),
    _trigger(
        "articles_language_day",
        "UPDATE OF language ON articles WHEN old.language IS NOT new.language",
        "VALUES (substr(new.first_seen_at, 1, 10), 1)",
        f"{_DAYS_OF_EDITS}id",
    ),
    _trigger("story_members_new_day", "INSERT ON story_members", _DAY_OF_ARTICLE),
    _trigger(
        "story_members_moved_day",
        "UPDATE OF story_id, copy_of, origin_id, dependence ON story_members",
        _DAY_OF_ARTICLE,
    ),
    _trigger(
        "article_conflicts_new_day",
        "INSERT ON article_conflicts",
        _DAY_OF_ARTICLE,
        f"{_DAYS_OF_EDITS}article_id",
    ),
    _trigger(
        "article_versions_new_day",
        "INSERT ON article_versions WHEN new.number > 1",
        "VALUES (substr(new.seen_at, 1, 10), 1)",
    ),
    _trigger("polls_new_day", "INSERT ON polls", "VALUES (substr(new.polled_at, 1, 10), 1)"),
)

# What was there before is to be counted, too.
_KNOWN_DAYS: Final = (
    "INSERT INTO counted_days (day, is_stale)"
    " SELECT substr(first_seen_at, 1, 10), 1 FROM articles"
    " UNION SELECT substr(polled_at, 1, 10), 1 FROM polls"
    " UNION SELECT substr(seen_at, 1, 10), 1 FROM article_versions WHERE number > 1"
)

DAY_TABLES: Final = (*_TABLES, *_CONFLICT_COLUMNS, *_TRIGGERS, _KNOWN_DAYS)
"""Every statement of the migration, in order."""
