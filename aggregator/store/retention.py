"""Which stories are past the policy, and the steps in which they are forgotten.

A story goes as a whole once it has ended and everything about it is older than the policy: its
newest report, its last change, the last edit of a report, and what the user has ruled about it.
With it go the stories that ended in it, and it waits for those to which it is tied: by a copy that
is in another story, or by one ruling. It stays while the grouper holds one of its reports, while a
message about it is still to be sent, and while one of its days is still to be counted.
"""

import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aggregator.config.keep import Keep
from aggregator.store.connection import Store
from aggregator.store.forgetting import forget
from aggregator.store.savepoint import savepoint
from aggregator.text.times import to_text

STEP_SECONDS: Final = 0.05
"""A step begins with no further story after this: nothing else is written meanwhile."""

STORIES_LOOKED_AT: Final = 200
"""Stories that one step looks at, whether they go or not."""

MARGIN: Final = timedelta(days=2)
"""So much older than the window of the grouper a story is at least: it lets go by whole days."""

_MOST_TIED: Final = 50
"""Stories that are forgotten together; ties among more are no work for one step."""

_FIRST: Final = ("", 0)

_CANDIDATES_SQL: Final = """
SELECT id, last_report_at FROM stories
WHERE merged_into IS NULL AND last_report_at < :before
  AND last_report_at >= :last AND (last_report_at > :last OR id > :id)
ORDER BY last_report_at, id LIMIT :limit
"""

_MEMBERS_SQL: Final = """
SELECT article_id FROM story_members WHERE story_id IN (SELECT value FROM json_each(:stories))
"""

_ENDED_IN_SQL: Final = """
SELECT id FROM stories WHERE merged_into IN (SELECT value FROM json_each(:stories))
"""

# Each part by an index of its own; stories with a report that is tied to one of these.
_TIED_SQL: Final = """
SELECT story_id FROM story_members
WHERE copy_of IS NOT NULL AND copy_of IN (SELECT value FROM json_each(:articles))
UNION SELECT story_id FROM story_members
WHERE origin_id IS NOT NULL AND origin_id IN (SELECT value FROM json_each(:articles))
UNION SELECT story_id FROM story_members
WHERE shared_with IS NOT NULL AND shared_with IN (SELECT value FROM json_each(:articles))
UNION SELECT other.story_id FROM json_each(:articles) AS chosen
CROSS JOIN story_members AS own ON own.article_id = chosen.value
CROSS JOIN story_members AS other
  ON other.article_id IN (own.copy_of, own.origin_id, own.shared_with)
"""

_RULINGS_SQL: Final = """
SELECT id FROM story_rulings WHERE story_id IN (SELECT value FROM json_each(:stories))
UNION SELECT ruling_id FROM ruled_articles
WHERE article_id IN (SELECT value FROM json_each(:articles))
UNION SELECT ruling_id FROM ruled_articles
WHERE story_id IN (SELECT value FROM json_each(:stories))
"""

_RULED_SQL: Final = """
SELECT story_rulings.story_id FROM json_each(:rulings) AS chosen
CROSS JOIN story_rulings ON story_rulings.id = chosen.value
UNION SELECT story_members.story_id FROM json_each(:rulings) AS chosen
CROSS JOIN ruled_articles ON ruled_articles.ruling_id = chosen.value
CROSS JOIN story_members ON story_members.article_id = ruled_articles.article_id
UNION SELECT ruled_articles.story_id FROM json_each(:rulings) AS chosen
CROSS JOIN ruled_articles ON ruled_articles.ruling_id = chosen.value
"""

_LATEST_SQL: Final = """
SELECT max(at) FROM (
  SELECT max(last_report_at) AS at FROM stories
  WHERE id IN (SELECT value FROM json_each(:stories)) AND merged_into IS NULL
  UNION ALL SELECT max(changed_at) FROM story_changes
  WHERE story_id IN (SELECT value FROM json_each(:stories))
  UNION ALL SELECT max(max(joined_at, coalesce(moved_at, ''))) FROM story_members
  WHERE article_id IN (SELECT value FROM json_each(:articles))
  UNION ALL SELECT max(seen_at) FROM article_versions
  WHERE article_id IN (SELECT value FROM json_each(:articles))
  UNION ALL SELECT max(max(first_seen_at, coalesce(scrape_due_at, ''))) FROM articles
  WHERE id IN (SELECT value FROM json_each(:articles))
  UNION ALL SELECT max(first_seen_at) FROM entries
  WHERE article_id IN (SELECT value FROM json_each(:articles))
  UNION ALL SELECT max(ruled_at) FROM story_rulings
  WHERE id IN (SELECT value FROM json_each(:rulings))
)
"""

_UNSENT_SQL: Final = """
SELECT 1 FROM alert_deliveries
WHERE story_id IN (SELECT value FROM json_each(:stories)) AND finished_at IS NULL LIMIT 1
"""

_UNCOUNTED_SQL: Final = """
SELECT 1 FROM counted_days WHERE is_stale = 1 AND has_articles = 1 AND day IN (
  SELECT substr(first_seen_at, 1, 10) FROM articles
  WHERE id IN (SELECT value FROM json_each(:articles))
  UNION SELECT substr(seen_at, 1, 10) FROM article_versions
  WHERE article_id IN (SELECT value FROM json_each(:articles))) LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Boundary:
    """Up to which time stories are past the policy.

    `spares_rulings`: what the user has ruled about stays, since it is not for its age that it goes.
    """

    before: datetime
    spares_rulings: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did; `after` is where the next goes on, None at the end of the stories.

    `refused` are stories that the database does not let go, each with its reason; they stay.
    """

    stories: int = 0
    articles: int = 0
    after: tuple[str, int] | None = None
    refused: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Group:
    """Stories that go together or not at all."""

    stories: list[int]
    articles: list[int]
    rulings: list[int]

    def asked(self) -> dict[str, str]:
        return {
            "stories": json.dumps(self.stories),
            "articles": json.dumps(self.articles),
            "rulings": json.dumps(self.rulings),
        }


def past_age(
    keep: Keep, window: timedelta, stream: datetime | None, now: datetime
) -> Boundary | None:
    """Return up to when stories are too old, None where that is never.

    The age counts from the time of the reports (`stream`, the grouper's), not from the clock: when
    that is wrong, or after a long silence, nothing is forgotten for it.
    """
    if keep.articles is None or stream is None:
        return None
    return Boundary(min(stream, now) - max(keep.articles, window + MARGIN))


def past_window(window: timedelta, stream: datetime | None, now: datetime) -> Boundary | None:
    """Return up to when stories have ended for sure, so that they may go for want of room."""
    if stream is None:
        return None
    return Boundary(min(stream, now) - window - MARGIN, spares_rulings=True)


def used_bytes(connection: sqlite3.Connection) -> int:
    """Return what the database holds; pages that are free for reuse do not count."""
    pages, free, size = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def forget_step(
    store: Store,
    boundary: Boundary,
    is_held: Callable[[int], bool],
    now: datetime,
    after: tuple[str, int] | None = None,
    *,
    down_to: int | None = None,
) -> Step:
    """Forget the oldest stories before `boundary` for about `STEP_SECONDS`, in one transaction.

    `is_held` says whether the grouper holds an article; `after` is where the last step ended. With
    `down_to` the step ends as soon as the database holds no more than so many bytes.
    """
    end = time.monotonic() + STEP_SECONDS
    stories = articles = 0
    refused: list[tuple[int, str]] = []
    place = after or _FIRST
    with store.transaction() as connection:
        candidates = candidates_after(connection, boundary, place)
        for row in candidates:
            if time.monotonic() > end:
                return Step(stories, articles, place, tuple(refused))
            if down_to is not None and used_bytes(connection) <= down_to:
                return Step(stories, articles, refused=tuple(refused))
            place = row["last_report_at"], row["id"]
            group = group_to_forget(connection, row["id"], boundary, is_held)
            if group is None:
                continue
            try:
                with savepoint(connection):
                    forget(connection, group.stories, group.articles, now)
            except sqlite3.IntegrityError as error:
                refused.append((row["id"], str(error)))
            else:
                stories += len(group.stories)
                articles += len(group.articles)
    is_end = len(candidates) < STORIES_LOOKED_AT
    return Step(stories, articles, None if is_end else place, tuple(refused))


def candidates_after(
    connection: sqlite3.Connection, boundary: Boundary, place: tuple[str, int]
) -> list[sqlite3.Row]:
    """Return the next stories whose newest report is past the boundary, oldest first."""
    last, story_id = place
    asked = {
        "before": to_text(boundary.before), "last": last, "id": story_id,
        "limit": STORIES_LOOKED_AT,
    }  # fmt: skip
    return connection.execute(_CANDIDATES_SQL, asked).fetchall()


def group_to_forget(
    connection: sqlite3.Connection,
    story_id: int,
    boundary: Boundary,
    is_held: Callable[[int], bool],
) -> _Group | None:
    """Return the stories that go with one, itself included, and their reports; None: it stays."""
    group = _tied(connection, story_id)
    if group is None or (group.rulings and boundary.spares_rulings):
        return None
    asked = group.asked()
    (latest,) = connection.execute(_LATEST_SQL, asked).fetchone()
    if latest is None or latest >= to_text(boundary.before) or any(map(is_held, group.articles)):
        return None
    blocked = any(
        connection.execute(sql, asked).fetchone() for sql in (_UNSENT_SQL, _UNCOUNTED_SQL)
    )
    return None if blocked else group


def _tied(connection: sqlite3.Connection, story_id: int) -> _Group | None:
    """Return all stories tied to one, by any number of ties; None where they are too many."""
    stories, seen = {story_id}, set[int]()
    group = _Group([], [], [])
    while stories != seen:
        if len(stories) > _MOST_TIED:
            return None
        seen = set(stories)
        asked = {"stories": json.dumps(sorted(stories))}
        articles = _numbers(connection, _MEMBERS_SQL, asked)
        asked["articles"] = json.dumps(articles)
        rulings = _numbers(connection, _RULINGS_SQL, asked)
        asked["rulings"] = json.dumps(rulings)
        for sql in (_ENDED_IN_SQL, _TIED_SQL, *([_RULED_SQL] if rulings else [])):
            stories.update(_numbers(connection, sql, asked))
        stories.update(_current(connection, stories))
        group = _Group(sorted(stories), articles, rulings)
    return group


def _current(connection: sqlite3.Connection, stories: set[int]) -> list[int]:
    """Return where those of the stories went that have ended."""
    return _numbers(
        connection,
        "SELECT merged_into FROM stories"
        " WHERE merged_into IS NOT NULL AND id IN (SELECT value FROM json_each(:stories))",
        {"stories": json.dumps(sorted(stories))},
    )


def _numbers(connection: sqlite3.Connection, sql: str, asked: dict[str, str]) -> list[int]:
    return [row[0] for row in connection.execute(sql, asked)]
