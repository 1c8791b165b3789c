"""The headline of a story, chosen anew whenever the story changes; and which languages come first.

The reader's languages are kept in the database, since rulings are made without feeds.yaml.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Final

from aggregator.config import Config
from aggregator.group.headline.headlines import LEAD_LIMIT, Headline, Titled, choose_headline
from aggregator.model import SourceKind
from aggregator.text.times import from_text

_REPORTS_SQL: Final = """
SELECT articles.id, articles.title, substr(articles.body, 1, :lead) AS lead, feeds.kind,
       coalesce(articles.language, feeds.language) AS language,
       coalesce(story_members.origin_id, story_members.copy_of, articles.id) AS origin_id,
       min(coalesce(articles.published_at, articles.first_seen_at), articles.first_seen_at)
         AS reported_at
FROM story_members
JOIN articles ON articles.id = story_members.article_id
JOIN feeds ON feeds.id = articles.feed_id
WHERE story_members.story_id = :story
"""


def story_headline(connection: sqlite3.Connection, story_id: int) -> Headline:
    """Return which report gives a story its headline; its origins must be up to date."""
    (languages,) = connection.execute("SELECT languages FROM installation").fetchone()
    (present,) = connection.execute(
        "SELECT headline_article_id FROM stories WHERE id = ?", (story_id,)
    ).fetchone()
    rows = connection.execute(_REPORTS_SQL, {"story": story_id, "lead": LEAD_LIMIT})
    reports = [_titled(row) for row in rows]
    return choose_headline(reports, json.loads(languages), present)


def _titled(row: sqlite3.Row) -> Titled:
    return Titled(
        article=row["id"],
        origin=row["origin_id"],
        kind=SourceKind(row["kind"]),
        title=row["title"],
        lead=row["lead"],
        language=row["language"],
        reported=from_text(row["reported_at"]),
    )


def keep_languages(connection: sqlite3.Connection, config: Config) -> None:
    """Keep in which languages headlines are wanted; a change holds for what comes later."""
    languages = config.settings.languages or _language_of_most(config)
    connection.execute("UPDATE installation SET languages = ?", (json.dumps(languages),))


def _language_of_most(config: Config) -> Sequence[str]:
    """Return the language that more than half of the feeds have, if there is one."""
    counts = Counter(feed.language for feed in config.feeds)
    return [one for one, count in counts.items() if one and 2 * count > len(config.feeds)]
