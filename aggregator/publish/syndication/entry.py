"""What the entry of a story says, whatever the format."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from aggregator.model import HttpUrl, Image, News, PlainText, Report, SafeHtml, Story
from aggregator.publish.coverage import (
    Origin,
    coverage_in_words,
    first_report,
    kinds,
    origins,
    reported_at,
)
from aggregator.publish.syndication.content import LISTED_ORIGINS, content_of, story_url
from aggregator.publish.syndication.news import news_in_words
from aggregator.text.clean import plain_line, text_of_safe_html
from aggregator.text.images import clean_image
from aggregator.text.language import language_tag
from aggregator.text.urls import http_url

CONFLICT_SCHEME: Final = "tag:conflict-news.invalid,2026:conflict"
PLACE_SCHEME: Final = "tag:conflict-news.invalid,2026:place"
"""What the categories of an entry are: names of conflicts, or of places (tag URIs, RFC 4151)."""

_SUMMARY_LIMIT: Final = 1_000
_IMAGE_TYPES: Final = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
"""Source: the media types registered with IANA. The system's own table differs by machine."""


@dataclass(frozen=True, slots=True)
class Source:
    """An independent report behind a story. `title` is the headline, `published` as in `Report`."""

    url: HttpUrl
    outlet: PlainText
    title: PlainText
    kind: PlainText
    country: PlainText
    language: str | None
    published: datetime


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One entry of the merged feed, clean and bounded.

    `url` is the story's page. `language` is that of the title; all else is English with words of
    others in it. `summary` is one line: who reports the story, and what is new. `content_text` has
    the words of `content_html`. `sources` are the first of the independent reports, `kinds` how
    many outlets of each kind report, most first. `took_over` are ids of entries that are now part
    of this one.
    """

    id: str
    url: HttpUrl | None
    title: PlainText
    language: str | None
    summary: PlainText
    content_html: SafeHtml
    content_text: PlainText
    published: datetime
    updated: datetime
    image: Image | None
    conflicts: tuple[PlainText, ...]
    places: tuple[PlainText, ...]
    sources: tuple[Source, ...]
    outlet_count: int
    origin_count: int
    kinds: tuple[tuple[PlainText, int], ...]
    countries: tuple[PlainText, ...]
    news: tuple[News, ...]
    took_over: tuple[str, ...]


def story_entry(story: Story, base_url: str) -> StoryEntry:
    """Return the entry of a story, whose page is below `base_url`.

    Text is cleaned once more, so that no character can break a document; addresses that are not
    http or https, and sizes that are none, are left out.
    """
    by_origin = origins(story.reports)
    first = first_report(story.reports)
    coverage = coverage_in_words(story.source_count, story.origin_count, first)
    content = content_of(story, by_origin, coverage, base_url)
    return StoryEntry(
        id=story.entry_id,
        url=http_url(story_url(base_url, story.id)),
        title=plain_line(story.headline) or PlainText("(no headline)"),
        language=language_tag(story.language),
        summary=plain_line(f"{coverage} {news_in_words(story)}", limit=_SUMMARY_LIMIT),
        content_html=content,
        content_text=text_of_safe_html(content),
        published=story.opened,
        updated=story.updated,
        image=clean_image(story.image),
        conflicts=_lines(story.conflicts),
        places=_lines(story.places),
        sources=_sources(by_origin[:LISTED_ORIGINS]),
        outlet_count=story.source_count,
        origin_count=story.origin_count,
        kinds=tuple((plain_line(kind), count) for kind, count in kinds(story.reports)),
        countries=_lines(sorted({report.country or "" for report in story.reports})),
        news=tuple(News(each.kind, plain_line(each.detail), each.article) for each in story.news),
        took_over=story.took_over,
    )


def image_type(image: Image) -> str | None:
    """Return the media type of an image: the declared one, else that of its address's ending."""
    ending = PurePosixPath(urlsplit(image.url).path).suffix.lower()
    return image.media_type or _IMAGE_TYPES.get(ending)


def _lines(names: Sequence[str]) -> tuple[PlainText, ...]:
    return tuple(dict.fromkeys(line for line in map(plain_line, names) if line))


def _sources(by_origin: Sequence[Origin]) -> tuple[Source, ...]:
    # By address, since a link that stands twice is no second source.
    found: dict[HttpUrl, Source] = {}
    for origin in by_origin:
        if url := http_url(origin.report.url):
            found.setdefault(url, _source(origin.report, url))
    return tuple(found.values())


def _source(report: Report, url: HttpUrl) -> Source:
    return Source(
        url=url,
        outlet=plain_line(report.source_name),
        title=plain_line(report.title),
        kind=plain_line(report.source_kind),
        country=plain_line(report.country or ""),
        language=language_tag(report.language),
        published=reported_at(report),
    )
