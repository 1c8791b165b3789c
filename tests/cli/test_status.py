"""What the command status says of a database, with and without a daemon."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aggregator.cli.commands import cli
from aggregator.model import Trouble
from aggregator.store import Store
from aggregator.store.aside import set_aside
from aggregator.store.daemon_state import Beat, Usage
from aggregator.store.feeds import sync_config
from aggregator.store.heartbeat import note_stop, write_beat
from aggregator.store.troubles import begin_trouble
from aggregator.text.times import to_text
from tests.hostile_texts import FORGED, HOSTILE_TEXTS, OBEYED
from tests.running import aggregator
from tests.store.building import COURIER, config
from tests.store.fresh import fresh_store

NOW = datetime.now(UTC).replace(microsecond=0)
BEGUN = NOW - timedelta(days=2)


@pytest.fixture(autouse=True)
def begin_now() -> None:
    """The program asks the system's clock, and the module may have been imported long ago."""
    global NOW, BEGUN  # noqa: PLW0603 -- read by every test here
    NOW = datetime.now(UTC).replace(microsecond=0)
    BEGUN = NOW - timedelta(days=2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fresh_store(tmp_path / "news.db", NOW) as store:
        sync_config(store, config(COURIER), NOW)
        yield store


def beat(store: Store, minutes: float = 0) -> None:
    at = NOW - timedelta(minutes=minutes)
    write_beat(store, Beat(at, BEGUN, 4711, "0.1.0", 30, Usage(10**8, 5, 30), {}, {"poll": at}))


def asked(store: Store, *options: str) -> Result:
    return CliRunner().invoke(cli, ["--database", str(store.path), "status", *options])


def first_line(store: Store) -> str:
    return asked(store).output.splitlines()[0]


def test_the_first_line_says_how_the_daemon_is(store: Store) -> None:
    assert first_line(store) == "stopped: no daemon has run on this database yet"
    beat(store, minutes=60)
    heard = f"last heard of at {to_text(NOW - timedelta(hours=1))}, 60 minutes ago"
    ran = f"ran since {to_text(BEGUN)} as process 4711"
    assert first_line(store) == f"failing: {heard}; {ran}"
    beat(store)
    line = first_line(store)
    assert line.startswith(f"ok: running since {to_text(BEGUN)} as process 4711, last heartbeat ")
    assert line.endswith(" seconds ago")
    note_stop(store, 4711, NOW)
    assert first_line(store) == f"stopped: stopped since {to_text(NOW)}, ran since {to_text(BEGUN)}"


def test_a_poll_after_a_killed_daemon_says_that_it_has_ended(store: Store) -> None:
    beat(store, minutes=60)
    folder = store.path.parent
    (folder / "feeds.yaml").write_text("feeds: []\nconflicts: []\n")
    database = ("--database", store.path)
    for _ in range(2):
        assert aggregator(*database, "poll", folder=folder).returncode == 0
        assert aggregator(*database, "status", "--check", folder=folder).returncode == 0
        heard = to_text(NOW - timedelta(hours=1))
        assert first_line(store) == f"stopped: stopped since {heard}, ran since {to_text(BEGUN)}"
    beat(store)
    assert first_line(store).startswith("ok: ")


@pytest.mark.parametrize(
    ("minutes", "status", "code"), [(None, "stopped", 0), (0, "ok", 0), (60, "failing", 1)]
)
def test_a_script_asks_for_the_exit_code(
    store: Store, minutes: float | None, status: str, code: int
) -> None:
    if minutes is not None:
        beat(store, minutes)
    told = asked(store, "--check", "--json")
    assert (told.exit_code, json.loads(told.output)["status"]) == (code, status)
    assert "entries" not in json.loads(told.output)
    assert asked(store).exit_code == 0


def test_a_trouble_degrades_it_and_is_told_with_its_remedy(store: Store) -> None:
    beat(store)
    begin_trouble(store, Trouble("clock set back", "by 2 h", "Set the clock."), NOW)
    told = asked(store).output.splitlines()
    assert told[0].startswith("degraded: running since")
    assert told[1] == f"  clock set back: by 2 h: Set the clock. (since {to_text(NOW)})"
    (row,) = [line for line in told if line.startswith("trouble")]
    assert "by 2 h" in row
    assert "Set the clock." in row
    checked = asked(store, "--check")
    assert (checked.exit_code, "`aggregator status` says more" in checked.output) == (0, True)


def test_the_names_for_programs_are_stable(store: Store) -> None:
    beat(store)
    begin_trouble(store, Trouble("clock set back", "by 2 h", "Set the clock."), NOW)
    record = json.loads(asked(store, "--json").output)
    page = (Path(__file__).parents[2] / "docs/reliability.md").read_text(encoding="utf-8")
    for name in record:
        assert f"`{name}`" in page, name
    assert record["daemon"]["pid"] == 4711
    assert [stage["stage"] for stage in record["stages"]] == [
        "poll", "scrape", "revisit", "group", "alert"
    ]  # fmt: skip
    assert record["failures"] == [
        {
            "what": "trouble", "record": "clock set back", "since": to_text(NOW),
            "severity": "degraded", "detail": "by 2 h", "remedy": "Set the clock.",
        }
    ]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE_TEXTS[:-1], ids=ascii)
def test_c17_no_text_moves_the_cursor_or_forges_a_line(store: Store, text: str) -> None:
    beat(store)
    harmless = len(with_everywhere(store, "harmless").output.splitlines())
    told = with_everywhere(store, text)
    assert not OBEYED & set(told.output)
    assert len(told.output.splitlines()) == harmless
    assert not [line for line in told.output.splitlines() if line.startswith(FORGED)]
    program = asked(store, "--json").output
    assert not OBEYED & set(program)
    assert text in {trouble["detail"] for trouble in json.loads(program)["failures"]}


def with_everywhere(store: Store, text: str) -> Result:
    """Put `text` wherever the network has a say, and ask."""
    begin_trouble(store, Trouble("clock", text, text), NOW)
    set_aside(store, "poll", "courier", text, NOW - timedelta(days=2))
    with store.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO feed_conditions (feed_id, condition, severity, since, detail,"
            " remedy) VALUES ('courier', 'failing', 15, ?, ?, ?)",
            (to_text(NOW), text, text),
        )
        connection.execute(
            "INSERT OR REPLACE INTO push_service VALUES (1, 'unusable', ?, ?)",
            (text, to_text(NOW)),
        )
    return asked(store)
