"""Stories in the order of their last material change, walked from either end, a part at a time.

Several filters together mean the stories that pass any of them. Story ids say nothing here: a story
stands where its last material change puts it, and moves to the end of the newest with the next one.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aggregator.store.browsing import rows
from aggregator.store.published import Position
from aggregator.store.story_filter import FOUND_SQL, StoryFilter, conditions, source_of
from aggregator.text.times import from_text, to_text


@dataclass(frozen=True, slots=True)
class _Direction:
    comparison: str
    order: str


_UP: Final = _Direction(">", "ASC")
_DOWN: Final = _Direction("<", "DESC")


def stories_above(
    connection: sqlite3.Connection,
    wanted: Sequence[StoryFilter],
    *,
    limit: int,
    bound: Position | None = None,
) -> list[Position]:
    """Return the stories that changed after `bound`, the first of them first."""
    return _walked(connection, wanted, limit, bound, _UP)


def stories_below(
    connection: sqlite3.Connection,
    wanted: Sequence[StoryFilter],
    *,
    limit: int,
    bound: Position | None = None,
) -> list[Position]:
    """Return the stories that last changed before `bound`, the last of them first."""
    return _walked(connection, wanted, limit, bound, _DOWN)


def positions_of(connection: sqlite3.Connection, story_ids: Sequence[int]) -> list[Position]:
    """Return where these stories stand, in the order given; those that are none are left out."""
    found: list[Position] = []
    for story_id in dict.fromkeys(story_ids):
        found += stories_below(connection, (StoryFilter(story=story_id),), limit=1)
    return found


def _walked(
    connection: sqlite3.Connection,
    wanted: Sequence[StoryFilter],
    limit: int,
    bound: Position | None,
    direction: _Direction,
) -> list[Position]:
    found: set[tuple[str, int]] = set()
    for each in wanted:
        found |= _passing(connection, each, limit, bound, direction)
    # A time as text sorts as the time does.
    ordered = sorted(found, reverse=direction is _DOWN)
    return [Position(from_text(changed), story_id) for changed, story_id in ordered[:limit]]


def _passing(
    connection: sqlite3.Connection,
    wanted: StoryFilter,
    limit: int,
    bound: Position | None,
    direction: _Direction,
) -> set[tuple[str, int]]:
    condition, parameters = conditions(wanted)
    source = source_of(connection, wanted, parameters)
    if bound is not None:
        condition += f" AND (changed_at, stories.id) {direction.comparison} (:changed, :bound)"
        parameters |= {"changed": to_text(bound.changed), "bound": bound.story_id}
    before = FOUND_SQL if wanted.search else ""
    asked = f"SELECT stories.id, changed_at FROM {source} WHERE {condition}"  # noqa: S608 -- of constants
    order = f"ORDER BY changed_at {direction.order}, stories.id {direction.order} LIMIT :limit"
    found = rows(connection, f"{before} {asked} {order}", {**parameters, "limit": limit})
    return {(row["changed_at"], row["id"]) for row in found}
