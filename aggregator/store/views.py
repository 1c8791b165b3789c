"""The views: what people read, spelt out from the tables the program writes."""

from datetime import timedelta
from typing import Final

from aggregator.group.life_cycle import CLOSED_AFTER, GROWING_REPORTS, GROWING_SPAN, QUIET_AFTER
from aggregator.store.failures_view import FAILURES

NOT_DELIVERED_SHOWN: Final = timedelta(days=7)
"""How long a message that was given up, or reached only some, is named in `alert_health`."""


def _ago(span: timedelta) -> str:
    return f"strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-{span.total_seconds():.0f} seconds')"


# What `group.life_cycle` says of the times of the reports; those are counted for few stories only.
_LIFE_CYCLE: Final = f"""
       CASE
         WHEN last_report_at < {_ago(CLOSED_AFTER)} THEN 'closed'
         WHEN last_report_at < {_ago(QUIET_AFTER)} THEN 'quiet'
         WHEN article_count >= {GROWING_REPORTS} AND last_report_at >= {_ago(GROWING_SPAN)} AND (
           SELECT count(*) FROM story_members
           JOIN articles ON articles.id = story_members.article_id
           WHERE story_members.story_id = stories.id
             AND min(coalesce(articles.published_at, articles.first_seen_at),
                     articles.first_seen_at) >= {_ago(GROWING_SPAN)}) >= {GROWING_REPORTS}
         THEN 'growing'
         ELSE 'open'
       END AS life_cycle
"""  # noqa: S608 -- the pieces are the constants above

VIEWS: Final[dict[str, tuple[str, str]]] = {
    "reports": (
        "Each article with its outlet and its story: the table to browse, filter and export.",
        """
SELECT articles.id AS article_id,
       articles.title,
       feeds.name AS outlet,
       feeds.kind,
       feeds.country,
       articles.language,
       coalesce(articles.published_at, articles.first_seen_at) AS reported_at,
       story_members.story_id,
       stories.headline AS story,
       story_members.copy_of,
       coalesce(story_members.origin_id, story_members.copy_of, story_members.article_id)
         AS origin_id,
       story_members.origin_reason,
       articles.verdict,
       articles.body_source,
       articles.body_reason,
       articles.url,
       articles.feed_id,
       articles.first_seen_at,
       articles.updated_at
FROM articles
JOIN feeds ON feeds.id = articles.feed_id
LEFT JOIN story_members ON story_members.article_id = articles.id
LEFT JOIN stories ON stories.id = story_members.story_id
""",
    ),
    "current_stories": (
        "Stories that have not been merged into another: how they are, and how many report them.",
        f"""
SELECT id AS story_id, headline, last_report_at, first_report_at, source_count AS outlets,
       origin_count AS independent_origins, article_count AS articles, conflicts, languages,
       countries, kinds, changed_at, headline_reason, {_LIFE_CYCLE.strip()}
FROM stories
WHERE merged_into IS NULL
""",  # noqa: S608 -- the piece is the constant above
    ),
    "syndicated_copies": (
        "Copies of one text, each beside the report it repeats.",
        """
SELECT story_members.story_id,
       original.id AS original_article_id,
       original.title AS original_title,
       original_feed.name AS original_outlet,
       copy.id AS copy_article_id,
       copy.title AS copy_title,
       copy_feed.name AS copy_outlet,
       copy.first_seen_at AS copy_first_seen_at
FROM story_members
JOIN articles AS copy ON copy.id = story_members.article_id
JOIN feeds AS copy_feed ON copy_feed.id = copy.feed_id
JOIN articles AS original ON original.id = story_members.copy_of
JOIN feeds AS original_feed ON original_feed.id = original.feed_id
WHERE story_members.copy_of IS NOT NULL
""",
    ),
    "story_origins": (
        "The independent origins of each story, with how many reports say the same after them.",
        """
SELECT members.story_id,
       members.origin_id AS origin_article_id,
       articles.title AS origin_title,
       feeds.name AS origin_outlet,
       feeds.kind AS origin_kind,
       count(*) AS reports,
       sum(members.copied) AS copies,
       sum(members.cited) AS citations,
       sum(members.dependence IS 'same publisher') AS of_same_publisher
FROM (
  SELECT story_id, article_id, dependence,
         coalesce(origin_id, copy_of, article_id) AS origin_id,
         coalesce(dependence IN ('copy', 'largely copied'), copy_of IS NOT NULL) AS copied,
         coalesce(dependence IN ('credit', 'citation'), 0) AS cited
  FROM story_members
) AS members
JOIN articles ON articles.id = members.origin_id
JOIN feeds ON feeds.id = articles.feed_id
GROUP BY members.story_id, members.origin_id
""",
    ),
    "edited_articles": (
        "Articles whose headline or text the publisher changed after we first had it.",
        """
SELECT later.article_id, later.number AS version, later.seen_at AS edited_at, later.summary,
       earlier.title AS title_before, later.title AS title_after,
       length(later.body) - length(earlier.body) AS characters_added,
       json_extract(later.changes, '$.figures.removed') AS figures_removed,
       json_extract(later.changes, '$.figures.added') AS figures_added,
       json_extract(later.changes, '$.corrections') AS corrections,
       feeds.name AS outlet, articles.url,
       (SELECT min(id) FROM archived_responses
        WHERE article_id = later.article_id AND version = earlier.number) AS archived_before,
       (SELECT min(id) FROM archived_responses
        WHERE article_id = later.article_id AND version = later.number) AS archived_after
FROM article_versions AS later
JOIN article_versions AS earlier
  ON earlier.article_id = later.article_id AND earlier.number = later.number - 1
JOIN articles ON articles.id = later.article_id
JOIN feeds ON feeds.id = articles.feed_id
WHERE later.body_source = earlier.body_source
""",
    ),
    "edited_entries": (
        "Entries that a feed changed after we first had them: what they said before and after.",
        """
SELECT earlier.entry_id, entries.article_id, earlier.number + 1 AS version,
       earlier.replaced_at AS edited_at,
       earlier.title AS title_before, coalesce(later.title, entries.title) AS title_after,
       earlier.summary AS summary_before, coalesce(later.summary, entries.summary) AS summary_after,
       feeds.name AS outlet, entries.feed_id, earlier.archived_id AS archived_before,
       iif(later.entry_id IS NULL, entries.archived_id, later.archived_id) AS archived_after
FROM entry_versions AS earlier
JOIN entries ON entries.id = earlier.entry_id
JOIN feeds ON feeds.id = entries.feed_id
LEFT JOIN entry_versions AS later
  ON later.entry_id = earlier.entry_id AND later.number = earlier.number + 1
""",
    ),
    "feed_health": (
        "Each listed feed: how it is, since when, what to do, and when it is next asked.",
        """
SELECT feeds.id AS feed_id, feeds.name, feeds.kind, feeds.language, feeds.country,
       CASE
         WHEN worst.condition IS NOT NULL THEN worst.condition
         WHEN feeds.last_polled_at IS NULL THEN 'waiting'
         ELSE 'working'
       END AS health,
       feeds.paused OR feeds.failures > 0 AS is_failing,
       worst.since, worst.detail, worst.remedy,
       (SELECT count(*) FROM feed_conditions WHERE feed_id = feeds.id) AS conditions,
       feeds.failures, feeds.failing_since, feeds.last_polled_at, feeds.last_success_at,
       feeds.last_new_entry_at, feeds.next_due_at, feeds.next_due_reason, feeds.paused,
       feeds.identity_rule, feeds.last_outcome, feeds.last_error, feeds.moved_to,
       feeds.current_url, feeds.url
FROM feeds
LEFT JOIN feed_conditions AS worst
  ON worst.feed_id = feeds.id AND worst.severity = (
    SELECT min(severity) FROM feed_conditions WHERE feed_id = feeds.id)
WHERE feeds.listed = 1
""",
    ),
    "alert_health": (
        "Alerts and digests on each channel: do they arrive, else since when not, and why.",
        f"""
SELECT ways.rule, ways.kind, ways.channel,
       CASE
         WHEN worst.state = 'pending' THEN 'failing'
         WHEN worst.state = 'failed' THEN 'given up'
         WHEN worst.state = 'sent' THEN 'partly delivered'
         ELSE 'working'
       END AS health,
       coalesce(
         (SELECT min(decided_at) FROM alert_deliveries
          WHERE rule = ways.rule AND channel = ways.channel AND last_error IS NOT NULL
            AND state IN ('pending', 'failed') AND decided_at < worst.decided_at
            AND decided_at > coalesce(ways.last_sent_at, '')),
         worst.decided_at) AS since,
       worst.last_error, worst.attempts, worst.next_attempt_at,
       (SELECT count(*) FROM alert_deliveries
        WHERE rule = ways.rule AND channel = ways.channel AND state IN ('pending', 'held'))
         AS waiting,
       (SELECT count(*) FROM alert_deliveries
        WHERE rule = ways.rule AND channel = ways.channel AND state = 'failed'
          AND finished_at >= {_ago(NOT_DELIVERED_SHOWN)}) AS given_up,
       ways.last_sent_at
FROM (
  SELECT name AS rule, kind, value AS channel,
         (SELECT max(finished_at) FROM alert_deliveries
          WHERE rule = name AND channel = value AND state = 'sent') AS last_sent_at
  FROM alert_rules CROSS JOIN json_each('["webhook", "email", "push", "file"]')
  WHERE EXISTS (SELECT 1 FROM alert_deliveries WHERE rule = name AND channel = value)) AS ways
LEFT JOIN alert_deliveries AS worst ON worst.id = (
  SELECT id FROM alert_deliveries
  WHERE rule = ways.rule AND channel = ways.channel AND last_error IS NOT NULL
    AND (state = 'pending'
         OR state IN ('failed', 'sent') AND finished_at >= {_ago(NOT_DELIVERED_SHOWN)})
  ORDER BY CASE state WHEN 'pending' THEN 0 WHEN 'failed' THEN 1 ELSE 2 END,
           iif(state = 'pending', id, -id)
  LIMIT 1)
""",  # noqa: S608 -- the piece is the constant above
    ),
    "failures": (
        "Everything that is wrong now, wherever it was found: what, since when, and what to do.",
        FAILURES,
    ),
}
"""View name -> (one line for readers, its SELECT)."""
