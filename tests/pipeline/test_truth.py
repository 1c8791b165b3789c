"""The newsroom's truth, from feeds to stories: what must come out of the cases that are hard."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import pytest

from aggregator.group.headline.sobriety import faults_of
from tests.newsroom.room import Newsroom
from tests.newsroom.world import with_weekdays
from tests.newsroom.worlds import truth_world
from tests.pipeline.conftest import Polled, polled

# Loading the extractor in a fresh process takes seconds on a busy machine.
pytestmark = pytest.mark.timeout(240)


@dataclass(frozen=True, slots=True)
class Case:
    """What must come of an event: so many reports, and no others, in one story; its origins.

    `follows` is the event whose story it takes up.
    """

    event: str
    reports: int
    origins: int
    follows: str | None = None


TABLE: Final = (
    # A wire text, three prints and half of one, two that cite it: one origin. A witness: another.
    Case("sarnik-depot", reports=8, origins=2),
    # Two drones on one town on one day, told by the same four outlets.
    Case("belmora-bakery", reports=4, origins=4),
    Case("belmora-buses", reports=4, origins=4),
    # A town remembers an old strike on the day after a new one.
    Case("veltin-power", reports=3, origins=3),
    Case("veltin-hospital-anniversary", reports=2, origins=2),
    # A strike, and six weeks later the trial over it.
    Case("karsun-market", reports=2, origins=2),
    Case("karsun-trial", reports=2, origins=2, follows="karsun-market"),
    # One missile in English, Ukrainian, Russian, Spanish and Arabic.
    Case("mirovka-train", reports=6, origins=6),
)

_LATER: Final = tuple(case.event for case in TABLE if case.follows)
"""Events that come in once the stories which they take up are known."""

# A fixed evening, since weekdays stand in the texts.
_NOW: Final = datetime(2025, 3, 11, 18, 0, tzinfo=UTC)

cases = pytest.mark.parametrize("case", TABLE, ids=lambda case: case.event)


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Polled]:
    world = truth_world()
    earlier = tuple(event for event in world.events if event.id not in _LATER)
    with Newsroom(replace(world, events=earlier), now=_NOW) as room:
        result = polled(room, tmp_path_factory.mktemp("truth"), languages=["en"])
        for event in world.events:
            for report in event.reports if event.id in _LATER else ():
                room.publish(with_weekdays(report, _NOW))
        result.poll()
        yield result


def placed(truth: Polled, event: str) -> Counter[int]:
    """Return in which stories the reports of an event are, and how many in each."""
    return Counter(story for story, _, told in places(truth) if told == event)


def places(truth: Polled) -> list[tuple[int, int, str]]:
    """Return the story, the origin and the true event of each report."""
    known = truth.room.truth()
    rows = truth.rows("SELECT url, story_id, origin_id FROM reports WHERE story_id IS NOT NULL")
    return [
        (int(str(row["story_id"])), int(str(row["origin_id"])), known[str(row["url"])].event)
        for row in rows
    ]


@cases
def test_all_reports_of_an_event_are_in_one_story(truth: Polled, case: Case) -> None:
    assert sorted(placed(truth, case.event).values()) == [case.reports]


@cases
def test_a_story_tells_of_one_event(truth: Polled, case: Case) -> None:
    own = placed(truth, case.event)
    assert Counter(told for story, _, told in places(truth) if story in own) == {
        case.event: case.reports
    }


@cases
def test_origins_are_those_who_know_it_themselves(truth: Polled, case: Case) -> None:
    origins = {origin for _, origin, told in places(truth) if told == case.event}
    assert len(origins) == case.origins


@cases
def test_only_a_follow_up_takes_up_an_earlier_story(truth: Polled, case: Case) -> None:
    links = truth.rows("SELECT * FROM story_links")
    linked = {row["story_id"]: row["earlier_story_id"] for row in links}
    followed = {linked[story] for story in placed(truth, case.event) if story in linked}
    assert followed == (set(placed(truth, case.follows)) if case.follows else set())


@cases
def test_the_headline_is_sober_and_in_english_where_any_report_is(
    truth: Polled, case: Case
) -> None:
    for story in placed(truth, case.event):
        (row,) = truth.rows("SELECT * FROM stories WHERE id = ?", story)
        assert row["language"] == "en" or '"en"' not in str(row["languages"])
        assert faults_of(str(row["headline"])) == ()
