"""The data that scripts of a page hold, in the forms in which frameworks write them down.

JSON in a script element or assigned to a variable, JSON in a string, JavaScript literals (Nuxt 2,
SvelteKit), rows of React server components (Next.js), and flat tables whose values are numbers of
other values (Nuxt 3, React Router). All are read in one pass, in time linear in the script.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

_DECODER: Final = json.JSONDecoder(strict=False)
_FLIGHT: Final = re.compile(r"__next_f\.push\(\s{0,9}(?=\[)")
_FLIGHT_ROW: Final = re.compile(rb"\n?([0-9a-f]{0,8}):(?:T([0-9a-f]{1,8}),|([A-Z]*))")
_START: Final = re.compile(r"(?:\A|[=(]|return\b)\s{0,99}([\[{])")
_FAILURES: Final = 20
"""Attempts to read JSON in a script; each may read it to its end."""
_VALUES: Final = 1000
"""Values of a script; a page assigns some dozens."""
_MOST_OF_IT: Final = 0.5
_LITERAL: Final = re.compile(
    r"\"((?:[^\"\\]|\\.)*+)(?:\"|\\?\Z)|'((?:[^'\\]|\\.)*+)(?:'|\\?\Z)", re.DOTALL
)
_NAME_BEFORE: Final = re.compile(r"([\w$]{1,40})[\"']?\s{0,3}:\s{0,3}\Z")
_NAME_ROOM: Final = 50
"""Characters before a string in which its name stands."""
_LEAST_LITERAL: Final = 30
_LITERALS: Final = 50_000
_HEXADECIMAL: Final = re.compile(r"\\x([0-9a-fA-F]{2})")
_ESCAPED: Final = re.compile(r"\\([^\"\\/bfnrtu])")
_LEAST_TABLE: Final = 3


@dataclass(frozen=True, slots=True)
class Data:
    """One value, with what its references mean.

    `table` holds values by their number where the value is a flat table, else it is None. `rows`
    are the values that strings like "$1a" mean.
    """

    root: object
    table: Sequence[object] | None = None
    rows: Mapping[str, object] = field(default_factory=dict)

    def meant(self, value: object) -> object:
        """Return the value that a number or a reference stands for, else the value itself."""
        if isinstance(value, str):
            if value.startswith("$") and value[1:].lstrip("L@") in self.rows:
                return self.rows[value[1:].lstrip("L@")]
        elif self.table is not None and isinstance(value, int) and not isinstance(value, bool):
            return self.table[value] if 0 <= value < len(self.table) else None
        return value


def data_of(scripts: Sequence[str]) -> Iterator[Data]:
    """Yield what the scripts hold, in page order; what cannot be read is passed over."""
    pieces: list[str] = []
    for script in scripts:
        if _FLIGHT.search(script):
            pieces.extend(_pushed(script))
            continue
        yield from _values(script)
    if pieces:
        yield _flight("".join(pieces))


def read_json(text: str) -> Data | None:
    """Return the data that a text of JSON is, None where it is none."""
    try:
        return _as_data(json.loads(text, strict=False))
    except (ValueError, RecursionError):
        return None


def _as_data(value: object) -> Data:
    if isinstance(value, list) and len(value) >= _LEAST_TABLE and isinstance(value[0], dict | list):
        first = value[0].values() if isinstance(value[0], dict) else value[0][1:]
        if first and all(isinstance(one, int) for one in first):
            return Data(value[0], table=value)
    return Data(value)


def _values(script: str) -> Iterator[Data]:
    position = read = failures = values = 0
    while (
        failures < _FAILURES
        and values < _VALUES
        and (start := _START.search(script, position)) is not None
    ):
        try:
            value, position = _DECODER.raw_decode(script, start.start(1))
        except ValueError:
            failures += 1
            position = start.end()
            continue
        except RecursionError:
            return
        read += position - start.start(1)
        values += 1
        if value:
            yield _as_data(value)
    if read < _MOST_OF_IT * len(script):
        yield Data(_literals(script))


def _literals(script: str) -> list[object]:
    """Return the strings of a script, each under the name before it, if there is one."""
    found: list[object] = []
    for match in islice(_LITERAL.finditer(script), _LITERALS):
        text = match[1] if match[1] is not None else match[2]
        if len(text) >= _LEAST_LITERAL:
            start = match.start()
            name = _NAME_BEFORE.search(script[max(0, start - _NAME_ROOM) : start])
            found.append({name[1] if name else "": _decoded(text)})
    return found


def _decoded(literal: str) -> str:
    if "\\" not in literal:
        return literal
    text = _ESCAPED.sub(r"\1", _HEXADECIMAL.sub(r"\\u00\1", literal)).replace('\\"', '"')
    try:
        decoded = json.loads('"' + text.replace('"', '\\"') + '"', strict=False)
    except ValueError:
        return literal
    return decoded if isinstance(decoded, str) else literal


def _pushed(script: str) -> Iterator[str]:
    for failures, start in enumerate(_FLIGHT.finditer(script)):
        try:
            value = _DECODER.raw_decode(script, start.end())[0]
        except (ValueError, RecursionError):
            if failures >= _FAILURES:
                return
            continue
        yield from (piece for piece in value[1:2] if isinstance(piece, str))


def _flight(text: str) -> Data:
    """Return the rows of a stream of server components; rows of text say how many bytes they have.

    Described in React's source (react-client, "ReactFlightClient").
    """
    stream = text.encode("utf-8", "replace")
    rows: dict[str, object] = {}
    texts: list[object] = []
    position = 0
    while (row := _FLIGHT_ROW.match(stream, position)) is not None:
        name = row[1].decode()
        if row[2] is not None:
            position = row.end() + int(row[2], 16)
            rows[name] = stream[row.end() : position].decode("utf-8", "replace")
            texts.append(rows[name])
            continue
        end = stream.find(b"\n", row.end())
        end = len(stream) if end < 0 else end
        if not row[3]:
            try:
                rows[name] = json.loads(stream[row.end() : end], strict=False)
            except (ValueError, RecursionError):
                rows[name] = None
        position = end
    return Data([*(row for row in rows.values() if not isinstance(row, str)), texts], rows=rows)
