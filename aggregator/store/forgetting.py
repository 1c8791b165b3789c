"""Stories that go, wholly: reports, texts, versions, history, links, and what refers to them.

What other stories say of them (a report that once was theirs, a headline of an ended story) is
taken back; numbers and identities of what went are kept, so that nothing comes back and no number
is given again.
"""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from aggregator.store.forgotten import keep_identities
from aggregator.text.times import to_text

_THE_ARTICLES: Final = "(SELECT value FROM json_each(:articles))"
_THE_STORIES: Final = "(SELECT value FROM json_each(:stories))"

OF_ARTICLES: Final = (
    ("article_conflicts", "article_id"),
    ("article_versions", "article_id"),
    ("article_wordings", "article_id"),
    ("entries", "article_id"),
    ("revisits", "article_id"),
    ("story_members", "article_id"),
)
"""Tables whose rows go with the article that a column names."""

OF_STORIES: Final = (
    ("story_changes", "story_id"),
    ("story_conflicts", "story_id"),
    ("story_facets", "story_id"),
    ("story_links", "story_id"),
    ("story_links", "earlier_story_id"),
    ("story_places", "story_id"),
)
"""Tables whose rows go with the story that a column names."""

_RULINGS: Final = f"""
SELECT id FROM story_rulings WHERE story_id IN {_THE_STORIES}
UNION SELECT ruling_id FROM ruled_articles WHERE article_id IN {_THE_ARTICLES}
UNION SELECT ruling_id FROM ruled_articles WHERE story_id IN {_THE_STORIES}
"""  # noqa: S608 -- parts of ours

# A message is kept for as long as messages are; it names a story by its words.
_MESSAGES_SQL: Final = f"""
UPDATE alert_deliveries SET story_id = NULL, change_id = NULL WHERE story_id IN {_THE_STORIES}
"""  # noqa: S608 -- a part of ours

_HISTORY_SQL: Final = f"""
UPDATE story_changes SET article_id = NULL WHERE article_id IN {_THE_ARTICLES}
"""  # noqa: S608 -- a part of ours

_HEADLINES_SQL: Final = f"""
UPDATE stories SET headline_article_id = opened_by WHERE headline_article_id IN {_THE_ARTICLES}
"""  # noqa: S608 -- a part of ours

_ASIDE_SQL: Final = """
DELETE FROM set_aside
WHERE stage IN ('scrape', 'revisit', 'group')
  AND record IN (SELECT CAST(value AS TEXT) FROM json_each(:articles))
"""

_DAYS_SQL: Final = f"""
UPDATE counted_days SET has_articles = 0 WHERE has_articles = 1 AND day IN (
  SELECT substr(first_seen_at, 1, 10) FROM articles WHERE id IN {_THE_ARTICLES}
  UNION SELECT substr(seen_at, 1, 10) FROM article_versions
  WHERE number > 1 AND article_id IN {_THE_ARTICLES})
"""  # noqa: S608 -- a part of ours

_STORY_STONES_SQL: Final = f"""
INSERT INTO forgotten_stories (story_id, articles, last_report_at, forgotten_at)
SELECT id, (SELECT count(*) FROM story_members WHERE story_id = stories.id), last_report_at, :now
FROM stories WHERE id IN {_THE_STORIES}
"""  # noqa: S608 -- a part of ours

_ARTICLE_STONES_SQL: Final = f"""
INSERT INTO forgotten_articles (article_id, story_id)
SELECT article_id, story_id FROM story_members WHERE article_id IN {_THE_ARTICLES}
"""  # noqa: S608 -- a part of ours


def forget(
    connection: sqlite3.Connection,
    stories: Sequence[int],
    articles: Sequence[int],
    now: datetime,
) -> None:
    """Forget stories with all their `articles`, within a transaction.

    Those that ended in one of them are among the stories.
    """
    asked = {"stories": json.dumps(stories), "articles": json.dumps(articles), "now": to_text(now)}
    # Rows refer to one another both ways; all of it is checked at the end.
    connection.execute("PRAGMA defer_foreign_keys = ON")
    for sql in (_DAYS_SQL, _STORY_STONES_SQL, _ARTICLE_STONES_SQL):
        connection.execute(sql, asked)
    keep_identities(connection, articles, now)
    rulings = [row["id"] for row in connection.execute(_RULINGS, asked)]
    for table, column in (("ruled_articles", "ruling_id"), ("story_rulings", "id")):
        _delete(connection, table, column, rulings)
    for sql in (_MESSAGES_SQL, _HISTORY_SQL, _HEADLINES_SQL, _ASIDE_SQL):
        connection.execute(sql, asked)
    for table, column in OF_ARTICLES:
        _delete(connection, table, column, articles)
    for table, column in OF_STORIES:
        _delete(connection, table, column, stories)
    _delete(connection, "stories", "id", stories)
    _delete(connection, "articles", "id", articles)


def _delete(
    connection: sqlite3.Connection, table: str, column: str, numbers: Sequence[int]
) -> None:
    connection.execute(
        f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))",  # noqa: S608 -- names of ours
        (json.dumps(numbers),),
    )
