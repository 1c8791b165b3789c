"""An hour against every kind of bad feed, on a clock that runs ahead of the wall: O27, P36, P37.

The sockets, the database and the processes are real; only the time between the cycles is not.
"""

import asyncio
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from aggregator.config import Config, load
from aggregator.pipeline.cycle import Pipeline
from aggregator.pipeline.network import policy_of
from aggregator.store import open_store, reading
from aggregator.web.client import WebClient
from tests.newsroom.diagnosis import conditions_of
from tests.newsroom.room import Newsroom
from tests.newsroom.world import Fault
from tests.newsroom.worlds import full_world
from tests.running import aggregator

pytestmark = pytest.mark.timeout(300)

HOUR: Final = timedelta(hours=1)
CYCLE: Final = timedelta(minutes=6)


class Clock:
    """The wall clock, set back to the last noon and then ahead by hand.

    How often a feed is polled depends on the hours and days at which it publishes; what was
    published in the hours before midnight would be another day's.
    """

    def __init__(self) -> None:
        now = datetime.now(UTC)
        noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
        self.ahead = (noon if noon <= now else noon - timedelta(days=1)) - now

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


async def cycles(config: Config, database: Path, clock: Clock, times: int) -> None:
    async with (
        WebClient(policy_of(config.settings), now=clock) as web,
        Pipeline(config, lambda: open_store(database, now=clock()), web, clock) as pipeline,
    ):
        for _ in range(times):
            await pipeline.poll_due()
            clock.ahead += CYCLE


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Newsroom, Path]]:
    folder = tmp_path_factory.mktemp("hostile")
    clock = Clock()
    with Newsroom(full_world(hostile=True), now=clock(), clock=clock) as room:
        text = room.feeds_yaml(
            extract_workers=1,
            request_deadline="3s",
            connect_timeout="2s",
            feed_limit="1MiB",
            database="news.db",
        )
        (folder / "feeds.yaml").write_text(text, encoding="utf-8")
        asyncio.run(cycles(load(folder / "feeds.yaml"), folder / "news.db", clock, 11))
        yield room, folder


def status(folder: Path) -> dict[str, Any]:
    with open_store(folder / "news.db") as store:
        return reading.status(store)


def test_o27_status_names_each_bad_feed_with_its_class_and_no_good_one(
    hour: tuple[Newsroom, Path],
) -> None:
    room, folder = hour
    found: dict[str, set[str]] = {}
    for row in status(folder)["feeds_in_trouble"]:
        found.setdefault(row["feed_id"], set()).add(row["condition"])
    expected = {outlet.id: conditions_of(outlet) for outlet in room.outlets}
    assert found == {feed: named for feed, named in expected.items() if named}


def test_o27_every_good_feed_is_up_to_date(hour: tuple[Newsroom, Path]) -> None:
    room, folder = hour
    with open_store(folder / "news.db") as store:
        stored = {row["url"] for row in store.connection.execute("SELECT url FROM entries")}
        late = store.connection.execute(
            "SELECT count(*) FROM feeds WHERE failures = 0 AND last_success_at <"
            " (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(last_polled_at), '-61 minutes')"
            " FROM feeds)"
        ).fetchone()[0]
    good = {outlet.id for outlet in room.outlets if outlet.fault is None}
    published = {article.url for article in room.articles() if article.outlet.id in good}
    assert published <= stored
    assert late == 0


def test_entries_of_feeds_with_slips_are_stored_once(hour: tuple[Newsroom, Path]) -> None:
    room, folder = hour
    with open_store(folder / "news.db") as store:
        counts = dict(
            tuple(row)
            for row in store.connection.execute(
                "SELECT feed_id, count(*) FROM entries GROUP BY feed_id"
            )
        )
    for outlet in room.outlets:
        if outlet.fault and outlet.fault.has_entries and outlet.fault is not Fault.DRIP:
            whole = 2 if outlet.fault is Fault.TRUNCATED else 3
            assert counts[outlet.id] in {whole, 3}, outlet.id


def test_p36_what_failed_is_asked_ever_later_and_what_is_gone_not_at_all(
    hour: tuple[Newsroom, Path],
) -> None:
    room, _ = hour
    asked = {
        outlet.fault: sum(
            request.host == f"{outlet.id}.localhost" and request.path == outlet.feed_path
            for request in room.requests
        )
        for outlet in room.outlets
        if outlet.fault
    }
    assert asked[Fault.GONE] == 1
    for fault in (Fault.NOT_FOUND, Fault.SERVER_ERROR, Fault.HUGE, Fault.XXE):
        assert 2 <= asked[fault] <= 4, fault


def test_feeds_show_says_when_it_is_next_due_and_why(hour: tuple[Newsroom, Path]) -> None:
    _, folder = hour
    shown = aggregator("feeds", "show", "bad-new-guids", "--json", folder=folder)
    record = json.loads(shown.stdout)
    assert record["next_due_reason"]
    assert record["known_again_by"] == "address: its guids change"
    assert [found["condition"] for found in record["wrong_with_it"]] == ["guids change"]
    words = aggregator("feeds", "show", "bad-gone", folder=folder).stdout
    assert "gone since" in words
    assert "aggregator feeds resume bad-gone" in words


def test_feeds_health_and_resume(hour: tuple[Newsroom, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(hour[1], tmp_path / "copy")
    assert "bad-gone: gone since" in aggregator("feeds", "health", folder=folder).stdout
    assert aggregator("feeds", "resume", "bad-gone", folder=folder).returncode == 0
    assert "bad-gone" not in aggregator("feeds", "health", folder=folder).stdout
    assert aggregator("feeds", "resume", "nobody", folder=folder).returncode == 1


@pytest.mark.slow
def test_a_server_that_says_304_for_ever_is_found_out_within_days(tmp_path: Path) -> None:
    clock = Clock()
    outlet = "harbour-courier"

    def published(room: Newsroom) -> list[str]:
        return [article.url for article in room.articles() if article.outlet.id == outlet]

    with Newsroom(full_world()) as room:
        room.break_feed(outlet, Fault.ALWAYS_304)
        path, database = tmp_path / "feeds.yaml", tmp_path / "news.db"
        path.write_text(room.feeds_yaml(extract_workers=1), encoding="utf-8")
        config = load(path)
        asyncio.run(cycles(config, database, clock, 1))
        before = len(published(room))
        while len(published(room)) == before:
            room.advance()
        for _ in range(16):
            clock.ahead += HOUR * 12
            asyncio.run(cycles(config, database, clock, 1))
        with open_store(database) as store:
            stored = {row["url"] for row in store.connection.execute("SELECT url FROM entries")}
            conditions = {
                row["condition"]
                for row in reading.feeds_in_trouble(store)
                if row["feed_id"] == outlet
            }
        assert set(published(room)) <= stored
    assert "always unchanged" in conditions
