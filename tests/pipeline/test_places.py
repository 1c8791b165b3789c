"""The pipeline looks up where places are, in a worker, once."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.config import Config, Settings
from aggregator.model import Conflict, Coordinates, PlainText
from aggregator.pipeline import places
from aggregator.pipeline.cycle import Pipeline
from aggregator.pipeline.network import policy_of
from aggregator.store import Store, open_store
from aggregator.web.client import WebClient
from tests.publish.sample import Desk, fill

pytestmark = pytest.mark.timeout(240)

WAR = Conflict(
    "velmar",
    PlainText("Velmar and Osk"),
    ("Kharkiv*", "україн*", "Camp"),
    countries=("UA",),
    placed=(("Camp", Coordinates(1.5, 2.5)),),
)


def opened(path: Path) -> Store:
    return open_store(path, now=datetime.now(UTC))


def located(
    path: Path, conflict: Conflict, ahead: timedelta = timedelta(0)
) -> list[tuple[str, float]]:
    async def work() -> None:
        config = Config(path.with_name("feeds.yaml"), Settings(), (), (conflict,))
        async with (
            WebClient(policy_of(config.settings)) as web,
            Pipeline(
                config, lambda: opened(path), web, lambda: datetime.now(UTC) + ahead
            ) as pipeline,
        ):
            await pipeline.run_once()

    asyncio.run(work())
    with opened(path) as store:
        return [
            (row["place"], round(row["latitude"], 1))
            for row in store.connection.execute("SELECT * FROM located_places ORDER BY place")
        ]


def test_places_of_a_changed_file_are_looked_up(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    desk = Desk(path, datetime.now(UTC))
    fill(desk)
    desk.change("UPDATE articles SET grouped = 1")
    desk.store.close()
    assert located(path, WAR) == [("Camp", 1.5), ("Kharkiv*", 50.0)]
    # What stands there is not looked up again.
    with opened(path) as store, store.transaction() as connection:
        connection.execute("UPDATE located_places SET latitude = 0 WHERE place = 'Camp'")
    assert located(path, WAR) == [("Camp", 0.0), ("Kharkiv*", 50.0)]


def test_without_a_report_that_names_a_place_nothing_is_looked_up(tmp_path: Path) -> None:
    assert located(tmp_path / "news.db", WAR) == []


def test_o33_a_look_up_that_fails_waits_an_hour_then_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "news.db"
    desk = Desk(path, datetime.now(UTC))
    fill(desk)
    desk.change("UPDATE articles SET grouped = 1")
    desk.store.close()
    tries = 0

    def failing(*_: object) -> list[Conflict]:
        nonlocal tries
        tries += 1
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr(places, "conflicts_to_locate", failing)
    for minutes, expected in ((0, 1), (59, 1), (61, 2), (61 + 119, 2)):
        assert located(path, WAR, timedelta(minutes=minutes)) == []
        assert tries == expected
        with opened(path) as store:
            (aside,) = store.connection.execute("SELECT stage, record, failures FROM set_aside")
        assert tuple(aside) == ("places", "all", expected)
    monkeypatch.undo()
    assert located(path, WAR, timedelta(hours=4)) == [("Camp", 1.5), ("Kharkiv*", 50.0)]
    with opened(path) as store:
        assert store.connection.execute("SELECT * FROM set_aside").fetchall() == []
