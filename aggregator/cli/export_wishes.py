"""What an export is asked for, and what does not fit together."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

import click

from aggregator.publish.export.columns import Subject
from aggregator.store.exporting import ExportFilter

STANDARD_OUTPUT: Final = Path("-")


class Format(StrEnum):
    """How records are written."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    OPML = "opml"
    GEOJSON = "geojson"


_SUFFIXES: Final = {
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".csv": Format.CSV,
    ".parquet": Format.PARQUET,
    ".opml": Format.OPML,
    ".geojson": Format.GEOJSON,
}
GZIP: Final = ".gz"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be written, and how."""

    subject: Subject
    format: Format
    filter: ExportFilter
    nested: bool
    with_text: bool
    plain_cells: bool
    compress: bool


def format_of(output: Path) -> Format:
    """Return the format that the name of a file tells; UsageError when it tells none."""
    name = output.with_suffix("") if output.suffix.lower() == GZIP else output
    suffix = name.suffix.lower()
    if suffix not in _SUFFIXES and output != STANDARD_OUTPUT:
        raise click.UsageError(
            f"the name {output.name!r} does not tell the format: end it in"
            f" {', '.join(_SUFFIXES)}, or add --format"
        )
    return _SUFFIXES.get(suffix, Format.JSONL)


def refuse_what_does_not_fit(wish: Wish) -> None:
    """Raise UsageError, with what to do, when options contradict one another."""
    for is_wrong, why in _contradictions(wish):
        if is_wrong:
            raise click.UsageError(why)


def _contradictions(wish: Wish) -> Iterator[tuple[object, str]]:
    wanted, subject = wish.filter, wish.subject
    is_table = wish.format is Format.CSV
    of_stories = replace(wanted, language=None) != ExportFilter()
    yield (
        wanted.since and wanted.until and wanted.since >= wanted.until,
        "--until is not after --since, so nothing lies between: swap them?",
    )
    yield (
        wish.format is Format.OPML and subject is not Subject.FEEDS,
        f"OPML is a list of feeds: export feeds, or {subject} as jsonl, csv or parquet",
    )
    yield (
        wish.format is Format.GEOJSON and subject is not Subject.STORIES,
        f"GeoJSON is a map of stories: export stories, or {subject} as jsonl, csv or parquet",
    )
    yield (
        wish.nested and subject is not Subject.STORIES,
        "--nested is for stories: leave it out, or export stories",
    )
    yield (
        wish.nested and is_table,
        (
            "CSV has no place for reports within a story: leave out --nested and export reports,"
            " too, which name their story; or choose jsonl or parquet"
        ),
    )
    yield (
        wish.with_text and subject is Subject.FEEDS,
        "feeds have no text: leave out --with-text",
    )
    yield (
        wish.with_text and subject is Subject.STORIES and not wish.nested,
        "the text is that of the reports: add --nested, or export reports",
    )
    yield (
        subject is Subject.FEEDS and of_stories,
        (
            "--since, --until, --conflict and --origins choose stories and reports: leave them"
            " out for feeds"
        ),
    )
    yield (
        wish.plain_cells and not is_table,
        "--plain-cells is for CSV: leave it out, or add --format csv",
    )
    yield (
        wish.compress and wish.format is Format.PARQUET,
        (
            "Parquet is compressed inside, and its readers expect that: leave out --compress and"
            " the .gz"
        ),
    )
