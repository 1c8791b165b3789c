"""/map and /map.json: where the stories of the last hours are, by the settlements they name."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from datasette.utils import MultiParams
from datasette.utils.asgi import BadRequest, Request, Response

from aggregator.model import Coordinates
from aggregator.publish.browse.answers import page
from aggregator.publish.browse.site import Site
from aggregator.publish.browse.story_map import Marked, StoryMap, map_of
from aggregator.publish.coverage import counted
from aggregator.publish.geojson import MEDIA_TYPE, collection, feature
from aggregator.publish.names import country_name
from aggregator.store import browsing
from aggregator.store.browsing import FollowedConflict
from aggregator.store.story_filter import StoryFilter
from aggregator.store.story_map import (
    MOST_STORIES,
    MappedStories,
    MappedStory,
    StoryPlace,
    mapped_stories,
)
from aggregator.text.times import to_text

HOURS: Final = (24, 72, 168)
LEAST_ORIGINS: Final = (1, 2, 3, 5, 10)
_ORIGINS_LIMIT: Final = 1000


@dataclass(frozen=True, slots=True)
class MapQuestion:
    """What the address asks for."""

    conflict: str = ""
    hours: int = HOURS[0]
    origins: int = 1

    def address(self, **changes: str | int) -> str:
        """Return the query string of this question with some parts changed, "" for none."""
        parts = {**asdict(self), **changes}
        usual = asdict(MapQuestion())
        asked = urlencode({name: value for name, value in parts.items() if value != usual[name]})
        return f"?{asked}" if asked else ""


@dataclass(frozen=True, slots=True)
class PlaceOnMap:
    """A settlement with the stories that name it, newest report first."""

    place: StoryPlace
    stories: tuple[MappedStory, ...]

    @property
    def anchor(self) -> str:
        """Return the id of its row, the same for the same place."""
        at = self.place.at
        parts = (f"{round(degrees * 1e5)}" for degrees in (at.latitude, at.longitude))
        return f"at_{'_'.join(parts)}"

    @property
    def origins(self) -> int:
        """Return how many independent origins its stories have together."""
        return sum(story.origins for story in self.stories)


async def map_page(request: Request, site: Site) -> Response:
    """Answer with the map of current stories, or with them as GeoJSON."""
    question = read_question(request.args)
    now = datetime.now(UTC)

    def ask(connection: sqlite3.Connection) -> tuple[list[FollowedConflict], MappedStories]:
        conflicts = browsing.followed_conflicts(connection)
        return conflicts, _stories(connection, question, conflicts, now)

    conflicts, found = await site.read(ask)
    if request.url_vars.get("format") == "json":
        return _as_geojson(found.stories, site.base_url(request))
    places = places_on_map(found.stories)
    name = next((known.name for known in conflicts if known.id == question.conflict), "")
    return await page(
        request,
        site,
        "map.html",
        {
            "question": question,
            "conflicts": conflicts,
            "conflict_name": name,
            "hours": HOURS,
            "least_origins": LEAST_ORIGINS,
            "places": places,
            "map": _drawn(places, lambda path: str(site.datasette.urls.path(path))),
            "found": found,
            "most_stories": MOST_STORIES,
        },
    )


def read_question(arguments: MultiParams) -> MapQuestion:
    """Return what the parameters of the address mean; BadRequest says what is wrong with one."""
    hours = arguments.get("hours") or str(HOURS[0])
    if hours not in map(str, HOURS):
        raise BadRequest(f"hours is one of {', '.join(map(str, HOURS))}.")
    origins = arguments.get("origins") or "1"
    if not origins.isascii() or not origins.isdigit() or not 1 <= int(origins) <= _ORIGINS_LIMIT:
        raise BadRequest(f"origins is a number from 1 to {_ORIGINS_LIMIT}.")
    return MapQuestion(arguments.get("conflict") or "", int(hours), int(origins))


def places_on_map(stories: Iterable[MappedStory]) -> list[PlaceOnMap]:
    """Return the settlements that stories name, those first that most origins speak of."""
    named: dict[StoryPlace, list[MappedStory]] = {}
    first_named: dict[Coordinates, StoryPlace] = {}
    for story in stories:
        for place in story.places:
            same = first_named.setdefault(place.at, place)
            named.setdefault(same, []).append(story)
    places = [PlaceOnMap(place, tuple(told)) for place, told in named.items()]
    return sorted(places, key=lambda each: (-each.origins, each.place.name))


def _stories(
    connection: sqlite3.Connection,
    question: MapQuestion,
    conflicts: Sequence[FollowedConflict],
    now: datetime,
) -> MappedStories:
    if question.conflict and question.conflict not in {known.id for known in conflicts}:
        raise BadRequest(f"No conflict {question.conflict!r} is followed.")
    wanted = StoryFilter(conflict=question.conflict or None, origins=question.origins)
    return mapped_stories(connection, wanted, since=now - timedelta(hours=question.hours))


def _drawn(places: Sequence[PlaceOnMap], path: Callable[[str], str]) -> StoryMap | None:
    if not places:
        return None
    label = f"Map of {counted(len(places), 'place')}; the table below says the same"
    return map_of([_marked(each, path) for each in places], label)


def _marked(each: PlaceOnMap, path: Callable[[str], str]) -> Marked:
    """Return the mark of a place: it leads to its story, or to the list of several."""
    place, stories = each.place, each.stories
    title = f"{named(place)}: {counted(len(stories), 'story', 'stories')}"
    title += f", {counted(each.origins, 'independent origin')}"
    link = f"#{each.anchor}" if len(stories) > 1 else path(f"/story/{stories[0].id}")
    return Marked(place.at, place.name, title, each.origins, link)


def named(place: StoryPlace) -> str:
    """Return a place with its country, where that is known."""
    return f"{place.name}, {country_name(place.country)}" if place.country else place.name


def _as_geojson(stories: Iterable[MappedStory], base_url: str) -> Response:
    features = (
        feature(
            story.id,
            [place.at for place in story.places],
            {
                "url": f"{base_url}/story/{story.id}",
                "headline": story.headline,
                "language": story.language,
                "last_report_at": to_text(story.last_report),
                "outlets": story.outlets,
                "independent_origins": story.origins,
                "places": [named(place) for place in story.places],
            },
        )
        for story in stories
    )
    body = b"".join(collection(features)).decode()
    return Response(body, content_type=f"{MEDIA_TYPE}; charset=utf-8")
