"""The messages of alerts and digests on their way: due, begun, taken, given up."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from aggregator.config.alert_rules import Channel
from aggregator.publish.alerts.retry import is_given_up, wait_before
from aggregator.store.browsing import rows
from aggregator.store.connection import Store
from aggregator.text.times import from_text, to_text

_COLUMNS: Final = "id, rule, channel, content, decided_at, attempts"

_DUE_SQL: Final = f"""
SELECT {_COLUMNS} FROM alert_deliveries
WHERE id IN (
  SELECT id FROM (
    SELECT id, row_number() OVER (PARTITION BY rule, channel ORDER BY id) AS place
    FROM alert_deliveries WHERE state = 'pending' AND next_attempt_at <= :now
  ) WHERE place <= :limit
)
ORDER BY id
"""  # noqa: S608 -- a constant


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on one channel; `content` is the JSON that a webhook gets."""

    id: int
    rule: str
    channel: Channel
    content: str
    decided_at: datetime
    attempts: int


def due_deliveries(store: Store, now: datetime, limit: int) -> list[Delivery]:
    """Return the messages that are to be sent now, in the order of their decision.

    At most `limit` of each channel of each alert: however many wait for a receiver that takes none,
    they hide no other's.
    """
    found = store.connection.execute(_DUE_SQL, {"now": to_text(now), "limit": limit})
    return [_delivery(row) for row in found]


def begin_attempt(store: Store, delivery_id: int, now: datetime) -> Delivery | None:
    """Note that a message is about to be sent; None when it is no longer to be.

    The next attempt is set at once, so that a crash while it is sent repeats it, but not at once
    and for ever.
    """
    with store.transaction() as connection:
        row = connection.execute(
            f"SELECT {_COLUMNS} FROM alert_deliveries"  # noqa: S608 -- a constant
            " WHERE id = ? AND state = 'pending' AND next_attempt_at <= ?",
            (delivery_id, to_text(now)),
        ).fetchone()
        if row is None:
            return None
        attempts = row["attempts"] + 1
        connection.execute(
            "UPDATE alert_deliveries SET attempts = ?, next_attempt_at = ? WHERE id = ?",
            (attempts, to_text(now + wait_before(attempts + 1)), delivery_id),
        )
    return _delivery({**dict(row), "attempts": attempts})


def note_sent(store: Store, delivery_id: int, remark: str | None, now: datetime) -> None:
    """Note that a message was taken; `remark` says what was not as it should be."""
    with store.transaction() as connection:
        connection.execute(
            "UPDATE alert_deliveries SET state = 'sent', finished_at = ?, last_error = ?,"
            " next_attempt_at = NULL WHERE id = ?",
            (to_text(now), remark, delivery_id),
        )


def note_failed(
    store: Store,
    delivery: Delivery,
    error: str,
    now: datetime,
    asked_to_wait: timedelta | None = None,
) -> bool:
    """Note that a message was not taken; return whether it is given up."""
    is_over = is_given_up(delivery.decided_at, now)
    wait = wait_before(delivery.attempts + 1, asked_to_wait)
    with store.transaction() as connection:
        connection.execute(
            "UPDATE alert_deliveries SET state = ?, finished_at = ?, last_error = ?,"
            " next_attempt_at = ? WHERE id = ? AND state = 'pending'",
            (
                "failed" if is_over else "pending",
                to_text(now) if is_over else None,
                error,
                None if is_over else to_text(now + wait),
                delivery.id,
            ),
        )
        if asked_to_wait is not None:
            _let_wait(connection, delivery, now + asked_to_wait)
    return is_over


def _let_wait(connection: sqlite3.Connection, delivery: Delivery, until: datetime) -> None:
    """Have what else waits on the channel wait as long: it is the receiver who asks for that."""
    connection.execute(
        "UPDATE alert_deliveries SET next_attempt_at = :until WHERE rule = :rule"
        " AND channel = :channel AND state = 'pending' AND next_attempt_at < :until",
        {"until": to_text(until), "rule": delivery.rule, "channel": delivery.channel},
    )


def listed_deliveries(
    connection: sqlite3.Connection, limit: int, *, failures_only: bool = False
) -> list[dict[str, Any]]:
    """Return the newest messages, those of the latest decision first, without their content.

    With `failures_only` those that were given up, or of which the last attempt failed.
    """
    return rows(
        connection,
        "SELECT id, decided_at, rule, channel, kind, story_id, change_id, state, attempts,"
        " next_attempt_at, finished_at, last_error, key,"
        " json_extract(content, '$.stories[0].headline') AS headline FROM alert_deliveries"
        " WHERE NOT :failures OR state = 'failed' OR last_error IS NOT NULL"
        " ORDER BY id DESC LIMIT :limit",
        {"failures": failures_only, "limit": limit},
    )


def _delivery(row: "sqlite3.Row | dict[str, Any]") -> Delivery:
    return Delivery(
        id=row["id"],
        rule=row["rule"],
        channel=Channel(row["channel"]),
        content=row["content"],
        decided_at=from_text(row["decided_at"]),
        attempts=row["attempts"],
    )
