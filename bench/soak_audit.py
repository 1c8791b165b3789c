"""What the soak reads out of the database and the feed file, and what must hold of them."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from aggregator.store.invariants import violations

_ATOM_ENTRY: Final = "{http://www.w3.org/2005/Atom}entry"
_EDITION: Final = re.compile(r" edition (\d+)$")
_TAG: Final = re.compile(r'"outlet-\d+\.(\d+)"$')


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """Open the database for reading, as any other program would."""
    address = f"{database.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=30)) as connection:
        yield connection


def audit(database: Path, feed_file: Path) -> list[str]:
    """Return what is wrong with the database or the feed file; nothing when all is well."""
    found = list[str]()
    try:
        with reading(database) as connection:
            found += _database_problems(connection)
    except sqlite3.Error as error:
        found.append(f"the database cannot be read: {error}")
    if feed_file.exists():
        found += feed_problems(feed_file.read_bytes())
    return found


def feed_problems(document: bytes) -> list[str]:
    """Return what is wrong with a merged feed: it must be a whole document."""
    try:
        root = ET.fromstring(document)  # noqa: S314  # our own document
    except ET.ParseError as error:
        return [f"the merged feed does not parse: {error}"]
    script = [entry for entry in root.iter(_ATOM_ENTRY) if "<script" in "".join(entry.itertext())]
    return ["an entry of the merged feed holds script"] if script else []


def _database_problems(connection: sqlite3.Connection) -> list[str]:
    return [str(violation) for violation in violations(connection)]


def claimed_editions(database: Path) -> list[tuple[str, int]]:
    """Return which edition of each feed the database claims to hold, by title and by ETag."""
    with reading(database) as connection:
        rows = connection.execute("SELECT id, title, etag FROM feeds").fetchall()
    found = (
        (feed, pattern.search(text or ""))
        for feed, title, etag in rows
        for pattern, text in ((_EDITION, title), (_TAG, etag))
    )
    return [(feed, int(match[1])) for feed, match in found if match]


def stored_addresses(database: Path) -> dict[str, list[str]]:
    """Return the addresses of all entries by feed."""
    stored = defaultdict[str, list[str]](list)
    with reading(database) as connection:
        for feed, url in connection.execute("SELECT feed_id, url FROM entries"):
            stored[feed].append(url or "")
    return stored


def counts(database: Path) -> dict[str, int]:
    """Return how much the database holds, and how much of it still waits."""
    queries = {
        "polls kept": "SELECT count(*) FROM polls",
        "entries": "SELECT count(*) FROM entries",
        "articles": "SELECT count(*) FROM articles",
        "edits": "SELECT count(*) FROM article_versions WHERE changes IS NOT NULL",
        "stories": "SELECT count(*) FROM stories WHERE merged_into IS NULL",
        "set aside": "SELECT count(*) FROM set_aside",
        "not grouped": "SELECT count(*) FROM articles WHERE grouped = 0",
    }
    with reading(database) as connection:
        return {name: connection.execute(query).fetchone()[0] for name, query in queries.items()}
