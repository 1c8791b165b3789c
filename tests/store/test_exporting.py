"""What an export reads from a real database."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator.publish.export.columns import FEED_COLUMNS, report_columns, story_columns
from aggregator.store import Store, open_store
from aggregator.store.exporting import (
    ExportFilter,
    conflict_ids,
    feed_records,
    listed_feeds,
    report_records,
    snapshot,
    story_records,
)
from aggregator.store.rulings import merge_stories
from tests.publish.sample import Desk, fill
from tests.store.building import NOW


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "news.db", NOW)
    yield desk
    desk.store.close()


@pytest.fixture
def stories(desk: Desk) -> dict[str, int]:
    return fill(desk)


@pytest.fixture
def connection(desk: Desk, stories: dict[str, int]) -> Iterator[sqlite3.Connection]:
    assert stories
    with open_store(desk.path) as store, snapshot(store) as connection:
        yield connection


def story_ids(connection: sqlite3.Connection, **wanted: Any) -> list[Any]:
    return [record["story_id"] for record in story_records(connection, ExportFilter(**wanted))]


def report_ids(connection: sqlite3.Connection, **wanted: Any) -> list[Any]:
    return [record["article_id"] for record in report_records(connection, ExportFilter(**wanted))]


def test_a_story_is_told_with_its_counts_conflicts_times_and_reports(
    connection: sqlite3.Connection, stories: dict[str, int]
) -> None:
    told = {record["story_id"]: record for record in story_records(connection, ExportFilter())}
    assert stories["merged"] not in told
    shelling = told[stories["shelling"]]
    assert list(shelling) == [column.name for column in story_columns()]
    assert shelling["article_count"] == len(shelling["report_ids"]) == 7  # type: ignore[arg-type]
    assert shelling["origin_count"] == 5
    assert (shelling["image_type"], shelling["image_width"], shelling["image_height"]) == (
        "image/webp",
        900,
        None,
    )
    assert shelling["conflicts"] == ["velmar"]
    assert shelling["conflict_names"] == ["Velmar and Osk"]
    assert shelling["took_over"] == [stories["merged"]]
    assert str(shelling["entry_id"]).endswith(f":story:{stories['shelling']}")
    assert str(shelling["last_report_at"]).endswith("Z")


def test_a_report_is_told_with_its_story_and_on_whom_it_depends(
    connection: sqlite3.Connection, stories: dict[str, int]
) -> None:
    told = list(report_records(connection, ExportFilter()))
    assert list(told[0]) == [column.name for column in report_columns()]
    assert "text" not in told[0]
    assert (told[0]["image"], told[0]["image_type"], told[0]["image_width"]) == (None, None, None)
    copies = [record for record in told if record["copy_of"]]
    assert [record["origin_id"] for record in copies] == [record["copy_of"] for record in copies]
    assert {record["story_id"] for record in copies} == {stories["shelling"]}
    with_text = next(report_records(connection, ExportFilter(), with_text=True))
    assert str(with_text["text"]).startswith("Shells hit the harbour of Velmar")


def test_nested_reports_are_those_of_the_ids_in_the_same_order(
    connection: sqlite3.Connection,
) -> None:
    by_id = list(story_records(connection, ExportFilter()))
    nested = story_records(connection, ExportFilter(), nested=True, with_text=True)
    for flat, whole in zip(by_id, nested, strict=True):
        reports: Any = whole["reports"]
        assert [report["article_id"] for report in reports] == flat["report_ids"]
        assert all(report["text"] for report in reports)


def test_a_report_without_a_story_is_told(desk: Desk, stories: dict[str, int]) -> None:
    assert stories
    alone = desk.article("herald", "Not grouped yet", minutes=1)
    with snapshot(desk.store) as connection:
        (record,) = (
            one for one in report_records(connection, ExportFilter()) if one["article_id"] == alone
        )
        assert (record["story_id"], record["origin_id"], record["conflicts"]) == (None, None, [])
        assert alone not in report_ids(connection, conflict="velmar")


def test_each_wish_keeps_what_it_says(
    connection: sqlite3.Connection, stories: dict[str, int]
) -> None:
    everything = story_ids(connection)
    assert everything == sorted(everything)
    assert story_ids(connection, conflict="velmar") == [
        stories[name] for name in ("shelling", "bridge", "arabic", "hostile")
    ]
    assert story_ids(connection, language="ar") == [stories["shelling"], stories["arabic"]]
    assert story_ids(connection, origins=2) == [stories["shelling"], stories["bridge"]]
    assert story_ids(connection, origins=2, language="he") == [stories["bridge"]]
    recent = NOW - timedelta(minutes=40)
    assert story_ids(connection, since=recent) == [
        stories[name] for name in ("bridge", "hostile", "sport")
    ]
    # The bridge was reported before and after.
    assert stories["bridge"] in story_ids(connection, until=recent)
    assert stories["sport"] not in story_ids(connection, until=recent)
    late, early = report_ids(connection, since=recent), report_ids(connection, until=recent)
    assert late
    assert sorted(late + early) == report_ids(connection)
    shelling = report_records(connection, ExportFilter(origins=3))
    assert {record["story_id"] for record in shelling} == {stories["shelling"]}
    assert {
        record["language"] for record in report_records(connection, ExportFilter(language="zh"))
    } == {"zh"}


def test_feeds_are_told_with_their_health_and_listed_ones_go_into_lists(
    desk: Desk, stories: dict[str, int]
) -> None:
    assert stories
    desk.change("UPDATE feeds SET listed = 0 WHERE id = 'gone'")
    with snapshot(desk.store) as connection:
        told = {record["feed_id"]: record for record in feed_records(connection, ExportFilter())}
        listed = [feed.id for feed in listed_feeds(connection, ExportFilter())]
        hebrew = [feed.id for feed in listed_feeds(connection, ExportFilter(language="he"))]
    assert list(told["gone"]) == [column.name for column in FEED_COLUMNS]
    assert (told["gone"]["listed"], told["gone"]["health"]) == (False, None)
    assert (told["broken"]["health"], told["broken"]["failures"]) == ("server error", 7)
    assert told["herald"]["article_count"] == 5
    assert set(told) == {*listed, "gone"}
    assert hebrew == ["gesher"]


def test_one_state_is_read_whatever_is_written_meanwhile(
    desk: Desk, stories: dict[str, int]
) -> None:
    with open_store(desk.path) as reading, snapshot(reading) as connection:
        records = report_records(connection, ExportFilter())
        first = next(records)["article_id"]
        late = desk.article("herald", "Written while it is read", minutes=0)
        merge_stories(desk.store, (stories["shelling"], stories["bridge"]), NOW)
        assert late not in [first, *(record["article_id"] for record in records)]
        assert stories["bridge"] in story_ids(connection)
    with open_store(desk.path) as reading, snapshot(reading) as connection:
        assert late in report_ids(connection)
        told = {one["story_id"]: one for one in story_records(connection, ExportFilter())}
        assert told[stories["shelling"]]["took_over"] == [stories["bridge"], stories["merged"]]


def test_conflicts_are_those_that_were_ever_followed(desk: Desk, stories: dict[str, int]) -> None:
    assert stories
    desk.change("UPDATE conflicts SET listed = 0 WHERE id = 'highlands'")
    assert conflict_ids(desk.connection) == ["highlands", "velmar"]


def test_an_empty_database_has_its_feeds_alone(store: Store) -> None:
    with snapshot(store) as connection:
        assert list(story_records(connection, ExportFilter())) == []
        assert list(report_records(connection, ExportFilter(conflict="straits"))) == []
        assert [one["feed_id"] for one in feed_records(connection, ExportFilter())] == [
            "agency",
            "courier",
        ]


@pytest.mark.parametrize(
    "wanted",
    [
        ExportFilter(),
        ExportFilter(since=NOW),
        ExportFilter(until=NOW),
        ExportFilter(since=NOW, until=NOW, conflict="velmar", language="en", origins=2),
    ],
)
def test_no_query_sorts_rows(connection: sqlite3.Connection, wanted: ExportFilter) -> None:
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    list(story_records(connection, wanted))
    list(report_records(connection, wanted, with_text=True))
    connection.set_trace_callback(None)
    plans = [connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall() for sql in asked if sql]
    assert len(plans) >= 2
    for plan in plans:
        outermost = [row["detail"] for row in plan if row["parent"] == 0]
        assert "USE TEMP B-TREE FOR ORDER BY" not in outermost
