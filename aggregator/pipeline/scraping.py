"""One page, from pending to an article; or to a look at what has become of it."""

from collections.abc import Awaitable, Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from aggregator.model import (
    Article,
    BodySource,
    Entry,
    FetchKind,
    FetchRequest,
    FetchResult,
    HttpUrl,
    Outcome,
    Validators,
    Verdict,
)
from aggregator.pipeline.workers import Workers
from aggregator.scrape.site_rules.rule import Rules
from aggregator.scrape.standin import article_from_entry
from aggregator.scrape.watch.edits import Changes, changes_between
from aggregator.scrape.watch.revisit import Watched, is_poorer, next_look
from aggregator.store.outcomes import Found, Look, PageAnswer, PageOutcome, PendingPage
from aggregator.text.images import completed

RETRY_WAITS: Final = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6))
"""How long to wait after each failed fetch of a page before asking again; then it is given up."""

PAGE_LIMIT: Final = timedelta(seconds=10)
"""Processor time for one page; an extraction takes some 5 to 50 milliseconds of it."""

Fetch = Callable[[FetchRequest], Awaitable[FetchResult]]
"""Asks for a page."""

_SERVER_ERROR: Final = 500
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True, slots=True)
class _Visit:
    """A page that was asked for, and the answer."""

    page: PendingPage
    result: FetchResult

    def look(
        self, found: Found, verdict: Verdict, *, published: datetime | None = None
    ) -> Look | None:
        """Return what this visit found, with the next look; None for a page that nobody watches."""
        page, result = self.page, self.result
        if not page.is_watched:
            return None
        watched = Watched(
            page.url or "", page.first_seen, published or page.entry.published, verdict, page.looks
        )
        due = next_look(watched, result.received_at, edited=found is Found.EDITED)
        if found in {Found.GONE, Found.BLOCKED}:
            due = None
        elif due is not None and result.retry_after is not None:
            due = max(due, result.received_at + result.retry_after)
        return Look(found, due, result.validators if _has_page(result) else page.validators)

    def nothing_new(self, found: Found) -> PageOutcome:
        """Return the outcome of a visit that leaves the article as it is."""
        page = self.page
        verdict = (page.known.verdict if page.known else None) or Verdict.ARTICLE
        return PageOutcome(
            page.article_id,
            None,
            page.attempts,
            None,
            look=self.look(found, verdict),
            is_revisit=page.is_revisit,
        )


async def scrape_one(
    page: PendingPage, fetch: Fetch, workers: Workers, rules: Rules
) -> PageOutcome:
    """Fetch one page and take its article; where that fails the feed's own text stands in.

    A page whose text we have is asked for with its validators.
    """
    now = page.first_seen
    if page.url is None:
        article = _from_feed(page, "the feed gives no address for it", now)
        return await _settled(page, article, workers)
    if not page.feed.fulltext:
        article = _from_feed(page, "feeds.yaml says fulltext: false", now)
        return await _settled(page, article, workers)
    request = FetchRequest(page.url, FetchKind.PAGE, _validators(page), page.feed.access)
    visit = _Visit(page, await fetch(request))
    if visit.result.outcome is Outcome.UNCHANGED:
        return visit.nothing_new(Found.UNCHANGED)
    if visit.result.outcome is not Outcome.FRESH:
        return await _not_had(visit, workers)
    try:
        article = await workers.run_within(
            PAGE_LIMIT,
            extract_page,
            visit.result.body,
            page.url,
            page.entry,
            visit.result.content_type,
            visit.result.received_at,
            rules.for_site(page.url),
        )
    except (TimeoutError, BrokenProcessPool, MemoryError, RecursionError) as error:
        return await _defeated(visit, error, workers)
    return await _read(visit, _completed(article, page), workers)


def extract_page(
    html: bytes,
    url: HttpUrl,
    entry: Entry,
    content_type: str | None,
    now: datetime,
    rules: Rules,
) -> Article:
    """Extract one page; the function that workers run."""
    # The libraries behind it take half a second and ten megabytes, and only workers need them.
    from aggregator.scrape.article import extract  # noqa: PLC0415 -- see above

    return extract(html, url, hint=entry, content_type=content_type, now=now, rules=rules)


def stood_in(page: PendingPage, error: Exception, now: datetime) -> PageOutcome:
    """Return what is kept of a page over which the program failed, until it is tried again."""
    article = _from_feed(page, f"the program failed over its page: {type(error).__name__}", now)
    return PageOutcome(page.article_id, article, page.attempts, now, is_makeshift=True)


def failed_look(page: PendingPage, now: datetime) -> PageOutcome:
    """Return what is kept of a look over which the program failed: that the next one comes.

    After the last one it is this look that is tried again.
    """
    assert page.url is not None
    outcome = _Visit(page, FetchResult(page.url, Outcome.FAILED, now)).nothing_new(Found.FAILED)
    look = outcome.look and replace(outcome.look, next_due=outcome.look.next_due or now)
    return replace(outcome, look=look, is_makeshift=True)


def _validators(page: PendingPage) -> Validators:
    known = page.known
    has_text = known is not None and known.body_source is BodySource.PAGE
    return page.validators if has_text else Validators()


async def _read(visit: _Visit, article: Article, workers: Workers) -> PageOutcome:
    page = visit.page
    changes = await _changes(page, article, workers)
    return PageOutcome(
        page.article_id,
        article,
        page.attempts,
        None,
        look=visit.look(
            _found(page, article, changes), article.verdict, published=article.published
        ),
        changes=changes,
        compared_with=page.known.version if page.known else None,
        is_revisit=page.is_revisit,
        answer=PageAnswer.READ,
    )


def _found(page: PendingPage, article: Article, changes: Changes | None) -> Found:
    known = page.known
    if known is not None and is_poorer(known, article):
        return Found.POORER
    if known is None or known.body_source is not article.body_source:
        return Found.FIRST
    return Found.SAME if changes is not None and not changes.is_edit else Found.EDITED


async def _changes(page: PendingPage, article: Article, workers: Workers) -> Changes | None:
    """Return what differs from the text we have; None where that is no edit, or cannot be told."""
    known = page.known
    if known is None or known.body_source is not article.body_source or is_poorer(known, article):
        return None
    texts = (known.title, known.body, article.title, article.body)
    if texts[:2] == texts[2:]:
        return Changes()
    try:
        return await workers.run_within(PAGE_LIMIT, changes_between, *texts)
    except (TimeoutError, BrokenProcessPool):
        return None


async def _not_had(visit: _Visit, workers: Workers) -> PageOutcome:
    """Return what follows when the server did not give us the page."""
    page, result = visit.page, visit.result
    if page.is_revisit:
        return visit.nothing_new(_why_not(result))
    article = _from_feed(page, result.error or str(result.outcome), result.received_at)
    if _passing(result):
        outcome = _again(page, article, result)
    else:
        outcome = await _settled(page, article, workers)
    is_final = outcome.retry_at is None
    return replace(outcome, answer=PageAnswer.REFUSED if is_final else None)


def _why_not(result: FetchResult) -> Found:
    if result.outcome is Outcome.GONE or result.status in _GONE:
        return Found.GONE
    return Found.BLOCKED if result.outcome is Outcome.BLOCKED else Found.FAILED


async def _defeated(visit: _Visit, error: Exception, workers: Workers) -> PageOutcome:
    """Return what follows when the extractor does not cope: the feed's text, for good."""
    page, result = visit.page, visit.result
    if page.is_revisit:
        return visit.nothing_new(Found.FAILED)
    why = type(error).__name__
    if isinstance(error, TimeoutError):
        why = f"more than {PAGE_LIMIT.total_seconds():g} seconds of work"
    elif isinstance(error, BrokenProcessPool):
        why = "a process that did not survive it"
    article = _from_feed(page, f"its page defeats the extractor: {why}", result.received_at)
    return replace(await _settled(page, article, workers), answer=PageAnswer.DEFEATED)


def _from_feed(page: PendingPage, reason: str, now: datetime) -> Article:
    return _completed(article_from_entry(page.entry, reason=reason, now=now), page)


def _completed(article: Article, page: PendingPage) -> Article:
    entry = page.entry
    published, how = article.published, article.published_how
    if published is None and entry.published is not None:
        published, how = entry.published, "feed"
    return replace(
        article,
        title=article.title or entry.title,
        published=published,
        published_how=how,
        language=article.language or entry.language or page.feed.language,
        image=completed(article.image, entry.image),
    )


def _has_page(result: FetchResult) -> bool:
    return result.outcome in {Outcome.FRESH, Outcome.UNCHANGED}


def _passing(result: FetchResult) -> bool:
    """Tell whether asking again may help: no answer, "later", or a server in trouble."""
    if result.outcome is Outcome.LATER:
        return True
    if result.outcome is not Outcome.FAILED:
        return False
    return result.status is None or result.status >= _SERVER_ERROR


async def _settled(page: PendingPage, article: Article, workers: Workers) -> PageOutcome:
    return PageOutcome(
        page.article_id,
        article,
        page.attempts,
        None,
        changes=await _changes(page, article, workers),
        compared_with=page.known.version if page.known else None,
    )


def _again(page: PendingPage, article: Article, result: FetchResult) -> PageOutcome:
    attempts = page.attempts + 1
    if attempts > len(RETRY_WAITS):
        return PageOutcome(page.article_id, article, attempts, None)
    wait = max(RETRY_WAITS[attempts - 1], result.retry_after or timedelta(0))
    return PageOutcome(page.article_id, article, attempts, result.received_at + wait)
