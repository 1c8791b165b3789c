"""The list of what always holds, as docs/reliability.md shows it.

python -m aggregator.store.invariants.reference
"""

from collections.abc import Iterator

from aggregator.store.invariants import INVARIANTS
from aggregator.store.invariants.columns import COLUMNS
from aggregator.store.invariants.invariant import Invariant

_OF_COLUMNS = (
    ("times-of-*", "every time is UTC, as 2026-03-01T09:14:00Z, and is one of the calendar"),
    ("json-of-*", "every column described as JSON can be read, and a list is a list"),
    ("addresses-of-*", "every address is absolute http or https, without a space"),
)


def reference() -> str:
    """Return the list as a table in Markdown."""
    rows = [
        f"| {name} | {holds} | {mended} |"
        for name, holds, mended in (*map(_row, _single()), *((*each, "no") for each in _OF_COLUMNS))
    ]
    return "\n".join(["| name | what holds | `--repair` mends it |", "| --- | --- | --- |", *rows])


def _single() -> Iterator[Invariant]:
    return (each for each in INVARIANTS if each not in COLUMNS)


def _row(invariant: Invariant) -> tuple[str, str, str]:
    return invariant.name, invariant.holds, "yes" if invariant.repair else "no"


if __name__ == "__main__":
    print(reference())  # noqa: T201 -- the table is this module's output
