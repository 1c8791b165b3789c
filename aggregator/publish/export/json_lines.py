"""JSON Lines (https://jsonlines.org): one JSON object a line, UTF-8."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from aggregator.publish.export.columns import Column, Record

# JSON leaves these as they are; some are ends of a line or orders to a terminal.
_UNESCAPED: Final = re.compile("[\x7f-\x9f\u2028\u2029]")


def json_lines(columns: Sequence[Column], records: Iterable[Record]) -> Iterator[bytes]:
    """Yield each record as a line; line breaks and control characters in it are escaped."""
    names = [column.name for column in columns]
    for record in records:
        line = json.dumps({name: record[name] for name in names}, ensure_ascii=False)
        line = _UNESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", line)
        yield f"{line}\n".encode()
