"""Items of feeds over which the program failed.

Each waits for its time, however often its feed changes, and is tried with the first document after
it. Their records are the feed and the item's name within it.
"""

import logging
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from aggregator.model import AsideItem, DueFeed, FailedItem
from aggregator.poll.broken_items import PARSE
from aggregator.poll.outcome import PollOutcome
from aggregator.store.aside import forget_failures, is_waiting, note_failure
from aggregator.text.times import from_text

ENTRY: Final = "entry"
"""What storing one entry is called in `set_aside`; the item's name is its identity."""

_OF_FEED: Final = """
SELECT stage, substr(record, length(:feed) + 2) AS name, retry_at FROM set_aside
WHERE stage IN (:parse, :entry) AND record > :feed || ' ' AND record < :feed || '!'
"""

_RENAME: Final = """
UPDATE OR REPLACE set_aside SET record = :after || substr(record, length(:before) + 1)
WHERE stage IN ('poll', :parse, :entry)
  AND (record = :before OR record > :before || ' ' AND record < :before || '!')
"""

# Nothing tries these again; a page that is still to be read is read, whoever brought it.
_FORGET_UNLISTED: Final = """
DELETE FROM set_aside
WHERE stage IN ('poll', :parse, :entry)
    AND substr(record, 1, instr(record || ' ', ' ') - 1) IN (SELECT id FROM feeds WHERE listed = 0)
  OR stage = 'revisit' AND NOT EXISTS (
    SELECT 1 FROM revisits WHERE article_id = CAST(record AS INTEGER) AND due_at IS NOT NULL)
"""

_log = logging.getLogger("aggregator")


def items_aside(connection: sqlite3.Connection, feed_id: str) -> tuple[AsideItem, ...]:
    """Return the items of a feed that are set aside, whether their time has come or not."""
    rows = connection.execute(_OF_FEED, {"feed": feed_id, "parse": PARSE, "entry": ENTRY})
    return tuple(AsideItem(row["stage"], row["name"], from_text(row["retry_at"])) for row in rows)


def rename_feed_aside(connection: sqlite3.Connection, before: str, after: str) -> None:
    """Keep what is set aside of a feed under its new id."""
    asked = {"before": before, "after": after, "parse": PARSE, "entry": ENTRY}
    connection.execute(_RENAME, asked)


def forget_unlisted_aside(connection: sqlite3.Connection) -> None:
    """Forget what was set aside of feeds that are not listed any more, and of looks that ended."""
    connection.execute(_FORGET_UNLISTED, {"parse": PARSE, "entry": ENTRY})


def without_waiting(due: DueFeed, outcome: PollOutcome) -> PollOutcome:
    """Return what a poll came to without the entries whose time has not come."""
    then = outcome.result.received_at
    waiting = {item.name for item in due.aside if item.stage == ENTRY and item.retry_at > then}
    return without_entries(outcome, waiting) if waiting else outcome


def without_entries(outcome: PollOutcome, names: set[str]) -> PollOutcome:
    """Return what a poll came to without the entries of these identities."""
    kept = tuple(item for item in outcome.entries if item.entry.identity not in names)
    return replace(outcome, entries=kept)


def note_items(
    connection: sqlite3.Connection,
    due: DueFeed,
    outcome: PollOutcome,
    unstored: Iterable[FailedItem],
    now: datetime,
) -> None:
    """Note which items failed, `unstored` when they were to be stored; forget the others.

    One that was due and that its feed does not list any more is forgotten too: nothing can try it.
    """
    if outcome.parsed is None:
        return
    failed = {(PARSE, item.name): item.error for item in outcome.parsed.failed}
    failed |= {(ENTRY, item.name): item.error for item in unstored}
    for (stage, name), error in failed.items():
        record = f"{due.feed.id} {name}"
        if not is_waiting(connection, stage, record, now):
            _log.error("%s record=%s set aside error=%s", stage, record, error)
            note_failure(connection, stage, record, error, now)
    stored = {(ENTRY, item.entry.identity) for item in outcome.entries}
    for item in due.aside:
        key = (item.stage, item.name)
        # A push need not list what it does not announce.
        is_over = key in stored if outcome.is_push else item.retry_at <= outcome.result.received_at
        if is_over and key not in failed:
            forget_failures(connection, item.stage, f"{due.feed.id} {item.name}")
