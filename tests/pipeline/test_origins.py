"""From feeds to the number of independent origins, over real sockets, processes and files."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from aggregator.store import open_store, reading
from tests.newsroom.room import Newsroom
from tests.newsroom.world import Event, Outlet, Report, World
from tests.pipeline.conftest import polled

# Loading the extractor in a fresh process takes seconds on a busy machine.
pytestmark = pytest.mark.timeout(240)


def paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text whose lines are broken to be read here."""
    return tuple(" ".join(part.split()) for part in text.split("\n\n"))


_WIRE: Final = paragraphs("""
TOLVEY (Inland Wire) - A rocket struck the grain elevator of Tolvey on Monday morning and
killed four dockers who were loading a barge, the harbour master of Tolvey said.

The elevator holds a fifth of the maize that the province ships down the river Imbra. Its
upper floors collapsed onto the conveyor, and burning dust drifted over the grain port.

The Velmoran army said that its batteries had been silent all night. The Red Valley front
called the strike on the elevator an act of desperation and promised an answer.

Two barges that were waiting for maize turned back to Sondheven, and the pilots of the Imbra
have stopped work until the channel below the elevator has been searched for rockets.
""")
_WITNESS: Final = paragraphs("""
I was drinking tea on the other bank when the rocket hit the grain elevator of Tolvey. The
sound came late, as it does over water; first the whole roof lifted like a lid.

Four dockers are dead. I knew the eldest, who used to let our children fish from his barge.
Men with shovels were still digging for the conveyor crew when the tea was cold.

By noon the wind had turned, and every windowsill in our street was yellow with maize dust.
Nobody swept it away. It tasted of bread when you opened your mouth to speak.
""")
_CITING: Final = paragraphs("""
Four dockers were killed when a rocket hit the grain elevator of Tolvey, Inland Wire
reported on Monday.

The harbour had been shelled twice before this year. The province has asked that grain
barges be escorted on the Imbra, and a decision about the rocket alarm in Tolvey is due this
week.
""")
_OWN_PART: Final = paragraphs("""
The siren of Tolvey did not sound before the rocket hit the grain elevator. At the fire
station they show the switch: a brass lever, green with age, and a cable that somebody cut
in the autumn to mend a fence. The officer on duty says that he wrote three letters about it
and keeps the copies in his locker, behind the spare boots.

In the canteen across the quay the lunch for the early shift stood on the tables until the
evening. The cook, who counted forty plates and then thirty-six, would not let anybody clear
them. She had been told that the four dockers were only late, and she says that she chose to
believe it for as long as the soup was warm.

An engineer who built the elevator walked around what is left of it with a notebook. The
eastern wall can stay, he thinks; the rest must come down before the autumn floods, and it
would take two summers to raise it again. He has asked the port for a guard, because boys
from the quarter climb in at night to fill their school bags with maize.
""")


def outlet(name: str, kind: str = "newspaper") -> Outlet:
    return Outlet(name, name.replace("-", " ").title(), kind)


def told(by: str, hours: float, headline: str, *body: str) -> Report:
    return Report(by, "elevator", headline, body, hours)


REPORTS: Final = (
    told("inland-wire", 9, "Rocket hits grain elevator in Tolvey, killing four dockers", *_WIRE),
    told("quay-gazette", 8.5, "Four dockers killed as rocket hits Tolvey elevator", *_WIRE),
    told("upland-mirror", 8, "Rocket on grain elevator: four dead in Tolvey", *_WIRE[:3]),
    told("evening-ledger", 7, "Grain elevator of Tolvey in ruins after rocket strike", *_WIRE),
    told("mill-notes", 6, "The morning the rocket hit the Tolvey grain elevator", *_WITNESS),
    told("plain-herald", 5, "Rocket kills four dockers at Tolvey grain elevator", *_CITING),
    told(
        "river-review", 4, "Why no siren warned of the rocket at the Tolvey grain elevator",
        *_OWN_PART, *_WIRE[1:],
    ),
)  # fmt: skip


def test_a_wire_text_its_copies_and_a_citation_are_one_origin_and_a_witness_another(
    tmp_path: Path,
) -> None:
    outlets = tuple(
        outlet(report.outlet, "wire" if report.outlet == "inland-wire" else "newspaper")
        for report in REPORTS
    )
    world = World(outlets, (Event("elevator", "A rocket hits an elevator", None, REPORTS),))
    with Newsroom(world) as room:
        result = polled(room, tmp_path)
    (story,) = result.rows("SELECT * FROM current_stories")
    assert (story["outlets"], story["articles"], story["independent_origins"]) == (7, 7, 3)
    with open_store(result.database) as store:
        reports = reading.story(store, int(str(story["story_id"])), datetime.now(UTC))["reports"]
    assert isinstance(reports, list)
    names = {report["article_id"]: report["outlet"] for report in reports}
    assert {
        report["outlet"]: (names[report["origin_id"]], report["dependence"]) for report in reports
    } == {
        "Inland Wire": ("Inland Wire", "own report"),
        "Quay Gazette": ("Inland Wire", "copy"),
        "Upland Mirror": ("Inland Wire", "copy"),
        "Evening Ledger": ("Inland Wire", "copy"),
        "Mill Notes": ("Mill Notes", "own report"),
        "Plain Herald": ("Inland Wire", "citation"),
        "River Review": ("River Review", "own report"),
    }
    (partial,) = (report for report in reports if report["outlet"] == "River Review")
    assert names[partial["shared_with"]] == "Inland Wire"
    assert 0.15 <= partial["shared"] <= 0.5
    assert partial["origin_reason"].startswith("is an own report; ")
    origins = result.rows("SELECT * FROM story_origins ORDER BY reports DESC")
    assert [(row["reports"], row["copies"], row["citations"]) for row in origins] == [
        (5, 3, 1), (1, 0, 0), (1, 0, 0),
    ]  # fmt: skip
