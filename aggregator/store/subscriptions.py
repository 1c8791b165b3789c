"""What is known of hubs: each subscription as a row, changed by the pure steps of `poll`."""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from aggregator.model import HttpUrl
from aggregator.poll.subscription import (
    Subscription,
    SubscriptionKey,
    SubscriptionState,
    doubted,
    leaving,
    moved,
    push_wait,
    pushed,
)
from aggregator.poll.websub import Announcement, Intent, judged
from aggregator.store.connection import Store
from aggregator.text.times import from_text, to_text

RECEIPTS_KEPT: Final = 200
"""Pushes of a feed that are known again; one that is older is news once more."""

Transition = Callable[[Subscription], Subscription | None]
"""A step of a subscription; None ends it."""

_OF_KEY: Final = "feed_id = :feed_id AND topic = :topic AND hub = :hub"


def subscription_of(connection: sqlite3.Connection, feed_id: str) -> Subscription | None:
    """Return the subscription of a feed, if it has a hub; not those that are being ended."""
    row = connection.execute(
        "SELECT * FROM subscriptions WHERE feed_id = ? AND state <> 'leaving'", (feed_id,)
    ).fetchone()
    return _subscription(row) if row else None


def all_subscriptions(store: Store) -> list[Subscription]:
    """Return every subscription, also those that are being ended."""
    return [_subscription(row) for row in store.connection.execute("SELECT * FROM subscriptions")]


def due_subscriptions(store: Store, now: datetime, limit: int) -> list[Subscription]:
    """Return those whose next step is due, longest overdue first."""
    rows = store.connection.execute(
        "SELECT * FROM subscriptions WHERE next_request_at <= ? ORDER BY next_request_at LIMIT ?",
        (to_text(now), limit),
    )
    return [_subscription(row) for row in rows]


def follow_poll(
    connection: sqlite3.Connection,
    feed_id: str,
    held: Subscription | None,
    announcement: Announcement | None,
    new_entries: int,
    now: datetime,
) -> None:
    """Note what a poll said about push, and whether it found what push should have brought.

    A part of the poll's own transaction; `held` is the subscription of the feed. Another topic or
    hub takes its place, and it is ended.
    """
    if announcement is None or (held and held.key == announcement.key(feed_id)):
        if held is not None and new_entries:
            _write(connection, held.key, doubted(held, now))
        return
    if held is not None:
        _write(connection, held.key, leaving(held, now))
        if _works(held, now):
            _poll_now(connection, feed_id, "its hub has changed", now)
    wanted = announcement.key(feed_id)
    if wanted is not None:
        _write(connection, wanted, Subscription(wanted, next_request_at=now))


def leave_unlisted(store: Store, now: datetime) -> None:
    """Begin to end the subscriptions of feeds that are no longer in feeds.yaml."""
    rows = store.connection.execute(
        "SELECT subscriptions.* FROM subscriptions JOIN feeds ON feeds.id = feed_id"
        " WHERE listed = 0 AND state <> 'leaving'"
    ).fetchall()
    if not rows:
        return
    with store.transaction() as connection:
        for row in rows:
            subscription = _subscription(row)
            _write(connection, subscription.key, leaving(subscription, now))


def change(
    store: Store, key: SubscriptionKey, transition: Transition, now: datetime
) -> Subscription | None:
    """Take one step of a subscription; return it as it is then, None when there is none.

    A feed whose hub can no longer be relied on is due at once.
    """
    with store.transaction() as connection:
        before = _held(connection, key)
        if before is None:
            return None
        after = transition(before)
        if after != before:
            _write(connection, key, after)
        if _works(before, now) and not _works(after, now):
            _poll_now(connection, key.feed_id, "its hub no longer pushes", now)
    return after


def apply_intent(store: Store, key: SubscriptionKey, intent: Intent, now: datetime) -> str | None:
    """Take the step that a hub asks for; return what it is to be answered, None for no."""
    answer: str | None = None

    def step(subscription: Subscription) -> Subscription | None:
        nonlocal answer
        judgement = judged(subscription, intent, now)
        if judgement is None:
            return subscription
        answer = judgement.answer
        return judgement.subscription

    change(store, key, step, now)
    return answer


def is_repeated_push(store: Store, feed_id: str, digest: str) -> bool:
    """Tell whether the same body was pushed for this feed before."""
    row = store.connection.execute(
        "SELECT 1 FROM push_receipts WHERE feed_id = ? AND digest = ?", (feed_id, digest)
    ).fetchone()
    return row is not None


def apply_push(store: Store, key: SubscriptionKey, digest: str, now: datetime) -> None:
    """Note that a push with a right signature has been stored."""
    with store.transaction() as connection:
        held = _held(connection, key)
        if held is None:
            return
        _write(connection, key, pushed(held, now))
        connection.execute(
            "INSERT OR IGNORE INTO push_receipts (feed_id, digest, received_at) VALUES (?, ?, ?)",
            (key.feed_id, digest, to_text(now)),
        )
        connection.execute(
            "DELETE FROM push_receipts WHERE feed_id = :feed AND digest NOT IN ("
            "SELECT digest FROM push_receipts WHERE feed_id = :feed"
            " ORDER BY received_at DESC, digest LIMIT :kept)",
            {"feed": key.feed_id, "kept": RECEIPTS_KEPT},
        )


def count_bad_signatures(store: Store, counts: Mapping[SubscriptionKey, int]) -> None:
    """Add to the pushes that were ignored for their signature."""
    with store.transaction() as connection:
        for key, count in counts.items():
            connection.execute(
                f"UPDATE subscriptions SET bad_signatures = bad_signatures + :count"  # noqa: S608 -- a constant
                f" WHERE {_OF_KEY}",
                {"count": count, **_columns_of(key)},
            )


def move_callbacks(
    store: Store, fingerprint: Callable[[SubscriptionKey], str | None], now: datetime
) -> None:
    """Begin anew where a hub has another callback than `fingerprint` gives; None: no push."""
    after = {held: moved(held, fingerprint(held.key), now) for held in all_subscriptions(store)}
    if changed := [held for held in after if after[held] != held]:
        with store.transaction() as connection:
            for held in changed:
                _write(connection, held.key, after[held])
                if _works(held, now):
                    _poll_now(connection, held.key.feed_id, "its hub pushes elsewhere", now)


def stop_relying(store: Store, now: datetime) -> None:
    """Poll all feeds that were left to their hubs: what is pushed while nobody listens is lost.

    Each hub has to push anew before it is relied on again.
    """
    working = [held for held in all_subscriptions(store) if _works(held, now)]
    with store.transaction() as connection:
        for held in working:
            _write(connection, held.key, doubted(held, now))
            _poll_now(connection, held.key.feed_id, "nobody listened to its hub", now)


def note_push_service(store: Store, state: str, detail: str, now: datetime) -> bool:
    """Note whether hubs can reach us, for `status`; return whether that is new."""
    row = store.connection.execute("SELECT state, detail FROM push_service").fetchone()
    if row is not None and (row["state"], row["detail"]) == (state, detail):
        return False
    with store.transaction() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO push_service (id, state, detail, changed_at)"
            " VALUES (1, ?, ?, ?)",
            (state, detail, to_text(now)),
        )
    return True


def push_summary(connection: sqlite3.Connection) -> str:
    """Return in a few words whether push is on, and how the subscriptions are doing."""
    row = connection.execute("SELECT state, detail FROM push_service").fetchone()
    service = ": ".join(filter(None, row)) if row else "off"
    counts = connection.execute(
        "SELECT count(*), state FROM subscriptions GROUP BY state ORDER BY state"
    )
    subscriptions = ", ".join(f"{count} {state}" for count, state in counts)
    return "; ".join(filter(None, (service, subscriptions)))


def _works(subscription: Subscription | None, now: datetime) -> bool:
    return push_wait(subscription, new_entries=0, now=now) is not None


def _poll_now(connection: sqlite3.Connection, feed_id: str, why: str, now: datetime) -> None:
    connection.execute(
        "UPDATE feeds SET next_due_at = :now, next_due_reason = :why"
        " WHERE id = :id AND next_due_at > :now",
        {"now": to_text(now), "why": f"now: {why}", "id": feed_id},
    )


def _held(connection: sqlite3.Connection, key: SubscriptionKey) -> Subscription | None:
    row = connection.execute(
        f"SELECT * FROM subscriptions WHERE {_OF_KEY}",  # noqa: S608 -- a constant
        _columns_of(key),
    ).fetchone()
    return _subscription(row) if row else None


def _columns_of(key: SubscriptionKey) -> dict[str, object]:
    return {"feed_id": key.feed_id, "topic": key.topic, "hub": key.hub}


def _subscription(row: sqlite3.Row) -> Subscription:
    def moment(column: str) -> datetime | None:
        return from_text(row[column]) if row[column] else None

    return Subscription(
        key=SubscriptionKey(row["feed_id"], HttpUrl(row["topic"]), HttpUrl(row["hub"])),
        next_request_at=from_text(row["next_request_at"]),
        state=SubscriptionState(row["state"]),
        callback=row["callback"],
        awaits=bool(row["awaits"]),
        requested_at=moment("requested_at"),
        verified_at=moment("verified_at"),
        lease_ends_at=moment("lease_ends_at"),
        last_push_at=moment("last_push_at"),
        doubted_at=moment("doubted_at"),
        pushes=row["pushes"],
        bad_signatures=row["bad_signatures"],
        failures=row["failures"],
        last_error=row["last_error"],
    )


def _write(
    connection: sqlite3.Connection, key: SubscriptionKey, subscription: Subscription | None
) -> None:
    """Make the row of `key` say what `subscription` says; None removes it."""
    if subscription is None:
        connection.execute(
            f"DELETE FROM subscriptions WHERE {_OF_KEY}",  # noqa: S608 -- a constant
            _columns_of(key),
        )
        return

    def text(moment: datetime | None) -> str | None:
        return to_text(moment) if moment else None

    columns = _columns_of(key) | {
        "state": subscription.state,
        "callback": subscription.callback,
        "awaits": subscription.awaits,
        "requested_at": text(subscription.requested_at),
        "verified_at": text(subscription.verified_at),
        "lease_ends_at": text(subscription.lease_ends_at),
        "last_push_at": text(subscription.last_push_at),
        "doubted_at": text(subscription.doubted_at),
        "pushes": subscription.pushes,
        "bad_signatures": subscription.bad_signatures,
        "failures": subscription.failures,
        "last_error": subscription.last_error,
        "next_request_at": to_text(subscription.next_request_at),
    }
    names = list(columns)
    updates = ", ".join(f"{name} = excluded.{name}" for name in names)
    connection.execute(
        f"INSERT INTO subscriptions ({', '.join(names)})"  # noqa: S608 -- columns are ours
        f" VALUES ({', '.join(f':{name}' for name in names)})"
        f" ON CONFLICT (feed_id, topic, hub) DO UPDATE SET {updates}",
        columns,
    )
