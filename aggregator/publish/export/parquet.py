"""Apache Parquet, by way of pyarrow, an extra: typed columns for data frames and column stores."""

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from aggregator.errors import PartMissing
from aggregator.publish.export.columns import Column, ColumnKind, Record
from aggregator.text.times import from_text

ROWS_A_GROUP: Final = 5_000
"""Records that are held at a time, and written as one row group."""


def parquet_file(columns: Sequence[Column], records: Iterable[Record]) -> Iterator[bytes]:
    """Return the pieces of a Parquet file; raises PartMissing at once where pyarrow is missing.

    Times are timestamps of UTC, lists are lists, nested records are structures.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 -- an extra
        from pyarrow.parquet import ParquetWriter  # noqa: PLC0415 -- the same
    except ModuleNotFoundError as error:
        raise PartMissing(
            "pyarrow",
            "install it with `pip install 'conflict-news-aggregator[parquet]'`, or export JSON"
            " Lines or CSV",
        ) from error
    schema = pa.schema([(column.name, _type(pa, column)) for column in columns])
    return _pieces(pa, ParquetWriter, schema, columns, iter(records))


def _pieces(
    arrow: Any,  # noqa: ANN401 -- the module publishes no types
    writer_class: Any,  # noqa: ANN401 -- the same
    schema: Any,  # noqa: ANN401 -- the same
    columns: Sequence[Column],
    records: Iterator[Record],
) -> Iterator[bytes]:
    sink = _Sink()
    with writer_class(sink, schema, compression="zstd") as writer:
        while rows := [_typed(columns, record) for record in islice(records, ROWS_A_GROUP)]:
            writer.write_batch(arrow.RecordBatch.from_pylist(rows, schema=schema))
            yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """A file to write to whose bytes can be taken out before it is whole."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def write(self, data: Any) -> int:  # noqa: ANN401 -- any buffer
        piece = bytes(data)
        self._pieces.append(piece)
        self._position += len(piece)
        return len(piece)

    def taken(self) -> bytes:
        """Return what was written since this was last asked."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _type(arrow: Any, column: Column) -> Any:  # noqa: ANN401 -- the module publishes no types
    match column.kind:
        case ColumnKind.RECORDS:
            fields = [(inner.name, _type(arrow, inner)) for inner in column.columns]
            return arrow.list_(arrow.struct(fields))
        case ColumnKind.TEXTS:
            return arrow.list_(arrow.string())
        case ColumnKind.INTEGERS:
            return arrow.list_(arrow.int64())
        case ColumnKind.TIME:
            return arrow.timestamp("ms", tz="UTC")
        case ColumnKind.INTEGER:
            return arrow.int64()
        case ColumnKind.NUMBER:
            return arrow.float64()
        case ColumnKind.FLAG:
            return arrow.bool_()
        case ColumnKind.TEXT:
            return arrow.string()


def _typed(columns: Sequence[Column], record: Record) -> dict[str, object]:
    return {column.name: _value(column, record[column.name]) for column in columns}


def _value(column: Column, value: object) -> object:
    if column.kind is ColumnKind.TIME and isinstance(value, str):
        return from_text(value)
    if column.kind is ColumnKind.RECORDS and isinstance(value, list):
        return [_typed(column.columns, each) for each in value]
    return value
