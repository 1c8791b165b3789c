"""Feeds that move: when a permanent redirect is believed, and when it is given up again."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from aggregator.model import Feed, FeedState, FetchResult, Move

POLLS_BEFORE_MOVING: Final = 3
TIME_BEFORE_MOVING: Final = timedelta(hours=24)
"""A slip in a server's configuration is mended within a day; a move is there to stay."""

FAILURES_BEFORE_RETURNING: Final = 3


def after_answer(feed: Feed, state: FeedState, result: FetchResult, now: datetime) -> FeedState:
    """Return the state after an answer that was a feed: what moved, and where to ask from now on.

    The user's own address is kept; `current_url` stands in for it.
    """
    target = result.permanent_url
    if target is None or target == (state.current_url or feed.url):
        # The address that is asked is right; a move that led here stays on record.
        has_moved = state.current_url is not None
        return state if has_moved else replace(state, move=None)
    seen = state.move
    if seen is None or seen.url != target:
        return replace(state, move=Move(target, now))
    seen = replace(seen, polls=seen.polls + 1)
    settled = seen.polls >= POLLS_BEFORE_MOVING and now - seen.since >= TIME_BEFORE_MOVING
    if settled:
        back_home = target == feed.url
        return replace(state, move=seen, current_url=None if back_home else target)
    return replace(state, move=seen)


def after_failure(state: FeedState) -> FeedState:
    """Return the state after a failed poll: a new address that does not work is given up."""
    if state.current_url is None or state.failures < FAILURES_BEFORE_RETURNING:
        return state
    return replace(state, current_url=None, move=None)
