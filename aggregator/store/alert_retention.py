"""How long messages are kept that were sent, given up or withdrawn; then they are forgotten.

What has been told is not told again for that: each alert knows the last change that was decided for
it (`alert_rules.decided_change`), and that is never forgotten.
"""

import sqlite3
from datetime import datetime, timedelta
from typing import Final

from aggregator.store.connection import Store
from aggregator.text.times import to_text

KEPT: Final = timedelta(days=30)
"""After the end of a message, whatever that was."""

FORGOTTEN_AT_ONCE: Final = 100
"""Messages of one step: nothing else is written meanwhile, so it is to be short."""

# A folded message ended before the one that tells it, or in the same second with a smaller number:
# in this order none is left that names one that has gone.
_ENDED_SQL: Final = """
SELECT id FROM alert_deliveries
WHERE finished_at IS NOT NULL AND finished_at < :before
ORDER BY finished_at, id
LIMIT :limit
"""


def forget_ended(store: Store, now: datetime) -> int:
    """Do one step of forgetting what ended longer ago than it is kept; return how many went."""
    wanted = {"before": to_text(now - KEPT), "limit": FORGOTTEN_AT_ONCE}
    if not store.connection.execute(_ENDED_SQL, wanted).fetchone():
        return 0
    with store.transaction() as connection:
        return _forget(connection, wanted)


def _forget(connection: sqlite3.Connection, wanted: dict[str, object]) -> int:
    found = connection.execute(_ENDED_SQL, wanted).fetchall()
    connection.executemany(
        "DELETE FROM alert_deliveries WHERE id = ?", [(row["id"],) for row in found]
    )
    return len(found)
