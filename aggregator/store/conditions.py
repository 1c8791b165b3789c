"""What is wrong with a feed, kept with since when: what its polls found, and what its pages did."""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from aggregator.poll.health import Condition, Finding
from aggregator.text.times import to_text

PAGE_CONDITIONS: Final = frozenset({Condition.PAGES_REFUSED, Condition.PAGES_CHANGED})
"""Found by what pages give; a poll neither finds nor ends them."""

POLL_CONDITIONS: Final = frozenset(Condition) - PAGE_CONDITIONS


def replace_conditions(
    connection: sqlite3.Connection,
    feed_id: str,
    found: Sequence[tuple[datetime, Finding]],
    among: Collection[Condition],
) -> None:
    """Keep what is wrong now and since when, of the conditions `among`; nothing else of them.

    What was wrong before keeps its time.
    """
    held = {
        row["condition"]
        for row in connection.execute(
            "SELECT condition FROM feed_conditions WHERE feed_id = ?", (feed_id,)
        )
    }
    over = (held & set(among)) - {finding.condition for _, finding in found}
    for condition in sorted(over):
        connection.execute(
            "DELETE FROM feed_conditions WHERE feed_id = ? AND condition = ?", (feed_id, condition)
        )
    for since, finding in found:
        connection.execute(
            "INSERT INTO feed_conditions (feed_id, condition, severity, since, detail, remedy)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (feed_id, condition) DO UPDATE SET"
            " detail = excluded.detail, remedy = excluded.remedy, severity = excluded.severity",
            (
                feed_id, finding.condition, finding.condition.severity, to_text(since),
                finding.detail, finding.remedy,
            ),
        )  # fmt: skip
