"""Invents incidents without end, so that live mode never dries up.

An incident is a scene with figures and a place from the seed; each outlet tells it in a wording of
its own.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from tests.newsroom.scenes import Scene, Telling, read_scenes
from tests.newsroom.world import Correction, Report

_REPUBLISHER: Final = "lowland-post"
_FIRST: Final = 2
"""How many outlets tell an incident at once; the others follow."""

_BARE: Final = """
Incident {number}: {toll} people are reported hurt
At {hour} a report came in that {toll} people had been hurt; nobody has said who was behind it.
What is known of incident {number}
Witnesses of what began at {hour} counted {toll} injured, and the hospital confirmed the figure.
Officials silent on incident {number}
The authorities would not comment; {toll} people were injured, according to neighbours.
"""
"""What outlets say of an incident when no scene knows them: a headline and a paragraph each."""


@dataclass(frozen=True, slots=True)
class Incident:
    """An invented event: who tells it first, who follows, and what comes after.

    `correction` belongs to the first of `first`; `copy` repeats its text at another outlet.
    """

    conflict: str | None
    first: tuple[Report, ...]
    later: tuple[Report, ...]
    correction: Correction
    copy: Report | None


def invent(number: int, seed: int, outlets: Mapping[str, str]) -> Incident:
    """Return incident `number`, told by those of `outlets` (id to language) that know the scene.

    Where none of them does, up to three report in plain English.
    """
    chance = random.Random(f"{seed}:{number}")  # noqa: S311  # repeatable, not secret
    scenes = read_scenes()
    scene = scenes[(number + seed) % len(scenes)]
    known = [telling for telling in scene.tellings if telling.outlet in outlets]
    if not known:
        scene = _bare_scene(list(outlets))
        known = list(scene.tellings)
    toll = chance.randint(3, 40)
    values = {
        "number": str(number + 101),
        "toll": str(toll),
        "hour": f"{chance.randint(0, 23):02}:{chance.choice((5, 10, 20, 35, 40, 55)):02}",
        "speed": str(chance.randint(7, 19)),
        **chance.choice(scene.places),
    }
    reports = tuple(_report(number, telling, values) for telling in known)
    after = _report(number, known[0], values | {"toll": str(toll + chance.randint(1, 5))})
    return Incident(
        conflict=scene.conflict,
        first=reports[:_FIRST],
        later=reports[_FIRST:],
        correction=Correction(after.headline, after.body),
        copy=_copy(reports[0], outlets),
    )


def _report(number: int, telling: Telling, values: Mapping[str, str]) -> Report:
    return Report(
        telling.outlet,
        f"live-{number}",
        telling.headline.format_map(values),
        tuple(paragraph.format_map(values) for paragraph in telling.body),
        name=f"live-{number}/{telling.outlet}",
    )


def _copy(report: Report, outlets: Mapping[str, str]) -> Report | None:
    if outlets[report.outlet] != outlets.get(_REPUBLISHER) or report.outlet == _REPUBLISHER:
        return None
    agency = report.outlet.replace("-", " ").title()
    return replace(
        report,
        outlet=_REPUBLISHER,
        body=(*report.body, f"This report was supplied by {agency}."),
        copy_of=report.key,
        name=f"{report.event}/{_REPUBLISHER}/copy",
    )


def _bare_scene(outlets: list[str]) -> Scene:
    lines = _BARE.strip().splitlines()
    pairs = zip(outlets, lines[::2], lines[1::2], strict=False)
    return Scene(None, ({},), tuple(Telling(who, head, (text,)) for who, head, text in pairs))
