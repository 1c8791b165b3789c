"""Commands that exchange lists of feeds with other readers: import, export."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from aggregator.cli.context import Context, json_option, pass_context, print_json
from aggregator.cli.feeds_listed import Listed, without_default_id
from aggregator.cli.own_files import refuse_own_file
from aggregator.config import add_feeds, read_text, write_atomically
from aggregator.config.kinds import written_duration
from aggregator.errors import ParseError
from aggregator.poll.opml import (
    OpmlDocument,
    OpmlFeed,
    opml_feed,
    read_document,
    write_opml,
)
from aggregator.poll.outlines import SIZE_LIMIT


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Say what would be added, and change nothing.")
@json_option
@pass_context
def import_feeds(context: Context, file: BinaryIO, dry_run: bool, as_json: bool) -> int:
    """Add the feeds of FILE, a list in OPML, to feeds.yaml; all in one step.

    FILE "-" is standard input. Folders become tags. Feeds that are listed already, by an address
    that differs at most in scheme, "www." or tracking parameters, are named and left as they are;
    so are outlines that hold no usable address. No feed is asked: the next polls will show which
    of them work. Exits with 1 when FILE lists no feed at all.

    \b
    Examples:
      aggregator feeds import subscriptions.opml --dry-run
      aggregator feeds import subscriptions.opml
    """
    document = _read(file)
    listed = Listed(context.config().feeds)
    new: list[dict[str, object]] = []
    known: list[dict[str, object]] = []
    for feed in document.feeds:
        earlier = listed.id_of(feed.url)
        if earlier is not None:
            known.append({"name": feed.name, "url": feed.url, "listed_as": earlier})
            continue
        feed_id = listed.free_id(feed.id, feed.name, feed.url)
        listed.add(feed_id, feed.url)
        new.append(_values(feed, feed_id))
    if new and not dry_run:
        text = read_text(context.config_path)
        edited = add_feeds(text, list(map(without_default_id, new)), context.config_path)
        write_atomically(context.config_path, edited)
    if as_json:
        print_json(_import_record(document, new, known, dry_run=dry_run))
    else:
        _print_import(document, new, known, dry_run=dry_run)
    return 0 if document.feeds else 1


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@json_option
@pass_context
def export_feeds(context: Context, file: Path | None, as_json: bool) -> None:
    """Write the feeds of feeds.yaml as OPML to FILE or to standard output.

    Each feed stands in the folder of its first tag, its other tags are categories. What other
    readers have no place for (id, country, kind) stands in attributes that they ignore; how a
    feed is accessed stays here. With --json the feeds are printed as JSON instead, beside FILE.

    \b
    Examples:
      aggregator feeds export subscriptions.opml
      aggregator feeds export | grep -c xmlUrl
    """
    if file is not None:
        refuse_own_file(context, file, "FILE")
    config = context.config()
    feeds = [opml_feed(feed) for feed in config.feeds]
    opml = write_opml(feeds, config.settings.title, datetime.now(UTC))
    if file is not None:
        write_atomically(file, opml.decode("utf-8"))
    if as_json:
        print_json({"file": file and str(file), "feeds": [_record(feed) for feed in feeds]})
    elif file is None:
        click.echo(opml, nl=False)
    else:
        click.echo(f"{len(feeds)} feeds written to {file}")


def _read(file: BinaryIO) -> OpmlDocument:
    try:
        return read_document(file.read(SIZE_LIMIT + 1))
    except ParseError as error:
        raise type(error)(f"{file.name}: {error}") from error


def _values(feed: OpmlFeed, feed_id: str) -> dict[str, object]:
    """Return a feed with the keys of feeds.yaml, without what is the default there."""
    return {
        "id": feed_id,
        "name": feed.name,
        "url": feed.url,
        "homepage": feed.homepage,
        "language": feed.language,
        "country": feed.country,
        "kind": feed.kind,
        "fulltext": None if feed.fulltext else False,
        "interval": feed.interval,
        "tags": feed.tags or None,
    }


def _record(feed: OpmlFeed) -> dict[str, Any]:
    interval = written_duration(feed.interval) if feed.interval else None
    return {**asdict(feed), "interval": interval}


def _import_record(
    document: OpmlDocument,
    new: list[dict[str, object]],
    known: list[dict[str, object]],
    *,
    dry_run: bool,
) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "added": [{"name": feed["name"], "url": feed["url"], "id": feed["id"]} for feed in new],
        "listed_already": known,
        "left_out": [asdict(each) for each in document.left_out],
        "defects": document.defects,
    }


def _print_import(
    document: OpmlDocument,
    new: list[dict[str, object]],
    known: list[dict[str, object]],
    *,
    dry_run: bool,
) -> None:
    for feed in new:
        click.echo(f"{'would add' if dry_run else 'added'}  {feed['name']}  {feed['url']}")
    for feed in known:
        click.echo(f"listed already, as {feed['listed_as']}: {feed['name']}  {feed['url']}")
    for each in document.left_out:
        name = each.name or "an outline without a name"
        click.echo(f"line {each.line}: {name} left out, {each.reason}  {each.address}")
    for defect in document.defects:
        click.echo(f"the file: {defect}", err=True)
    refused = sum(not each.is_repeat for each in document.left_out)
    repeated = len(known) + len(document.left_out) - refused
    click.echo(
        f"{len(new)} {'would be added' if dry_run else 'added'},"
        f" {repeated} listed already, {refused} refused"
    )
