"""What is to be told: decided for alert, story and change, and stored before anything is sent."""

import logging
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from aggregator.config.alert_rules import Alerting, AlertRule, Channel, Digest
from aggregator.publish.alerts.bulletin import (
    Bulletin,
    ToldStory,
    alert,
    digest,
    folded_alerts,
    from_json,
    stable_key,
    to_json,
    told_story,
)
from aggregator.publish.alerts.digest_times import last_time, next_time
from aggregator.publish.alerts.matching import MaterialChange, matches
from aggregator.store.aside import forget_failures, is_waiting, note_failure
from aggregator.store.connection import Store
from aggregator.store.material_changes import last_change_before, latest_change, material_changes
from aggregator.text.times import to_text

PageOf = Callable[[int], str]
"""The address of the page of a story."""

_HOUR: Final = timedelta(hours=1)

# What waits for a receiver that was away comes all at once when it is back. What is dated later
# than now is from a clock that was ahead, and tells nothing of this hour.
_OF_THE_HOUR_SQL: Final = """
SELECT count(*) AS messages FROM (
  SELECT id FROM alert_deliveries
  WHERE rule = :rule AND channel = :channel AND decided_at > :since AND decided_at <= :now
    AND state NOT IN ('held', 'folded')
  UNION SELECT id FROM alert_deliveries
  WHERE rule = :rule AND channel = :channel AND state = 'pending'
  UNION SELECT id FROM alert_deliveries
  WHERE rule = :rule AND channel = :channel AND state = 'sent'
    AND finished_at > :since AND finished_at <= :now
)
"""
_STAGE: Final = "alert"

_log = logging.getLogger("aggregator")


def follow_alerting(store: Store, alerting: Alerting, now: datetime) -> None:
    """Take up alerts and digests that are new, and leave those that have gone.

    What happened before one was first seen is not told by it. What waits to be sent by one that
    has gone, or on a channel that it has no more, is withdrawn.
    """
    with store.transaction() as connection:
        latest = latest_change(connection)
        kept: list[tuple[str, str, str | None]]
        kept = [("alert", rule.name, None) for rule in alerting.alerts]
        kept += [("digest", one.name, to_text(next_time(one, now))) for one in alerting.digests]
        for kind, name, due in kept:
            connection.execute(
                "DELETE FROM alert_rules WHERE name = ? AND kind <> ?",
                (name, kind),
            )
            # Another hour of a digest counts from now on, and never twice for the same changes.
            connection.execute(
                "INSERT INTO alert_rules (name, kind, first_seen_at, decided_change, next_due_at)"
                " VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET next_due_at"
                " = min(next_due_at, excluded.next_due_at)",
                (name, kind, to_text(now), latest, due),
            )
        ways = {(one.name, way) for one in alerting.rules for way in one.channels}
        _leave(connection, {name for _, name, _ in kept}, ways, now)


def _leave(
    connection: sqlite3.Connection,
    names: set[str],
    ways: set[tuple[str, Channel]],
    now: datetime,
) -> None:
    known = connection.execute("SELECT name FROM alert_rules").fetchall()
    for name in (row["name"] for row in known if row["name"] not in names):
        connection.execute("DELETE FROM alert_rules WHERE name = ?", (name,))
        forget_failures(connection, _STAGE, name)
    waiting = connection.execute(
        "SELECT DISTINCT rule, channel FROM alert_deliveries WHERE state IN ('pending', 'held')"
    ).fetchall()
    connection.executemany(
        "UPDATE alert_deliveries SET state = 'withdrawn', finished_at = ?"
        " WHERE rule = ? AND channel = ? AND state IN ('pending', 'held')",
        [
            (to_text(now), row["rule"], row["channel"])
            for row in waiting
            if (row["rule"], row["channel"]) not in ways
        ],
    )


def decide(store: Store, alerting: Alerting, page_of: PageOf, now: datetime) -> int:
    """Store every message that is due to be made, in one transaction; return how many there are."""
    if not _has_work(store.connection, alerting, now):
        return 0
    with store.transaction() as connection:
        desk = _Desk(connection, page_of, now)
        for rule in alerting.alerts:
            desk.guarded(rule.name, partial(desk.decide_alert, rule))
        for one in alerting.digests:
            desk.guarded(one.name, partial(desk.make_digest, one))
    return desk.made


def _has_work(connection: sqlite3.Connection, alerting: Alerting, now: datetime) -> bool:
    """Tell whether anything may be to do, without taking the lock."""
    if not alerting.rules:
        return False
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM alert_rules WHERE kind = 'alert'"
        " AND decided_change < (SELECT coalesce(max(id), 0) FROM story_changes))"
        " OR EXISTS (SELECT 1 FROM alert_rules WHERE next_due_at <= ?)"
        " OR EXISTS (SELECT 1 FROM alert_deliveries WHERE state = 'held') AS has_work",
        (to_text(now),),
    ).fetchone()
    return bool(row["has_work"])


class _Desk:
    """One round of decisions inside one transaction."""

    def __init__(self, connection: sqlite3.Connection, page_of: PageOf, now: datetime) -> None:
        self._connection = connection
        self._page_of = page_of
        self._now = now
        self._latest = latest_change(connection)
        self._changes: dict[int, list[MaterialChange]] = {}
        row = connection.execute("SELECT id FROM installation").fetchone()
        self._installation = str(row["id"])
        self.made = 0

    def guarded(self, name: str, work: Callable[[], None]) -> None:
        """Decide for one alert; a bug in that undoes it, sets it aside and harms no other."""
        if is_waiting(self._connection, _STAGE, name, self._now):
            return
        self._connection.execute("SAVEPOINT one_rule")
        failure: Exception | None = None
        try:
            work()
        except sqlite3.Error:
            raise
        except Exception as error:  # noqa: BLE001 -- a bug harms one alert only
            _log.exception("alert name=%s set aside", name)
            self._connection.execute("ROLLBACK TO one_rule")
            failure = error
        self._connection.execute("RELEASE one_rule")
        if failure is None:
            forget_failures(self._connection, _STAGE, name)
        else:
            text = f"{type(failure).__name__}: {failure}"
            note_failure(self._connection, _STAGE, name, text, self._now)

    def decide_alert(self, rule: AlertRule) -> None:
        """Store what an alert tells of all changes that it has not seen yet."""
        since = self._decided(rule.name)
        told = [
            (change, told_story(change, self._page_of(change.story.id)))
            for change in self._changes_since(since)
            if matches(rule.conditions, change)
        ]
        for channel in rule.channels:
            self._fill_channel(rule, channel, told)
        self._connection.execute(
            "UPDATE alert_rules SET decided_change = ? WHERE name = ?", (self._latest, rule.name)
        )

    def _fill_channel(
        self, rule: AlertRule, channel: Channel, told: Sequence[tuple[MaterialChange, ToldStory]]
    ) -> None:
        room = rule.hourly_limit - self._messages_of_the_hour(rule.name, channel)
        if room > 0 and self._fold(rule, channel):
            room -= 1
        for change, story in told:
            key = stable_key(self._installation, rule.name, channel, change.story.id, change.id)
            state = "pending" if room > 0 else "held"
            bulletin = alert(rule.name, key, self._now, story)
            room -= self._add(bulletin, channel, state, change)

    def _fold(self, rule: AlertRule, channel: Channel) -> bool:
        """Tell all that was held back on a channel in one message; return whether there was any."""
        held = self._connection.execute(
            "SELECT id, content FROM alert_deliveries"
            " WHERE rule = ? AND channel = ? AND state = 'held' ORDER BY id",
            (rule.name, channel),
        ).fetchall()
        if not held:
            return False
        stories = [story for row in held for story in from_json(row["content"]).stories]
        key = stable_key(self._installation, rule.name, channel, "folded", held[0]["id"])
        bulletin = folded_alerts(rule.name, key, self._now, stories, rule.hourly_limit)
        self._add(bulletin, channel)
        (folded,) = self._connection.execute("SELECT last_insert_rowid()").fetchone()
        self._connection.executemany(
            "UPDATE alert_deliveries SET state = 'folded', folded_into = ?, finished_at = ?"
            " WHERE id = ?",
            [(folded, to_text(self._now), row["id"]) for row in held],
        )
        return True

    def make_digest(self, one: Digest) -> None:
        """Store the digest of all changes up to the time at which it was to be made, if it is."""
        row = self._connection.execute(
            "SELECT next_due_at FROM alert_rules WHERE name = ?", (one.name,)
        ).fetchone()
        if row["next_due_at"] > to_text(self._now):
            return
        since, moment = self._decided(one.name), last_time(one, self._now)
        upto = last_change_before(self._connection, since, moment)
        changes = material_changes(self._connection, since, upto)
        stories = [
            told_story(change, self._page_of(change.story.id))
            for change in changes
            if matches(one.conditions, change)
        ]
        for channel in one.channels if stories else ():
            key = stable_key(self._installation, one.name, channel, "digest", upto)
            self._add(digest(one.name, key, moment, stories), channel)
        self._connection.execute(
            "UPDATE alert_rules SET decided_change = ?, next_due_at = ? WHERE name = ?",
            (upto, to_text(next_time(one, self._now)), one.name),
        )

    def _decided(self, name: str) -> int:
        row = self._connection.execute(
            "SELECT decided_change FROM alert_rules WHERE name = ?", (name,)
        ).fetchone()
        return int(row["decided_change"])

    def _changes_since(self, since: int) -> Iterable[MaterialChange]:
        if since not in self._changes:
            found = material_changes(self._connection, since, self._latest)
            self._changes[since] = found
        return self._changes[since]

    def _messages_of_the_hour(self, name: str, channel: Channel) -> int:
        """Count what a channel got within the hour, is to get, or was to get and did not."""
        wanted = {
            "rule": name,
            "channel": channel,
            "since": to_text(self._now - _HOUR),
            "now": to_text(self._now),
        }
        row = self._connection.execute(_OF_THE_HOUR_SQL, wanted).fetchone()
        return int(row["messages"])

    def _add(
        self,
        bulletin: Bulletin,
        channel: Channel,
        state: str = "pending",
        change: MaterialChange | None = None,
    ) -> int:
        """Store one message unless it has been; return how many were stored."""
        cursor = self._connection.execute(
            "INSERT OR IGNORE INTO alert_deliveries (rule, channel, kind, story_id, change_id, key,"
            " content, state, decided_at, next_attempt_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                bulletin.name, channel, bulletin.kind, change and change.story.id,
                change and change.id, bulletin.key, to_json(bulletin), state, to_text(self._now),
                to_text(self._now),
            ),
        )  # fmt: skip
        self.made += cursor.rowcount
        return cursor.rowcount
