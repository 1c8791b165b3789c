"""When an article's page is looked at again, and whether what it shows may replace what we have."""

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aggregator.model import Article, BodySource, PlainText, Verdict
from aggregator.scrape.watch.corrections import correction_notes

LOOKS: Final = tuple(timedelta(hours=hours) for hours in (0.5, 2, 6, 12, 24, 48))
"""After the article was first seen. Most edits come within hours, the last ones on the next day.

NewsDiffs (`get_update_delay` of its scraper) asks for a page every 15 to 30 minutes for a day; at
a hundred requests an article that is for a dozen outlets, not for thousands.
"""

LIVE_PAUSE: Final = timedelta(minutes=30)
LIVE_FOR: Final = timedelta(hours=12)
"""A live blog is looked at so often for so long, beside the usual times."""

AFTER_EDIT: Final = timedelta(hours=1)
"""A page that has just been edited is often edited again."""

LEAST_PAUSE: Final = timedelta(minutes=15)
"""Looks that were missed are made up for by one; the next is not nearer than this."""

TOO_OLD: Final = timedelta(days=2)
"""What was published so long before we saw it comes from an archive."""

_SPREAD: Final = 0.1
"""Share of the wait that is added by the page's own name: pages seen at once come apart."""
_LOOKS_AFTER_EDITS: Final = 12
"""A page that differs each time it is looked at is not looked at more often for it."""

_REFUSALS: Final = frozenset(
    {
        Verdict.PAYWALL,
        Verdict.CONSENT_PAGE,
        Verdict.BOT_WALL,
        Verdict.NOT_AN_ARTICLE,
        Verdict.EMPTY,
    }
)
_WALLS: Final = frozenset({Verdict.PAYWALL, Verdict.CONSENT_PAGE, Verdict.BOT_WALL})
"""Who stands behind these stands there in an hour, too."""
_RANK: Final = {BodySource.NONE: 0, BodySource.FEED: 1, BodySource.PAGE: 2}
_CUT_SHORT: Final = 0.5
"""A text that is shorter than this share of what it was has been cut, not edited."""


@dataclass(frozen=True, slots=True)
class Watched:
    """An article as the schedule sees it; `page` is any lasting name of its page."""

    page: str
    first_seen: datetime
    published: datetime | None
    verdict: Verdict
    looks: int = 0


@dataclass(frozen=True, slots=True)
class KnownText:
    """What we have of an article: the text of its newest `version`."""

    title: PlainText
    body: PlainText
    body_source: BodySource
    verdict: Verdict | None
    version: int


def next_look(watched: Watched, now: datetime, *, edited: bool = False) -> datetime | None:
    """Return when the page is looked at next, None when it is not any more.

    `edited` says that the look at `now` found an edit.
    """
    first_seen, published = watched.first_seen, watched.published
    if watched.verdict in _WALLS:
        return None
    if published is not None and first_seen - published > TOO_OLD:
        return None
    share = 1 + _SPREAD * zlib.crc32(watched.page.encode("utf-8", "replace")) / 0xFFFFFFFF
    usual = (first_seen + look * share for look in LOOKS)
    due = next((moment for moment in usual if moment >= now + LEAST_PAUSE), None)
    if due is None:
        return None
    if watched.verdict is Verdict.LIVE_BLOG and now - first_seen < LIVE_FOR:
        due = min(due, now + LIVE_PAUSE)
    if edited and watched.looks < _LOOKS_AFTER_EDITS:
        due = min(due, now + AFTER_EDIT)
    return due


def is_poorer(known: KnownText, found: Article) -> bool:
    """Say whether what a page shows now is worth less than what we have of it.

    That is: no text, the feed's text for the page's, a wall for an article, or a text that lost
    most of itself without a word about it. A live blog may roll on.
    """
    if not found.body:
        return bool(known.body)
    if _RANK[found.body_source] < _RANK[known.body_source]:
        return True
    if known.body_source is not BodySource.PAGE:
        return False
    if found.verdict in _REFUSALS and known.verdict not in _REFUSALS:
        return True
    if Verdict.LIVE_BLOG in {known.verdict, found.verdict}:
        return False
    if len(found.body) >= _CUT_SHORT * len(known.body):
        return False
    return set(correction_notes(found.body)) <= set(correction_notes(known.body))
