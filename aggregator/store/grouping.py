"""Stories as the store keeps them: what is to be grouped, and where the grouper put it."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from aggregator.model import ChangeKind, GroupInput, PlainText
from aggregator.store.connection import Store
from aggregator.store.outcomes import GroupOutcome, PendingReport
from aggregator.store.publishers_time import AGREEMENT, publishers_time
from aggregator.store.revisions import (
    Touched,
    add_touched,
    apply_revisions,
    explanation_record,
    open_story,
    story_with,
)
from aggregator.store.story_links import add_link
from aggregator.store.story_state import refresh_stories
from aggregator.text.times import from_text, to_text

_REPORT_COLUMNS: Final = """
       articles.id, articles.title, articles.body, articles.url, articles.source,
       articles.language, articles.published_at, articles.first_seen_at
"""


def pending_reports(store: Store, now: datetime, limit: int) -> list[PendingReport]:
    """Return scraped articles that belong to no story, in the order in which they were reported."""
    latest = _latest_of_undated(store)
    rows = store.connection.execute(
        f"SELECT {_REPORT_COLUMNS} FROM articles"  # noqa: S608 -- columns are ours
        " WHERE articles.grouped = 0 AND articles.version > 0"
        " AND NOT EXISTS (SELECT 1 FROM set_aside WHERE stage = 'group'"
        " AND record = CAST(articles.id AS TEXT) AND retry_at > ?)"
        " ORDER BY min(coalesce(published_at, first_seen_at), first_seen_at), articles.id LIMIT ?",
        (to_text(now), limit),
    )
    return [_report(row, latest) for row in rows]


def _latest_of_undated(store: Store) -> datetime | None:
    """Return up to when a report without a date may have been made, None where nobody knows.

    It was made when it was first seen, but if our clock is ahead that would end every story.
    """
    dated = publishers_time(store.connection)
    return dated + AGREEMENT if dated else None


def _report(row: sqlite3.Row, latest_of_undated: datetime | None) -> PendingReport:
    first_seen = from_text(row["first_seen_at"])
    if row["published_at"]:
        reported_at = min(from_text(row["published_at"]), first_seen)
    else:
        reported_at = min(first_seen, latest_of_undated or first_seen)
    title, body = PlainText(row["title"]), PlainText(row["body"])
    return PendingReport(
        article_id=row["id"],
        grouping=GroupInput(
            id=str(row["id"]),
            title=title,
            text=body,
            url=row["url"],
            source=row["source"],
            language=row["language"],
            published=reported_at,
        ),
        title=title,
        body=body,
        language=row["language"],
        reported_at=reported_at,
    )


def window_members(store: Store, window: timedelta) -> Iterator[tuple[GroupInput, str, str | None]]:
    """Yield the grouped articles of the last `window` of reports, in order of grouping.

    Each with the key of its story (the id of the article that opened it) and the article of which
    it is a copy: what the grouper needs to go on where it stopped. The window ends at the newest
    report, not now, since that is the clock of the stream; undated ones may be far ahead of it.
    """
    latest = _latest_of_undated(store)
    newest = store.connection.execute("SELECT max(last_report_at) FROM stories").fetchone()[0]
    if newest is None:
        return
    end = min(from_text(newest), latest) if latest else from_text(newest)
    # Nothing joins before it is reported, so this holds all of the window and more; the grouper
    # wants whole days, and older articles do no harm.
    rows = store.connection.execute(
        f"SELECT {_REPORT_COLUMNS}, stories.opened_by, story_members.copy_of"  # noqa: S608 -- ours
        " FROM story_members"
        " JOIN articles ON articles.id = story_members.article_id"
        " JOIN stories ON stories.id = story_members.story_id"
        " WHERE story_members.joined_at >= ? ORDER BY story_members.id",
        (to_text(end - window - timedelta(days=1)),),
    )
    for row in rows:
        copy_of = str(row["copy_of"]) if row["copy_of"] is not None else None
        yield _report(row, latest).grouping, str(row["opened_by"]), copy_of


def apply_groups(
    store: Store, outcomes: Sequence[GroupOutcome], now: datetime, *, ruling: int | None = None
) -> bool:
    """Store where articles went, in one transaction, and bring their stories up to date.

    Returns False, with nothing stored, when the user has ruled on stories after `ruling`: the
    outcomes were decided without that.
    """
    with store.transaction() as connection:
        if ruling is not None and latest_ruling(connection) != ruling:
            return False
        touched: Touched = {}
        for outcome in outcomes:
            story_id = _story_of(connection, outcome, now)
            _add_member(connection, story_id, outcome, now)
            connection.execute(
                "INSERT INTO story_changes (story_id, kind, article_id, material, changed_at)"
                " VALUES (?, ?, ?, 0, ?)",
                (story_id, outcome.decision.kind, outcome.report.article_id, to_text(now)),
            )
            add_touched(touched, {story_id: False})
            add_touched(touched, apply_revisions(connection, outcome.revisions, now))
        refresh_stories(connection, touched, now)
    return True


def latest_ruling(connection: sqlite3.Connection) -> int:
    """Return the number of the user's newest ruling on stories, 0 while there is none."""
    row = connection.execute("SELECT coalesce(max(id), 0) AS id FROM story_rulings").fetchone()
    return int(row["id"])


def _story_of(connection: sqlite3.Connection, outcome: GroupOutcome, now: datetime) -> int:
    if outcome.decision.kind is not ChangeKind.OPEN:
        # A story that has ended leads to where its opening article is.
        return story_with(connection, int(outcome.decision.story))
    story_id = open_story(connection, outcome.report.article_id, now)
    if outcome.follows is not None:
        add_link(connection, story_id, outcome.follows)
    return story_id


def _add_member(
    connection: sqlite3.Connection, story_id: int, outcome: GroupOutcome, now: datetime
) -> None:
    decision, article_id = outcome.decision, outcome.report.article_id
    why = decision.explanation
    explanation = explanation_record(why)
    connection.execute(
        "INSERT INTO story_members (story_id, article_id, copy_of, score, explanation, joined_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            story_id, article_id, int(decision.copy_of) if decision.copy_of else None, why.score,
            json.dumps(explanation, ensure_ascii=False), to_text(now),
        ),
    )  # fmt: skip
    connection.execute("UPDATE articles SET grouped = 1 WHERE id = ?", (article_id,))
    connection.executemany(
        "INSERT INTO article_conflicts (article_id, conflict_id, score, terms, places)"
        " VALUES (?, ?, ?, ?, ?)",
        [
            (
                article_id,
                match.conflict,
                match.score,
                json.dumps(match.terms, ensure_ascii=False),
                json.dumps(match.places, ensure_ascii=False),
            )
            for match in outcome.conflicts
        ],
    )
    connection.execute(
        "DELETE FROM set_aside WHERE stage = 'group' AND record = ?", (str(article_id),)
    )
