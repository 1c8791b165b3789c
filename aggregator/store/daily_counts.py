"""What is counted of each day (UTC), for every conflict and language, and when it is counted anew.

What a day's count means stays true whatever happens later. Articles, stories, origins, copies and
sources are those of the articles that we first saw on that day, a time that never changes; stories
and origins follow each re-grouping. Edits and polls belong to the day on which we saw them. Each
day of which something has changed is noted by the triggers of `day_tables`, and counted as a whole
here: a finished day that is not noted is exact.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import product
from typing import Final

from aggregator.store.connection import Store
from aggregator.text.times import from_text, to_text

ALL: Final = "*"
"""Stands for all conflicts, or all languages."""
UNKNOWN_LANGUAGE: Final = "und"
"""ISO 639-2 code of a language that is not known."""
UNFINISHED_WAIT: Final = timedelta(minutes=1)
"""The day that is still going on is counted at most so often."""

Cell = tuple[str, str]
"""A conflict and a language, each of them perhaps `ALL`."""

_ARTICLES_SQL: Final = """
SELECT articles.source, coalesce(articles.language, :unknown) AS language, members.story_id,
       coalesce(members.origin_id, members.copy_of, members.article_id) IS articles.id AS is_origin,
       coalesce(members.dependence IN ('copy', 'largely copied'), members.copy_of IS NOT NULL)
         AS is_copy,
       stories.opened_by IS articles.id AS opens,
       (SELECT json_group_array(conflict_id) FROM article_conflicts
        WHERE article_conflicts.article_id = articles.id) AS conflicts
FROM articles
LEFT JOIN story_members AS members ON members.article_id = articles.id
LEFT JOIN stories ON stories.id = members.story_id
WHERE articles.first_seen_at >= :day AND articles.first_seen_at < :next
"""

# As in the view `edited_articles`: where the text came from elsewhere, nothing was edited.
_EDITS_SQL: Final = """
SELECT coalesce(articles.language, :unknown) AS language,
       (SELECT json_group_array(conflict_id) FROM article_conflicts
        WHERE article_conflicts.article_id = later.article_id) AS conflicts
FROM article_versions AS later
JOIN article_versions AS earlier
  ON earlier.article_id = later.article_id AND earlier.number = later.number - 1
JOIN articles ON articles.id = later.article_id
WHERE later.seen_at >= :day AND later.seen_at < :next AND later.number > 1
  AND later.body_source = earlier.body_source
"""

_POLLS_SQL: Final = "SELECT count(*) FROM polls WHERE polled_at >= :day AND polled_at < :next"

_COUNTED_POLLS_SQL: Final = """
SELECT polls FROM daily_counts WHERE day = :day AND conflict_id = :all AND language = :all
"""

_KEPT_SQL: Final = "SELECT has_articles, has_polls FROM counted_days WHERE day = :day"

# The days of lately are read most.
_STALE_SQL: Final = """
SELECT day, counted_at FROM counted_days WHERE is_stale = 1 ORDER BY day DESC LIMIT 2
"""


@dataclass(frozen=True, slots=True)
class SeenArticle:
    """What is counted of an article; `story` is None until it is grouped."""

    source: str
    language: str
    conflicts: tuple[str, ...] = ()
    story: int | None = None
    is_origin: bool = False
    is_copy: bool = False
    opens: bool = False


@dataclass(frozen=True, slots=True)
class SeenEdit:
    """What is counted of an edit: the language and the conflicts of its article."""

    language: str
    conflicts: tuple[str, ...] = ()


@dataclass(slots=True)
class Tally:
    """What is counted of one day, one conflict and one language."""

    articles: int = 0
    new_stories: int = 0
    origins: int = 0
    copies: int = 0
    edits: int = 0
    stories: set[int] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    conflicts: set[str] = field(default_factory=set)

    def add(self, article: SeenArticle) -> None:
        """Count an article."""
        self.articles += 1
        self.new_stories += article.opens
        self.origins += article.is_origin
        self.copies += article.is_copy
        if article.story is not None:
            self.stories.add(article.story)
        self.sources.add(article.source)
        self.languages.add(article.language)
        self.conflicts.update(article.conflicts)


def tallies(articles: Iterable[SeenArticle], edits: Iterable[SeenEdit]) -> dict[Cell, Tally]:
    """Return what is counted of one day, by conflict and language; there is one for all of it."""
    found: dict[Cell, Tally] = {(ALL, ALL): Tally()}
    for article in articles:
        for cell in product((ALL, *article.conflicts), (ALL, article.language)):
            found.setdefault(cell, Tally()).add(article)
    for edit in edits:
        for cell in product((ALL, *edit.conflicts), (ALL, edit.language)):
            found.setdefault(cell, Tally()).edits += 1
    return found


def count_next_day(store: Store, now: datetime) -> date | None:
    """Count the latest day of which something has changed anew; return it, None for no such day.

    The day that is going on is left alone for `UNFINISHED_WAIT` after it was last counted.
    """
    for row in store.connection.execute(_STALE_SQL).fetchall():
        counted = from_text(row["counted_at"]) if row["counted_at"] else None
        is_finished = row["day"] < now.date().isoformat()
        if is_finished or counted is None or not counted <= now < counted + UNFINISHED_WAIT:
            day = date.fromisoformat(row["day"])
            count_day(store, day, now)
            return day
    return None


def count_day(store: Store, day: date, now: datetime) -> None:
    """Count one day anew, in one transaction."""
    span = {"day": day.isoformat(), "next": (day + timedelta(days=1)).isoformat()}
    with store.transaction() as connection:
        kept = connection.execute(_KEPT_SQL, span).fetchone()
        connection.execute(
            "INSERT INTO counted_days (day, is_stale, counted_at) VALUES (?, 0, ?)"
            " ON CONFLICT (day) DO UPDATE SET is_stale = 0, counted_at = excluded.counted_at",
            (span["day"], to_text(now)),
        )
        if kept is not None and not kept["has_articles"]:
            # What is left of it would be counted as if it were all; what was counted stands.
            return
        counted = _counted(connection, span)
        polls = _polls(connection, span, are_all_there=kept is None or bool(kept["has_polls"]))
        connection.execute("DELETE FROM daily_counts WHERE day = ?", (span["day"],))
        connection.executemany(
            "INSERT INTO daily_counts (conflict_id, language, day, articles, stories, new_stories,"
            " origins, copies, sources, languages, conflicts, edits, polls)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *cell, span["day"], tally.articles, len(tally.stories), tally.new_stories,
                    tally.origins, tally.copies, len(tally.sources), len(tally.languages),
                    len(tally.conflicts), tally.edits, polls if cell == (ALL, ALL) else None,
                )
                for cell, tally in counted.items()
            ],
        )  # fmt: skip


def _counted(connection: sqlite3.Connection, span: dict[str, str]) -> dict[Cell, Tally]:
    known = {**span, "unknown": UNKNOWN_LANGUAGE}
    return tallies(
        (_article(row) for row in connection.execute(_ARTICLES_SQL, known)),
        (
            SeenEdit(row["language"], tuple(json.loads(row["conflicts"])))
            for row in connection.execute(_EDITS_SQL, known)
        ),
    )


def _polls(
    connection: sqlite3.Connection, span: dict[str, str], *, are_all_there: bool
) -> int | None:
    """Return how many polls a day had; as counted before, where some of them were forgotten."""
    row = connection.execute(
        _POLLS_SQL if are_all_there else _COUNTED_POLLS_SQL, {**span, "all": ALL}
    ).fetchone()
    return None if row is None else row[0]


def _article(row: sqlite3.Row) -> SeenArticle:
    return SeenArticle(
        source=row["source"],
        language=row["language"],
        conflicts=tuple(json.loads(row["conflicts"])),
        story=row["story_id"],
        is_origin=bool(row["is_origin"]),
        is_copy=bool(row["is_copy"]),
        opens=bool(row["opens"]),
    )
