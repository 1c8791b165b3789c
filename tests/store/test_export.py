"""`aggregator.export`: the records of the command, for programs in Python."""

import inspect
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import aggregator
from aggregator.errors import NotFound, StoreError
from aggregator.store.exporting import ExportFilter
from tests.publish.sample import Desk, fill
from tests.running import aggregator as command
from tests.store.building import NOW


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "news.db", NOW)
    fill(desk)
    yield desk
    desk.store.close()


@pytest.mark.parametrize(
    ("what", "options", "flags"),
    [
        ("stories", {}, []),
        ("stories", {"nested": True, "with_text": True}, ["--nested", "--with-text"]),
        ("stories", {"conflict": "velmar", "origins": 2}, ["--conflict=velmar", "--origins=2"]),
        ("reports", {"language": "en", "with_text": True}, ["--language=en", "--with-text"]),
        ("reports", {"since": NOW - timedelta(hours=1)}, ["--since=2026-03-01T08:00Z"]),
        ("feeds", {}, []),
    ],
)
def test_the_records_are_those_of_the_command(
    desk: Desk, what: str, options: dict[str, Any], flags: list[str]
) -> None:
    told = command("--database", desk.path, "export", what, *flags, folder=desk.path.parent)
    assert told.returncode == 0, told.stderr
    records = [dict(record) for record in aggregator.export(desk.path, what, **options)]
    assert records == [json.loads(line) for line in told.stdout.splitlines()]
    assert records


def test_all_records_are_of_one_state_and_what_is_closed_holds_no_log(desk: Desk) -> None:
    records = aggregator.export(str(desk.path), "reports")
    first = next(records)
    desk.change("UPDATE articles SET title = 'Changed meanwhile'")
    assert "Changed meanwhile" not in {record["title"] for record in [first, next(records)]}
    busy = "PRAGMA wal_checkpoint(TRUNCATE)"
    assert desk.connection.execute(busy).fetchone()[0] == 1
    records.close()
    assert desk.connection.execute(busy).fetchone()[0] == 0


def test_each_filter_of_the_command_is_an_argument() -> None:
    given = set(inspect.signature(aggregator.export).parameters)
    assert given == {"database", "what", *inspect.signature(ExportFilter).parameters} | {
        "nested",
        "with_text",
    }


@pytest.mark.parametrize(
    ("what", "options", "told"),
    [
        ("people", {}, "'people': choose one of stories, reports, feeds"),
        ("stories", {"since": datetime(2026, 3, 1)}, "since has no time zone"),  # noqa: DTZ001 -- the mistake
        ("reports", {"nested": True}, "nested is for stories"),
        ("stories", {"with_text": True}, "with_text is for reports"),
        ("feeds", {"since": datetime(2026, 3, 1, tzinfo=UTC)}, "only language chooses feeds"),
    ],
)
def test_arguments_that_do_not_fit_are_refused_at_once(
    what: str, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        aggregator.export("nowhere.db", what, **options)


def test_no_database_is_made_and_an_unknown_conflict_is_told(desk: Desk, tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.db"
    with pytest.raises(StoreError, match="no such database"):
        next(aggregator.export(missing, "stories"))
    assert not missing.exists()
    with pytest.raises(NotFound, match="atlantis"):
        next(aggregator.export(desk.path, "stories", conflict="atlantis"))
