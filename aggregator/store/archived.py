"""Where the answers of servers are kept: the index of the WARC files beside the database."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from aggregator.archive.copying import Place
from aggregator.archive.folder import Indexed, Kept
from aggregator.archive.record import Original
from aggregator.store.connection import Store
from aggregator.text.times import from_text, to_text

_INDEXED_SQL: Final = """
SELECT record_id, record_type, url, fetched_at, payload_digest, offset, length
FROM archived_responses
WHERE file = ?
ORDER BY offset
"""

# What brought the article's entries is evidence for it, beside its page; by index only.
_OF_ARTICLE: Final = """id IN (
  SELECT id FROM archived_responses WHERE article_id = :article
  UNION SELECT archived_id FROM entries WHERE article_id = :article
  UNION SELECT entry_versions.archived_id FROM entries
    JOIN entry_versions ON entry_versions.entry_id = entries.id
    WHERE entries.article_id = :article)"""


@dataclass(frozen=True, slots=True)
class ArchivedResponse:
    """An answer that was kept: what and where it is (see `Kept`), and what it belongs to.

    `version` is the text of the article that the answer gave or confirmed, None for none. What a
    hub pushed has no `status`.
    """

    id: int
    feed_id: str
    article_id: int | None
    version: int | None
    url: str
    asked_url: str
    fetched: datetime
    status: int | None
    content_type: str | None
    payload_digest: str
    payload_bytes: int
    record_type: str
    record_id: str
    file: str
    offset: int
    length: int
    payload_offset: int

    @property
    def place(self) -> Place:
        """Where it stands, to be copied from there."""
        return Place(self.file, self.offset, self.payload_offset)


def index_responses(
    connection: sqlite3.Connection,
    kept: Sequence[Kept],
    feed_id: str,
    article_id: int | None = None,
    version: int | None = None,
) -> int | None:
    """Note where an answer is kept, after the redirects that led to it; return its number, if any.

    To be called in the transaction of what came of it.
    """
    number = None
    for each in kept:
        shown = version if each is kept[-1] else None
        number = _index(connection, each, feed_id, article_id, shown)
    return number


def _index(
    connection: sqlite3.Connection,
    kept: Kept,
    feed_id: str,
    article_id: int | None,
    version: int | None,
) -> int:
    columns = {"feed_id": feed_id, "article_id": article_id, "version": version, **asdict(kept)}
    cursor = connection.execute(
        f"INSERT INTO archived_responses ({', '.join(columns)})"  # noqa: S608 -- columns are ours
        f" VALUES ({', '.join('?' * len(columns))})",
        tuple(columns.values()),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def indexed_part(store: Store, file: str) -> Indexed:
    """Return what the database knows of a WARC file, to go on with it."""
    end = 0
    originals = {}
    for row in store.connection.execute(_INDEXED_SQL, (file,)):
        end = row["offset"] + row["length"]
        if row["record_type"] == "response":
            originals[row["payload_digest"]] = Original(
                row["record_id"], row["url"], row["fetched_at"], row["offset"]
            )
    return Indexed(end, originals)


def last_known_file(store: Store) -> str | None:
    """Return the name of the newest WARC file that the database knows, if any."""
    row = store.connection.execute("SELECT max(file) FROM archived_responses").fetchone()
    return row[0] if row[0] is None else str(row[0])


def archived_responses(
    connection: sqlite3.Connection,
    *,
    article_id: int | None = None,
    feed_id: str | None = None,
    since: datetime | None = None,
    limit: int | None = None,
) -> list[ArchivedResponse]:
    """Return the kept answers that meet every condition given, the earliest first.

    Those of an article are the looks at its page, and the polls that brought what feeds say of it.
    With `limit`, only so many of the newest.
    """
    conditions = ["1"]
    if article_id is not None:
        conditions.append(_OF_ARTICLE)
    if feed_id is not None:
        conditions.append("feed_id = :feed")
    if since is not None:
        conditions.append("fetched_at >= :since")
    rows = connection.execute(
        f"SELECT * FROM archived_responses WHERE {' AND '.join(conditions)}"  # noqa: S608 -- conditions are ours
        " ORDER BY fetched_at DESC, id DESC LIMIT :limit",
        {
            "article": article_id,
            "feed": feed_id,
            "since": to_text(since) if since else None,
            "limit": -1 if limit is None else limit,
        },
    )
    return list(map(_response, rows))[::-1]


def count_archived(connection: sqlite3.Connection, article_id: int) -> int:
    """Return how many answers are kept for an article."""
    sql = f"SELECT count(*) FROM archived_responses WHERE {_OF_ARTICLE}"  # noqa: S608 -- a condition of ours
    (count,) = connection.execute(sql, {"article": article_id}).fetchone()
    return int(count)


def archived_of_file(connection: sqlite3.Connection, file: str) -> Iterator[ArchivedResponse]:
    """Yield what the database knows of one WARC file, in the order in which it stands there."""
    sql = "SELECT * FROM archived_responses WHERE file = ? ORDER BY offset"
    yield from map(_response, connection.execute(sql, (file,)))


def known_files(connection: sqlite3.Connection) -> list[str]:
    """Return the names of all WARC files that the database knows, by a step for each."""
    files: list[str] = []
    sql = "SELECT min(file) FROM archived_responses WHERE file > ?"
    while (
        name := connection.execute(sql, (files[-1] if files else "",)).fetchone()[0]
    ) is not None:
        files.append(name)
    return files


def _response(row: sqlite3.Row) -> ArchivedResponse:
    values = dict(row)
    return ArchivedResponse(fetched=from_text(values.pop("fetched_at")), **values)
