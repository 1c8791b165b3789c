"""The types that cross a seam, in the order in which data flows through them.

    Feed -> FetchRequest -> FetchResult -> ParsedFeed(Entry) -> Article -> Decision -> Story

All are frozen. Times are aware; those of an `Article` keep the publisher's offset, since its day is
the publisher's day, all others are in UTC. `FetchResult` is the one place where hostile bytes
live; from `Entry` on, the text types below say that the text has been cleaned, and only
`aggregator.text` makes them. The file is long because the flow is to be read in one place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import NewType

PlainText = NewType("PlainText", str)
"""Text without markup, control characters, bidirectional overrides or zero-width padding."""

SafeHtml = NewType("SafeHtml", str)
"""HTML that our allow-list has re-serialised; every address in it is absolute http or https."""

HttpUrl = NewType("HttpUrl", str)
"""An absolute http or https address without credentials."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: where it is, and what its publisher declares of it; None where it is silent.

    `media_type` is one of `text.images.MEDIA_TYPES`, `width` and `height` are in pixels, `bytes` is
    the size of the file. Nobody has looked whether that is true.
    """

    url: HttpUrl
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    bytes: int | None = None

    @property
    def is_declared(self) -> bool:
        """Whether anything but the address is known."""
        return any((self.media_type, self.width, self.height, self.bytes))


class SourceKind(StrEnum):
    """Who speaks in a feed; shown beside each report, and countable per story."""

    WIRE = "wire"
    NEWSPAPER = "newspaper"
    STATE_MEDIA = "state media"
    GOVERNMENT = "government"
    NGO = "ngo"
    THINK_TANK = "thinktank"
    BLOG = "blog"


@dataclass(frozen=True, slots=True)
class Validators:
    """What the server gave us to ask "changed since?"; sent back byte for byte."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """How a publisher wants to be asked, beyond the settings for all; as feeds.yaml has it.

    Secrets stand as `${NAME}` and are looked up in the environment when a request is made, so
    that neither configuration, database nor log ever holds one. `authorization` is
    `user:${PASSWORD}` for basic authentication. Headers, cookies and authorization are sent to
    the feed's own host only, the rest goes for its pages too.
    """

    user_agent: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()
    authorization: str | None = None
    proxy: str | None = None
    trusted_certificates: Path | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """What the user asked for: one feed of feeds.yaml.

    `interval` overrides the adaptive rhythm. `fulltext` False says that its article pages are not
    to be fetched; the feed's own text stands in. `revisit` says whether they are looked at again
    for edits, `archive` whether what its servers answer is kept byte for byte; None as the settings
    say.
    """

    id: str
    name: PlainText
    url: HttpUrl
    homepage: HttpUrl | None = None
    language: str | None = None
    country: str | None = None
    kind: SourceKind = SourceKind.NEWSPAPER
    fulltext: bool = True
    revisit: bool | None = None
    archive: bool | None = None
    interval: timedelta | None = None
    tags: tuple[str, ...] = ()
    access: Access = Access()


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A point of the Earth: degrees north of the equator and east of Greenwich (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Conflict:
    """What the user follows: one conflict of feeds.yaml, in words that reports use.

    `places` and `parties` need company (see `group.conflicts`); one of `keywords` is enough.
    `countries` (ISO 3166-1) are those in which `places` lie, () where the user does not say.
    `placed` are the places about which the user says where they are, None for nowhere.
    """

    id: str
    name: PlainText
    places: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    placed: tuple[tuple[str, Coordinates | None], ...] = ()


class IdentityKind(StrEnum):
    """By what an entry is known again; a title is never identity."""

    GUID = "guid"
    LINK = "link"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a feed publishes and at which hours, from the entries seen; times are UTC.

    `since` is when the observation began. Counts fade with time: `weight` is what remains at
    `counted_at` of all entries, `hours` (24, from midnight) and `days` (7, from Monday) share it.
    """

    since: datetime
    counted_at: datetime
    weight: float = 0.0
    hours: tuple[float, ...] = (0.0,) * 24
    days: tuple[float, ...] = (0.0,) * 7


@dataclass(frozen=True, slots=True)
class Wishes:
    """When a feed document asks not to be read (see `ParsedFeed`); kept while it is unchanged."""

    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Move:
    """Where a feed's permanent redirects lead, since when, and in how many polls in a row."""

    url: HttpUrl
    since: datetime
    polls: int = 1


@dataclass(frozen=True, slots=True)
class FeedState:
    """What we know of a feed from earlier polls; all that a decision about it needs.

    `last_body_at` is when a whole document last came, `unchanged_polls` counts the answers
    without one since. `distrusted_since` says that its 304 answers were found wrong. With
    `current_url` it is asked there instead of at the user's address. `identify_by` is GUID, or
    LINK once `guid_changes` polls found known items under new guids. `newest_entry_at` is the
    latest date in the last document, which had `entry_count` entries, `undated_count` without one.
    """

    validators: Validators = Validators()
    body_hash: str | None = None
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_entry_at: datetime | None = None
    last_body_at: datetime | None = None
    unchanged_polls: int = 0
    distrusted_since: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    paused: bool = False
    current_url: HttpUrl | None = None
    move: Move | None = None
    announced_url: HttpUrl | None = None
    identify_by: IdentityKind = IdentityKind.GUID
    guid_changes: int = 0
    wishes: Wishes = Wishes()
    rhythm: Rhythm | None = None
    entry_count: int | None = None
    undated_count: int = 0
    newest_entry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A feed that is to be polled now, with what earlier polls left and the items set aside.

    `last_error` is why the last poll failed, None where it did not.
    """

    feed: Feed
    state: FeedState
    aside: tuple["AsideItem", ...] = ()
    last_error: str | None = None

    def is_item_due(self, now: datetime) -> bool:
        """Tell whether an item that was set aside is to be tried again, with whatever comes."""
        return any(item.retry_at <= now for item in self.aside)

    @property
    def url(self) -> HttpUrl:
        """The address that is asked."""
        return self.state.current_url or self.feed.url


class FetchKind(StrEnum):
    """What is fetched; each has its own limit in bytes."""

    FEED = "feed"
    PAGE = "page"
    ROBOTS = "robots"
    HUB = "hub"
    HOOK = "hook"


@dataclass(frozen=True, slots=True)
class Message:
    """What is handed in at an address (POST), with headers of its own.

    Nothing in it is looked up in the environment: headers may hold what strangers wrote.
    """

    body: bytes = field(repr=False)
    content_type: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One address to ask for.

    `form` makes it a POST of these fields, `message` one of this message; a redirect of a POST is
    not followed.
    """

    url: HttpUrl
    kind: FetchKind
    validators: Validators = Validators()
    access: Access = Access()
    form: tuple[tuple[str, str], ...] | None = None
    message: Message | None = None

    @property
    def is_post(self) -> bool:
        """Whether something is handed in, not asked for."""
        return self.form is not None or self.message is not None


class Outcome(StrEnum):
    """What came of a request."""

    FRESH = "fresh"
    """A body that is ours to read."""
    UNCHANGED = "unchanged"
    """304, or the same bytes as last time."""
    LATER = "later"
    """429 or 503: the server asks us to wait."""
    GONE = "gone"
    """410: it will not come back."""
    BLOCKED = "blocked"
    """robots.txt, 401, 403 or 451: we are not to have it."""
    FAILED = "failed"
    """Everything else; `error` says what."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and the head of its answer, as they were sent: **hostile bytes**, at most 64 KiB.

    `received` are the headers of the answer without its cookies, `sent` those of the request
    without what feeds.yaml adds to them (headers, cookies, authorization). `protocol` is
    "HTTP/1.1" or "HTTP/2". `server` is the IP address that answered, None behind a proxy.
    """

    protocol: str
    status: int
    reason: bytes
    received: tuple[tuple[bytes, bytes], ...]
    sent: tuple[tuple[bytes, bytes], ...]
    server: str | None = None


@dataclass(frozen=True, slots=True)
class SideAnswer:
    """An answer that is not what was asked for, a redirect or a refusal: **hostile bytes**.

    `body` is without its content coding, and only the beginning of it unless `is_whole`.
    """

    url: HttpUrl
    exchange: Exchange
    content_type: str | None
    body: bytes = field(default=b"", repr=False)
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The answer to a request: **hostile bytes**, bounded in size.

    `retry_after` is how long the server asks us to wait. `permanent_url` is where a chain of only
    permanent redirects ended. `links` are the (relation, address) pairs of the HTTP header "Link".
    `failure` names the FetchError behind a FAILED without a status. `bot_wall` names the service
    that answered with a test for people instead of what was asked.
    `error` is one line for people, without secrets. `took` is the wall time of the request
    without waiting for its turn. `exchange` is the last of the request, of a feed or a page that
    came; `body` is without its content coding. `side_answers` are the redirects that led there, and
    a refusal at the end. `pushed_by` is the hub that sent it unasked.
    """

    url: HttpUrl
    outcome: Outcome
    received_at: datetime
    status: int | None = None
    final_url: HttpUrl | None = None
    permanent_url: HttpUrl | None = None
    body: bytes = field(default=b"", repr=False)
    content_type: str | None = None
    validators: Validators = Validators()
    max_age: timedelta | None = None
    retry_after: timedelta | None = None
    failure: str | None = None
    links: tuple[tuple[str, HttpUrl], ...] = ()
    bot_wall: str | None = None
    error: str | None = None
    took: timedelta = timedelta(0)
    exchange: Exchange | None = field(default=None, repr=False)
    side_answers: tuple[SideAnswer, ...] = field(default=(), repr=False)
    pushed_by: HttpUrl | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed.

    `identity` is stable over polls and unique within the feed. `published_how` names the field the
    time came from ("published", "updated", "dc:date", ...) or why there is none ("missing",
    "unreadable: <raw>", "future: <raw>"). `image` is an enclosure or media element.
    """

    identity: str
    identity_kind: IdentityKind
    url: HttpUrl | None
    title: PlainText
    summary: SafeHtml = SafeHtml("")
    content: SafeHtml = SafeHtml("")
    authors: tuple[PlainText, ...] = ()
    categories: tuple[PlainText, ...] = ()
    published: datetime | None = None
    published_how: str = "missing"
    updated: datetime | None = None
    language: str | None = None
    image: Image | None = None

    def content_hash_source(self) -> str:
        """Return what makes this entry this version of itself, for change detection."""
        return "\x1f".join((self.url or "", self.title, self.summary, self.content))


@dataclass(frozen=True, slots=True)
class FailedItem:
    """An item of a feed over which this program failed: its name within the feed, and why."""

    name: str
    error: str


@dataclass(frozen=True, slots=True)
class AsideItem:
    """An item that was set aside by a stage ("parse" or "entry"), and when it is tried again."""

    stage: str
    name: str
    retry_at: datetime


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A whole feed document.

    `defects` are the reasons for which a strict reader would refuse it (what was recovered is
    kept). `ttl` is the longest wait that the document itself asks for; in `skip_hours` (0 to 23,
    UTC) and on `skip_days` (0 is Monday) it asks not to be read. `self_url` is what it calls its
    own address, `new_url` where it says that it has moved (itunes:new-feed-url), `hubs` are the
    WebSub hubs that announce its changes. `identity_rule` says in words by what its entries are
    known again. `failed` are items over which this program failed; they are not among the entries.
    """

    format: str
    title: PlainText
    entries: tuple[Entry, ...]
    language: str | None = None
    defects: tuple[str, ...] = ()
    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    self_url: HttpUrl | None = None
    new_url: HttpUrl | None = None
    hubs: tuple[HttpUrl, ...] = ()
    identity_rule: str = ""
    failed: tuple[FailedItem, ...] = ()


class Verdict(StrEnum):
    """What kind of page it is."""

    ARTICLE = "article"
    LIVE_BLOG = "live blog"
    PAYWALL = "paywall"
    CONSENT_PAGE = "consent page"
    BOT_WALL = "bot wall"
    GALLERY = "gallery or video"
    NOT_AN_ARTICLE = "not an article"
    EMPTY = "empty"


class BodySource(StrEnum):
    """Where an article's text came from."""

    PAGE = "page"
    FEED = "feed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Article:
    """One report: what a page (or, where it could not be had, the feed) says.

    `body` has paragraphs separated by blank lines. `published_how` names the evidence for the time
    ("json-ld", "meta", "time element", "url", "text", "feed", ...), `updated_how` that for the last
    change. `body_reason` says why the body is not the page's own text, empty when it is. `site` is
    the publisher's name as the page gives it, else its host. `canonical` is the address that the
    page calls its own. `rule` is the site rule that was followed, with its version ("wix 1");
    `rule_missed` are the fields that it names and the page does not have: with "body" among them
    the site has probably changed its layout.
    """

    url: HttpUrl
    title: PlainText
    body: PlainText
    verdict: Verdict
    authors: tuple[PlainText, ...] = ()
    published: datetime | None = None
    published_how: str = "missing"
    updated: datetime | None = None
    updated_how: str = "missing"
    language: str | None = None
    image: Image | None = None
    canonical: HttpUrl | None = None
    site: PlainText = PlainText("")
    body_source: BodySource = BodySource.PAGE
    body_reason: str = ""
    rule: str = ""
    rule_missed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupInput:
    """What the grouper may know of an article, and no more.

    `id` is opaque. `source` is the publisher: a host or a feed id; reports of one source are not
    independent of each other. `published` is None for undated reports.
    """

    id: str
    title: str
    text: str
    url: str | None = None
    source: str | None = None
    language: str | None = None
    published: datetime | None = None


class ChangeKind(StrEnum):
    """What a grouping decision does to a story."""

    OPEN = "open"
    ADD = "add"
    MERGE = "merge"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an article is where it is: similarities in 0..1, and the words that carried them.

    `runner_up` is the story that came second, with its score.
    """

    score: float
    threshold: float
    terms: tuple[str, ...] = ()
    features: Mapping[str, float] = field(default_factory=dict)
    nearest: str | None = None
    runner_up: str | None = None
    runner_up_score: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """Where the grouper puts one article.

    `story` is the story's key: the id of the article that opened it, so that a replay gives the
    same keys. `copy_of` is the id of the article of which this is a syndicated copy.
    """

    article: str
    kind: ChangeKind
    story: str
    explanation: Explanation
    copy_of: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One article of a story, as readers see it.

    `origin` is the article that stands for its origin, itself for an origin of its own, and
    `dependence` says in one word how it depends on it (see `group.standing.Dependence`), None where
    nobody has looked. `origin_reason` follows the word "it": "prints the text of AFP".
    """

    article_id: int
    url: HttpUrl
    title: PlainText
    source_name: PlainText
    source_kind: str
    country: str | None
    language: str | None
    published: datetime | None
    first_seen: datetime
    copy_of: int | None
    summary: PlainText = PlainText("")
    origin: int | None = None
    dependence: str | None = None
    origin_reason: PlainText = PlainText("")


class NewsKind(StrEnum):
    """What makes a change of a story worth telling to those who follow it."""

    OPENED = "opened"
    ORIGIN = "new origin"
    DENIAL = "denial"
    CONFIRMATION = "confirmation"
    FIGURE = "figure"
    PLACE = "place"
    CONFLICT = "conflict"
    HEADLINE = "headline"
    MERGED = "merged"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class News:
    """One piece of news in a story. `detail` says what exactly: "14 dead", a place, an outlet.

    `article` is the report that brought it, None where none did.
    """

    kind: NewsKind
    detail: PlainText = PlainText("")
    article: int | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One event as it is published: its reports in order of arrival, copies marked.

    `origin_count` counts reports that depend on one another once. `updated` is the last material
    change, and `news` is what changed then. `places` are those that its reports name, most named
    first, as far as the followed conflicts know them. `took_over` are the entry ids of stories that
    became part of this one.
    """

    id: int
    entry_id: str
    headline: PlainText
    opened: datetime
    updated: datetime
    source_count: int
    origin_count: int
    conflicts: tuple[PlainText, ...]
    reports: tuple[Report, ...]
    summary: PlainText = PlainText("")
    language: str | None = None
    image: Image | None = None
    places: tuple[PlainText, ...] = ()
    news: tuple[News, ...] = ()
    took_over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong with the daemon as a whole, not with one feed or page.

    `name` is short and the same each time (`disk full`), `detail` says what was seen and `remedy`
    what the user can do.
    """

    name: str
    detail: str
    remedy: str
