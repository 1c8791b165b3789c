"""CSV (RFC 4180): a head line, CRLF, quotes where needed, UTF-8; lists are JSON in their cell.

Spreadsheets take a cell for a formula that begins with certain characters, and a formula can call
programs and send data away. Texts come from strangers, so such a cell gets an apostrophe in front,
which spreadsheets read as "this is text" (https://owasp.org/www-community/attacks/CSV_Injection).
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from aggregator.publish.export.columns import LISTS, Column, ColumnKind, Record

# White space does not keep every spreadsheet from seeing the formula behind it. Apostrophes are
# counted in, so that whoever takes one away has the text as it was.
_FORMULA: Final = re.compile(r"'*[\s\u200b\ufeff]*[=+\-@＝＋－＠\t\r\n]")
# What no spreadsheet can hold; NUL ends the file for some.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def csv_table(
    columns: Sequence[Column], records: Iterable[Record], *, guard_formulas: bool = True
) -> Iterator[bytes]:
    """Yield the table line by line; control characters except tabs and line breaks are left out.

    Without `guard_formulas` cells are written as they are, for programs that are no spreadsheet.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([column.name for column in columns])
    cells = [(column.name, _cell_of(column, guard_formulas=guard_formulas)) for column in columns]
    for record in records:
        yield _taken(buffer)
        writer.writerow([cell(record[name]) for name, cell in cells])
    yield _taken(buffer)


def guarded(text: str) -> str:
    """Return `text` as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """Return the text that `guarded` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _cell_of(column: Column, *, guard_formulas: bool) -> Callable[[object], object]:
    """Return what makes a cell of a value of `column`."""
    if column.kind in LISTS:
        return _list_cell
    if column.kind is ColumnKind.FLAG:
        return _flag_cell
    if column.kind in {ColumnKind.INTEGER, ColumnKind.NUMBER}:
        return _as_it_is
    return _text_cell if guard_formulas else _plain_cell


def _as_it_is(value: object) -> object:
    return value


def _list_cell(value: object) -> str:
    return _UNPRINTABLE.sub("", json.dumps(value, ensure_ascii=False)) if value else "[]"


def _flag_cell(value: object) -> str | None:
    return None if value is None else str(bool(value)).lower()


def _plain_cell(value: object) -> str | None:
    if value is None:
        return None
    text = str(value)
    return text if text.isprintable() else _UNPRINTABLE.sub("", text)


def _text_cell(value: object) -> str | None:
    text = _plain_cell(value)
    # Most begin with a letter or a digit: no need to look further.
    return text if not text or text[0].isalnum() else guarded(text)


def _taken(buffer: io.StringIO) -> bytes:
    line = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return line
