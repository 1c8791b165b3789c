"""/article/<id>.warc.gz: the answers that are kept for an article, as a file to keep."""

import asyncio
import io
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from datasette.utils.asgi import Response

from aggregator.archive.copying import Place, copied
from aggregator.archive.folder import archive_folder
from aggregator.errors import ArchiveDamaged, NotFound
from aggregator.publish.browse.site import Site
from aggregator.store.archived import ArchivedResponse, archived_responses
from aggregator.store.forgotten import refuse_forgotten_article

LARGEST_DOWNLOAD: Final = 64 * 2**20
"""Bytes, without compression, that are handed out at once: each is read, and its digest compared.
`aggregator archive export` has no limit."""


async def evidence_file(site: Site, article_id: int) -> Response:
    """Answer with a WARC file; raises NotFound where nothing is kept, Forgotten for an article."""
    found = await site.read(lambda connection: _kept(connection, article_id))
    if _payload_bytes(found) > LARGEST_DOWNLOAD:
        return Response.text(
            f"Too much to hand out at once: `aggregator archive export {article_id}` writes it.\n",
            status=413,
        )
    name = f"article-{article_id}.warc.gz"
    folder = archive_folder(Path(site.datasette.get_database(site.database_name).path))
    places = [kept.place for kept in found]
    try:
        body = await asyncio.to_thread(_joined, folder, places, name)
    except ArchiveDamaged:
        # The path of the file is nothing to visitors.
        return Response.text("What was kept is missing or damaged here.\n", status=500)
    return Response(
        body,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
        content_type="application/warc",
    )


def _kept(connection: sqlite3.Connection, article_id: int) -> list[ArchivedResponse]:
    found = archived_responses(connection, article_id=article_id)
    if not found:
        refuse_forgotten_article(connection, article_id)
        raise NotFound("kept answer for article", article_id)
    return found


def _payload_bytes(found: Iterable[ArchivedResponse]) -> int:
    """Return how much servers sent; what was sent twice is kept, and read, once."""
    kept = {(each.file, each.payload_offset): each.payload_bytes for each in found}
    return sum(kept.values())


def _joined(folder: Path, places: Iterable[Place], name: str) -> bytes:
    # Its value is no copy.
    body = io.BytesIO()
    for part in copied(folder, places, name, datetime.now(UTC)):
        body.write(part)
    return body.getvalue()
