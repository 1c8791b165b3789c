"""The command that hands stories, reports and feeds to other programs."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection
from typing import BinaryIO

import click

from aggregator.cli.context import Context, discard_output, pass_context
from aggregator.cli.export_wishes import (
    GZIP,
    STANDARD_OUTPUT,
    Format,
    Wish,
    format_of,
    refuse_what_does_not_fit,
)
from aggregator.cli.moments import language as language_code
from aggregator.cli.moments import moment
from aggregator.cli.own_files import refuse_own_file
from aggregator.config import Settings, replacing
from aggregator.poll.opml import opml_feed, write_opml
from aggregator.publish.export.columns import Column, Record, Subject, columns_of
from aggregator.publish.export.compression import gzipped
from aggregator.publish.export.csv_table import csv_table
from aggregator.publish.export.json_lines import json_lines
from aggregator.publish.export.parquet import parquet_file
from aggregator.publish.geojson import collection, feature
from aggregator.store import open_store
from aggregator.store.exporting import (
    ExportFilter,
    conflict_ids,
    listed_feeds,
    records,
    snapshot,
)
from aggregator.store.story_map import places_of_story


@click.command()
@click.argument("subject", type=click.Choice([subject.value for subject in Subject]))
@click.option(
    "--format",
    "format_",
    type=click.Choice([each.value for each in Format]),
    help="Default: what the name of FILE ends in, else jsonl.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=STANDARD_OUTPUT,
    metavar="FILE",
    help='Where to write; "-", the default, is standard output. The file changes when all went'
    " well, or not at all.",
)
@click.option(
    "--since",
    type=moment,
    metavar="TIME",
    help="Stories reported, and reports first seen, at that time or later: 2026-03-01,"
    " 2026-03-01T06:00Z, or how long ago: 36h, 7d.",
)
@click.option("--until", type=moment, metavar="TIME", help="The same, before that time.")
@click.option("--conflict", metavar="ID", help="Stories of this conflict, and their reports.")
@click.option(
    "--language", type=language_code, metavar="CODE", help="What is in this language, such as ar."
)
@click.option(
    "--origins",
    type=click.IntRange(1, 10_000),
    default=1,
    metavar="N",
    help="Stories with N independent origins or more, and their reports.",
)
@click.option("--nested", is_flag=True, help="Stories with their reports instead of their ids.")
@click.option("--with-text", is_flag=True, help="Reports with the text of their article.")
@click.option(
    "--plain-cells",
    is_flag=True,
    help="CSV without the apostrophe that keeps spreadsheets from running a text as a formula.",
)
@click.option("--compress", is_flag=True, help="Through gzip; FILE.gz asks for it by its name.")
@pass_context
def export(
    context: Context,
    subject: str,
    format_: str | None,
    output: Path,
    since: datetime | None,
    until: datetime | None,
    conflict: str | None,
    language: str | None,
    origins: int,
    nested: bool,
    with_text: bool,
    plain_cells: bool,
    compress: bool,
) -> int:
    """Write stories, reports or feeds for other programs.

    As JSON Lines, CSV or Parquet, feeds also as OPML, stories that are somewhere as GeoJSON.

    All of one state of the database, in the order in which they came, one by one, so that a
    database of any size takes the same memory. Times are ISO 8601 in UTC. docs/export.md tells
    each column.

    \b
    Examples:
      aggregator export stories --since 7d --origins 3 > week.jsonl
      aggregator export reports --conflict sudan --with-text --output sudan.csv.gz
      aggregator export stories --nested | jq 'select(.article_count > 50) | .headline'
      aggregator export stories --since 7d --output week.geojson
      aggregator export feeds --output feeds.opml
    """
    chosen = Format(format_) if format_ else format_of(output)
    wish = Wish(
        Subject(subject),
        chosen,
        ExportFilter(since, until, conflict, language, origins),
        nested=nested,
        with_text=with_text,
        plain_cells=plain_cells,
        compress=compress or output.suffix.lower() == GZIP,
    )
    refuse_what_does_not_fit(wish)
    if output == STANDARD_OUTPUT:
        _refuse_terminal(wish)
    else:
        refuse_own_file(context, output)
    with open_store(context.database()) as store, snapshot(store) as connection:
        _refuse_unknown_conflict(connection, conflict)
        counted = _Counted()
        pieces = _pieces(context, connection, wish, counted)
        if output == STANDARD_OUTPUT:
            status = _write_out(pieces)
        else:
            with _opened(output) as file:
                file.writelines(pieces)
            status = 0
            click.echo(f"{counted.count} {subject} written to {output}", err=True)
    if counted.nowhere:
        click.echo(f"{counted.nowhere} {subject} left out that name no place on the map", err=True)
    return status


class _Counted:
    """Counts the records that pass, and those that are left out since they are nowhere."""

    def __init__(self) -> None:
        self.count = 0
        self.nowhere = 0

    def passing(self, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            self.count += 1
            yield record


def _refuse_terminal(wish: Wish) -> None:
    if (wish.compress or wish.format is Format.PARQUET) and sys.stdout.isatty():
        raise click.UsageError(
            "this is nothing to read on a terminal: add --output FILE, or a pipe"
        )


def _refuse_unknown_conflict(connection: Connection, conflict: str | None) -> None:
    known = conflict_ids(connection)
    if conflict is not None and conflict not in known:
        choose = f"choose one of {', '.join(known)}" if known else "the database knows none yet"
        raise click.BadParameter(f"there is no {conflict!r}: {choose}", param_hint="--conflict")


def _pieces(
    context: Context, connection: Connection, wish: Wish, counted: _Counted
) -> Iterator[bytes]:
    """Return the bytes of the export, made while they are taken."""
    pieces: Iterator[bytes]
    if wish.format is Format.OPML:
        pieces = iter([_opml(context, connection, wish, counted)])
    else:
        shape = {"nested": wish.nested, "with_text": wish.with_text}
        columns = columns_of(wish.subject, **shape)
        found = records(connection, wish.subject, wish.filter, **shape)
        if wish.format is Format.GEOJSON:
            found = _features(connection, columns, found, counted)
        found = counted.passing(found)
        match wish.format:
            case Format.CSV:
                pieces = csv_table(columns, found, guard_formulas=not wish.plain_cells)
            case Format.PARQUET:
                pieces = parquet_file(columns, found)
            case Format.GEOJSON:
                pieces = collection(found)
            case _:
                pieces = json_lines(columns, found)
    return gzipped(pieces) if wish.compress else pieces


def _features(
    connection: Connection, columns: Sequence[Column], records: Iterable[Record], counted: _Counted
) -> Iterator[Record]:
    """Yield the stories that name a place on the map; `located_places` are in the points' order."""
    for record in records:
        number = int(str(record["story_id"]))
        places = places_of_story(connection, number)
        if not places:
            counted.nowhere += 1
            continue
        properties = {column.name: record[column.name] for column in columns}
        properties["located_places"] = [place.name for place in places]
        yield feature(number, [place.at for place in places], properties)


def _opml(context: Context, connection: Connection, wish: Wish, counted: _Counted) -> bytes:
    feeds = listed_feeds(connection, wish.filter)
    counted.count = len(feeds)
    settings = context.config().settings if context.has_config() else Settings()
    return write_opml([opml_feed(feed) for feed in feeds], settings.title, datetime.now(UTC))


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    # A pipe or a device is written to: it is no file that another could take the place of.
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
    else:
        with replacing(path) as file:
            yield file


def _write_out(pieces: Iterator[bytes]) -> int:
    """Write to standard output, quietly only as far as anybody reads."""
    try:
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        discard_output()
    return 0
