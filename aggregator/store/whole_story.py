"""What the page of one story reads: all of it as it is now, with why each report is in it."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aggregator.errors import NotFound
from aggregator.group.life_cycle import GROWING_REPORTS
from aggregator.model import Explanation, PlainText, Report, Story
from aggregator.store.browsing import (
    FollowedConflict,
    Row,
    entry_id,
    installation,
    moment,
    names,
    report_of,
    rows,
)
from aggregator.store.forgotten import refuse_forgotten_story
from aggregator.store.outcomes import Found
from aggregator.store.related_stories import RelatedStory, related_stories
from aggregator.store.story_edits import Edit, story_edits
from aggregator.store.story_links import LinkedStory, followed, followers
from aggregator.store.story_map import StoryPlace, places_of_story
from aggregator.text.times import from_text

LISTED_REPORTS: Final = 400
"""Reports that a story's page lists at most; Datasette's table has them all."""

_CURRENT_SQL: Final = """
WITH RECURSIVE chain (id, merged_into) AS (
  SELECT id, merged_into FROM stories WHERE id = :id
  UNION
  SELECT stories.id, stories.merged_into FROM chain JOIN stories ON stories.id = chain.merged_into
)
SELECT id FROM chain WHERE merged_into IS NULL
"""

_STORY_SQL: Final = """
SELECT id, opened_by, headline, headline_article_id, headline_reason, summary, language, opened_at,
       changed_at, first_report_at, last_report_at, source_count, origin_count, article_count,
       places
FROM stories
WHERE id = :id
"""

_CONFLICTS_SQL: Final = """
SELECT conflicts.id, conflicts.name, story_conflicts.article_count
FROM story_conflicts
JOIN conflicts ON conflicts.id = story_conflicts.conflict_id
WHERE story_conflicts.story_id = :id
ORDER BY story_conflicts.article_count DESC, conflicts.name
"""

_REPORTS_SQL: Final = """
SELECT articles.id AS article_id, articles.title, articles.source, articles.url AS page_url,
       coalesce(articles.url, feeds.homepage, feeds.url) AS url, articles.published_at,
       articles.updated_at, articles.first_seen_at, articles.language, articles.verdict,
       articles.body_source, articles.body_reason, revisits.found, story_members.copy_of,
       coalesce(story_members.origin_id, story_members.copy_of, articles.id) AS origin_id,
       story_members.dependence, story_members.origin_reason, story_members.shared,
       story_members.shared_with, story_members.explanation,
       feeds.name AS outlet, feeds.kind, feeds.country,
       runner.id AS runner_up_id, runner.headline AS runner_up_headline
FROM story_members
JOIN articles ON articles.id = story_members.article_id
JOIN feeds ON feeds.id = articles.feed_id
LEFT JOIN revisits ON revisits.article_id = articles.id
LEFT JOIN stories AS runner
  ON runner.opened_by = json_extract(story_members.explanation, '$.runner_up')
WHERE story_members.story_id = :id
ORDER BY story_members.id
LIMIT :limit
"""

_LATEST_SQL: Final = """
SELECT min(coalesce(articles.published_at, articles.first_seen_at), articles.first_seen_at)
         AS reported_at
FROM story_members
JOIN articles ON articles.id = story_members.article_id
WHERE story_members.story_id = :id
ORDER BY reported_at DESC
LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class Runner:
    """The story that came second when a report was placed."""

    story_id: int
    headline: PlainText


@dataclass(frozen=True, slots=True)
class Revised:
    """Why a report was moved into its story: a merge or split, `by` the program or the user."""

    kind: str
    by: str
    score: float
    threshold: float


@dataclass(frozen=True, slots=True)
class StoryReport:
    """One report of a story with everything its page tells of it.

    `source` is the domain of its publisher.
    `has_page` is False when the publisher gave no address; `report.url` is then the outlet's.
    `updated` is when the publisher says it was last changed. `is_gone`: its page is not there any
    more, though we have had its text. `shared` is how much of its text, in 0..1, the article
    `shared_with` has printed before it.
    `body_reason` says why the text is not the page's own, "" when it is. `explanation` is that of
    the story which it joined first, and `revised` that of how it came to this one.
    """

    report: Report
    source: str
    has_page: bool
    verdict: str | None
    body_source: str
    body_reason: str
    explanation: Explanation
    runner_up: Runner | None
    updated: datetime | None = None
    is_gone: bool = False
    shared: float = 0.0
    shared_with: int | None = None
    revised: Revised | None = None


@dataclass(frozen=True, slots=True)
class WholeStory:
    """A story as its page shows it: as it is now, copies included.

    `article_count` may be more than the `reports` that are listed. `opened_by` is the article that
    opened it, `headline_article` the one whose headline it has, and `headline_reason` says why in
    words that follow "it". `latest` are the times of its newest reports (see `latest_reports`). It
    takes up the stories that it `follows`, and those in `followed_by` take it up. `related` are
    near it in place and time. `located` are the settlements that its reports name.
    """

    story: Story
    opened_by: int
    headline_article: int
    headline_reason: str
    first_report: datetime
    last_report: datetime
    latest: tuple[datetime, ...]
    article_count: int
    conflicts: tuple[FollowedConflict, ...]
    reports: tuple[StoryReport, ...]
    edits: tuple[Edit, ...]
    follows: tuple[LinkedStory, ...]
    followed_by: tuple[LinkedStory, ...]
    related: tuple[RelatedStory, ...]
    located: tuple[StoryPlace, ...]


def latest_reports(connection: sqlite3.Connection, story_id: int) -> tuple[datetime, ...]:
    """Return when the newest reports of a story appeared: as many as its life cycle asks for."""
    found = rows(connection, _LATEST_SQL, {"id": story_id, "limit": GROWING_REPORTS})
    return tuple(from_text(row["reported_at"]) for row in found)


def current_story_id(connection: sqlite3.Connection, story_id: int) -> int:
    """Return the story itself, or the one that it was merged into; NotFound when there is none."""
    found = rows(connection, _CURRENT_SQL, {"id": story_id})
    if not found:
        refuse_forgotten_story(connection, story_id)
        raise NotFound("story", story_id)
    return int(found[0]["id"])


def whole_story(connection: sqlite3.Connection, story_id: int) -> WholeStory:
    """Return a story with its reports in order of arrival; NotFound when there is none."""
    found = rows(connection, _STORY_SQL, {"id": story_id})
    if not found:
        refuse_forgotten_story(connection, story_id)
        raise NotFound("story", story_id)
    row = found[0]
    listed = {"id": story_id, "limit": LISTED_REPORTS}
    members = rows(connection, _REPORTS_SQL, listed)
    conflicts = [
        FollowedConflict(conflict["id"], conflict["name"], conflict["article_count"])
        for conflict in rows(connection, _CONFLICTS_SQL, {"id": story_id})
    ]
    opened = from_text(row["opened_at"])
    story = Story(
        id=story_id,
        entry_id=entry_id(installation(connection)[0], opened, story_id),
        headline=row["headline"],
        opened=opened,
        updated=from_text(row["changed_at"]),
        source_count=row["source_count"],
        origin_count=row["origin_count"],
        conflicts=tuple(conflict.name for conflict in conflicts),
        reports=tuple(report_of(member) for member in members),
        summary=row["summary"],
        language=row["language"],
        places=names(row["places"]),
    )
    return WholeStory(
        story=story,
        opened_by=row["opened_by"],
        headline_article=row["headline_article_id"],
        headline_reason=row["headline_reason"],
        first_report=from_text(row["first_report_at"]),
        last_report=from_text(row["last_report_at"]),
        latest=latest_reports(connection, story_id),
        article_count=row["article_count"],
        conflicts=tuple(conflicts),
        reports=tuple(story_report(member) for member in members),
        edits=story_edits(connection, story_id, limit=LISTED_REPORTS),
        follows=followed(connection, story_id),
        followed_by=followers(connection, story_id),
        related=related_stories(connection, story_id, from_text(row["first_report_at"])),
        located=places_of_story(connection, story_id),
    )


def story_report(row: Row) -> StoryReport:
    """Return the report of a row with the columns that the story's page reads."""
    explanation = json.loads(row["explanation"])
    runner = None
    if row["runner_up_id"] is not None:
        runner = Runner(row["runner_up_id"], row["runner_up_headline"])
    return StoryReport(
        report=report_of(row),
        source=row["source"],
        has_page=row["page_url"] is not None,
        updated=moment(row["updated_at"]),
        is_gone=row["found"] == Found.GONE,
        verdict=row["verdict"],
        body_source=row["body_source"],
        body_reason=row["body_reason"],
        explanation=_explanation(explanation),
        runner_up=runner,
        shared=row["shared"],
        shared_with=row["shared_with"],
        revised=_revised(explanation.get("revised")),
    )


def _explanation(stored: dict[str, Any]) -> Explanation:
    return Explanation(
        score=float(stored.get("score") or 0),
        threshold=float(stored.get("threshold") or 0),
        terms=tuple(str(term) for term in stored.get("terms") or ()),
        features={name: float(value) for name, value in (stored.get("features") or {}).items()},
        nearest=_text(stored.get("nearest")),
        runner_up=_text(stored.get("runner_up")),
        runner_up_score=float(stored.get("runner_up_score") or 0),
    )


def _revised(stored: dict[str, Any] | None) -> Revised | None:
    if stored is None:
        return None
    return Revised(
        kind=str(stored["kind"]),
        by=str(stored["by"]),
        score=float(stored.get("score") or 0),
        threshold=float(stored.get("threshold") or 0),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
