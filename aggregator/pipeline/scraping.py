"""One page, from pending to an article."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from aggregator.model import Article, Entry, FetchKind, FetchRequest, FetchResult, HttpUrl, Outcome
from aggregator.pipeline.workers import Workers
from aggregator.scrape.site_rules.rule import Rules
from aggregator.scrape.standin import article_from_entry
from aggregator.store.outcomes import PageOutcome, PendingPage
from aggregator.web.client import WebClient

RETRY_WAITS: Final = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6))
"""How long to wait after each failed fetch of a page before asking again; then it is given up."""

_SERVER_ERROR: Final = 500


async def scrape_one(
    page: PendingPage, web: WebClient, workers: Workers, rules: Rules
) -> PageOutcome:
    """Fetch one page and take its article; where that fails the feed's own text stands in."""
    now = page.first_seen
    if page.url is None:
        return _settled(page, _from_feed(page, "the feed gives no address for it", now))
    if not page.feed.fulltext:
        return _settled(page, _from_feed(page, "feeds.yaml says fulltext: false", now))
    result = await web.fetch(FetchRequest(page.url, FetchKind.PAGE, access=page.feed.access))
    if result.outcome is not Outcome.FRESH:
        article = _from_feed(page, result.error or str(result.outcome), result.received_at)
        return _settled(page, article) if not _passing(result) else _again(page, article, result)
    article = await workers.run(
        extract_page,
        result.body,
        page.url,
        page.entry,
        result.content_type,
        result.received_at,
        rules.for_site(page.url),
    )
    return _settled(page, _completed(article, page))


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
        image=article.image or entry.image,
    )


def _passing(result: FetchResult) -> bool:
    """Tell whether asking again may help: no answer, "later", or a server in trouble."""
    if result.outcome is Outcome.LATER:
        return True
    if result.outcome is not Outcome.FAILED:
        return False
    return result.status is None or result.status >= _SERVER_ERROR


def _settled(page: PendingPage, article: Article) -> PageOutcome:
    return PageOutcome(page.article_id, article, page.attempts, None)


def _again(page: PendingPage, article: Article, result: FetchResult) -> PageOutcome:
    attempts = page.attempts + 1
    if attempts > len(RETRY_WAITS):
        return PageOutcome(page.article_id, article, attempts, None)
    wait = max(RETRY_WAITS[attempts - 1], result.retry_after or timedelta(0))
    return PageOutcome(page.article_id, article, attempts, result.received_at + wait)
