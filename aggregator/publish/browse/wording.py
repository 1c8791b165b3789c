"""What the pages say in words: how long ago, why a report is in a story, how a feed is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aggregator.publish.coverage import counted, moment_in_words
from aggregator.store.health import FeedHealth
from aggregator.store.whole_story import StoryReport

SILENT_AFTER: Final = timedelta(days=7)
"""A feed that works and brought nothing new for so long is called silent."""

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

    `opened` says that it is the story's first; `original` names the outlet whose text it repeats.
    """
    why = report.explanation
    sentences = []
    if original is not None:
        sentences.append(f"Its text repeats that of {original}, so it is no origin of its own.")
    if opened:
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


@dataclass(frozen=True, slots=True)
class Condition:
    """How a feed is: a word to sort by, and sentences to read."""

    word: str
    sentences: tuple[str, ...]


CONDITIONS: Final = {
    "failing": "They cannot be read at the moment; each is tried again, ever later.",
    "paused": "They are not asked any more until their address in feeds.yaml changes.",
    "silent": f"They work, and brought nothing new for {SILENT_AFTER.days} days or more.",
    "waiting": "They have not been asked yet.",
    "working": "They work.",
}
"""Every condition, those that need attention first, with what it means."""


def condition(feed: FeedHealth, now: datetime) -> Condition:
    """Return how a feed is."""
    word = {"paused": "paused", "waiting": "waiting", "failing": "failing"}.get(feed.health)
    if word is None:
        newest = feed.last_new_entry
        word = "silent" if newest is None or now - newest >= SILENT_AFTER else "working"
    return Condition(word, tuple(_sentences(feed, word, now)))


def _sentences(feed: FeedHealth, word: str, now: datetime) -> Iterator[str]:
    if word in {"failing", "paused"}:
        if feed.error:
            yield f"{feed.error[0].upper()}{feed.error[1:].rstrip('.')}."
        if feed.failing_since:
            tries = counted(feed.failures, "try", "tries")
            yield f"Since {moment_in_words(feed.failing_since)}, {tries}."
    if feed.last_new_entry:
        yield f"Last report {ago(feed.last_new_entry, now)}."
    elif word != "waiting":
        yield "It has brought no report yet."
    if feed.moved_to:
        yield f"It has moved to {feed.moved_to}; write that address in feeds.yaml."
    if word != "paused":
        due = "now" if feed.next_due <= now else ago(feed.next_due, now)
        yield f"Next asked {due} ({feed.next_due_reason})."
