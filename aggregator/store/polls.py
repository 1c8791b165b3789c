"""What polls bring, into the database: several in one transaction, each whole or not at all."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aggregator.archive.folder import Kept
from aggregator.errors import StoreError
from aggregator.model import DueFeed, FailedItem, IdentityKind, Outcome, ParsedFeed
from aggregator.poll.decide import PollDecision
from aggregator.poll.identity import rule_in_force
from aggregator.poll.outcome import AppliedPoll, PollOutcome
from aggregator.poll.subscription import push_wait
from aggregator.poll.websub import announced
from aggregator.store.archived import index_responses
from aggregator.store.aside import forget_failures
from aggregator.store.aside_items import note_items, without_entries, without_waiting
from aggregator.store.conditions import POLL_CONDITIONS, replace_conditions
from aggregator.store.connection import Store
from aggregator.store.entries import index_articles, newest_article, store_entries
from aggregator.store.feeds import changed_columns
from aggregator.store.sqlite_errors import failure_of
from aggregator.store.subscriptions import follow_poll, subscription_of
from aggregator.text.times import to_text


@dataclass(frozen=True, slots=True)
class PollWrite:
    """One poll to store: the feed as it was, what came, and the decision still to be told of it.

    It is also told how long the feed may be left alone because its hub pushes. `kept` is where the
    answer is archived, if it is, after the redirects that led to it.
    """

    due: DueFeed
    outcome: PollOutcome
    decide: Callable[[AppliedPoll, timedelta | None], PollDecision]
    kept: tuple[Kept, ...] = ()


def apply_poll(store: Store, write: PollWrite, now: datetime) -> AppliedPoll:
    """Store one poll: its entries, the feed's new state and the log, all or nothing."""
    (applied,) = apply_polls(store, [write], now)
    if isinstance(applied, Exception):
        raise applied
    return applied


def apply_polls(
    store: Store, writes: Sequence[PollWrite], now: datetime
) -> list[AppliedPoll | Exception]:
    """Store several polls in one transaction; return for each what it changed, or why it failed.

    One that fails on its own account leaves no trace and does not harm the others. What concerns
    the file as a whole (busy, full) is raised, and then nothing is stored.
    """
    applied: list[AppliedPoll | Exception] = []
    with store.transaction() as connection:
        known = newest_article(connection)
        for asked in writes:
            write = replace(asked, outcome=without_waiting(asked.due, asked.outcome))
            connection.execute("SAVEPOINT poll")
            try:
                applied.append(_apply(connection, write, now))
            except StoreError:
                raise
            except Exception as error:
                if isinstance(error, sqlite3.Error) and failure_of(store.path, error):
                    raise
                # A bug harms one record only.
                connection.execute("ROLLBACK TO poll")
                applied.append(_apply_what_can_be(connection, write, error, now))
            connection.execute("RELEASE poll")
        index_articles(connection, after=known)
    return applied


def _apply_what_can_be(
    connection: sqlite3.Connection, write: PollWrite, error: Exception, now: datetime
) -> AppliedPoll | Exception:
    """Store a poll without the entries over which the program fails, and set those aside.

    They come again with the first document after their time.
    """
    bad = []
    for item in write.outcome.entries:
        connection.execute("SAVEPOINT entry")
        try:
            store_entries(connection, write.due.feed, [item], now)
        except (sqlite3.OperationalError, StoreError):
            raise
        except Exception as failure:  # noqa: BLE001 -- a bug harms one record only
            why = f"{type(failure).__name__}: {failure}"
            bad.append(FailedItem(item.entry.identity, why))
        finally:
            connection.execute("ROLLBACK TO entry")
            connection.execute("RELEASE entry")
    if not bad:
        return error
    try:
        outcome = without_entries(write.outcome, {item.name for item in bad})
        return _apply(connection, replace(write, outcome=outcome), now, unstored=bad)
    except (sqlite3.OperationalError, StoreError):
        raise
    except Exception as failure:  # noqa: BLE001 -- a bug harms one record only
        connection.execute("ROLLBACK TO poll")
        return failure


def _apply(
    connection: sqlite3.Connection,
    write: PollWrite,
    now: datetime,
    unstored: Sequence[FailedItem] = (),
) -> AppliedPoll:
    outcome = write.outcome
    applied = AppliedPoll()
    archived = index_responses(connection, write.kept, outcome.feed_id)
    if outcome.entries:
        applied = store_entries(
            connection, write.due.feed, outcome.entries, now, archived_id=archived
        )
    held = subscription_of(connection, outcome.feed_id)
    missed = 0 if outcome.is_push else applied.new
    decision = write.decide(applied, push_wait(held, new_entries=missed, now=now))
    if outcome.name is not Outcome.UNCHANGED:
        _log_poll(connection, outcome, applied, now)
    _update_feed(connection, write, decision)
    if not outcome.is_push:
        found = [(now, finding) for finding in decision.findings]
        replace_conditions(connection, outcome.feed_id, found, POLL_CONDITIONS)
        said = announced(write.due.url, outcome.result, outcome.parsed, held)
        follow_poll(connection, outcome.feed_id, held, said, missed, now)
    forget_failures(connection, "poll", outcome.feed_id)
    note_items(connection, write.due, outcome, unstored, now)
    return applied


def _log_poll(
    connection: sqlite3.Connection, outcome: PollOutcome, applied: AppliedPoll, now: datetime
) -> None:
    result = outcome.result
    connection.execute(
        "INSERT INTO polls (feed_id, polled_at, outcome, status, took_ms, bytes, entries_seen,"
        " entries_new, entries_changed, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            outcome.feed_id, to_text(now), outcome.name, result.status,
            round(result.took.total_seconds() * 1000), len(result.body), len(outcome.entries),
            applied.new, applied.changed, outcome.error,
        ),
    )  # fmt: skip


def _update_feed(connection: sqlite3.Connection, write: PollWrite, decision: PollDecision) -> None:
    outcome = write.outcome
    columns = changed_columns(write.due.state, decision.state)
    parsed = outcome.parsed
    if not outcome.is_push:
        # A push puts off no poll: those find what is not pushed.
        columns |= {
            "next_due_at": to_text(decision.schedule.next_due),
            "next_due_reason": decision.schedule.reason,
            "last_outcome": outcome.name,
            "last_error": outcome.error,
        }
    if parsed is not None and not outcome.is_push:
        columns |= {
            "title": parsed.title,
            "format": parsed.format,
            "defects": _json(parsed.defects),
            "self_url": parsed.self_url,
            "hubs": _json(parsed.hubs),
            "identity_rule": _identity_rule(parsed, decision.state.identify_by),
        }
    if not columns:
        return
    assignments = ", ".join(f"{column} = ?" for column in columns)
    connection.execute(
        f"UPDATE feeds SET {assignments} WHERE id = ?",  # noqa: S608 -- columns are ours
        (*columns.values(), outcome.feed_id),
    )


def _identity_rule(parsed: ParsedFeed, following: IdentityKind) -> str:
    """Return by what the entries of the next document will be known."""
    renamed = (
        replace(entry, identity_kind=following)
        if following is not IdentityKind.GUID and entry.url
        else entry
        for entry in parsed.entries
    )
    return rule_in_force(renamed, following)


def _json(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
