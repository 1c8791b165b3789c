"""The content of an entry in HTML: what is new, who reports the story, copies folded."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from aggregator.model import Report, SafeHtml, Story
from aggregator.publish.coverage import (
    Origin,
    counted,
    kinds_in_words,
    moment_in_words,
    repeated_in_words,
    reported_at,
)
from aggregator.publish.names import country_name, kind_name, language_name
from aggregator.publish.syndication.news import news_as_html
from aggregator.text.clean import safe_html
from aggregator.text.language import language_tag
from aggregator.text.urls import http_url

LISTED_ORIGINS: Final = 60
LISTED_COPIES: Final = 20
LISTED_PLACES: Final = 20
"""What one entry lists at most; the story's page has the rest, and the entry says so."""


def story_url(base_url: str, story_id: int) -> str:
    """Return the address of a story's page."""
    return f"{base_url.rstrip('/')}/story/{story_id}"


def content_of(story: Story, by_origin: Sequence[Origin], coverage: str, base_url: str) -> SafeHtml:
    """Return the content of a story's entry, `coverage` being the line about who reports it."""
    page = story_url(base_url, story.id)
    return safe_html("\n".join(_content(story, by_origin, coverage, page)), base_url)


def _content(story: Story, by_origin: Sequence[Origin], coverage: str, page: str) -> Iterator[str]:
    if news := news_as_html(story):
        yield f"<p>{news}</p>"
    yield f"<p>{escape(coverage)} Sources: {escape(kinds_in_words(story.reports))}.</p>"
    yield from _places(story)
    if story.summary:
        yield f"<blockquote{_language(story.language)}>{escape(story.summary)}</blockquote>"
    yield "<ol>"
    for origin in by_origin[:LISTED_ORIGINS]:
        yield f"<li>{_report(origin.report)}"
        if origin.copies:
            yield f"<br>{escape(repeated_in_words(origin))}:<ul>"
            for report in origin.copies[:LISTED_COPIES]:
                yield f"<li>{_report(report)}</li>"
            yield from _rest(len(origin.copies) - LISTED_COPIES, "<li>{}</li>", page)
            yield "</ul>"
        yield "</li>"
    yield "</ol>"
    yield from _rest(len(by_origin) - LISTED_ORIGINS, "<p>{}</p>", page)
    if story.took_over:
        others = counted(len(story.took_over), "other story", "other stories")
        yield f"<p>It took over {others}.</p>"
    yield f'<p><a href="{escape(page)}">Who reports this, when, and why it is one story</a></p>'


def _places(story: Story) -> Iterator[str]:
    if story.places:
        names = [f'<b dir="auto">{escape(name)}</b>' for name in story.places[:LISTED_PLACES]]
        if (more := len(story.places) - LISTED_PLACES) > 0:
            names.append(f"{more:,} more")
        yield f"<p>Places: {', '.join(names)}.</p>"


def _rest(count: int, frame: str, page: str) -> Iterator[str]:
    if count > 0:
        yield frame.format(f'<a href="{escape(page)}">and {count:,} more</a>')


def _report(report: Report) -> str:
    title = f"<b{_language(report.language)}>{escape(report.title) or '(no headline)'}</b>"
    if url := http_url(report.url):
        title = f'<a href="{escape(url)}">{title}</a>'
    about = (
        kind_name(report.source_kind),
        country_name(report.country),
        language_name(report.language),
        moment_in_words(reported_at(report)),
    )
    details = ", ".join(word for word in about if word)
    return f'{title}<br><b dir="auto">{escape(report.source_name)}</b> ({escape(details)})'


def _language(code: str | None) -> str:
    tag = language_tag(code)
    return f' lang="{tag}" dir="auto"' if tag else ' dir="auto"'
