"""Entries that a feed lists again under another identity.

A feed may change its guids, or a document be cut off before the guid of its last item; without
this each such item would be stored a second time.
"""

import json
import sqlite3
from collections.abc import Sequence

from aggregator.poll.outcome import HashedEntry
from aggregator.text.times import to_text
from aggregator.text.urls import page_key


def rename_entries(
    connection: sqlite3.Connection,
    feed_id: str,
    strangers: Sequence[HashedEntry],
    items: Sequence[HashedEntry],
) -> dict[str, sqlite3.Row]:
    """Return the known entries that came under a new identity, and give it to them.

    A date that one of the two lacks, as where a document was cut off, tells nothing apart.
    """
    listed = {item.entry.identity for item in items}
    rows = connection.execute(
        "SELECT entries.id, identity, content_hash, revision, article_id, entries.title,"
        " entries.published_at, page_key"
        " FROM articles JOIN entries ON entries.article_id = articles.id"
        " WHERE page_key IN (SELECT value FROM json_each(?)) AND entries.feed_id = ?",
        (
            json.dumps([page_key(item.entry.url) for item in strangers if item.entry.url]),
            feed_id,
        ),
    )
    gone: dict[tuple[str, str], list[sqlite3.Row]] = {}
    for row in rows:
        if row["identity"] not in listed:
            gone.setdefault((row["page_key"], row["title"]), []).append(row)
    renamed = {}
    for entry in (item.entry for item in strangers):
        # Entries without titles are all alike.
        if not (entry.url and entry.title):
            continue
        candidates = gone.get((page_key(entry.url), entry.title), [])
        row = _of_that_time(candidates, to_text(entry.published) if entry.published else None)
        if row is not None:
            candidates.remove(row)
            connection.execute(
                "UPDATE entries SET identity = ?, identity_kind = ? WHERE id = ?",
                (entry.identity, entry.identity_kind, row["id"]),
            )
            renamed[entry.identity] = row
    return renamed


def _of_that_time(rows: Sequence[sqlite3.Row], published: str | None) -> sqlite3.Row | None:
    for row in rows:
        if row["published_at"] == published:
            return row
    undated = (row for row in rows if published is None or row["published_at"] is None)
    return next(undated, None)
