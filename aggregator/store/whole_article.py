"""What the page of one article reads: its text, every version of it, and where it stands."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Final

from aggregator.errors import NotFound
from aggregator.model import PlainText
from aggregator.scrape.watch.edits import Changes
from aggregator.store.archived import ArchivedResponse, archived_responses, count_archived
from aggregator.store.browsing import Row, moment, names, rows
from aggregator.store.edited_entries import EditedEntry, edited_entries
from aggregator.store.forgotten import refuse_forgotten_article
from aggregator.store.versions import from_json
from aggregator.store.whole_story import StoryReport, story_report
from aggregator.text.times import from_text

LISTED_VERSIONS: Final = 50
"""Versions that are listed at most, the newest of them; Datasette's table has them all."""
_LISTED_FEEDS: Final = 20
LISTED_ANSWERS: Final = 100
"""Kept answers that are listed at most, the newest of them."""

_ARTICLE_SQL: Final = """
SELECT articles.id AS article_id, articles.title, articles.url AS page_url,
       coalesce(articles.url, feeds.homepage, feeds.url) AS url, articles.published_at,
       articles.published_how, articles.updated_at, articles.updated_how, articles.first_seen_at,
       articles.scraped_at, articles.scrape_due_at, articles.language, articles.verdict,
       articles.body, articles.authors, articles.source, articles.feed_id, articles.version,
       articles.body_source, articles.body_reason, revisits.found, revisits.looked_at,
       revisits.due_at, feeds.name AS outlet, feeds.kind, feeds.country,
       story_members.story_id, story_members.copy_of,
       coalesce(story_members.origin_id, story_members.copy_of, articles.id) AS origin_id,
       story_members.dependence, coalesce(story_members.origin_reason, '') AS origin_reason,
       coalesce(story_members.shared, 0) AS shared, story_members.shared_with,
       coalesce(story_members.explanation, '{}') AS explanation,
       stories.headline AS story_headline, stories.language AS story_language,
       stories.opened_by, stories.article_count,
       runner.id AS runner_up_id, runner.headline AS runner_up_headline
FROM articles
JOIN feeds ON feeds.id = articles.feed_id
LEFT JOIN revisits ON revisits.article_id = articles.id
LEFT JOIN story_members ON story_members.article_id = articles.id
LEFT JOIN stories ON stories.id = story_members.story_id
LEFT JOIN stories AS runner
  ON runner.opened_by = json_extract(story_members.explanation, '$.runner_up')
WHERE articles.id = :id
"""

_VERSIONS_SQL: Final = """
SELECT number, seen_at, title, body_source, length(body) AS length, changes, summary
FROM article_versions
WHERE article_id = :id
ORDER BY number DESC
LIMIT :limit
"""

_CONFLICTS_SQL: Final = """
SELECT conflicts.id, conflicts.name, conflicts.listed, article_conflicts.score,
       article_conflicts.terms, article_conflicts.places
FROM article_conflicts
JOIN conflicts ON conflicts.id = article_conflicts.conflict_id
WHERE article_conflicts.article_id = :id
ORDER BY article_conflicts.score DESC, conflicts.name
"""

_ASIDE_SQL: Final = """
SELECT stage, failures, first_failed_at, retry_at
FROM set_aside
WHERE stage IN ('scrape', 'revisit', 'group') AND record = :record
ORDER BY first_failed_at
"""

_FEEDS_SQL: Final = """
SELECT feeds.id, feeds.name, min(entries.first_seen_at) AS first_seen_at
FROM entries
JOIN feeds ON feeds.id = entries.feed_id
WHERE entries.article_id = :id
GROUP BY feeds.id
ORDER BY first_seen_at, feeds.id
LIMIT :limit
"""

_RELATED_SQL: Final = """
SELECT articles.id, articles.title, articles.language, articles.source, feeds.name AS outlet
FROM json_each(:ids) AS chosen
JOIN articles ON articles.id = chosen.value
JOIN feeds ON feeds.id = articles.feed_id
"""


@dataclass(frozen=True, slots=True)
class RelatedArticle:
    """Another article that this one depends on."""

    id: int
    title: PlainText
    language: str | None
    source: str
    outlet: PlainText


@dataclass(frozen=True, slots=True)
class Version:
    """One text that an article has had; `changes` is None where it is no edit or none compared.

    `title_before` and `length_before` (characters) are those of the version before, None for the
    first one and for the earliest that is listed.
    """

    number: int
    seen: datetime
    title: PlainText
    body_source: str
    length: int
    title_before: PlainText | None
    length_before: int | None
    summary: str
    changes: Changes | None


@dataclass(frozen=True, slots=True)
class MatchedConflict:
    """A conflict that an article belongs to, with the words that decided, and its places."""

    id: str
    name: PlainText
    is_followed: bool
    score: float
    terms: tuple[PlainText, ...]
    places: tuple[PlainText, ...]


@dataclass(frozen=True, slots=True)
class StandingAside:
    """A stage of the program that failed on an article, and when it tries again."""

    stage: str
    failures: int
    since: datetime
    retry: datetime


@dataclass(frozen=True, slots=True)
class BroughtBy:
    """A feed that has an article, since when."""

    feed_id: str
    name: PlainText
    since: datetime


@dataclass(frozen=True, slots=True)
class ItsStory:
    """The story that an article is in; `is_opener` says that the article opened it."""

    id: int
    headline: PlainText
    language: str | None
    article_count: int
    is_opener: bool


@dataclass(frozen=True, slots=True)
class WholeArticle:
    """An article as its page shows it.

    `detail` has what a story tells of a report too; it says nothing of a story where `story` is
    None. `scraped` is when the page was last asked for, `scrape_due` when that is due, `looked`
    and `look_due` the same for looks at it for edits. `version` is the number of its versions; 0
    where only its feed has spoken yet. `related` are the articles named in `detail`, by id.
    `evidence` are the newest answers of servers that are kept for it, of `evidence_count`.
    """

    detail: StoryReport
    source: str
    feed_id: str
    authors: tuple[PlainText, ...]
    body: PlainText
    published_how: str
    updated_how: str
    scraped: datetime | None
    scrape_due: datetime | None
    looked: datetime | None
    look_due: datetime | None
    version: int
    versions: tuple[Version, ...]
    story: ItsStory | None
    conflicts: tuple[MatchedConflict, ...]
    aside: tuple[StandingAside, ...]
    feeds: tuple[BroughtBy, ...]
    related: dict[int, RelatedArticle]
    edited_entries: tuple[EditedEntry, ...]
    evidence: tuple[ArchivedResponse, ...]
    evidence_count: int


def whole_article(connection: sqlite3.Connection, article_id: int) -> WholeArticle:
    """Return an article with all that its page tells; NotFound when there is none."""
    found = rows(connection, _ARTICLE_SQL, {"id": article_id})
    if not found:
        refuse_forgotten_article(connection, article_id)
        raise NotFound("article", article_id)
    row, one = found[0], {"id": article_id}
    detail = story_report(row)
    named = {detail.report.origin, detail.report.copy_of, detail.shared_with} - {article_id, None}
    return WholeArticle(
        detail=detail,
        source=row["source"],
        feed_id=row["feed_id"],
        authors=names(row["authors"]),
        body=row["body"],
        published_how=row["published_how"],
        updated_how=row["updated_how"],
        scraped=moment(row["scraped_at"]),
        scrape_due=moment(row["scrape_due_at"]),
        looked=moment(row["looked_at"]),
        look_due=moment(row["due_at"]),
        version=row["version"],
        versions=_versions(connection, article_id),
        story=_story(row),
        conflicts=tuple(_conflict(each) for each in rows(connection, _CONFLICTS_SQL, one)),
        aside=tuple(
            StandingAside(
                each["stage"],
                each["failures"],
                from_text(each["first_failed_at"]),
                from_text(each["retry_at"]),
            )
            for each in rows(connection, _ASIDE_SQL, {"record": str(article_id)})
        ),
        feeds=tuple(
            BroughtBy(each["id"], each["name"], from_text(each["first_seen_at"]))
            for each in rows(connection, _FEEDS_SQL, {**one, "limit": _LISTED_FEEDS})
        ),
        related={
            each["id"]: RelatedArticle(**each)
            for each in rows(connection, _RELATED_SQL, {"ids": json.dumps(sorted(named))})
        },
        edited_entries=edited_entries(connection, article_id, limit=LISTED_VERSIONS),
        evidence=tuple(archived_responses(connection, article_id=article_id, limit=LISTED_ANSWERS)),
        evidence_count=count_archived(connection, article_id),
    )


def _story(row: Row) -> ItsStory | None:
    if row["story_id"] is None:
        return None
    return ItsStory(
        id=row["story_id"],
        headline=row["story_headline"],
        language=row["story_language"],
        article_count=row["article_count"],
        is_opener=row["opened_by"] == row["article_id"],
    )


def _conflict(row: Row) -> MatchedConflict:
    return MatchedConflict(
        id=row["id"],
        name=row["name"],
        is_followed=bool(row["listed"]),
        score=row["score"],
        terms=names(row["terms"]),
        places=names(row["places"]),
    )


def _versions(connection: sqlite3.Connection, article_id: int) -> tuple[Version, ...]:
    """Return the newest versions, the latest first."""
    found = rows(connection, _VERSIONS_SQL, {"id": article_id, "limit": LISTED_VERSIONS + 1})
    versions = []
    for row, before in zip_longest(found, found[1:]):
        versions.append(
            Version(
                number=row["number"],
                seen=from_text(row["seen_at"]),
                title=row["title"],
                body_source=row["body_source"],
                length=row["length"],
                title_before=before["title"] if before else None,
                length_before=before["length"] if before else None,
                summary=row["summary"],
                changes=from_json(row["changes"]) if row["changes"] else None,
            )
        )
    return tuple(versions[:LISTED_VERSIONS])
