"""Failures of feeds that were none of theirs: our own network was down."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from aggregator.poll.spread import spread
from aggregator.store.connection import Store
from aggregator.text.times import to_text

FORGIVEN_WITHIN: Final = timedelta(minutes=2)


def forgive_failures(store: Store, since: datetime, errors: Sequence[str], now: datetime) -> int:
    """Take back the last failure of feeds that failed with such an error since then; count them.

    They are due within `FORGIVEN_WITHIN`, one after the other.
    """
    named = " OR ".join("instr(last_error, ?)" for _ in errors)
    with store.transaction() as connection:
        found = connection.execute(
            "SELECT id FROM feeds WHERE failures > 0"  # noqa: S608 -- placeholders
            f" AND last_polled_at >= ? AND next_due_at > ? AND ({named})",
            (to_text(since), to_text(now), *errors),
        ).fetchall()
        connection.executemany(
            "UPDATE feeds SET failures = failures - 1, next_due_at = ?, next_due_reason = ?,"
            " failing_since = CASE WHEN failures > 1 THEN failing_since END WHERE id = ?",
            [
                (
                    to_text(now + FORGIVEN_WITHIN * spread(row["id"])),
                    "soon: our own network is back",
                    row["id"],
                )
                for row in found
            ],
        )
    return len(found)
