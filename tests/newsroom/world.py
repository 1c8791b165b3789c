"""What the newsroom publishes: outlets, conflicts, events and the reports that tell them.

Everything here is invented, so that the truth is known: which reports tell one event, and which
are copies of one text.
"""

import re
import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit


class FeedFormat(StrEnum):
    """The dialects that feeds are written in."""

    RSS = "RSS 2.0"
    RSS_091 = "RSS 0.91"
    ATOM = "Atom 1.0"
    RDF = "RSS 1.0"
    JSON = "JSON Feed 1.1"


class Fault(StrEnum):
    """What can be wrong with a feed; each is one way that feeds fail in the wild."""

    NOT_FOUND = "404"
    GONE = "410"
    SERVER_ERROR = "500"
    LATER = "503 with Retry-After"
    TOO_MANY = "429 with Retry-After"
    FORBIDDEN = "403"
    WEB_PAGE = "a web page instead of a feed"
    MALFORMED = "malformed XML that can be recovered"
    TRUNCATED = "XML cut off in the middle"
    DRIP = "one byte at a time"
    SILENT = "no answer"
    MOVED = "301 to another address"
    REDIRECT_LOOP = "a redirect without end"
    HUGE = "a body without end"
    XXE = "external entities"
    BOT_WALL = "a test for people instead of the feed"
    PRIVATE_REDIRECT = "a redirect into a private network"
    DOUBLE_GZIP = "gzip in gzip, small outside and huge inside"
    CUT_GZIP = "gzip that ends too early"
    ALWAYS_304 = "304 for ever"
    NEW_GUIDS = "new guids in each answer"
    SAME_GUID = "one guid for all items"
    EMPTY = "a valid feed without entries"
    UNDATED = "items without dates"
    ARCHIVE = "items of years ago"
    FUTURE = "items of the far future"
    BAD_BYTE = "a byte that is not UTF-8"

    @property
    def has_entries(self) -> bool:
        """Whether entries come out of it, whatever is wrong with them."""
        return self in _WITH_ENTRIES


_WITH_ENTRIES: Final = frozenset(
    {
        Fault.MALFORMED,
        Fault.TRUNCATED,
        Fault.DRIP,
        Fault.MOVED,
        Fault.ALWAYS_304,
        Fault.NEW_GUIDS,
        Fault.SAME_GUID,
        Fault.UNDATED,
        Fault.ARCHIVE,
        Fault.FUTURE,
        Fault.BAD_BYTE,
    }
)


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher with one feed and one host, `<id>.localhost`.

    `kind` is a word of the aggregator's `SourceKind`, `layout` one of `layouts.LAYOUTS`.
    `page_path` may use {year}, {month}, {day}, {slug} and {number}. `validators` holds "etag",
    "modified", both or neither. `disallowed` forbids all article pages in robots.txt; `fulltext`
    False asks readers of feeds.yaml to leave the pages alone.
    """

    id: str
    name: str
    kind: str = "newspaper"
    language: str = "en"
    country: str = "XI"
    layout: str = "jsonld"
    format: FeedFormat = FeedFormat.RSS
    feed_path: str = "/feed.xml"
    page_path: str = "/{year}/{month}/{day}/{slug}"
    full_content: bool = False
    fulltext: bool = True
    validators: frozenset[str] = frozenset({"etag", "modified"})
    encoding: str = "utf-8"
    dated: bool = True
    relative_links: bool = False
    opaque_guids: bool = False
    disallowed: bool = False
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a reader of the demo follows; written into feeds.yaml as it stands.

    `at` are the towns among its places, with latitude and longitude; the others are no towns.
    """

    id: str
    name: str
    places: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    at: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Correction:
    """An edit that an outlet makes to its own report; None leaves the part as it is."""

    headline: str | None = None
    body: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One article as its newsroom writes it: `body` is its paragraphs.

    `hours_ago` counts back from the newsroom's start; None means "when it is published".
    `copy_of` is the key of the report whose text it repeats. `missing` puts the entry into the
    feed while its page answers 404.
    """

    outlet: str
    event: str
    headline: str
    body: tuple[str, ...]
    hours_ago: float | None = None
    authors: tuple[str, ...] = ()
    copy_of: str | None = None
    corrections: tuple[Correction, ...] = ()
    missing: bool = False
    name: str = ""

    @property
    def key(self) -> str:
        """Name this report within its world."""
        return self.name or f"{self.outlet}: {self.headline}"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened (or one piece of sport or culture), and everybody who tells it."""

    id: str
    about: str
    conflict: str | None
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a newsroom may publish."""

    outlets: tuple[Outlet, ...]
    events: tuple[Event, ...]
    conflicts: tuple[Conflict, ...] = ()

    def __post_init__(self) -> None:
        outlets = {outlet.id for outlet in self.outlets}
        reports = [report for event in self.events for report in event.reports]
        keys = [report.key for report in reports]
        unknown = {report.outlet for report in reports} - outlets
        unknown |= {report.copy_of for report in reports if report.copy_of} - set(keys)
        twice = {key for key in keys if keys.count(key) > 1}
        if unknown or twice:
            raise ValueError(f"a world with unknown names {unknown} or doubled reports {twice}")

    def conflict_of(self) -> Mapping[str, str | None]:
        """Map each event to its conflict."""
        return {event.id: event.conflict for event in self.events}


@dataclass(frozen=True, slots=True)
class Published:
    """A report with an address and a time; what feeds and pages are made of."""

    report: Report
    outlet: Outlet
    url: str
    published: datetime
    updated: datetime | None = None
    conflict: str | None = None
    position: int = field(default=0, compare=False)

    @property
    def path(self) -> str:
        """Return the path of the page on its host."""
        return urlsplit(self.url).path

    @property
    def changed(self) -> datetime:
        """Return the time of the latest version."""
        return self.updated or self.published


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of one address: the reference for tests of scraping and grouping.

    `body` is the text that the page can give, paragraphs separated by blank lines; on a paywalled
    page only what stands before the wall. `copy_of` is the address of the original.
    """

    event: str
    copy_of: str | None
    conflict: str | None
    headline: str
    body: str
    authors: tuple[str, ...]
    published: datetime
    outlet: str
    language: str


def number_of(key: str) -> int:
    """Return a six-digit article number that is the same in every run."""
    return 100_000 + zlib.crc32(key.encode()) % 900_000


def slug_of(headline: str, number: int) -> str:
    """Return the headline as a path segment; scripts other than Latin become the number."""
    plain = unicodedata.normalize("NFKD", headline).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    return "-".join(words[:9]) if len("".join(words)) > len(headline) // 2 else str(number)


def path_of(report: Report, outlet: Outlet, published: datetime, attempt: int = 1) -> str:
    """Return the path of a report's page, in the outlet's own style.

    A higher `attempt` gives another path, for when the earlier ones are taken.
    """
    number = number_of(report.key) + attempt - 1
    slug = slug_of(report.headline, number) + (f"-{attempt}" if attempt > 1 else "")
    return outlet.page_path.format(
        year=published.year,
        month=f"{published.month:02}",
        day=f"{published.day:02}",
        slug=slug,
        number=number,
    )


def before(now: datetime, hours: float) -> datetime:
    """Return the moment `hours` before `now`, to the minute as newsrooms write it."""
    return (now - timedelta(hours=hours)).replace(second=0, microsecond=0)


def with_weekdays(report: Report, now: datetime) -> Report:
    """Return the report with each "{day:30}" replaced by the English weekday 30 hours ago."""

    def weekday(match: re.Match[str]) -> str:
        return f"{before(now, float(match[1])):%A}"

    def named(text: str) -> str:
        return re.sub(r"\{day:([\d.]+)\}", weekday, text)

    def edited(correction: Correction) -> Correction:
        headline, body = correction.headline, correction.body
        return Correction(headline and named(headline), body and tuple(map(named, body)))

    return replace(
        report,
        headline=named(report.headline),
        body=tuple(map(named, report.body)),
        corrections=tuple(map(edited, report.corrections)),
    )
