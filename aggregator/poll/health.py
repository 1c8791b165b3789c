"""What is wrong with a feed, in words for people, and what they can do about it: pure.

A feed that fails has one finding that names its kind of failure; one that answers may have several
that say why it is worth less than it seems.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from aggregator.model import Feed, FeedState, FetchResult, IdentityKind, Outcome
from aggregator.poll.moves import POLLS_BEFORE_MOVING
from aggregator.poll.rhythm import expected_entries
from aggregator.poll.schedule import is_dead


class Condition(StrEnum):
    """What can be wrong, the worst first."""

    GONE = "gone"
    DEAD = "dead"
    BOT_WALL = "bot wall"
    BLOCKED = "blocked"
    NOT_FOUND = "not found"
    NOT_A_FEED = "not a feed"
    FORBIDDEN_XML = "forbidden XML"
    ADDRESS_REFUSED = "address refused"
    REDIRECT_LOOP = "too many redirects"
    TOO_LARGE = "too large"
    TOO_SLOW = "too slow"
    BAD_ENCODING = "damaged"
    SERVER_ERROR = "server error"
    ASKED_TO_WAIT = "asked to wait"
    UNREACHABLE = "unreachable"
    FAILING = "failing"
    PAGES_REFUSED = "pages refused"
    PAGES_CHANGED = "pages changed"
    ALWAYS_UNCHANGED = "always unchanged"
    SILENT = "silent"
    EMPTY = "empty"
    OLD_ENTRIES = "old entries"
    MOVED = "moved"
    UNDATED = "undated"
    GUIDS_CHANGE = "guids change"

    @property
    def severity(self) -> int:
        """The place in this list; 0 is worst."""
        return list(Condition).index(self)


OLD_AFTER: Final = timedelta(days=60)
"""A feed whose newest entry is older than this is an archive, or abandoned."""

SILENT_AFTER: Final = timedelta(hours=24)
_ENTRIES_MISSED: Final = 10.0
"""A feed that misses so many entries of its own rhythm has not merely paused: with news coming in
bursts of about three, silence of this length by chance is rarer than one in twenty-five."""

_BY_FAILURE: Final = {
    "AddressRefused": Condition.ADDRESS_REFUSED,
    "TooManyRedirects": Condition.REDIRECT_LOOP,
    "TooLarge": Condition.TOO_LARGE,
    "TooSlow": Condition.TOO_SLOW,
    "BadEncoding": Condition.BAD_ENCODING,
    "FetchError": Condition.UNREACHABLE,
}

_REMEDIES: Final = {
    Condition.GONE: "Look for its new address; `aggregator feeds resume {id}` asks it again.",
    Condition.DEAD: "Look for its new address or remove it; it is still asked once a week.",
    Condition.BOT_WALL: "Ask the publisher for an address that programs may read, or for access.",
    Condition.BLOCKED: "Ask the publisher for access; `headers`, `cookies` or `authorization` in"
    " feeds.yaml may carry it.",
    Condition.NOT_FOUND: "Look for its new address: `aggregator feeds discover` on its homepage.",
    Condition.NOT_A_FEED: "Run `aggregator feeds discover {url}` to find the feed's address.",
    Condition.FORBIDDEN_XML: "Tell the publisher: no feed needs entity declarations.",
    Condition.ADDRESS_REFUSED: "Correct its address, or list its network or port in the settings.",
    Condition.REDIRECT_LOOP: "Open its address in a browser and take the one it ends at.",
    Condition.TOO_LARGE: "Raise `feed_limit` if the feed is honest, or look for a shorter one.",
    Condition.TOO_SLOW: "Nothing to do if it passes; `request_deadline` can be raised.",
    Condition.BAD_ENCODING: "Tell the publisher that the server sends damaged data.",
    Condition.SERVER_ERROR: "Wait; if it lasts, tell the publisher.",
    Condition.ASKED_TO_WAIT: "Nothing: it is asked again when the server allows it.",
    Condition.UNREACHABLE: "Check the address and our own connection; it is asked ever later.",
    Condition.FAILING: "Read the error; `aggregator feeds test {url}` shows what the server says.",
    Condition.PAGES_REFUSED: "Open one of its pages in a browser; ask the publisher for access, or"
    " write `fulltext: false` to be content with the feed's own text.",
    Condition.PAGES_CHANGED: "The layout has probably changed: look at a page with `aggregator"
    " extract --explain`, and write or mend a site rule.",
    Condition.ALWAYS_UNCHANGED: "Nothing: it is asked without validators now. Tell the publisher.",
    Condition.SILENT: "Open its homepage: it may have a new feed.",
    Condition.EMPTY: "Open its homepage: it may have another feed, or nothing to report yet.",
    Condition.OLD_ENTRIES: "Open its homepage: this feed may be abandoned.",
    Condition.MOVED: "Write the new address into feeds.yaml.",
    Condition.UNDATED: "Nothing: its reports are dated by when we first saw them.",
    Condition.GUIDS_CHANGE: "Nothing: its items are known again by their addresses.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a feed: what, more closely, and what to do."""

    condition: Condition
    detail: str
    remedy: str


def findings(
    feed: Feed, state: FeedState, result: FetchResult, error: str | None, now: datetime
) -> tuple[Finding, ...]:
    """Return what is wrong with a feed after a poll, the worst first; empty when it is well.

    `state` is what is known after the poll, `error` why it brought nothing.
    """
    found = _failure(state, result, error, now) if error else _weaknesses(feed, state, now)
    ordered = sorted(found.items(), key=lambda item: item[0].severity)
    return tuple(
        finding_of(condition, detail, feed_id=feed.id, url=feed.url)
        for condition, detail in ordered
    )


def finding_of(condition: Condition, detail: str, *, feed_id: str, url: str) -> Finding:
    """Return a condition of a feed with what can be done about it."""
    return Finding(condition, detail, _REMEDIES[condition].format(id=feed_id, url=url))


def _failure(
    state: FeedState, result: FetchResult, error: str, now: datetime
) -> dict[Condition, str]:
    found = {_kind_of_failure(result, error): error}
    if is_dead(state, now):
        found[Condition.DEAD] = "it has failed for 30 days"
    return found


def _kind_of_failure(result: FetchResult, error: str) -> Condition:
    if result.outcome is Outcome.GONE:
        return Condition.GONE
    if result.bot_wall is not None:
        return Condition.BOT_WALL
    if result.outcome is Outcome.BLOCKED:
        return Condition.BLOCKED
    if result.outcome is Outcome.LATER:
        return Condition.ASKED_TO_WAIT
    if result.failure is not None:
        return _BY_FAILURE.get(result.failure, Condition.FAILING)
    if result.status == HTTPStatus.NOT_FOUND:
        return Condition.NOT_FOUND
    if result.status is not None and result.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Condition.SERVER_ERROR
    if result.outcome is Outcome.FRESH:
        forbidden = error.startswith("ForbiddenXml")
        return Condition.FORBIDDEN_XML if forbidden else Condition.NOT_A_FEED
    return Condition.FAILING


def _weaknesses(feed: Feed, state: FeedState, now: datetime) -> dict[Condition, str]:
    found: dict[Condition, str] = {}
    if state.distrusted_since is not None:
        found[Condition.ALWAYS_UNCHANGED] = "the server said 304 although the feed had changed"
    if state.current_url is not None:
        found[Condition.MOVED] = f"it is asked at {state.current_url} now"
    elif state.move is not None and state.move.polls >= POLLS_BEFORE_MOVING:
        found[Condition.MOVED] = f"its server redirects to {state.move.url} for good"
    elif state.announced_url not in {None, feed.url}:
        found[Condition.MOVED] = f"the feed itself names {state.announced_url} as its new address"
    if state.identify_by is IdentityKind.LINK:
        found[Condition.GUIDS_CHANGE] = "it gives known items new guids"
    if state.entry_count == 0:
        found[Condition.EMPTY] = "it is a valid feed without entries"
        return found
    if state.entry_count and state.undated_count == state.entry_count:
        found[Condition.UNDATED] = "no entry says when it was published"
    newest = state.newest_entry_at
    if newest is not None and now - newest > OLD_AFTER:
        found[Condition.OLD_ENTRIES] = f"its newest entry is of {newest:%Y-%m-%d}"
    elif silent := _silence(state, now):
        found[Condition.SILENT] = silent
    return found


def _silence(state: FeedState, now: datetime) -> str | None:
    since = state.last_new_entry_at
    if since is None or state.rhythm is None or now - since < SILENT_AFTER:
        return None
    missed = expected_entries(state.rhythm, since, now)
    if missed < _ENTRIES_MISSED:
        return None
    return f"nothing new since {since:%Y-%m-%d %H:%M} UTC, where about {missed:.0f} were usual"
