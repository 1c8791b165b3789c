"""Twenty kinds of bad feed among fifty good ones, polled together over real sockets: O27."""

import asyncio
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from aggregator.config import load
from aggregator.pipeline.cycle import Pipeline
from aggregator.pipeline.network import policy_of
from aggregator.store import open_store, reading
from aggregator.web.client import WebClient
from tests.newsroom.diagnosis import CALLED
from tests.newsroom.outlets import HOSTILE
from tests.newsroom.room import Newsroom
from tests.newsroom.world import Event, Fault, Outlet, Report, World

pytestmark = pytest.mark.timeout(300)

GOOD: Final = 50
CYCLES: Final = 3
DEADLINE: Final = 1.0
"""Seconds that one answer may take."""

# That guids change is seen after several polls only; test_hostile_newsroom has it.
BAD: Final = [each for each in HOSTILE if each.fault in CALLED and each.fault != Fault.NEW_GUIDS]


def good_outlets() -> list[Outlet]:
    return [Outlet(f"good-{number}", f"Good {number}") for number in range(GOOD)]


def report(outlet: Outlet, name: str, hours_ago: float | None) -> Report:
    title = f"{name} of {outlet.name}"
    return Report(outlet.id, f"{outlet.id}-{name}", title, (f"Text of {name}.",), hours_ago)


def newsroom(chance: random.Random) -> Newsroom:
    outlets = [*good_outlets(), *BAD]
    chance.shuffle(outlets)
    first = tuple(report(outlet, "piece", 2.0) for outlet in outlets)
    return Newsroom(World(tuple(outlets), (Event("first", "First pieces", None, first),), ()))


def stored(database: Path) -> set[str]:
    with open_store(database) as store:
        return {row["url"] for row in store.connection.execute("SELECT url FROM entries")}


async def polled(folder: Path, room: Newsroom) -> list[float]:
    """Poll all in each cycle, after each good feed has something new; return the seconds."""
    config = load(folder / "feeds.yaml")
    ahead, took = timedelta(0), list[float]()

    def now() -> datetime:
        return datetime.now(UTC) + ahead

    async with (
        WebClient(policy_of(config.settings), now=now) as web,
        Pipeline(config, lambda: open_store(folder / "news.db", now=now()), web, now) as pipeline,
    ):
        for cycle in range(CYCLES):
            new = {room.publish(report(each, f"cycle {cycle}", None)) for each in good_outlets()}
            began = time.monotonic()
            await pipeline.poll_due(everything=True)
            took.append(time.monotonic() - began)
            assert len(new & stored(folder / "news.db")) == GOOD
            ahead += timedelta(hours=1)
    return took


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_o27_fifty_good_feeds_are_up_to_date_among_twenty_kinds_of_bad_ones(
    seed: int, tmp_path: Path
) -> None:
    assert len({each.fault for each in BAD}) == 20
    chance = random.Random(seed)  # noqa: S311 -- only an order of feeds
    with newsroom(chance) as room:
        text = room.feeds_yaml(
            extract_workers=1,
            request_deadline=f"{DEADLINE:g}s",
            connect_timeout=f"{DEADLINE:g}s",
            feed_limit="1MiB",
        )
        (tmp_path / "feeds.yaml").write_text(text, encoding="utf-8")
        took = asyncio.run(polled(tmp_path, room))
    # One deadline after the other would be several of them; the rest is a busy machine's.
    assert max(took) < 20 * DEADLINE
    with open_store(tmp_path / "news.db") as store:
        found = {row["feed_id"]: row["condition"] for row in reading.feeds_in_trouble(store)}
    assert found == {each.id: CALLED[each.fault] for each in BAD if each.fault}
