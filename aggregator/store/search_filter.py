"""What a search is narrowed to, as conditions on reports and on stories."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aggregator.model import PlainText
from aggregator.store.browsing import rows
from aggregator.text.times import to_text


@dataclass(frozen=True, slots=True)
class Outlet:
    """Whose reports are asked for: those of a domain, and those that some feeds brought."""

    source: str
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Which texts are asked for; what is not given asks for nothing.

    A report counts by when it was first seen: from `since` on, before `until`. A story counts when
    any time from its first report to its last lies between them. Of a story, `language`, `kind` and
    `country` are those of at least one report, and `outlet` is one of those that report it.
    """

    conflict: str | None = None
    language: str | None = None
    kind: str | None = None
    country: str | None = None
    outlet: Outlet | None = None
    since: datetime | None = None
    until: datetime | None = None

    def parameters(self) -> dict[str, object]:
        """Return what the conditions refer to."""
        return {
            "conflict": self.conflict,
            "language": self.language,
            "kind": self.kind,
            "country": self.country,
            "source": self.outlet.source if self.outlet else None,
            "feeds": json.dumps(self.outlet.feeds if self.outlet else ()),
            "since": to_text(self.since) if self.since else None,
            "until": to_text(self.until) if self.until else None,
        }

    def asked(self) -> list[str]:
        """Return the names of what is given."""
        return [name for name in REPORT_CONDITIONS if getattr(self, name) is not None]


_OF_OUTLET: Final = (
    "(articles.source = :source OR articles.feed_id IN (SELECT value FROM json_each(:feeds)))"
)

REPORT_CONDITIONS: Final = {
    "conflict": "EXISTS (SELECT 1 FROM article_conflicts"
    " WHERE article_id = articles.id AND conflict_id = :conflict)",
    "language": "articles.language = :language",
    "kind": "feeds.kind = :kind",
    "country": "feeds.country = :country",
    "outlet": _OF_OUTLET,
    "since": "articles.first_seen_at >= :since",
    "until": "articles.first_seen_at < :until",
}
"""Conditions on a report, by the name of what is given."""

_REPORTED_BY_OUTLET: Final = f"""
EXISTS (SELECT 1 FROM story_members JOIN articles ON articles.id = story_members.article_id
        WHERE story_members.story_id = stories.id AND {_OF_OUTLET})
"""  # noqa: S608 -- a condition of ours

STORY_CONDITIONS: Final = {
    "conflict": "EXISTS (SELECT 1 FROM story_conflicts"
    " WHERE story_id = stories.id AND conflict_id = :conflict)",
    "language": "EXISTS (SELECT 1 FROM json_each(stories.languages) WHERE value = :language)",
    "kind": "EXISTS (SELECT 1 FROM json_each(stories.kinds) WHERE value = :kind)",
    "country": "EXISTS (SELECT 1 FROM json_each(stories.countries) WHERE value = :country)",
    "outlet": _REPORTED_BY_OUTLET,
    "since": "stories.last_report_at >= :since",
    "until": "stories.first_report_at < :until",
}
"""The same on a story."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a search can be narrowed to: of the listed feeds and conflicts."""

    conflicts: tuple[tuple[str, PlainText], ...]
    languages: tuple[str, ...]
    kinds: tuple[str, ...]
    countries: tuple[str, ...]
    outlets: tuple[PlainText, ...]


def choices(connection: sqlite3.Connection) -> Choices:
    """Return what a search can be narrowed to."""
    feeds = rows(connection, "SELECT name, language, kind, country FROM feeds WHERE listed = 1")
    conflicts = rows(connection, "SELECT id, name FROM conflicts WHERE listed = 1 ORDER BY name")
    return Choices(
        conflicts=tuple((row["id"], row["name"]) for row in conflicts),
        languages=tuple({row["language"] for row in feeds if row["language"]}),
        kinds=tuple({row["kind"] for row in feeds}),
        countries=tuple({row["country"] for row in feeds if row["country"]}),
        outlets=tuple(sorted({row["name"] for row in feeds}, key=str.casefold)),
    )


def outlet_called(connection: sqlite3.Connection, name: str) -> Outlet | None:
    """Return the outlet with this domain, or with feeds of this id or name; None for none."""
    wanted = name.casefold()
    feeds = tuple(
        row["id"]
        for row in rows(connection, "SELECT id, name FROM feeds")
        if wanted in (row["id"].casefold(), row["name"].casefold())
    )
    is_source = rows(
        connection, "SELECT 1 FROM articles WHERE source = :source LIMIT 1", {"source": wanted}
    )
    return Outlet(wanted, feeds) if feeds or is_source else None
