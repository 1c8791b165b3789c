"""Ready-made worlds: the whole of the demo, and a small one for quick tests."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from tests.newsroom.conflicts import CONFLICTS
from tests.newsroom.outlets import FAILING, HOSTILE, OUTLETS
from tests.newsroom.outlets.coast import COAST
from tests.newsroom.reading import read_events
from tests.newsroom.world import Event, Report, World

_EVENTS: Final = Path(__file__).with_name("events")
_TRUTH: Final = Path(__file__).with_name("truth")


@cache
def full_world(*, failing: bool = False, hostile: bool = False) -> World:
    """Return all outlets, conflicts and events.

    `failing` adds two feeds that are simply down, `hostile` one feed for each way in
    which feeds go wrong; some of
    these are slow by design, so the demo goes without them.
    """
    extra = (FAILING if failing else ()) + (HOSTILE if hostile else ())
    # What has its tail cut off, or comes a byte at a time, needs something to say.
    fillers = tuple(
        Event(
            f"filler-{outlet.id}",
            "Pieces in a feed that is hard to read",
            None,
            tuple(
                Report(
                    outlet.id, f"filler-{outlet.id}", f"Piece {n} of 3", (f"Text {n}.",), n + 1.0
                )
                for n in range(1, 4)
            ),
        )
        for outlet in extra
        if outlet.fault and outlet.fault.has_entries
    )
    return World(OUTLETS + extra, tuple(read_events(_EVENTS)) + fillers, CONFLICTS)


def demo_world() -> World:
    """Return what the demo serves: everything, and two feeds that are down."""
    return full_world(failing=True)


@cache
def truth_world() -> World:
    """Return everything, and the coast war: events that are hard to tell apart or together."""
    world = full_world()
    return World((*world.outlets, *COAST), (*world.events, *read_events(_TRUTH)), world.conflicts)


_SAYS_WHAT_HAPPENED: Final = (
    "Sarvenian drones struck the fuel depot of Port Orlane before dawn, said the regional governor,"
    " Petro Lanevych. Three workers were killed and eleven injured."
)
"""Where two reports are all the news there is, a scene alone tells nobody of which event it is."""


@cache
def small_world() -> World:
    """Return one event told by two outlets in their own words."""
    told_by = ("meridian-wire", "harbour-courier")
    event = next(event for event in read_events(_EVENTS) if event.id == "orlane-depot")
    reports = tuple(
        next(report for report in event.reports if report.outlet == outlet) for outlet in told_by
    )
    wire, scene = reports
    reports = (wire, replace(scene, body=(*scene.body, _SAYS_WHAT_HAPPENED)))
    return World(
        tuple(outlet for outlet in OUTLETS if outlet.id in told_by),
        (Event(event.id, event.about, event.conflict, reports),),
        CONFLICTS,
    )
