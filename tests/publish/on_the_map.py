"""Puts the stories of the invented war on a map."""

from aggregator.facts.places import LocatedPlace
from aggregator.model import Conflict, Coordinates, PlainText
from aggregator.store.located_places import keep_located
from tests.publish.sample import Desk

VELMAR = Coordinates(46.48572, 30.74383)
OSK = Coordinates(44.60795, 33.52134)


def put_on_the_map(desk: Desk, stories: dict[str, int]) -> None:
    """Let Velmar and Osk be two towns of one sea, of which three stories tell."""
    places = {"Velmar": ("Velmar", VELMAR, "UA"), "Osk*": ("Osk <i>&", OSK, "")}
    located = [
        LocatedPlace("velmar", place, at, name, country)
        for place, (name, at, country) in places.items()
    ]
    conflict = Conflict("velmar", PlainText("Velmar and Osk"), tuple(places))
    keep_located(desk.store, [conflict], located, "gazetteer")
    for story, told in (
        ("shelling", '["Velmar", "Osk*", "Highlands"]'),
        ("bridge", '["Osk*"]'),
        ("hostile", '["Osk*"]'),
    ):
        desk.change("UPDATE stories SET places = ? WHERE id = ?", told, stories[story])
