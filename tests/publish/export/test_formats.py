"""Records as bytes, read back by other people's readers."""

import csv
import gzip
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.publish.export.columns import (
    FEED_COLUMNS,
    LISTS,
    Column,
    ColumnKind,
    Record,
    report_columns,
    story_columns,
)
from aggregator.publish.export.compression import gzipped
from aggregator.publish.export.csv_table import csv_table, guarded, unguarded
from aggregator.publish.export.json_lines import json_lines
from aggregator.publish.export.parquet import ROWS_A_GROUP, parquet_file

COLUMNS = (Column("number", ColumnKind.INTEGER), Column("text"), Column("names", ColumnKind.TEXTS))
HOSTILE = (
    '=cmd|"/C calc"!A0',
    "+1 killed",
    "-2 degrees",
    "@SUM(A1)",
    "\t=1+1",
    "  =1+1",
    "＝1+1",
    "'=1+1",
    'two\r\nlines\nand "quotes", commas',
    "قصف \u202eميناء\u202c ڤيلمار",
    "next\x85line\u2028and\u2029more",
    "a cell that ends \\",
)

texts = st.text(st.characters(codec="utf-8"))


def records(values: Sequence[str]) -> list[Record]:
    return [{"number": n, "text": text, "names": [text]} for n, text in enumerate(values)]


def table(values: Sequence[str], **options: bool) -> list[list[str]]:
    text = b"".join(csv_table(COLUMNS, records(values), **options)).decode()
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_json_lines_are_one_line_each_with_the_text_as_it_was() -> None:
    values = [*HOSTILE, "\x00\x1b[31m\x9b"]
    body = b"".join(json_lines(COLUMNS, records(values))).decode()
    assert [json.loads(line) for line in body.splitlines()] == records(values)
    assert not {"\x1b", "\x00", "\x9b", "\x85"} & set(body)


@given(st.lists(texts))
def test_any_text_comes_back_from_json_lines(values: list[str]) -> None:
    body = b"".join(json_lines(COLUMNS, records(values))).decode()
    assert [json.loads(line) for line in body.splitlines()] == records(values)


def test_a_table_has_a_head_and_ends_its_lines_as_rfc_4180_says() -> None:
    body = b"".join(csv_table(COLUMNS, records(["one", "two, three"])))
    assert body == (
        b'number,text,names\r\n0,one,"[""one""]"\r\n1,"two, three","[""two, three""]"\r\n'
    )
    assert b"".join(csv_table(COLUMNS, [])) == b"number,text,names\r\n"


def test_no_cell_of_a_table_begins_like_a_formula() -> None:
    head, *rows = table(HOSTILE)
    assert head == ["number", "text", "names"]
    for row, text in zip(rows, HOSTILE, strict=True):
        assert not any(cell.strip().startswith(tuple("=+-@\t\r＝＋－＠")) for cell in row)
        assert unguarded(row[1]) == text
        assert json.loads(row[2]) == [text]


def test_cells_are_as_they_are_for_who_asks_for_that() -> None:
    assert [row[1] for row in table(HOSTILE, guard_formulas=False)[1:]] == list(HOSTILE)


def test_a_table_holds_no_character_that_ends_a_cell_or_a_file() -> None:
    assert table(["a\x00b\x1b\x0bc\x7f", "\x00=1"])[1][1] == "abc"
    assert table(["\x00=1"])[1][1] == "'=1"


@given(texts)
def test_whoever_takes_the_apostrophe_away_has_the_text_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).lstrip().startswith(tuple("=+-@"))


def test_flags_and_nothing_are_told_apart_in_a_table() -> None:
    columns = (Column("flag", ColumnKind.FLAG), Column("none"), Column("share", ColumnKind.NUMBER))
    rows: list[Record] = [
        {"flag": True, "none": None, "share": 0.5},
        {"flag": False, "none": "", "share": -1},
    ]
    assert b"".join(csv_table(columns, rows)).splitlines()[1:] == [b"true,,0.5", b"false,,-1"]


def test_what_is_compressed_is_the_same_each_time() -> None:
    pieces = [b"one line\n" * 50, b"", b"another\n"]
    first = b"".join(gzipped(pieces))
    assert gzip.decompress(first) == b"".join(pieces)
    assert b"".join(gzipped([b"".join(pieces)])) == first
    assert gzip.decompress(b"".join(gzipped([]))) == b""


def test_columns_have_names_of_their_own() -> None:
    for columns in (FEED_COLUMNS, report_columns(with_text=True), story_columns(nested=True)):
        names = [column.name for column in columns]
        assert len(set(names)) == len(names)


def test_columns_are_added_behind_those_that_were_there() -> None:
    of_image = ["image_type", "image_width", "image_height"]
    for columns, last in (
        (story_columns(), "report_ids"),
        (story_columns(nested=True), "reports"),
        (report_columns(), "version"),
        (report_columns(with_text=True), "text"),
    ):
        assert [column.name for column in columns][-4:] == [last, *of_image]


def sample(columns: Sequence[Column], number: int) -> dict[str, Any]:
    values = {
        ColumnKind.TEXT: HOSTILE[number % len(HOSTILE)],
        ColumnKind.INTEGER: number,
        ColumnKind.NUMBER: 0.5,
        ColumnKind.FLAG: bool(number % 2),
        ColumnKind.TIME: "2026-03-01T09:14:00Z",
        ColumnKind.TEXTS: list(HOSTILE[: number % 3]),
        ColumnKind.INTEGERS: [number],
    }
    return {
        column.name: [sample(column.columns, number)]
        if column.kind is ColumnKind.RECORDS
        else values[column.kind]
        if number or column.kind in LISTS
        else None
        for column in columns
    }


@pytest.mark.parametrize(
    "columns", [FEED_COLUMNS, story_columns(nested=True, with_text=True)], ids=["feeds", "nested"]
)
def test_parquet_is_read_back_with_its_types(columns: tuple[Column, ...]) -> None:
    arrow = pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [sample(columns, number) for number in range(ROWS_A_GROUP + 2)]
    body = b"".join(parquet_file(columns, rows))
    file = parquet.ParquetFile(io.BytesIO(body))
    assert file.num_row_groups == 2
    kinds = {column.name: column.kind for column in columns}
    for name, kind in kinds.items():
        if kind is ColumnKind.TIME:
            assert file.schema_arrow.field(name).type == arrow.timestamp("ms", tz="UTC")
    back = file.read().to_pylist()
    assert len(back) == len(rows)
    for number in (0, 1, len(rows) - 1):
        for name, kind in kinds.items():
            expected = rows[number][name]
            if kind is ColumnKind.TIME and expected:
                expected = datetime(2026, 3, 1, 9, 14, tzinfo=UTC)
            if kind is ColumnKind.RECORDS:
                assert back[number][name][0]["text"] == expected[0]["text"]
            else:
                assert back[number][name] == expected
    assert parquet.read_table(io.BytesIO(b"".join(parquet_file(columns, [])))).num_rows == 0
