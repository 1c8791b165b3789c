"""The feed as a whole: its formats, its addresses, and the pages it is cut into."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath
from typing import Final

from aggregator.model import HttpUrl, Story
from aggregator.text.urls import http_url

GENERATOR: Final = "conflict-news-aggregator"
OWN_LANGUAGE: Final = "en"
"""Of all that we say ourselves."""


class FeedFormat(StrEnum):
    """What the merged feed can be written in."""

    ATOM = "atom"
    """RFC 4287."""
    RSS = "rss"
    """RSS 2.0 with the best-practice profile of the RSS Advisory Board."""
    JSON = "json"
    """JSON Feed 1.1."""

    @property
    def media_type(self) -> str:
        """Return the media type without parameters, as links name it."""
        return _MEDIA_TYPES[self]

    @property
    def content_type(self) -> str:
        """Return what the HTTP header "Content-Type" is to say; JSON is always UTF-8 (RFC 8259)."""
        charset = "" if self is FeedFormat.JSON else "; charset=utf-8"
        return f"{self.media_type}{charset}"

    @property
    def suffix(self) -> str:
        """Return how the names of such files end: ".atom"."""
        return f".{self.value}"

    @classmethod
    def of_file(cls, path: PurePath) -> "FeedFormat":
        """Return the format that the name of a file asks for; Atom unless it ends as another."""
        suffix = path.suffix.lower()
        return next((known for known in cls if known.suffix == suffix), cls.ATOM)


_MEDIA_TYPES: Final = {
    FeedFormat.ATOM: "application/atom+xml",
    FeedFormat.RSS: "application/rss+xml",
    FeedFormat.JSON: "application/feed+json",
}


@dataclass(frozen=True, slots=True)
class Pages:
    """Where the rest of a feed is that is cut into several documents (RFC 5005).

    `first`, `previous` and `next` lead through a paged feed. `prev_archive` and `next_archive` lead
    through an archived one, whose older documents do not change any more; such a document names
    the newest one as `current`, and is thereby marked as an archive.
    """

    first: str | None = None
    previous: str | None = None
    next: str | None = None
    prev_archive: str | None = None
    next_archive: str | None = None
    current: str | None = None

    def links(self) -> Iterator[tuple[str, HttpUrl]]:
        """Yield (relation, address) for each that is known, by the registered names."""
        pairs = (
            ("first", self.first),
            ("previous", self.previous),
            ("next", self.next),
            ("prev-archive", self.prev_archive),
            ("next-archive", self.next_archive),
            ("current", self.current),
        )
        for relation, url in pairs:
            if address := http_url(url):
                yield relation, address


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """The feed as a whole.

    `feed_id` is a URI that never changes. `base_url` is the address of the front page, `self_url`
    that of this feed, `formats` has those of the same feed in other formats. `created` stands in as
    the time of update while there is no entry. `hubs` are the WebSub hubs that announce changes.
    """

    title: str
    base_url: str
    feed_id: str
    self_url: str
    created: datetime
    subtitle: str = "One entry for each event, with everybody who reports it"
    pages: Pages = Pages()
    hubs: tuple[str, ...] = ()
    formats: Mapping[FeedFormat, str] = field(default_factory=dict)

    def other_formats(self, own: FeedFormat) -> Iterator[tuple[FeedFormat, HttpUrl]]:
        """Yield the formats beside `own` in which the feed is to be had, and where."""
        for known in FeedFormat:
            if known is not own and (address := http_url(self.formats.get(known))):
                yield known, address

    def hub_addresses(self) -> list[HttpUrl]:
        """Return the addresses of the hubs that are ones."""
        return [address for hub in self.hubs if (address := http_url(hub))]

    def updated(self, stories: Sequence[Story]) -> datetime:
        """Return when the feed last changed: with its newest change of a story."""
        return max((story.updated for story in stories), default=self.created)
