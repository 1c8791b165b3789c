"""Where stories are, as the database has it; and which places are to be looked up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.facts.places import LocatedPlace
from aggregator.model import Conflict, Coordinates, PlainText
from aggregator.store.located_places import conflicts_to_locate, keep_located, names_places
from aggregator.store.story_filter import StoryFilter
from aggregator.store.story_map import mapped_stories, places_of_story
from tests.publish.sample import Desk, fill

VELMAR = Conflict("velmar", PlainText("Velmar and Osk"), ("Velmar*", "Osk", "Velm"))
HIGHLANDS = Conflict("highlands", PlainText("Highlands insurgency"), ("Osk",))
HARBOUR = LocatedPlace("velmar", "Velmar*", Coordinates(10.5, 20.5), "Velmar", "VL", 7)
SAME = replace(HARBOUR, place="Velm")
PLACED = LocatedPlace("velmar", "Osk", Coordinates(1.5, -2.5))
OTHER_OSK = LocatedPlace("highlands", "Osk", Coordinates(50.0, 60.0), "Osk", "HL", 8)
EVER = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "news.db", datetime.now(UTC))
    yield desk
    desk.store.close()


@pytest.fixture
def stories(desk: Desk) -> dict[str, int]:
    stories = fill(desk)
    keep_located(desk.store, [VELMAR], [HARBOUR, SAME, PLACED], "gazetteer 1")
    name_places(desk, stories["shelling"], '["Velmar*", "Osk", "Velm", "Nowhere"]')
    return stories


def name_places(desk: Desk, story: int, places: str) -> None:
    desk.change("UPDATE stories SET places = ? WHERE id = ?", places, story)


def names(desk: Desk, story: int) -> list[tuple[str, str, float]]:
    found = places_of_story(desk.connection, story)
    return [(place.name, place.country, place.at.latitude) for place in found]


def test_a_story_is_at_each_settlement_once(desk: Desk, stories: dict[str, int]) -> None:
    assert names(desk, stories["shelling"]) == [("Velmar", "VL", 10.5), ("Osk", "", 1.5)]
    assert names(desk, stories["sport"]) == []
    assert names(desk, 999) == []


def test_what_two_conflicts_mean_differently_is_nowhere(
    desk: Desk, stories: dict[str, int]
) -> None:
    keep_located(desk.store, [HIGHLANDS], [OTHER_OSK], "gazetteer 1")
    assert ("Osk", "", 1.5) in names(desk, stories["shelling"])
    desk.insert(
        "story_conflicts", story_id=stories["shelling"], conflict_id="highlands", article_count=1
    )
    assert names(desk, stories["shelling"]) == [("Velmar", "VL", 10.5)]


def test_a_place_of_another_conflict_is_not_that_of_this_story(
    desk: Desk, stories: dict[str, int]
) -> None:
    name_places(desk, stories["sport"], '["Velmar*"]')
    assert names(desk, stories["sport"]) == []


def test_the_map_has_the_stories_that_pass(desk: Desk, stories: dict[str, int]) -> None:
    name_places(desk, stories["bridge"], '["Osk"]')
    found = mapped_stories(desk.connection, StoryFilter(), since=EVER)
    assert [story.id for story in found.stories] == [stories["bridge"], stories["shelling"]]
    assert (found.elsewhere, found.is_whole) == (3, True)
    shelling = found.stories[1]
    assert (shelling.outlets, shelling.origins) == (6, 5)
    assert [place.name for place in shelling.places] == ["Velmar", "Osk"]
    several = mapped_stories(desk.connection, StoryFilter(origins=3), since=EVER)
    assert [story.id for story in several.stories] == [stories["shelling"]]
    late = mapped_stories(desk.connection, StoryFilter(), since=desk.now - timedelta(minutes=50))
    assert [story.id for story in late.stories] == [stories["bridge"]]
    none = mapped_stories(desk.connection, StoryFilter(conflict="highlands"), since=EVER)
    assert (none.stories, none.elsewhere) == ((), 0)


def test_places_are_looked_up_once_for_each_change(desk: Desk, stories: dict[str, int]) -> None:
    assert stories
    assert names_places(desk.store)

    def to_locate(conflict: Conflict, gazetteer: str = "gazetteer 1") -> list[Conflict]:
        return conflicts_to_locate(desk.store, [conflict], gazetteer)

    assert to_locate(VELMAR) == []
    renamed = replace(VELMAR, name=PlainText("The war"), parties=("Osk",))
    assert to_locate(renamed) == []
    for change in (
        replace(VELMAR, places=("Velmar*",)),
        replace(VELMAR, countries=("VL",)),
        replace(VELMAR, placed=(("Osk", None),)),
        HIGHLANDS,
    ):
        assert to_locate(change) == [change]
    assert to_locate(VELMAR, "gazetteer 2") == [VELMAR]


def test_a_new_look_up_takes_the_place_of_the_old_one(desk: Desk, stories: dict[str, int]) -> None:
    keep_located(desk.store, [VELMAR], [OTHER_OSK], "gazetteer 1")
    assert names(desk, stories["shelling"]) == []


def test_nothing_is_looked_up_before_a_report_names_a_place(desk: Desk) -> None:
    assert not names_places(desk.store)
