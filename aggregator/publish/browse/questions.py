"""Saved queries: questions that people have about the news, answered from indexes."""

from typing import Final

_NEW_STORIES: Final = """
SELECT id AS story_id, headline, first_report_at, last_report_at, source_count AS outlets,
       origin_count AS independent_origins, conflicts
FROM stories
WHERE last_report_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-6 hours')
  AND first_report_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-6 hours')
  AND merged_into IS NULL
ORDER BY last_report_at DESC
LIMIT 200
"""

_ONE_KIND: Final = """
SELECT id AS story_id, headline, json_extract(kinds, '$[0]') AS only_kind,
       source_count AS outlets, countries, last_report_at, conflicts
FROM stories
WHERE last_report_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-3 days')
  AND json_array_length(kinds) = 1
  AND source_count > 1
  AND merged_into IS NULL
ORDER BY last_report_at DESC
LIMIT 200
"""

_ONE_COUNTRY: Final = """
SELECT id AS story_id, headline, json_extract(countries, '$[0]') AS only_country,
       source_count AS outlets, kinds, last_report_at, conflicts
FROM stories
WHERE last_report_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-3 days')
  AND json_array_length(countries) = 1
  AND source_count > 1
  AND merged_into IS NULL
ORDER BY last_report_at DESC
LIMIT 200
"""

_DENIED: Final = """
SELECT story_changes.changed_at, json_extract(told.value, '$[0]') AS what, articles.title,
       feeds.name AS outlet, feeds.country, story_changes.story_id, stories.headline AS story,
       articles.url
FROM story_changes
JOIN json_each(story_changes.news) AS told
JOIN stories ON stories.id = story_changes.story_id
JOIN articles ON articles.id = story_changes.article_id
JOIN feeds ON feeds.id = articles.feed_id
WHERE story_changes.id > (SELECT max(id) FROM story_changes) - 5000
  AND json_extract(told.value, '$[0]') IN ('denial', 'confirmation')
ORDER BY story_changes.id DESC
LIMIT 200
"""

_MOST_COPIED: Final = """
SELECT copied.copies, articles.title, feeds.name AS outlet, feeds.kind,
       story_members.story_id, articles.url
FROM (
  SELECT copy_of, count(*) AS copies
  FROM story_members
  WHERE copy_of >= (
    SELECT min(+id) FROM articles
    WHERE first_seen_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-30 days')
  )
  GROUP BY copy_of
  ORDER BY copies DESC
  LIMIT 100
) AS copied
JOIN articles ON articles.id = copied.copy_of
JOIN feeds ON feeds.id = articles.feed_id
LEFT JOIN story_members ON story_members.article_id = articles.id
ORDER BY copied.copies DESC, articles.id
"""

_EDITED_HEADLINES: Final = """
SELECT later.seen_at AS edited_at, feeds.name AS outlet, earlier.title AS headline_before,
       later.title AS headline_after, story_members.story_id, articles.url
FROM article_versions AS later
JOIN article_versions AS earlier
  ON earlier.article_id = later.article_id AND earlier.number = later.number - 1
JOIN articles ON articles.id = later.article_id
JOIN feeds ON feeds.id = articles.feed_id
LEFT JOIN story_members ON story_members.article_id = articles.id
WHERE later.number > 1 AND later.title <> earlier.title
  AND later.body_source = earlier.body_source
ORDER BY later.id DESC
LIMIT 200
"""

_EDITED_FIGURES: Final = """
SELECT later.seen_at AS edited_at, feeds.name AS outlet, later.title AS headline,
       json_extract(later.changes, '$.figures.removed') AS figures_before,
       json_extract(later.changes, '$.figures.added') AS figures_after,
       later.summary, story_members.story_id, articles.url
FROM article_versions AS later
JOIN articles ON articles.id = later.article_id
JOIN feeds ON feeds.id = articles.feed_id
LEFT JOIN story_members ON story_members.article_id = articles.id
WHERE later.id IN (
  SELECT id FROM (
    SELECT id, changes FROM article_versions INDEXED BY article_versions_edits
    WHERE changes IS NOT NULL ORDER BY id DESC LIMIT 5000
  )
  WHERE json_array_length(changes, '$.figures.removed') > 0
  LIMIT 200
)
ORDER BY later.id DESC
"""

_TROUBLED_FEEDS: Final = """
SELECT feed_conditions.feed_id, feeds.name, condition, detail, since, remedy, failures,
       last_new_entry_at, next_due_at, feeds.url
FROM feed_conditions
JOIN feeds ON feeds.id = feed_conditions.feed_id
WHERE feeds.listed = 1
ORDER BY severity, since
"""

_SILENT_FEEDS: Final = """
SELECT feed_conditions.feed_id, feeds.name, feeds.kind, feeds.country, feeds.last_new_entry_at,
       feeds.last_success_at, feed_conditions.detail, feed_conditions.remedy, feeds.url
FROM feed_conditions
JOIN feeds ON feeds.id = feed_conditions.feed_id
WHERE feeds.listed = 1 AND feed_conditions.condition IN ('silent', 'dead', 'always unchanged')
ORDER BY feeds.last_new_entry_at
"""

_TROUBLED_ALERTS: Final = """
SELECT rule, kind, channel, health, since, attempts, next_attempt_at, last_error, waiting, given_up,
       last_sent_at
FROM alert_health
WHERE health <> 'working'
ORDER BY since
"""

_QUESTIONS: Final = {
    "new_in_six_hours": (
        "What broke in the last 6 hours",
        "Stories whose first report is at most 6 hours old.",
        _NEW_STORIES,
    ),
    "one_kind_of_source": (
        "Stories that only one kind of source reports",
        "Of the last 3 days, by more than one outlet, all of the same kind.",
        _ONE_KIND,
    ),
    "one_country": (
        "Stories that one side only reports",
        "Of the last 3 days, by more than one outlet, all of them in one country.",
        _ONE_COUNTRY,
    ),
    "denied_or_confirmed": (
        "What was denied or confirmed",
        "The first denial and confirmation in a story, among the last 5,000 changes of all.",
        _DENIED,
    ),
    "most_copied": (
        "The most copied texts",
        "Reports of the last 30 days that most others repeat word for word.",
        _MOST_COPIED,
    ),
    "edited_headlines": (
        "Headlines that were changed",
        "The last 200 changes of a headline after we first had it.",
        _EDITED_HEADLINES,
    ),
    "edited_figures": (
        "Figures that were changed",
        "The edits, of the last 5,000, after which a figure such as a toll was gone.",
        _EDITED_FIGURES,
    ),
    "silent_feeds": (
        "Feeds that went silent",
        "They answer, or did, but have brought nothing new for longer than they used to.",
        _SILENT_FEEDS,
    ),
    "feeds_in_trouble": (
        "Feeds with something wrong",
        "What is wrong with which feed, since when, and what to do; the worst first.",
        _TROUBLED_FEEDS,
    ),
    "alerts_in_trouble": (
        "Alerts that do not arrive",
        "Which rule and channel, since when, why, and when it is tried again.",
        _TROUBLED_ALERTS,
    ),
}


def saved_queries() -> dict[str, dict[str, str]]:
    """Return Datasette's canned queries, made anew each time since Datasette writes into them."""
    return {
        name: {"title": title, "description": description, "sql": sql.strip()}
        for name, (title, description, sql) in _QUESTIONS.items()
    }
