"""What always holds of single columns: times and JSON can be read, addresses are absolute.

Which columns hold times and JSON stands in their descriptions, which are the contract with readers.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from aggregator.store.description import TABLES
from aggregator.store.invariants.invariant import RESTORE, Invariant

_ADDRESSES: Final[Mapping[str, tuple[str, ...]]] = {
    "feeds": ("url", "homepage", "moved_to", "current_url", "announced_url", "self_url"),
    "entries": ("url", "image"),
    "articles": ("url", "image", "canonical_url"),
    "stories": ("image",),
    "subscriptions": ("topic", "hub"),
}

_REMEDY: Final = (
    f"it cannot be guessed what stood there; what reads it may fail, and names it then: {RESTORE}"
)


def _time_is_bad(column: str) -> str:
    # Only a time that is moved is reckoned anew: the 30th of February becomes another day.
    return f"{column} IS NOT strftime('%Y-%m-%dT%H:%M:%SZ', {column}, '+0 days')"


def _json_is_bad(kind: str) -> Callable[[str], str]:
    def is_bad(column: str) -> str:
        valid = f"json_valid({column})"
        return (
            f"NOT {valid}"
            if not kind
            else (f"CASE WHEN {valid} THEN json_type({column}) <> '{kind}' ELSE 1 END")
        )

    return is_bad


def _address_is_bad(column: str) -> str:
    # Characters up to the space are part of no address.
    return (
        f"(NOT (lower({column}) GLOB 'http://?*' OR lower({column}) GLOB 'https://?*')"
        f" OR {column} GLOB '*[' || char(1) || '-' || char(32) || ']*')"
    )


def _invariant(
    name: str, holds: str, table: str, tests: Mapping[str, Callable[[str], str]]
) -> Invariant:
    identifier = next(iter(TABLES[table].columns))
    cases = " ".join(
        f"WHEN {column} IS NOT NULL AND {is_bad(column)} THEN '{column}'"
        for column, is_bad in tests.items()
    )
    return Invariant(
        name=f"{name}-of-{table.replace('_', '-')}",
        holds=f"{holds} ({', '.join(tests)})",
        where=f"{table}, each with its column",
        sql=f"SELECT {identifier} || ' ' || bad FROM ("  # noqa: S608 -- names of ours
        f"SELECT {identifier}, CASE {cases} END AS bad FROM {table}) WHERE bad IS NOT NULL",
        remedy=_REMEDY,
    )


def _kind_of(text: str) -> str:
    if text.startswith("JSON list"):
        return "array"
    return "object" if text.startswith("JSON object") else ""


def _column_invariants() -> Iterator[Invariant]:
    for table, described in TABLES.items():
        columns = described.columns.items()
        json = {name: _json_is_bad(_kind_of(text)) for name, text in columns if text[:4] == "JSON"}
        times = {name: _time_is_bad for name, text in columns if "(UTC)" in text}
        times = {name: is_bad for name, is_bad in times.items() if name not in json}
        addresses = dict.fromkeys(_ADDRESSES.get(table, ()), _address_is_bad)
        if times:
            yield _invariant(
                "times", f"times of {table} are UTC as 2026-03-01T09:14:00Z", table, times
            )
        if json:
            yield _invariant("json", f"JSON of {table} can be read, lists are lists", table, json)
        if addresses:
            yield _invariant(
                "addresses", f"addresses of {table} are absolute http or https", table, addresses
            )


COLUMNS: Final = tuple(_column_invariants())
