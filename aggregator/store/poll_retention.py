"""How long polls are remembered; the last ones of each feed always are, however long ago."""

from datetime import datetime, timedelta
from typing import Final

from aggregator.store.connection import Store
from aggregator.store.forgotten import forget_unlisted
from aggregator.text.times import to_text

POLLS_LOOKED_AT: Final = 2000
"""Polls of one step, whether they go or not: it takes some ten milliseconds."""

ALWAYS_KEPT: Final = 10
"""Polls of each feed, which its page and `feeds show` list."""

_OLD_SQL: Final = """
SELECT id, polled_at, substr(polled_at, 1, 10) AS day,
       id < (SELECT min(id) FROM (
         SELECT id FROM polls AS later WHERE later.feed_id = polls.feed_id
         ORDER BY polled_at DESC, id DESC LIMIT :kept)) AS goes
FROM polls
WHERE polled_at < :before AND polled_at >= :last AND (polled_at > :last OR id > :id)
  AND NOT EXISTS (SELECT 1 FROM counted_days
                  WHERE day = substr(polled_at, 1, 10) AND is_stale = 1 AND has_polls = 1)
ORDER BY polled_at, id LIMIT :limit
"""


def forget_polls(
    store: Store, age: timedelta, now: datetime, after: tuple[str, int] | None = None
) -> tuple[int, tuple[str, int] | None]:
    """Do one step of forgetting polls older than `age`.

    Returns how many went, and where the next step goes on: None at the end. Polls of a day that is
    still to be counted stay until it is.
    """
    last, poll_id = after or ("", 0)
    asked = {
        "before": to_text(now - age), "last": last, "id": poll_id, "kept": ALWAYS_KEPT,
        "limit": POLLS_LOOKED_AT,
    }  # fmt: skip
    with store.transaction() as connection:
        old = connection.execute(_OLD_SQL, asked).fetchall()
        going = [row for row in old if row["goes"]]
        connection.executemany(
            "UPDATE counted_days SET has_polls = 0 WHERE day = ?",
            [(day,) for day in sorted({row["day"] for row in going})],
        )
        connection.executemany("DELETE FROM polls WHERE id = ?", [(row["id"],) for row in going])
    is_end = len(old) < POLLS_LOOKED_AT
    return len(going), None if is_end else (old[-1]["polled_at"], old[-1]["id"])


def forget_identities(store: Store, after: str | None = None) -> str | None:
    """Let go of identities of one feed that it has not listed for long; return that feed.

    `after` is the feed of the last step. None: there is no further feed.
    """
    row = store.connection.execute(
        "SELECT min(feed_id) FROM forgotten_entries WHERE feed_id > ?", (after or "",)
    ).fetchone()
    if row[0] is None:
        return None
    with store.transaction() as connection:
        forget_unlisted(connection, row[0])
    return str(row[0])
