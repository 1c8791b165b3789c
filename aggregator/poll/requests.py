"""What is asked of a feed: where, and whether an answer "unchanged" is to be believed.

Some servers say 304 for ever. So now and then a feed is asked without validators, and a document
that differs although nothing was said to have changed convicts the server.
"""

from datetime import datetime, timedelta
from typing import Final

from aggregator.model import (
    DueFeed,
    FeedState,
    FetchKind,
    FetchRequest,
    FetchResult,
    Outcome,
    Validators,
)
from aggregator.poll.rhythm import expected_entries
from aggregator.text.secrets import access_for

WHOLE_DOCUMENT_AFTER: Final = timedelta(days=7)
"""A feed that only ever says "unchanged" is asked for all of it once a week."""

SUSPICIOUS_AFTER: Final = timedelta(hours=24)
"""Feed hosts ask for at most one unconditional request a day."""

_SUSPICIOUS_ENTRIES: Final = 5.0
"""So many entries were due by the feed's own rhythm since its last document."""

_SURELY_EARLIER: Final = timedelta(hours=1)


def request_for(due: DueFeed, now: datetime) -> FetchRequest:
    """Return the request for a feed: conditional, but for the occasional check.

    So is the one with which an item that was set aside is tried again.
    """
    believed = due.state.distrusted_since is None and not is_check_due(due.state, now)
    believed = believed and not due.is_item_due(now)
    validators = due.state.validators if believed else Validators()
    access = access_for(due.feed.access, due.feed.url, due.url)
    return FetchRequest(due.url, FetchKind.FEED, validators, access)


def is_check_due(state: FeedState, now: datetime) -> bool:
    """Return whether "unchanged" has been said for so long that the whole feed is asked for."""
    if state.last_body_at is None or not state.unchanged_polls:
        return False
    elapsed = now - state.last_body_at
    if elapsed >= WHOLE_DOCUMENT_AFTER:
        return True
    if elapsed < SUSPICIOUS_AFTER or state.rhythm is None:
        return False
    return expected_entries(state.rhythm, state.last_body_at, now) >= _SUSPICIOUS_ENTRIES


def was_lied_to(
    state: FeedState,
    request: FetchRequest,
    result: FetchResult,
    digest: str | None,
    new_moments: tuple[datetime, ...],
) -> bool:
    """Return whether a check shows that earlier answers "unchanged" were wrong.

    The body differs although the server gave it the validators that it called unchanged; or every
    new entry, of two at least, is older than the last time it said so.
    """
    was_check = request.validators == Validators() != state.validators
    if not was_check or result.outcome is not Outcome.FRESH or not state.unchanged_polls:
        return False
    if digest is None or digest == state.body_hash:
        return False
    if result.validators == state.validators:
        return True
    asked = state.last_polled_at
    return (
        asked is not None
        and len(new_moments) > 1
        and all(moment < asked - _SURELY_EARLIER for moment in new_moments)
    )
