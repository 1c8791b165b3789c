"""What the pages say in words: how long ago, why a report is in a story, how a feed is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aggregator.publish.coverage import counted, moment_in_words
from aggregator.store.health import FeedHealth
from aggregator.store.revisions import BY_USER
from aggregator.store.whole_story import Revised, StoryReport

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_SHOWN_TERMS: Final = 8


def duration_in_words(duration: timedelta) -> str:
    """Return a duration as people say it: "12 minutes", "3 hours", "2 days"."""
    if duration < _HOUR:
        return counted(max(1, round(duration / _MINUTE)), "minute")
    if duration < 2 * _DAY:
        return counted(round(duration / _HOUR), "hour")
    return counted(round(duration / _DAY), "day")


def ago(moment: datetime, now: datetime) -> str:
    """Return when `moment` was or will be, seen from `now`."""
    if abs(now - moment) < _MINUTE:
        return "just now"
    if moment > now:
        return f"in {duration_in_words(moment - now)}"
    return f"{duration_in_words(now - moment)} ago"


def why_in_words(report: StoryReport, *, opened: bool, original: str | None) -> list[str]:
    """Return sentences that say why a report is in its story.

    `opened` says that it opened the story; `original` names the outlet whose text it repeats.
    """
    why = report.explanation
    sentences = []
    if report.report.origin_reason:
        is_own = report.report.dependence == "own report"
        ending = "" if is_own else ", so it is no origin of its own"
        sentences.append(f"It {report.report.origin_reason}{ending}.")
    elif original is not None:
        sentences.append(f"Its text repeats that of {original}, so it is no origin of its own.")
    if report.revised is not None:
        sentences.append(_first_place(report))
        sentences.append(_revision(report.revised))
    elif opened:
        sentences.append("It opened this story: nothing recent was close enough to it.")
    else:
        sentences.append(f"It is {why.score:.0%} like this story; {why.threshold:.0%} is enough.")
    if why.terms:
        terms = ", ".join(f"“{term}”" for term in why.terms[:_SHOWN_TERMS])
        sentences.append(f"Words that carried this: {terms}.")
    if why.features:
        parts = ", ".join(f"{name} {value:.2f}" for name, value in why.features.items())
        sentences.append(f"In figures: {parts}.")
    return sentences


def _first_place(report: StoryReport) -> str:
    why = report.explanation
    if why.score < why.threshold:
        return "It opened another story first: nothing recent was close enough to it."
    enough = f"{why.threshold:.0%} is enough"
    return f"It was {why.score:.0%} like the story that it joined first; {enough}."


def _revision(revised: Revised) -> str:
    if revised.by == BY_USER:
        words = {"merge": "You made that story and this one the same.",
                 "split": "You parted it from the story in which it was."}  # fmt: skip
        return words[revised.kind]
    likeness = f"{revised.score:.0%}; {revised.threshold:.0%} is enough"
    if revised.kind == "merge":
        return f"That story and this one proved to be the same ({likeness})."
    return f"It proved to belong here, and not where it was ({likeness})."


@dataclass(frozen=True, slots=True)
class HowItIs:
    """How a feed is: the group it is shown in, and sentences to read."""

    group: str
    sentences: tuple[str, ...]


GROUPS: Final = {
    "failing": "They cannot be read at the moment; each is tried again, ever later.",
    "paused": "They are gone for good, says their server, and not asked until they are resumed.",
    "doubtful": "They answer, and yet something is wrong with them.",
    "waiting": "They have not been asked yet.",
    "working": "They work.",
}
"""Every group, those that need attention first, with what it means."""


def how_it_is(feed: FeedHealth, now: datetime) -> HowItIs:
    """Return how a feed is."""
    group = feed.health
    if feed.paused:
        group = "paused"
    elif feed.is_failing:
        group = "failing"
    elif feed.detail is not None:
        group = "doubtful"
    return HowItIs(group, tuple(_sentences(feed, group, now)))


def _sentences(feed: FeedHealth, group: str, now: datetime) -> Iterator[str]:
    if feed.detail:
        since = f", since {moment_in_words(feed.since)}" if feed.since else ""
        yield f"{_capitalised(feed.health)}{since}: {feed.detail.rstrip('.')}."
    if feed.remedy:
        yield feed.remedy
    if group == "failing":
        yield f"It failed {counted(feed.failures, 'time')} in a row."
    if feed.last_new_entry:
        yield f"Last report {ago(feed.last_new_entry, now)}."
    elif group != "waiting":
        yield "It has brought no report yet."
    if group != "paused":
        due = "now" if feed.next_due <= now else ago(feed.next_due, now)
        yield f"Next asked {due} ({feed.next_due_reason})."


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
