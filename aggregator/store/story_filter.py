"""Which stories are asked for, as a part of a query: for the front page, the feeds and exports."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aggregator.group.news import place_key
from aggregator.text.times import to_text

SEARCHED_HITS: Final = 2000
"""Newest matching reports that a search looks at, so that a common word costs no more."""

FOUND_SQL: Final = f"""
WITH story_hits AS (
  SELECT rowid FROM stories_fts WHERE stories_fts MATCH :search ORDER BY rowid DESC
  LIMIT {SEARCHED_HITS}
), article_hits AS (
  SELECT rowid FROM articles_fts WHERE articles_fts MATCH :search ORDER BY rowid DESC
  LIMIT {SEARCHED_HITS}
), found AS (
  SELECT rowid AS id FROM story_hits
  UNION
  SELECT story_members.story_id FROM article_hits
  CROSS JOIN story_members ON story_members.article_id = article_hits.rowid
)
"""  # noqa: S608 -- a number of ours
"""What a search finds, as the table `found`; goes before a query with `:search`."""


@dataclass(frozen=True, slots=True)
class StoryFilter:
    """Which stories are asked for; what is not given asks for nothing.

    `followed_only` keeps stories of conflicts that are followed. `search` is an FTS5 query (see
    `search_terms`). `outlets` and `origins` are the least numbers of them. `language`, `kind` and
    `country` are those of at least one report or its outlet. `one_sided` keeps what several outlets
    report that all sit in one country. `since` is about the last material change.
    """

    conflict: str | None = None
    followed_only: bool = False
    place: str | None = None
    search: str = ""
    language: str | None = None
    kind: str | None = None
    country: str | None = None
    outlets: int = 1
    origins: int = 1
    one_sided: bool = False
    story: int | None = None
    since: datetime | None = None


def source_of(
    connection: sqlite3.Connection, wanted: StoryFilter, parameters: Mapping[str, object]
) -> str:
    """Return what follows FROM; `FOUND_SQL` is to stand before the query where this is a search.

    Stories are walked in their order until enough have passed, unless one of the conditions leaves
    so few that these are looked at instead. `parameters` are those of `conditions`.
    """
    if wanted.search:
        return _AMONG.format("found")
    for name in _asked(wanted):
        listed = _LISTS.get(name)
        if name == "origins" and wanted.origins < INDEXED_ORIGINS:
            continue
        if listed and _are_few(connection, listed, parameters):
            return _AMONG.format(f"({listed})")
    return "stories"


def _are_few(connection: sqlite3.Connection, listed: str, parameters: Mapping[str, object]) -> bool:
    counted = f"SELECT count(*) FROM ({listed} LIMIT {FEW + 1})"  # noqa: S608 -- of constants
    return bool(connection.execute(counted, parameters).fetchone()[0] <= FEW)


def conditions(wanted: StoryFilter) -> tuple[str, dict[str, object]]:
    """Return the condition that a story passes, with its parameters."""
    asked = _asked(wanted)
    condition = " AND ".join(["merged_into IS NULL", *(_CONDITIONS[name] for name in asked)])
    parameters: dict[str, object] = {name: getattr(wanted, name) for name in asked}
    if wanted.search:
        parameters["search"] = wanted.search
    if wanted.place is not None:
        parameters["place"] = place_key(wanted.place)
    if wanted.since is not None:
        parameters["since"] = to_text(wanted.since)
    return condition, parameters


def _asked(wanted: StoryFilter) -> list[str]:
    return [name for name in _CONDITIONS if getattr(wanted, name) != getattr(_ANYTHING, name)]


def _has_facet(name: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM story_facets"  # noqa: S608 -- a name of ours
        f" WHERE facet = '{name}' AND value = :{name} AND story_id = stories.id)"
    )


def _of_facet(name: str) -> str:
    return f"SELECT story_id AS id FROM story_facets WHERE facet = '{name}' AND value = :{name}"  # noqa: S608 -- a name of ours


_AMONG: Final = "{} AS chosen CROSS JOIN stories ON stories.id = chosen.id"
FEW: Final = 4000
"""Stories that are looked up and sorted in some 20 ms."""
INDEXED_ORIGINS: Final = 10
"""An index has the stories of at least so many; most have one or two."""
_ANYTHING: Final = StoryFilter()
_CONDITIONS: Final = {
    "story": "stories.id = :story",
    "conflict": "EXISTS (SELECT 1 FROM story_conflicts"
    " WHERE story_id = stories.id AND conflict_id = :conflict)",
    "followed_only": "EXISTS (SELECT 1 FROM story_conflicts"
    " JOIN conflicts ON conflicts.id = conflict_id WHERE story_id = stories.id AND listed = 1)",
    "place": "stories.id IN (SELECT story_id FROM story_places WHERE place_key = :place)",
    "language": _has_facet("language"),
    "kind": _has_facet("kind"),
    "country": _has_facet("country"),
    "outlets": "source_count >= :outlets",
    "origins": "origin_count >= :origins",
    "one_sided": "source_count > 1 AND json_array_length(countries) = 1",
    "since": "changed_at >= :since",
}
_LISTS: Final = {
    "conflict": "SELECT story_id AS id FROM story_conflicts WHERE conflict_id = :conflict",
    "followed_only": "SELECT DISTINCT story_id AS id FROM conflicts"
    " CROSS JOIN story_conflicts ON conflict_id = conflicts.id WHERE listed = 1",
    "place": "SELECT story_id AS id FROM story_places WHERE place_key = :place",
    "language": _of_facet("language"),
    "kind": _of_facet("kind"),
    "country": _of_facet("country"),
    "origins": "SELECT id FROM stories"  # noqa: S608 -- a number of ours
    f" WHERE merged_into IS NULL AND origin_count >= {INDEXED_ORIGINS}"
    " AND origin_count >= :origins",
    "since": "SELECT id FROM stories WHERE merged_into IS NULL AND changed_at >= :since",
}
"""The stories that pass one condition, where an index has them."""
