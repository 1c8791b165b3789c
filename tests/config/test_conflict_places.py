"""Where the user says that places of a conflict are."""

from pathlib import Path

import pytest

from aggregator.config import parse
from aggregator.errors import ConfigError
from aggregator.model import Conflict, Coordinates

PATH = Path("feeds.yaml")


def conflict_of(lines: str) -> Conflict:
    (conflict,) = parse(f"feeds: []\nconflicts:\n  - name: Lorn\n{lines}", PATH).conflicts
    return conflict


def problem_of(lines: str) -> str:
    with pytest.raises(ConfigError) as caught:
        conflict_of(lines)
    return str(caught.value)


def test_places_stand_beside_plain_names_in_any_language() -> None:
    conflict = conflict_of(
        "    countries: [LX, OS]\n"
        "    places:\n"
        "      en: [Ossian*, {name: Camp Lorn, at: [13.49, -25.31]}, {name: Lorn, at: none}]\n"
        "      ru: [Оссиан*, {name: Camp Lorn, at: [13.49, -25.31]}]\n"
    )
    assert conflict.places == ("Ossian*", "Camp Lorn", "Lorn", "Оссиан*")
    assert conflict.placed == (("Camp Lorn", Coordinates(13.49, -25.31)), ("Lorn", None))
    assert conflict.countries == ("LX", "OS")


def test_without_them_nothing_is_placed() -> None:
    conflict = conflict_of("    places: [Ossian]\n")
    assert (conflict.placed, conflict.countries) == ((), ())


@pytest.mark.parametrize(
    ("lines", "where", "told"),
    [
        ("places: [{name: A, at: [13.4]}]", ":4:28:", "[13.49, 25.31], not a list"),
        ("places: [{name: A, at: [91, 25]}]", ":4:28:", "north is from -90 to 90 and comes first"),
        ("places: [{name: A, at: [25, 191]}]", ":4:28:", "east is from -180 to 180"),
        ("places: [{name: A, at: [1e1, 2]}]", ":4:28:", "must be none, or degrees"),
        ("places: [{name: A, at: [nan, 2]}]", ":4:28:", "must be none, or degrees"),
        ("places: [{name: A, at: here}]", ":4:28:", 'not "here"'),
        ("places: [{name: A, at: }]", ":4:24:", "at has no value"),
        ("places: [{name: A}]", ":4:14:", "this place has no at: add one"),
        ("places: [{at: none}]", ":4:14:", "this place has no name: add one"),
        ("places: [{name: A, att: none}]", ":4:24:", "did you mean at?"),
        ("places: [{name: A, at: none}, {name: A, at: [1, 2]}]", ":4:13:", 'of "A" twice'),
        ("countries: [Lorn]", ":4:17:", "a country code of 2 upper-case letters"),
        ("countries: LX", ":4:16:", "write it in brackets"),
        ("parties: [{name: A, at: none}]", ":4:15:", "must be text"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_is_right(
    lines: str, where: str, told: str
) -> None:
    message = problem_of(f"    {lines}\n")
    assert where in message
    assert told in message
