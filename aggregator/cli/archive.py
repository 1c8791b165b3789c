"""Commands about what servers answered: show it, hand it on, verify that it is as it was."""

import hashlib
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from aggregator.archive.copying import copied
from aggregator.archive.folder import archive_folder, finished_files
from aggregator.cli.context import Context, json_option, pass_context, print_json
from aggregator.cli.moments import RECORD, moment
from aggregator.cli.own_files import refuse_own_file
from aggregator.config import replacing
from aggregator.errors import ArchiveDamaged, NotFound
from aggregator.store import Store, open_store
from aggregator.store.archive_check import check_archive, check_response
from aggregator.store.archived import ArchivedResponse, archived_responses
from aggregator.store.forgotten import refuse_forgotten_article
from aggregator.text.times import to_text


@click.group()
def archive() -> None:
    """Show, export and verify the answers of servers that are kept as evidence.

    They are kept for feeds with `archive: true` in feeds.yaml, in the folder NAME-archive beside
    the database NAME.db.

    \b
    Examples:
      aggregator archive show 204
      aggregator archive export 204 --output article-204.warc.gz
      aggregator archive verify
    """


@archive.command("show")
@click.argument("article_id", metavar="ARTICLE", type=RECORD)
@json_option
@pass_context
def show(context: Context, article_id: int, as_json: bool) -> None:
    """Show the answers kept for an article: its page at each look, and what its feeds said.

    Each is read and compared with its digest now; exit code 3 if one is not as it was. ARTICLE is
    the number that `aggregator story ID` shows in brackets.
    """
    database = context.database()
    with open_store(database) as store:
        found = _of_article(store, article_id)
    checked = [(kept, check_response(archive_folder(database), kept)) for kept in found]
    if as_json:
        print_json([_as_record(kept, problem) for kept, problem in checked])
    else:
        for kept, problem in checked:
            _tell(kept, problem)
        if not checked:
            click.echo(f"no answer is kept for article {article_id}")
    if any(problem for _, problem in checked):
        sys.exit(ArchiveDamaged.exit_code)


def _of_article(store: Store, article_id: int) -> list[ArchivedResponse]:
    known = store.connection.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,))
    if known.fetchone() is None:
        refuse_forgotten_article(store.connection, article_id)
        raise NotFound("article", article_id)
    return archived_responses(store.connection, article_id=article_id)


def _as_record(kept: ArchivedResponse, problem: str | None) -> dict[str, Any]:
    record = asdict(kept)
    record["fetched_at"] = to_text(record.pop("fetched"))
    return record | {"is_verified": problem is None, "problem": problem}


def _tell(kept: ArchivedResponse, problem: str | None) -> None:
    what = "feed" if kept.article_id is None else "page"
    version = f", version {kept.version}" if kept.version is not None else ""
    how = "pushed" if kept.status is None else f"HTTP {kept.status}"
    click.echo(f"{to_text(kept.fetched)}  {what}{version}  {how}  {kept.url}")
    click.echo(f"    sha256 {kept.payload_digest}  {kept.payload_bytes} bytes")
    again = " (the same as before)" if kept.record_type == "revisit" else ""
    click.echo(f"    {kept.file}, byte {kept.offset}{again}: {problem or 'verified'}")


@archive.command("export")
@click.argument("article_ids", metavar="[ARTICLE]...", type=RECORD, nargs=-1)
@click.option("--feed", "feed_id", metavar="ID", help="Answers of this feed and its pages.")
@click.option(
    "--since",
    type=moment,
    metavar="TIME",
    help="Answers of that time or later: 2026-03-01, or how long ago: 36h, 7d.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="A new WARC file, FILE.warc.gz; it is written when all is well, or not at all.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@pass_context
def export(
    context: Context,
    article_ids: tuple[int, ...],
    feed_id: str | None,
    since: datetime | None,
    output: Path,
    force: bool,
) -> None:
    """Write kept answers into a WARC file of its own, which other programs open.

    Answers are copied as they stand, with their requests, once each is found to be as it was.
    """
    if not (article_ids or feed_id or since):
        raise click.UsageError("say what to export: articles, --feed or --since")
    refuse_own_file(context, output)
    if output.exists() and not force:
        there = f"{output} is there: choose another name, or use --force"
        raise click.BadParameter(there, param_hint="--output")
    database = context.database()
    with open_store(database) as store:
        found = _chosen(store, article_ids, feed_id, since)
    if not found:
        raise NotFound("kept answer for", " ".join(map(str, article_ids)) or feed_id or since)
    places = [kept.place for kept in found]
    with replacing(output) as file:
        for part in copied(archive_folder(database), places, output.name, datetime.now(UTC)):
            file.write(part)
    click.echo(f"{output}: {len(found)} answers, {output.stat().st_size} bytes")


def _chosen(
    store: Store, article_ids: tuple[int, ...], feed_id: str | None, since: datetime | None
) -> list[ArchivedResponse]:
    if not article_ids:
        return archived_responses(store.connection, feed_id=feed_id, since=since)
    found: dict[int, ArchivedResponse] = {}
    for article_id in article_ids:
        _of_article(store, article_id)
        some = archived_responses(
            store.connection, article_id=article_id, feed_id=feed_id, since=since
        )
        found |= {kept.id: kept for kept in some}
    return sorted(found.values(), key=lambda kept: (kept.fetched, kept.id))


@archive.command("verify")
@click.option(
    "--manifest",
    is_flag=True,
    help="Print the SHA-256 of each WARC file instead, as sha256sum does; not of the newest while"
    " it may still change: while it is that of today (UTC), or something half written is in it.",
)
@json_option
@pass_context
def verify(context: Context, manifest: bool, as_json: bool) -> None:
    """Read every kept answer and compare it with its digest and with the database.

    Exit code 3, and a line for each, where one is missing, damaged or changed. Answers that the
    database does not know are counted: a crash leaves some.
    """
    database = context.database()
    folder = archive_folder(database)
    if manifest:
        if not folder.is_dir():
            # An empty manifest is right where nothing was archived, and wrong in a wrong folder.
            open_store(database).close()
        _print_manifest(folder, as_json=as_json)
        return
    with open_store(database) as store:
        found = check_archive(store, folder)
    if as_json:
        print_json(asdict(found))
    else:
        for problem in found.problems:
            click.echo(problem)
        click.echo(
            f"{folder}: {found.files} files, {found.answers} answers"
            f" ({found.unknown} more are not in the database), {len(found.problems)} problems"
        )
    if found.problems:
        sys.exit(ArchiveDamaged.exit_code)


def _print_manifest(folder: Path, *, as_json: bool) -> None:
    digests = ((path.name, _sha256(path)) for path in finished_files(folder, datetime.now(UTC)))
    if as_json:
        print_json([{"file": name, "sha256": digest} for name, digest in digests])
        return
    for name, digest in digests:
        click.echo(f"{digest}  {name}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
