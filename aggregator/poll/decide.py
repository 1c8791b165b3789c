"""What a poll means for its feed: what is known of it now, when it is due, what is wrong. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from aggregator.model import (
    DueFeed,
    FeedState,
    FetchResult,
    IdentityKind,
    Outcome,
    ParsedFeed,
    Rhythm,
    Wishes,
)
from aggregator.poll import moves
from aggregator.poll.health import Finding, findings
from aggregator.poll.outcome import AppliedPoll, PollOutcome
from aggregator.poll.requests import was_lied_to
from aggregator.poll.rhythm import observed
from aggregator.poll.schedule import Limits, Schedule, next_due

POLLS_OF_NEW_GUIDS: Final = 2
"""Polls that gave known items new guids, after which a feed's guids are not used any more."""

_LEAST_RENAMED: Final = 3
_SHARE_RENAMED: Final = 0.5


@dataclass(frozen=True, slots=True)
class PollDecision:
    """What the store keeps of a poll beside its entries."""

    state: FeedState
    schedule: Schedule
    findings: tuple[Finding, ...]


def decide(
    due: DueFeed,
    outcome: PollOutcome,
    applied: AppliedPoll,
    *,
    now: datetime,
    limits: Limits,
    push_wait: timedelta | None = None,
) -> PollDecision:
    """Return what follows from a poll; the same arguments give the same decision.

    `due` is the feed as it was before the poll, `applied` what its entries turned out to be.
    """
    before = due.state
    state = replace(before, last_polled_at=now)
    if outcome.is_push:
        state = _after_push(before, outcome, applied, now)
    elif outcome.is_success:
        state = _after_success(due, state, outcome, applied, now)
    else:
        failing_since = before.failing_since or now
        state = replace(state, failures=before.failures + 1, failing_since=failing_since)
        state = moves.after_failure(state)
    schedule = next_due(
        due.feed,
        before,
        state,
        _as_seen(outcome),
        new_entries=applied.new,
        now=now,
        limits=limits,
        push_wait=push_wait,
    )
    state = replace(state, paused=schedule.paused)
    return PollDecision(
        state, schedule, findings(due.feed, state, outcome.result, outcome.error, now)
    )


def held_back(due: DueFeed, now: datetime, wait: timedelta) -> PollDecision:
    """Return what follows from a poll that failed because we ourselves reach nobody: a short wait.

    The feed has done nothing wrong, and nothing of the kind is counted.
    """
    schedule = Schedule(now + wait, "soon: nobody can be reached from here, not only this feed")
    return PollDecision(replace(due.state, last_polled_at=now), schedule, ())


def _after_push(
    state: FeedState, outcome: PollOutcome, applied: AppliedPoll, now: datetime
) -> FeedState:
    """Return the state after a push, which says nothing of the document that a poll would get."""
    if not applied.new:
        return state
    return replace(state, last_new_entry_at=now, rhythm=_rhythm(state, outcome, applied, now))


def _as_seen(outcome: PollOutcome) -> FetchResult:
    if outcome.name is outcome.result.outcome:
        return outcome.result
    return replace(outcome.result, outcome=outcome.name, error=outcome.error)


def _after_success(
    due: DueFeed, state: FeedState, outcome: PollOutcome, applied: AppliedPoll, now: datetime
) -> FeedState:
    result = outcome.result
    state = moves.after_answer(due.feed, state, result, now)
    has_body = result.outcome is Outcome.FRESH
    lied = was_lied_to(due.state, outcome.request, result, outcome.body_hash, applied.moments)
    state = replace(
        state,
        # Validators belong to the entries stored with them, or to the same bytes as before.
        validators=result.validators if has_body else state.validators,
        body_hash=outcome.body_hash if has_body else state.body_hash,
        last_success_at=now,
        last_new_entry_at=now if applied.new else state.last_new_entry_at,
        last_body_at=now if has_body else state.last_body_at,
        unchanged_polls=0 if has_body else state.unchanged_polls + 1,
        distrusted_since=state.distrusted_since or (now if lied else None),
        failures=0,
        failing_since=None,
        rhythm=_rhythm(due.state, outcome, applied, now),
    )
    return _after_document(state, outcome.parsed, applied) if outcome.parsed else state


def _after_document(state: FeedState, parsed: ParsedFeed, applied: AppliedPoll) -> FeedState:
    dates = [entry.published for entry in parsed.entries if entry.published is not None]
    renames = _gave_new_guids(parsed, applied)
    guid_changes = state.guid_changes + renames
    is_unstable = guid_changes >= POLLS_OF_NEW_GUIDS
    return replace(
        state,
        announced_url=parsed.new_url,
        identify_by=IdentityKind.LINK if is_unstable else state.identify_by,
        guid_changes=guid_changes,
        wishes=Wishes(parsed.ttl, parsed.skip_hours, parsed.skip_days),
        entry_count=len(parsed.entries),
        undated_count=len(parsed.entries) - len(dates),
        newest_entry_at=max(dates, default=None),
    )


def _gave_new_guids(parsed: ParsedFeed, applied: AppliedPoll) -> bool:
    share = applied.renamed / max(len(parsed.entries), 1)
    return applied.renamed >= _LEAST_RENAMED and share >= _SHARE_RENAMED


def _rhythm(
    before: FeedState, outcome: PollOutcome, applied: AppliedPoll, now: datetime
) -> Rhythm | None:
    if outcome.parsed is None or (before.rhythm is not None and not applied.new):
        return before.rhythm
    is_first = before.rhythm is None
    # What a first document holds without a date may be of any age.
    undated = 0 if is_first else applied.new - len(applied.moments)
    return observed(before.rhythm, (*applied.moments, *[now] * undated), now)
