"""What always holds of stories: who is in them, what they say of themselves, who was told."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from aggregator.store.invariants.invariant import REPAIR_DOES_IT, Invariant, by_statement
from aggregator.store.story_state import refresh_counts, refresh_stories

_FROM_REPORTS: Final = (
    f"it is to be worked out anew from the reports of the story: {REPAIR_DOES_IT}"
)


def _count_anew(connection: sqlite3.Connection, ids: Sequence[object], _: datetime) -> None:
    for story_id in ids:
        (origins,) = connection.execute(
            "SELECT count(DISTINCT origin_id) FROM story_members WHERE story_id = ?", (story_id,)
        ).fetchone()
        refresh_counts(connection, int(str(story_id)), origins)


def _speak_anew(connection: sqlite3.Connection, ids: Sequence[object], now: datetime) -> None:
    refresh_stories(connection, {int(str(story_id)): True for story_id in ids}, now)


def _clear_ended(connection: sqlite3.Connection, ids: Sequence[object], _: datetime) -> None:
    for table in ("story_conflicts", "story_places", "story_facets"):
        connection.executemany(
            f"DELETE FROM {table} WHERE story_id = ?",  # noqa: S608 -- names of ours
            [(each,) for each in ids],
        )


STORIES: Final = (
    Invariant(
        name="grouped-article-in-story",
        holds="an article is in exactly one story once it is grouped, and in none before",
        where="articles",
        sql="""
SELECT id FROM articles
WHERE grouped <> EXISTS (SELECT 1 FROM story_members WHERE article_id = articles.id)
""",
        remedy="what is in no story is to be grouped again, what is in one is grouped: "
        + REPAIR_DOES_IT,
        repair=by_statement("""
UPDATE articles
SET grouped = EXISTS (SELECT 1 FROM story_members WHERE article_id = articles.id)
              OR EXISTS (SELECT 1 FROM stories WHERE opened_by = articles.id)
WHERE id = :id
"""),
    ),
    Invariant(
        name="grouped-article-has-text",
        holds="an article that is in a story has been read",
        where="articles",
        sql="SELECT id FROM articles WHERE grouped = 1 AND version = 0",
    ),
    Invariant(
        name="ended-story-leads-on",
        holds="a story whose first article is in another has ended and leads there; no other has",
        where="stories",
        sql="""
SELECT stories.id FROM stories
JOIN story_members ON story_members.article_id = stories.opened_by
WHERE stories.merged_into IS NOT nullif(story_members.story_id, stories.id)
""",
        remedy=f"it is to lead to where its article is: {REPAIR_DOES_IT}",
        repair=by_statement("""
UPDATE stories SET merged_into = (
  SELECT nullif(story_members.story_id, stories.id) FROM story_members
  WHERE story_members.article_id = stories.opened_by)
WHERE id = :id
"""),
    ),
    Invariant(
        name="ended-story-leads-to-current",
        holds="an ended story leads to one that goes on, never to itself or another ended one",
        where="stories",
        sql="""
SELECT ended.id FROM stories AS ended
JOIN stories AS next ON next.id = ended.merged_into
WHERE next.merged_into IS NOT NULL OR next.id = ended.id
""",
    ),
    Invariant(
        name="current-story-has-opener",
        holds="a story that goes on has reports, that which opened it among them",
        where="stories",
        sql="""
SELECT stories.id FROM stories
WHERE merged_into IS NULL AND NOT EXISTS (
  SELECT 1 FROM story_members
  WHERE story_members.article_id = stories.opened_by AND story_members.story_id = stories.id)
""",
    ),
    Invariant(
        name="ended-story-is-empty",
        holds="an ended story has no reports",
        where="stories",
        sql="""
SELECT DISTINCT stories.id FROM stories
JOIN story_members ON story_members.story_id = stories.id WHERE merged_into IS NOT NULL
""",
        remedy="`aggregator story merge` with its id and that of the story to which it leads takes"
        " them over",
    ),
    Invariant(
        name="ended-story-not-found",
        holds="an ended story is not found by language, country, kind, place or conflict",
        where="stories",
        sql="""
SELECT id FROM stories WHERE merged_into IS NOT NULL AND id IN (
  SELECT story_id FROM story_facets UNION SELECT story_id FROM story_places
  UNION SELECT story_id FROM story_conflicts)
""",
        remedy=f"what it was found by is to be removed: {REPAIR_DOES_IT}",
        repair=_clear_ended,
    ),
    Invariant(
        name="story-counts",
        holds="a story counts the reports, publishers and independent origins that it has",
        where="stories",
        sql="""
SELECT stories.id FROM stories
JOIN (
  SELECT story_id, count(*) AS reports, count(DISTINCT articles.source) AS sources,
         count(DISTINCT origin_id) AS origins, count(*) - count(origin_id) AS unknown
  FROM story_members JOIN articles ON articles.id = story_members.article_id GROUP BY story_id
) AS found ON found.story_id = stories.id
WHERE merged_into IS NULL AND (
  article_count <> reports OR source_count <> sources OR unknown = 0 AND origin_count <> origins)
""",
        remedy=_FROM_REPORTS,
        repair=_count_anew,
    ),
    Invariant(
        name="story-report-times",
        holds="the times that a story lists are those of as many reports as it has",
        where="stories",
        sql="""
SELECT id FROM stories
WHERE merged_into IS NULL AND json_valid(report_times)
  AND (SELECT coalesce(sum(json_extract(value, '$[1]')), 0) FROM json_each(report_times))
      <> article_count
""",
        remedy=_FROM_REPORTS,
        repair=_count_anew,
    ),
    Invariant(
        name="story-facets",
        holds="a story is found by the languages, countries and kinds that it lists, and no others",
        where="stories",
        sql="""
WITH listed (facet, value, story_id) AS (
  SELECT 'language', value, stories.id FROM stories, json_each(languages)
    WHERE merged_into IS NULL AND json_valid(languages)
  UNION ALL SELECT 'country', value, stories.id FROM stories, json_each(countries)
    WHERE merged_into IS NULL AND json_valid(countries)
  UNION ALL SELECT 'kind', value, stories.id FROM stories, json_each(kinds)
    WHERE merged_into IS NULL AND json_valid(kinds)
), differing (story_id) AS (
  SELECT story_id FROM (SELECT * FROM listed EXCEPT SELECT * FROM story_facets)
  UNION SELECT facets.story_id FROM (SELECT * FROM story_facets EXCEPT SELECT * FROM listed)
    AS facets
)
SELECT story_id FROM differing JOIN stories ON stories.id = story_id WHERE merged_into IS NULL
""",
        remedy=_FROM_REPORTS,
        repair=_count_anew,
    ),
    Invariant(
        name="story-conflicts",
        holds="a story belongs to the conflicts of its reports, with the number of those",
        where="stories",
        sql="""
WITH found (story_id, conflict_id, reports) AS (
  SELECT story_id, conflict_id, count(*) FROM article_conflicts
  JOIN story_members ON story_members.article_id = article_conflicts.article_id
  GROUP BY story_id, conflict_id
), differing (story_id) AS (
  SELECT story_id FROM (SELECT * FROM found EXCEPT SELECT * FROM story_conflicts)
  UNION SELECT kept.story_id FROM (SELECT * FROM story_conflicts EXCEPT SELECT * FROM found) AS kept
)
SELECT story_id FROM differing JOIN stories ON stories.id = story_id WHERE merged_into IS NULL
""",
        remedy=_FROM_REPORTS,
        repair=_count_anew,
    ),
    Invariant(
        name="headline-of-own-report",
        holds="the headline of a story is that of one of its reports",
        where="stories",
        sql="""
SELECT stories.id FROM stories
WHERE merged_into IS NULL AND NOT EXISTS (
  SELECT 1 FROM story_members WHERE story_members.article_id = stories.headline_article_id
    AND story_members.story_id = stories.id)
""",
        remedy=_FROM_REPORTS,
        repair=_speak_anew,
    ),
    Invariant(
        name="origin-in-same-story",
        holds="the report that stands for the origin of another is in the same story",
        where="articles",
        sql="""
SELECT story_members.article_id FROM story_members
LEFT JOIN story_members AS origin ON origin.article_id = story_members.origin_id
WHERE story_members.origin_id IS NOT NULL AND origin.story_id IS NOT story_members.story_id
""",
        remedy="it is worked out anew when the story next changes",
    ),
    Invariant(
        name="link-to-another-story",
        holds="a story takes up another one, never itself",
        where="stories",
        sql="SELECT story_id FROM story_links WHERE story_id = earlier_story_id",
        remedy=f"the link is to be removed: {REPAIR_DOES_IT}",
        repair=by_statement("DELETE FROM story_links WHERE story_id = :id"),
    ),
    Invariant(
        name="ruling-names-articles",
        holds="each ruling of the user names articles",
        where="rulings",
        sql="""
SELECT id FROM story_rulings
WHERE NOT EXISTS (SELECT 1 FROM ruled_articles WHERE ruling_id = story_rulings.id)
""",
    ),
    Invariant(
        name="alert-not-ahead",
        holds="no alert has decided on changes that are still to come: those would never be told",
        where="alerts",
        sql="""
SELECT name FROM alert_rules
WHERE decided_change > (SELECT coalesce(max(id), 0) FROM story_changes)
""",
        remedy=f"it is to go on with the next change: {REPAIR_DOES_IT}",
        repair=by_statement("""
UPDATE alert_rules
SET decided_change = (SELECT coalesce(max(id), 0) FROM story_changes) WHERE name = :id
"""),
    ),
    Invariant(
        name="message-is-due-or-done",
        holds="a message of an alert waits for a time, is held back, or has ended at one",
        where="messages",
        sql="""
SELECT id FROM alert_deliveries
WHERE (state = 'pending' AND next_attempt_at IS NULL)
   OR (state IN ('pending', 'held')) <> (finished_at IS NULL)
   OR (state = 'folded') <> (folded_into IS NOT NULL)
""",
        remedy="`aggregator alerts list` shows it; it is forgotten 30 days after its end",
    ),
    Invariant(
        name="message-tells-a-change",
        holds="a message about one story names the change that it tells, unless that was forgotten,"
        " and no other does",
        where="messages",
        sql="""
SELECT id FROM alert_deliveries
WHERE kind <> 'alert' AND change_id IS NOT NULL
   OR kind = 'alert' AND change_id IS NULL AND story_id IS NOT NULL
""",
    ),
)
