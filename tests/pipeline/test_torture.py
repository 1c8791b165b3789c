"""Each database and file call of a whole cycle fails once, and nothing is torn or lost."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest

from aggregator.errors import AggregatorError
from aggregator.pipeline.unstored import WAIT
from tests.invariants import violations_of
from tests.pipeline.one_cycle import NOW, Bureau, Office
from tests.seeds import seeds
from tests.store.fresh import fresh_store
from tests.torture import DISK_FULL, IO_ERROR, Torture

pytestmark = pytest.mark.timeout(240)

SHARES = 120
"""Into so many tests the calls of a cycle are divided."""

FOREVER = 10**9

# Once, as a disk does that is failing; to the end of the run, as one does that is full; and so that
# what was begun cannot even be rolled back.
HOWS: tuple[dict[str, Any], ...] = (
    {"error": IO_ERROR},
    {"error": DISK_FULL, "failures": FOREVER},
    {"error": IO_ERROR, "rollback_fails": True},
)


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with closing(Office.opened()) as opened:
        yield opened


def bureau_in(folder: Path, office: Office) -> Bureau:
    """Return one whose database was opened an hour ago, so that its digest is due."""
    folder.mkdir()
    made = Bureau(office.room, folder, office.workers)
    fresh_store(made.database, NOW - timedelta(hours=1)).close()
    return made


async def two_cycles(bureau: Bureau, torture: Torture) -> None:
    """Go through a cycle that is tortured, then through one that is not."""
    try:
        async with bureau.pipeline() as pipeline:
            try:
                await pipeline.run_once()
            except AggregatorError:
                # What the daemon logs before it goes on.
                assert torture.failed
            if torture.failures == 1:
                torture.armed = False
                look_at(bureau)
                bureau.now += WAIT
                await pipeline.run_once()
                return
    except AggregatorError:
        # It could not even start.
        assert torture.failed
    torture.armed = False
    look_at(bureau)
    bureau.now += WAIT
    async with bureau.pipeline() as pipeline:
        await pipeline.run_once()


def look_at(bureau: Bureau) -> None:
    """Assert what holds at each moment."""
    assert violations_of(bureau.database) == []
    if bureau.feed_file.exists():
        parsed = feedparser.parse(bureau.feed_file.read_bytes())
        assert not parsed.bozo
        assert len(parsed.entries) <= 2


def tortured(bureau: Bureau, office: Office, torture: Torture) -> Torture:
    with pytest.MonkeyPatch.context() as monkeypatch:
        torture.install(monkeypatch)
        office.run(lambda: two_cycles(bureau, torture))
    look_at(bureau)
    return torture


@pytest.fixture(scope="module")
def undisturbed(office: Office, tmp_path_factory: pytest.TempPathFactory) -> tuple[Bureau, int]:
    """Return what two good cycles come to, and how many calls the first one makes."""
    bureau = bureau_in(tmp_path_factory.mktemp("good") / "run", office)
    torture = tortured(bureau, office, Torture(bureau.files))
    assert not torture.failed
    return bureau, len(torture.calls)


@pytest.mark.parametrize(
    "shift", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("share", seeds(SHARES))
def test_d19_each_call_fails_in_turn_and_the_next_cycle_reaches_the_full_state(
    share: int, shift: int, tmp_path: Path, office: Office, undisturbed: tuple[Bureau, int]
) -> None:
    good, calls = undisturbed
    for first in range(share + 1, calls + 1, SHARES):
        bureau = bureau_in(tmp_path / str(first), office)
        how = HOWS[(first + shift) % len(HOWS)]
        torture = tortured(bureau, office, Torture(bureau.files, first=first, **how))
        where = f"call {first} {how}: {torture.failed[:2]}"
        assert bureau.content() == good.content(), where
        assert titles_of(bureau.feed_file) == titles_of(good.feed_file), where
        assert [path.name for path in bureau.files.iterdir() if path.suffix == ".txt"] == [], where


def titles_of(feed: Path) -> list[str]:
    # What is told as new depends on what was told before.
    return [entry.title for entry in feedparser.parse(feed.read_bytes()).entries]
