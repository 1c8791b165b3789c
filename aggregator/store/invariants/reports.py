"""What always holds of feeds, entries, articles and their texts, and of what can be searched."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from aggregator.store.invariants.invariant import REPAIR_DOES_IT, Invariant, by_statement


class _Rebuild:
    """A repair that indexes the texts of a whole table anew."""

    def __init__(self, table: str) -> None:
        self._sql = f"INSERT INTO {table}_fts ({table}_fts) VALUES ('rebuild')"  # noqa: S608 -- ours

    def __call__(self, connection: sqlite3.Connection, _: Sequence[object], __: datetime) -> None:
        connection.execute(self._sql)


def _indexed(table: str) -> Invariant:
    # The index keeps a row for each text; FTS5's own check of every word would write.
    return Invariant(
        name=f"{table}-searchable",
        holds=f"the full-text index has each of the {table} once, and nothing else",
        where=table,
        sql=f"""
SELECT id FROM {table} WHERE NOT EXISTS (
  SELECT 1 FROM {table}_fts_docsize WHERE {table}_fts_docsize.id = {table}.id)
UNION ALL
SELECT id FROM {table}_fts_docsize WHERE NOT EXISTS (
  SELECT 1 FROM {table} WHERE {table}.id = {table}_fts_docsize.id)
""",  # noqa: S608 -- names of ours
        remedy=f"the index is made anew from the texts: {REPAIR_DOES_IT}",
        repair=_Rebuild(table),
    )


REPORTS: Final = (
    Invariant(
        name="installation",
        holds="the file has one name of its own, part of the id of every published story",
        where="files",
        sql="SELECT 'installation' FROM (SELECT count(*) AS n FROM installation) WHERE n <> 1",
    ),
    Invariant(
        name="article-has-entry",
        holds="each article was brought by an entry of a feed",
        where="articles",
        sql="""
SELECT id FROM articles
WHERE NOT EXISTS (SELECT 1 FROM entries WHERE entries.article_id = articles.id)
""",
    ),
    Invariant(
        name="article-is-awaited",
        holds="an article without a text has a time at which its page is fetched",
        where="articles",
        sql="SELECT id FROM articles WHERE version = 0 AND scrape_due_at IS NULL",
        remedy=f"its page is to be fetched now: {REPAIR_DOES_IT}",
        repair=by_statement("UPDATE articles SET scrape_due_at = :now WHERE id = :id"),
    ),
    Invariant(
        name="versions-numbered",
        holds="the texts of an article are numbered from 1 without a gap, up to its version",
        where="articles",
        sql="""
SELECT articles.id FROM articles
LEFT JOIN (
  SELECT article_id, count(*) AS texts, min(number) AS oldest, max(number) AS newest
  FROM article_versions GROUP BY article_id
) AS kept ON kept.article_id = articles.id
WHERE articles.version <> coalesce(newest, 0) OR coalesce(texts, 0) <> coalesce(newest, 0)
   OR coalesce(oldest, 1) <> 1
""",
    ),
    Invariant(
        name="newest-version-is-the-text",
        holds="the newest of the kept texts of an article is the one that it has",
        where="articles",
        sql="""
SELECT articles.id FROM articles
JOIN article_versions AS newest
  ON newest.article_id = articles.id AND newest.number = articles.version
WHERE newest.title <> articles.title OR newest.body <> articles.body
""",
    ),
    Invariant(
        name="validator-has-entries",
        holds="a feed whose validators are sent back has answered, and what it listed is here",
        where="feeds",
        sql="""
SELECT id FROM feeds
WHERE (etag IS NOT NULL OR last_modified IS NOT NULL OR body_hash IS NOT NULL)
  AND (last_success_at IS NULL OR coalesce(entry_count, 0) > 0
       AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.feed_id = feeds.id)
       AND NOT EXISTS (SELECT 1 FROM forgotten_entries WHERE forgotten_entries.feed_id = feeds.id))
""",
        remedy=f"the feed is to be asked for its whole document once: {REPAIR_DOES_IT}",
        repair=by_statement(
            "UPDATE feeds SET etag = NULL, last_modified = NULL, body_hash = NULL,"
            " next_due_at = :now, next_due_reason = 'its entries were missing' WHERE id = :id"
        ),
    ),
    Invariant(
        name="set-aside-exists",
        holds="what is set aside after a failure is a feed or an article that is here",
        where="records",
        sql="""
SELECT stage || ' ' || record FROM set_aside
WHERE stage = 'poll' AND NOT EXISTS (SELECT 1 FROM feeds WHERE feeds.id = record)
   OR stage IN ('parse', 'entry')
      AND NOT EXISTS (
        SELECT 1 FROM feeds WHERE feeds.id = substr(record, 1, instr(record, ' ') - 1))
   OR stage IN ('scrape', 'revisit', 'group')
      AND NOT EXISTS (SELECT 1 FROM articles WHERE articles.id = CAST(record AS INTEGER))
""",
        remedy=f"the note is to be removed, since nothing waits for it: {REPAIR_DOES_IT}",
        repair=by_statement("DELETE FROM set_aside WHERE stage || ' ' || record = :id"),
    ),
    _indexed("articles"),
    _indexed("stories"),
    Invariant(
        name="days-noted",
        holds="each day on which articles came in is noted to be counted, or is counted",
        where="days",
        sql="""
SELECT DISTINCT substr(first_seen_at, 1, 10) AS day FROM articles
EXCEPT SELECT day FROM counted_days
""",
        remedy=f"the day is to be counted when the daemon next runs: {REPAIR_DOES_IT}",
        repair=by_statement("INSERT INTO counted_days (day, is_stale) VALUES (:id, 1)"),
    ),
    Invariant(
        name="days-counted",
        holds="the count of a day is what its articles give, unless it is to be counted anew or"
        " some of them were forgotten",
        where="days",
        sql="""
SELECT days.day FROM counted_days AS days
LEFT JOIN daily_counts AS kept
  ON kept.day = days.day AND kept.conflict_id = '*' AND kept.language = '*'
LEFT JOIN (
  SELECT substr(first_seen_at, 1, 10) AS day, count(*) AS articles FROM articles GROUP BY 1
) AS found ON found.day = days.day
WHERE days.is_stale = 0 AND days.has_articles = 1
  AND coalesce(kept.articles, -1) <> coalesce(found.articles, 0)
""",
        remedy=f"the day is to be counted anew when the daemon next runs: {REPAIR_DOES_IT}",
        repair=by_statement("UPDATE counted_days SET is_stale = 1 WHERE day = :id"),
    ),
)
