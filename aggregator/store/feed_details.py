"""All that is known of one feed, for the one who wants to know why it is as it is."""

import sqlite3
from datetime import datetime, timedelta
from typing import Final

from aggregator.errors import NotFound
from aggregator.model import FeedState
from aggregator.poll.rhythm import expected_entries
from aggregator.store.feeds import feed_of, state_of
from aggregator.store.page_trends import SiteReading, site_readings
from aggregator.store.reading import Record

_SHOWN_POLLS: Final = 10
_SHOWN_SITES: Final = 5
_BUSIEST_HOURS: Final = 3
_WEEK: Final = timedelta(days=7)

_CONDITIONS_SQL: Final = """
SELECT condition, since, detail, remedy FROM feed_conditions WHERE feed_id = ? ORDER BY severity
"""

_POLLS_SQL: Final = """
SELECT polled_at, outcome, status, took_ms, bytes, entries_seen, entries_new, entries_changed, error
FROM polls WHERE feed_id = ? ORDER BY polled_at DESC, id DESC LIMIT ?
"""

_COUNTS_SQL: Final = """
SELECT count(*) AS entries, max(first_seen_at) AS newest_seen_at FROM entries WHERE feed_id = ?
"""


def feed_details(
    connection: sqlite3.Connection, feed_id: str, now: datetime, *, polls: int = _SHOWN_POLLS
) -> Record:
    """Return what is known of a feed under telling names, with its last `polls`.

    The connection gives rows by name (sqlite3.Row). Raises NotFound when there is no such feed.
    """
    row = connection.execute("SELECT * FROM feeds WHERE id = ?", (feed_id,)).fetchone()
    if row is None:
        raise NotFound("feed", feed_id)
    feed, state = feed_of(row), state_of(row)
    record: Record = {
        "feed_id": feed.id,
        "name": feed.name,
        "url": feed.url,
        "asked_at": state.current_url or feed.url,
        "listed": bool(row["listed"]),
        "paused": state.paused,
        "next_due_at": row["next_due_at"],
        "next_due_reason": row["next_due_reason"],
        "wrong_with_it": [dict(found) for found in connection.execute(_CONDITIONS_SQL, (feed_id,))],
        "last_polled_at": row["last_polled_at"],
        "last_success_at": row["last_success_at"],
        "last_new_entry_at": row["last_new_entry_at"],
        "failures_in_a_row": state.failures,
        "last_error": row["last_error"],
        "title": row["title"],
        "format": row["format"],
        "defects": row["defects"],
        "known_again_by": row["identity_rule"],
        "conditional_requests": _how_conditional(row["etag"], row["last_modified"], state),
        "unchanged_answers_in_a_row": state.unchanged_polls,
        "asks_for_no_more_than_every": _spoken(state.wishes.ttl),
        "skip_hours_utc": sorted(state.wishes.skip_hours),
        "skip_days_from_monday_0": sorted(state.wishes.skip_days),
        "calls_itself": row["self_url"],
        "hubs": row["hubs"],
        "moved_to": row["moved_to"],
        **dict(connection.execute(_COUNTS_SQL, (feed_id,)).fetchone()),
    }
    if state.rhythm is not None:
        hours = state.rhythm.hours
        busiest = sorted(range(24), key=lambda hour: -hours[hour])[:_BUSIEST_HOURS]
        record["entries_a_week"] = round(expected_entries(state.rhythm, now, now + _WEEK), 1)
        record["busiest_hours_utc"] = sorted(busiest) if state.rhythm.weight else []
    record["pages"] = [_pages(site) for site in site_readings(connection, feed_id)[:_SHOWN_SITES]]
    record["latest_polls"] = [
        dict(poll) for poll in connection.execute(_POLLS_SQL, (feed_id, polls))
    ]
    return record


def _pages(site: SiteReading) -> Record:
    # Where no rule is for a site, none fails: its share says nothing to a reader.
    shares = {part: round(100 * share) for part, share in site.usual.items() if part != "rule"}
    return {
        "host": site.host,
        "pages": site.pages,
        **shares,
        "usual_characters": site.usual_length,
        "defeats": site.defeats,
    }


def _how_conditional(etag: str | None, last_modified: str | None, state: FeedState) -> str:
    if state.distrusted_since is not None:
        return "no: its 304 answers were found wrong"
    given = [name for name, value in (("ETag", etag), ("Last-Modified", last_modified)) if value]
    return f"yes, by {' and '.join(given)}" if given else "no: its server gives no validators"


def _spoken(span: timedelta | None) -> str | None:
    return None if span is None else f"{span.total_seconds() / 60:g} minutes"
