"""A bulletin in words, as plain text and as HTML."""

from collections.abc import Iterator
from html import escape

from aggregator.model import SafeHtml
from aggregator.publish.alerts.bulletin import Bulletin, BulletinKind, ToldNews, ToldStory
from aggregator.publish.names import kind_name
from aggregator.text.clean import safe_html
from aggregator.text.language import language_tag


def title_of(bulletin: Bulletin) -> str:
    """Return the headline of the one story, or what the bulletin says of itself."""
    if bulletin.kind is BulletinKind.ALERT:
        return bulletin.stories[0].headline
    return bulletin.note


def news_in_words(news: tuple[ToldNews, ...]) -> str:
    """Return "new origin: Coast Agency; figure: 14 dead", "" without news."""
    return "; ".join(": ".join(filter(None, (one.kind, one.detail))) for one in news)


def as_text(bulletin: Bulletin) -> str:
    """Return a bulletin as plain text, for people."""
    return "\n".join(_text_lines(bulletin)) + "\n"


def _text_lines(bulletin: Bulletin) -> Iterator[str]:
    if bulletin.note:
        yield bulletin.note
        yield ""
    for story in bulletin.stories:
        yield story.headline
        if told := news_in_words(story.news):
            yield f"New: {told}"
        yield story.coverage
        if story.summary and bulletin.kind is BulletinKind.ALERT:
            yield ""
            yield story.summary
        yield story.url
        for report in story.reports:
            yield f"- {report.outlet} ({kind_name(report.kind)}): {report.title}"
            yield f"  {report.url}"
        yield ""
    yield f"{bulletin.kind} {bulletin.name}, {bulletin.made_at}"


def as_html(bulletin: Bulletin) -> SafeHtml:
    """Return a bulletin as an HTML fragment that has passed our allow-list."""
    return safe_html("\n".join(_html_lines(bulletin)), None)


def as_page(bulletin: Bulletin) -> str:
    """Return a bulletin as a whole HTML document without scripts or styles of strangers."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(bulletin.name)}</title></head><body>\n{as_html(bulletin)}\n</body></html>\n"
    )


def _html_lines(bulletin: Bulletin) -> Iterator[str]:
    if bulletin.note:
        yield f"<p>{escape(bulletin.note)}</p>"
    for story in bulletin.stories:
        yield f'<h2><a href="{escape(story.url)}"{_language(story.language)}>'
        yield f"{escape(story.headline)}</a></h2>"
        if told := news_in_words(story.news):
            yield f"<p><b>New:</b> {escape(told)}</p>"
        yield f"<p>{escape(story.coverage)}</p>"
        if story.summary and bulletin.kind is BulletinKind.ALERT:
            yield f"<blockquote{_language(story.language)}>{escape(story.summary)}</blockquote>"
        yield from _reports(story)
    yield f"<p>{escape(bulletin.kind)} {escape(bulletin.name)}, {escape(bulletin.made_at)}</p>"


def _reports(story: ToldStory) -> Iterator[str]:
    if not story.reports:
        return
    yield "<ul>"
    for report in story.reports:
        title = escape(report.title)
        linked = f'<a href="{escape(report.url)}">{title}</a>' if report.url else title
        outlet = f"{escape(report.outlet)} ({escape(kind_name(report.kind))})"
        yield f"<li{_language(report.language)}>{outlet}: {linked}</li>"
    yield "</ul>"


def _language(code: str | None) -> str:
    tag = language_tag(code)
    return f' lang="{escape(tag)}" dir="auto"' if tag else ' dir="auto"'
