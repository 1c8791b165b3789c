"""The merged feed: one Atom entry (RFC 4287) for each story. Same input, same bytes."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from html import escape
from typing import Final

from lxml import etree

from aggregator.model import Report, Story
from aggregator.publish.coverage import (
    Origin,
    coverage_in_words,
    first_report,
    kinds_in_words,
    moment_in_words,
    origins,
    repeated_in_words,
    reported_at,
)
from aggregator.publish.names import country_name, kind_name, language_name
from aggregator.text.clean import plain_line, safe_html
from aggregator.text.language import language_tag
from aggregator.text.times import to_text
from aggregator.text.urls import http_url

ATOM: Final = "http://www.w3.org/2005/Atom"
MEDIA_TYPE: Final = "application/atom+xml; charset=utf-8"
GENERATOR: Final = "conflict-news-aggregator"

LISTED_ORIGINS: Final = 60
LISTED_COPIES: Final = 20
"""What one entry lists at most; the story's page has the rest, and the entry says so."""

_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_OWN_LANGUAGE: Final = "en"
_SUMMARY_LIMIT: Final = 600


class FeedFormat(StrEnum):
    """How a feed is written."""

    ATOM = "atom"

    @property
    def media_type(self) -> str:
        """Return the Content-Type of a document."""
        return MEDIA_TYPE

    @property
    def suffix(self) -> str:
        """Return the ending of its address."""
        return f".{self}"


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """The feed as a whole.

    `feed_id` is a URI that never changes. `base_url` is the address of the front page, `self_url`
    that of this feed. `created` stands in as the time of update while there is no entry.
    """

    title: str
    base_url: str
    feed_id: str
    self_url: str
    created: datetime
    first_url: str | None = None
    next_url: str | None = None
    other_formats: Mapping[FeedFormat, str] = field(default_factory=dict)
    subtitle: str = "One entry for each event, with everybody who reports it"


def render_atom(stories: Sequence[Story], info: FeedInfo) -> bytes:
    """Return the feed as UTF-8 bytes, entries in the order given.

    Text is escaped and cleaned once more, so that no character can break the document; addresses
    that are not http or https are left out.
    """
    feed = etree.Element(
        f"{{{ATOM}}}feed",
        attrib={_XML_LANG: _OWN_LANGUAGE},
        nsmap={None: ATOM},  # type: ignore[dict-item]  # None is lxml's word for "no prefix"
    )
    updated = max((story.updated for story in stories), default=info.created)
    _text(feed, "id", info.feed_id)
    _text(feed, "title", plain_line(info.title))
    if info.subtitle:
        _text(feed, "subtitle", plain_line(info.subtitle))
    _text(feed, "updated", to_text(updated))
    _link(feed, "self", info.self_url, type="application/atom+xml")
    _link(feed, "alternate", info.base_url, type="text/html")
    for relation, url in (("first", info.first_url), ("next", info.next_url)):
        if url:
            _link(feed, relation, url, type="application/atom+xml")
    author = etree.SubElement(feed, f"{{{ATOM}}}author")
    _text(author, "name", plain_line(info.title))
    _text(feed, "generator", GENERATOR)
    for story in stories:
        _add_entry(feed, story, info)
    etree.indent(feed, space=" ")
    return etree.tostring(feed, encoding="utf-8", xml_declaration=True)


def render(stories: Sequence[Story], info: FeedInfo, form: FeedFormat) -> bytes:
    """Return the feed in a format."""
    assert form is FeedFormat.ATOM
    return render_atom(stories, info)


def entity_tag(body: bytes) -> str:
    """Return the strong ETag of a response body, quotes included."""
    return f'"{hashlib.sha256(body).hexdigest()}"'


def story_url(base_url: str, story_id: int) -> str:
    """Return the address of a story's page."""
    return f"{base_url.rstrip('/')}/story/{story_id}"


def _add_entry(feed: etree._Element, story: Story, info: FeedInfo) -> None:
    entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
    by_origin = origins(story.reports)
    page = story_url(info.base_url, story.id)
    _text(entry, "id", story.entry_id)
    _text(entry, "title", plain_line(story.headline) or "(no headline)", language=story.language)
    _text(entry, "published", to_text(story.opened))
    _text(entry, "updated", to_text(story.updated))
    _link(entry, "alternate", page, type="text/html")
    for origin in by_origin[:LISTED_ORIGINS]:
        report = origin.report
        _link(
            entry,
            "via",
            report.url,
            hreflang=language_tag(report.language) or "",
            title=plain_line(f"{report.source_name}: {report.title}"),
        )
    for name in story.conflicts:
        if term := plain_line(name):
            etree.SubElement(entry, f"{{{ATOM}}}category", term=term, label=term)
    summary = coverage_in_words(story.source_count, story.origin_count, first_report(story.reports))
    _text(entry, "summary", plain_line(summary, limit=_SUMMARY_LIMIT))
    markup = safe_html("\n".join(_content(story, by_origin, summary, page)), info.base_url)
    _text(entry, "content", markup, type="html")


def _content(story: Story, by_origin: Sequence[Origin], summary: str, page: str) -> Iterator[str]:
    yield f"<p>{escape(summary)} Sources: {escape(kinds_in_words(story.reports))}.</p>"
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
    yield f'<p><a href="{escape(page)}">Who reports this, when, and why it is one story</a></p>'


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


def _text(
    parent: etree._Element, name: str, text: str, *, language: str | None = None, **attributes: str
) -> None:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}", attrib=attributes)
    if tag := language_tag(language):
        element.set(_XML_LANG, tag)
    element.text = text


def _link(parent: etree._Element, relation: str, url: str, **attributes: str) -> None:
    if address := http_url(url):
        kept = {name: value for name, value in attributes.items() if value}
        etree.SubElement(
            parent, f"{{{ATOM}}}link", attrib={"rel": relation, "href": address, **kept}
        )
