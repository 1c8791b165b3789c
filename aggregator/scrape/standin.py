"""The feed's own text where the page has none."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from aggregator.model import Article, BodySource, Entry, HttpUrl, PlainText, Verdict
from aggregator.scrape.agreement import agrees
from aggregator.text.clean import plain_line, text_of_safe_html
from aggregator.text.images import completed
from aggregator.text.language import language_of
from aggregator.text.urls import host_of

_POOR_VERDICTS: Final = frozenset(
    {
        Verdict.PAYWALL,
        Verdict.CONSENT_PAGE,
        Verdict.BOT_WALL,
        Verdict.GALLERY,
        Verdict.NOT_AN_ARTICLE,
        Verdict.EMPTY,
    }
)
_OTHER_PAGES: Final = frozenset({Verdict.CONSENT_PAGE, Verdict.BOT_WALL, Verdict.NOT_AN_ARTICLE})
"""What such pages say of themselves goes behind what the feed says of the article."""
_LESS_THAN_FEED: Final = "the page shows less than the feed"


def empty_article(url: HttpUrl, reason: str) -> Article:
    """Return an article of which nothing but the address is known."""
    return Article(
        url=url,
        title=PlainText(""),
        body=PlainText(""),
        verdict=Verdict.EMPTY,
        site=plain_line(host_of(url)),
        body_source=BodySource.NONE,
        body_reason=reason,
    )


def article_from_entry(entry: Entry, *, reason: str, now: datetime | None) -> Article:
    """Return the article that the feed's own text makes; `reason` says why the page's does not.

    A time after `now` is not believed.
    """
    article = empty_article(entry.url or HttpUrl(""), reason)
    return with_feed_text(article, entry, now=now)


def with_feed_text(
    article: Article, entry: Entry | None, *, now: datetime | None = None
) -> Article:
    """Return the article with what the entry knows and the page does not say.

    The entry's text (its content, else its summary) takes the place of a body that is missing or
    a teaser shorter than it. Of a page that shows something else (a consent notice, a test for
    people, a list) the feed's word goes first for the rest too. The verdict stays: it is about the
    page.
    """
    if entry is None:
        return replace(article, body_source=BodySource.PAGE if article.body else BodySource.NONE)
    if article.verdict in _OTHER_PAGES:
        article = _told_by_feed(article, entry)
    text = text_of_safe_html(entry.content) or text_of_safe_html(entry.summary)
    teaser = article.verdict in _POOR_VERDICTS or not agrees(article.body, text)
    from_feed = teaser and len(text) > len(article.body)
    body = text if from_feed else article.body
    source = BodySource.FEED if from_feed else BodySource.PAGE if body else BodySource.NONE
    published, how = article.published, article.published_how
    updated, updated_how = article.updated, article.updated_how
    if updated is None and entry.updated is not None:
        updated, updated_how = entry.updated, "feed"
    if (
        published is None
        and entry.published is not None
        and (now is None or entry.published <= now)
    ):
        published, how = entry.published, "feed"
    return replace(
        article,
        title=article.title or entry.title,
        body=body,
        authors=article.authors or entry.authors,
        published=published,
        published_how=how,
        updated=updated,
        updated_how=updated_how,
        language=article.language or language_of(body or entry.title, entry.language),
        image=completed(article.image, entry.image),
        body_source=source,
        body_reason=article.body_reason or (_LESS_THAN_FEED if from_feed else ""),
    )


def _told_by_feed(article: Article, entry: Entry) -> Article:
    """Return the article with the feed's word first, of a page that is not the article's."""
    return replace(
        article,
        title=entry.title or article.title,
        authors=entry.authors or article.authors,
        published=None if entry.published else article.published,
        published_how="missing" if entry.published else article.published_how,
        language=entry.language or article.language,
        image=entry.image,
        canonical=None,
    )
