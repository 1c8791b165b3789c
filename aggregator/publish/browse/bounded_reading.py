"""What one question to our database may take and learn, whoever asks it in SQL.

Datasette bounds its time and its rows. Neither bounds one call of a function, which nothing can
interrupt: `randomblob(1000000000)` fills the memory, `printf('%.*c', 900000000, 'x')` and the
search for a long text in a longer one take minutes. Nor does it bound a thousand rows of many
megabytes, or a list in JSON that grows until the time is over; and a pragma tells where the file
is. The measures are those of https://www.sqlite.org/security.html, and functions of ours in the
place of quadratic ones.
"""

import json
import sqlite3
import weakref
from collections.abc import Callable, Sequence
from typing import Any, Final

VALUE_LIMIT: Final = 16 * 2**20
"""Bytes of one value or row; no text that we store is longer than a feed or a page may be."""
ANSWER_LIMIT: Final = 32 * 2**20
"""Bytes of all rows that one statement returns, as they are written in JSON."""
COLUMN_LIMIT: Final = 100
"""Columns of one answer: a page of a thousand rows takes a hundredth of a second for each."""
HEAP_LIMIT: Final = 64 * 2**20
"""Bytes that SQLite takes in this process, whoever asks. A full-text question of a million words
is refused by it before it is understood, which would take hours."""

Value = int | float | str | bytes | None

_LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_LENGTH: VALUE_LIMIT,
    # Matching takes as long as text and pattern multiplied.
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 500,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_COLUMN: COLUMN_LIMIT,
}
# A patch compares each name of one object with each of the other; unhex (SQLite 3.41 and later)
# looks for each character of a text among those that are to be left out.
_UNBOUNDED_FUNCTIONS: Final = frozenset({"printf", "format", "json_patch", "jsonb_patch", "unhex"})
_TRIMMED_CHARACTERS: Final = 1000
_OF_NO_LENGTH: Final = (int, float, type(None))


def bound_reading(connection: sqlite3.Connection) -> None:
    """Set the limits on a connection that Datasette reads our database with.

    A statement that needs more than `HEAP_LIMIT` ends with MemoryError.
    """
    connection.execute(f"PRAGMA hard_heap_limit = {HEAP_LIMIT}")
    for limit, most in _LIMITS.items():
        connection.setlimit(limit, most)
    connection.set_authorizer(_allowed)
    connection.row_factory = _BoundedRows()
    functions: tuple[tuple[str, int, Callable[..., Value]], ...] = (
        ("instr", 2, _instr),
        ("replace", 3, _replace),
        ("trim", 2, _trim),
        ("ltrim", 2, _ltrim),
        ("rtrim", 2, _rtrim),
    )
    for name, arguments, function in functions:
        connection.create_function(name, arguments, function, deterministic=True)


def _allowed(action: int, name: str | None, function: str | None, *_others: str | None) -> int:
    if action == sqlite3.SQLITE_PRAGMA and name == "database_list":
        # Not refused: Datasette asks for attached databases itself.
        return sqlite3.SQLITE_IGNORE
    if action == sqlite3.SQLITE_FUNCTION and function in _UNBOUNDED_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


class _BoundedRows:
    """A row factory that counts what a statement has returned; each connection has its own."""

    def __init__(self) -> None:
        self._cursor: weakref.ref[sqlite3.Cursor] | None = None
        self._bytes = 0

    def __call__(self, cursor: sqlite3.Cursor, row: Sequence[Any]) -> sqlite3.Row:
        if self._cursor is None or self._cursor() is not cursor:
            self._cursor, self._bytes = weakref.ref(cursor), 0
        self._bytes += sum([_size(value) for value in row if not isinstance(value, _OF_NO_LENGTH)])
        if self._bytes > ANSWER_LIMIT:
            raise sqlite3.OperationalError(
                f"the answer is longer than {ANSWER_LIMIT // 2**20} MiB: ask for fewer rows or"
                " columns"
            )
        return sqlite3.Row(cursor, tuple(row))


def _size(value: str | bytes) -> int:
    """Return how many bytes a value takes in JSON, where an emoji is twelve."""
    if isinstance(value, bytes) or (value.isascii() and value.isprintable()):
        return len(value)
    return len(json.dumps(value))


def _instr(text: Value, part: Value) -> Value:
    if text is None or part is None:
        return None
    if isinstance(text, bytes) and isinstance(part, bytes):
        return text.find(part) + 1
    return _text(text).find(_text(part)) + 1


def _replace(text: Value, part: Value, by: Value) -> Value:
    if text is None or part is None:
        return None
    whole, old = _text(text), _text(part)
    if not old:
        return whole if isinstance(text, bytes) else text
    if by is None:
        return None
    new = _text(by)
    if len(whole) + whole.count(old) * (len(new) - len(old)) > VALUE_LIMIT:
        return _too_big()
    return whole.replace(old, new)


def _trim(text: Value, characters: Value) -> Value:
    return _rtrim(_ltrim(text, characters), characters)


def _ltrim(text: Value, characters: Value) -> Value:
    return _trimmed(str.lstrip, text, characters)


def _rtrim(text: Value, characters: Value) -> Value:
    return _trimmed(str.rstrip, text, characters)


def _trimmed(strip: Callable[[str, str], str], text: Value, characters: Value) -> Value:
    if text is None or characters is None:
        return None
    distinct = "".join(set(_text(characters)))
    return strip(_text(text), distinct) if len(distinct) <= _TRIMMED_CHARACTERS else _too_big()


def _text(value: Value) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _too_big() -> bytes:
    """Return what SQLite itself refuses; an exception would be printed with its traceback."""
    return bytes(VALUE_LIMIT + 1)
