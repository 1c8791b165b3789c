"""Which settlements stories name, and where those are: for the map, a story's page and exports."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aggregator.model import Coordinates, PlainText
from aggregator.store.browsing import Row, rows
from aggregator.store.story_filter import StoryFilter, conditions, source_of
from aggregator.text.times import from_text, to_text

MOST_STORIES: Final = 1000
"""Newest stories that name a place and are looked at for one map."""


@dataclass(frozen=True, slots=True)
class StoryPlace:
    """A settlement that reports of a story name. `country` is ISO 3166-1, "" where unknown."""

    name: PlainText
    country: str
    at: Coordinates


@dataclass(frozen=True, slots=True)
class MappedStory:
    """A story that is somewhere. `outlets` and `origins` count who reports it, independently."""

    id: int
    headline: PlainText
    language: str | None
    last_report: datetime
    outlets: int
    origins: int
    places: tuple[StoryPlace, ...]


@dataclass(frozen=True, slots=True)
class MappedStories:
    """The stories of a map, newest report first, and how many more have no place on it.

    `is_whole` is False where there were more than `MOST_STORIES` to look at.
    """

    stories: tuple[MappedStory, ...]
    elsewhere: int
    is_whole: bool


# What feeds.yaml calls a place is looked for in the conflicts of the story alone.
_LOCATED: Final = """
JOIN json_each(stories.places) AS named
JOIN story_conflicts ON story_conflicts.story_id = stories.id
JOIN located_places ON located_places.conflict_id = story_conflicts.conflict_id
  AND located_places.place = named.value
"""
_PLACES_OF_STORY_SQL: Final = f"""
SELECT named.key AS position, place, located_places.name, country, latitude, longitude
FROM stories {_LOCATED}
WHERE stories.id = :story
ORDER BY position, located_places.conflict_id
"""  # noqa: S608 -- a constant

_MAPPED_SQL: Final = f"""
WITH chosen AS (
  SELECT stories.id {{chosen}} AND places <> '[]'
  ORDER BY last_report_at DESC, stories.id DESC LIMIT :limit
)
SELECT stories.id, headline, language, last_report_at, source_count, origin_count,
       named.key AS position, located_places.name, country, latitude, longitude
FROM chosen
CROSS JOIN stories ON stories.id = chosen.id
{_LOCATED}
ORDER BY last_report_at DESC, stories.id DESC, position, located_places.conflict_id
"""  # noqa: S608 -- a constant


def places_of_story(connection: sqlite3.Connection, story_id: int) -> tuple[StoryPlace, ...]:
    """Return the settlements that reports of a story name, those first that most of them name."""
    return _places(rows(connection, _PLACES_OF_STORY_SQL, {"story": story_id}))


def mapped_stories(
    connection: sqlite3.Connection, wanted: StoryFilter, *, since: datetime
) -> MappedStories:
    """Return the stories that pass `wanted` and were reported since then, newest report first."""
    condition, parameters = conditions(wanted)
    asked = {**parameters, "reported_since": to_text(since), "limit": MOST_STORIES}
    source = source_of(connection, wanted, asked)
    chosen = f"FROM {source} WHERE {condition} AND last_report_at >= :reported_since"
    (counted,) = rows(
        connection,
        f"SELECT count(*) AS stories, coalesce(sum(places <> '[]'), 0) AS naming {chosen}",
        asked,
    )
    found = rows(connection, _MAPPED_SQL.format(chosen=chosen), asked)
    named: dict[int, list[Row]] = defaultdict(list)
    for row in found:
        named[row["id"]].append(row)
    stories = tuple(filter(None, map(_story, named.values())))
    return MappedStories(
        stories,
        elsewhere=counted["stories"] - len(stories),
        is_whole=counted["naming"] <= MOST_STORIES,
    )


def _story(found: list[Row]) -> MappedStory | None:
    """Return the story of rows that each tell a place, None where all of them are in doubt."""
    row = found[0]
    places = _places(found)
    if not places:
        return None
    return MappedStory(
        id=row["id"],
        headline=row["headline"],
        language=row["language"],
        last_report=from_text(row["last_report_at"]),
        outlets=row["source_count"],
        origins=row["origin_count"],
        places=places,
    )


def _places(found: Iterable[Row]) -> tuple[StoryPlace, ...]:
    """Return each settlement once; what two conflicts of a story look for in two places is none."""
    meant: dict[int, dict[Coordinates, StoryPlace]] = defaultdict(dict)
    for row in found:
        at = Coordinates(row["latitude"], row["longitude"])
        meant[row["position"]][at] = StoryPlace(row["name"], row["country"], at)
    certain = (next(iter(places.values())) for places in meant.values() if len(places) == 1)
    return tuple({place.at: place for place in certain}.values())
