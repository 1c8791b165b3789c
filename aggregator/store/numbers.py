"""What the pages with numbers read: the counts of `daily_counts`, day by day and in sum."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from aggregator.model import PlainText
from aggregator.store.browsing import Row, moment, rows
from aggregator.store.daily_counts import ALL


@dataclass(frozen=True, slots=True)
class Selection:
    """Which counts are asked for: days, both ends included, a conflict and a language."""

    first: date
    last: date
    conflict: str = ALL
    language: str = ALL

    def parameters(self) -> dict[str, object]:
        """Return the parameters of the queries."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "conflict": self.conflict,
            "language": self.language,
            "all": ALL,
        }


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What one day brought (see `daily_counts` for what each count means).

    `counted` is None where nothing was counted yet, or there was nothing; `is_stale` says that
    something has changed since then. `polls` are known only without a conflict or language.
    """

    day: date
    counted: datetime | None = None
    is_stale: bool = False
    articles: int = 0
    stories: int = 0
    new_stories: int = 0
    origins: int = 0
    copies: int = 0
    sources: int = 0
    languages: int = 0
    conflicts: int = 0
    edits: int = 0
    polls: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """How many articles, origins and copies one language or conflict has of those asked for."""

    key: str
    name: PlainText
    articles: int
    origins: int
    copies: int


_DAYS_SQL: Final = """
SELECT counted_days.day, is_stale, counted_at, articles, stories, new_stories, origins, copies,
       sources, languages, conflicts, edits, polls
FROM counted_days
LEFT JOIN daily_counts ON conflict_id = :conflict AND language = :language
  AND daily_counts.day = counted_days.day
WHERE counted_days.day BETWEEN :first AND :last
ORDER BY counted_days.day
"""

_LANGUAGES_SQL: Final = """
SELECT language AS key, language AS name, sum(articles) AS articles, sum(origins) AS origins,
       sum(copies) AS copies
FROM daily_counts
WHERE conflict_id = :conflict AND language <> :all AND day BETWEEN :first AND :last
GROUP BY language
ORDER BY articles DESC, language
"""

_CONFLICTS_SQL: Final = """
SELECT conflicts.id AS key, conflicts.name, sum(articles) AS articles, sum(origins) AS origins,
       sum(copies) AS copies
FROM conflicts
CROSS JOIN daily_counts ON conflict_id = conflicts.id AND language = :language
  AND day BETWEEN :first AND :last
WHERE conflicts.listed = 1
GROUP BY conflicts.id
ORDER BY articles DESC, conflicts.name, conflicts.id
"""

_COUNTS: Final = (
    "articles", "stories", "new_stories", "origins", "copies", "sources", "languages", "conflicts",
    "edits",
)  # fmt: skip


def day_counts(connection: sqlite3.Connection, wanted: Selection) -> list[DayCounts]:
    """Return each day that is asked for, from the first of which anything is known."""
    return list(_every_day(rows(connection, _DAYS_SQL, wanted.parameters()), wanted, connection))


def language_shares(connection: sqlite3.Connection, wanted: Selection) -> list[Share]:
    """Return how much each language has, most articles first, whatever language is asked for."""
    return _shares(connection, _LANGUAGES_SQL, wanted)


def conflict_shares(connection: sqlite3.Connection, wanted: Selection) -> list[Share]:
    """Return how much each followed conflict has, most articles first, whichever is asked for."""
    return _shares(connection, _CONFLICTS_SQL, wanted)


def _shares(connection: sqlite3.Connection, sql: str, wanted: Selection) -> list[Share]:
    found = rows(connection, sql, wanted.parameters())
    return [Share(**row) for row in found if row["articles"]]


def _every_day(
    found: list[dict[str, object]], wanted: Selection, connection: sqlite3.Connection
) -> Iterator[DayCounts]:
    (known,) = rows(connection, "SELECT min(day) AS first FROM counted_days")
    if known["first"] is None:
        return
    by_day = {row["day"]: row for row in found}
    day = max(wanted.first, date.fromisoformat(known["first"]))
    while day <= wanted.last:
        row = by_day.get(day.isoformat())
        yield DayCounts(day) if row is None else _counts(day, row)
        day += timedelta(days=1)


def _counts(day: date, row: Row) -> DayCounts:
    return DayCounts(
        day,
        moment(row["counted_at"]),
        bool(row["is_stale"]),
        **{name: row[name] or 0 for name in _COUNTS},
        polls=row["polls"],
    )
