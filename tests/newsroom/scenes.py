"""The scenes of live mode: one kind of incident each, with the wordings of several outlets.

scene drovian-war                 (the conflict)
place place=Vesk, uk=Веську       (one of several; fills the gaps of the wordings)

@ meridian-wire
# The headline, with {place} and {toll}
A paragraph.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("scenes.txt")


@dataclass(frozen=True, slots=True)
class Telling:
    """How one outlet words a scene; {gaps} are filled when it happens."""

    outlet: str
    headline: str
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """A kind of incident: where it may happen and how outlets tell it."""

    conflict: str | None
    places: tuple[Mapping[str, str], ...]
    tellings: tuple[Telling, ...]


@cache
def read_scenes() -> tuple[Scene, ...]:
    """Return all scenes, in the order of the file."""
    parts = re.split(r"^scene ", _FILE.read_text("utf-8"), flags=re.MULTILINE)
    return tuple(_scene(part) for part in parts if part.strip())


def _scene(text: str) -> Scene:
    head, *tellings = re.split(r"^@ ", text, flags=re.MULTILINE)
    conflict, *places = [line for line in head.splitlines() if line.strip()]
    return Scene(
        conflict,
        tuple(
            dict(pair.split("=") for pair in place.removeprefix("place ").split(", "))
            for place in places
        ),
        tuple(_telling(telling) for telling in tellings),
    )


def _telling(text: str) -> Telling:
    outlet, headline, *body = [line for line in text.splitlines() if line.strip()]
    return Telling(outlet, headline.removeprefix("# "), tuple(body))
