"""When it was published, and by what evidence."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

import htmldate
from lxml import etree

from aggregator.scrape.body.scoring import ends_sentence
from aggregator.scrape.dates.marked_times import MarkedTimes, marked_times
from aggregator.scrape.dates.moments import parse_moment, read_age, read_date
from aggregator.scrape.page import Page
from aggregator.scrape.statements import Statements

_PUBLISHED_METAS: Final = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "article.published", "published-date", "publication_date",
    "publish-date", "publishdate", "pubdate", "dc.date.issued", "dcterms.created", "dc.date",
    "dcterms.date", "date", "cxenseparse:recs:publishtime", "article_date_original",
    "originalpublicationdate", "citation_publication_date", "rnews:datepublished", "datecreated",
    "article:published", "bt:pubdate", "analyticsattributes.articledate", "ptime", "created",
)  # fmt: skip
_MODIFIED_METAS: Final = (
    "article:modified_time", "og:updated_time", "datemodified", "last-modified", "lastmod",
    "dcterms.modified", "revised",
)  # fmt: skip
_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_TOLERANCE: Final = timedelta(hours=24)
"""How far in the future a time may lie: pages give local times without a zone."""

_FOR_MACHINES: Final = re.compile(r"\s*\d{4}-?\d\d-?\d\d|\s*\d{10,13}\s*$")
_ANY_LEAP_YEAR: Final = datetime(2024, 12, 31, tzinfo=UTC)
_NO_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
_SEARCHED_BYTES: Final = 1_000_000
"""Of a page; htmldate searches all of it with many patterns, and articles have a tenth."""
_SEARCHED_ELEMENTS: Final = 10_000
_URL_DATE: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)"
)


_PUBLISHED: Final = re.compile(
    r"\b(?:publish|posted|veröffentlich|publié|publicad|pubblicat|опубликован|опубліковано|yayın)",
    re.IGNORECASE,
)
_CHANGED: Final = re.compile(
    r"\b(?:updated|modified|aktualisiert|mis à jour|actualizad|aggiornat|обновлен|оновлен|güncel)",
    re.IGNORECASE,
)
_SENTENCE_LENGTH: Final = 60
"""Characters; a longer line that ends as a sentence tells of another day."""


@dataclass(frozen=True, slots=True)
class Dating:
    """Publication and last change, and the evidence for each (see `Article`)."""

    published: datetime | None = None
    published_how: str = "missing"
    updated: datetime | None = None
    updated_how: str = "missing"


def dating_of(
    said: Statements,
    page: Page,
    title: str = "",
    *,
    near_headline: Iterable[str] = (),
    entry_published: datetime | None = None,
    now: datetime | None = None,
) -> Dating:
    """Return when the page with this headline was published and last changed.

    In order of trust: JSON-LD, meta tags, what is marked as the date by the headline, the address,
    the lines around the headline, the feed's entry, what is dated further down, and what htmldate
    finds anywhere. A time after `now` is no evidence; without `now` nothing is judged by it, and
    "3 hours ago" means nothing.
    """
    candidates = _candidates(said, page, title, tuple(near_headline), entry_published, now)
    updated, updated_how = _updated(said, now)
    for how, moment in candidates:
        if moment is not None and _possible(moment, now):
            if updated is not None and updated < moment:
                updated, updated_how = None, "missing"
            return Dating(moment, how, updated, updated_how)
    return Dating(updated=updated, updated_how=updated_how)


def _candidates(
    said: Statements,
    page: Page,
    title: str,
    lines: tuple[str, ...],
    entry_published: datetime | None,
    now: datetime | None,
) -> Iterator[tuple[str, datetime | None]]:
    yield "json-ld", parse_moment(said.structured.published)
    for name in _PUBLISHED_METAS:
        for value in said.metas.get(name, ()):
            yield "meta", parse_moment(value)
    marked = marked_times(page.tree, title)
    for value in (*marked.published, *marked.near):
        yield _read_marked(value, marked)
    yield "url", _in_url(page.url)
    reference = entry_published or now
    month_first = (page.declared_language or "").lower() in {"en", "en-us", "en_us"}
    for line in (*_with_dates_first(marked.near), *_with_dates_first((*lines, *marked.lines))):
        yield "text", read_date(line, reference=reference, month_first=month_first)
        if now is not None:
            yield "text", read_age(line, now)
        if reference is None:
            yield "text", _with_year_of_page(line, page, month_first=month_first)
    yield "feed", entry_published
    for value in marked.far:
        yield "time element", parse_moment(value)
    yield "htmldate", _by_htmldate(page.tree, page.url, now)


def _read_marked(value: str, marked: MarkedTimes) -> tuple[str, datetime | None]:
    """Return what a marked time says, to the minute if an element beside a date for people does."""
    moment = parse_moment(value)
    if _FOR_MACHINES.match(value) or moment is None:
        return "time element", moment
    beside = filter(_FOR_MACHINES.match, (*marked.near, *marked.far))
    for other in map(parse_moment, beside):
        if other is not None and other.date() == moment.date():
            return "time element", other
    return "text", moment


def _with_year_of_page(line: str, page: Page, *, month_first: bool) -> datetime | None:
    """Return the date of a line without a year, if the page has one of that month and day."""
    if len(line) > _SENTENCE_LENGTH:
        return None
    day = read_date(line, reference=_ANY_LEAP_YEAR, month_first=month_first)
    if day is None:
        return None
    written = rf"(?<!\d)(20\d\d)(?P<mark>[-/.]?){day:%m}(?P=mark){day:%d}(?!\d)"
    full = re.search(written, page.url) or re.search(written, page.markup)
    return day.replace(year=int(full[1])) if full else None


def _with_dates_first(lines: Iterable[str]) -> list[str]:
    """Return the lines for people that may date the article, those that say so first."""
    told = [line for line in lines if len(line) < _SENTENCE_LENGTH or not ends_sentence(line)]
    return sorted(
        told, key=lambda line: (_CHANGED.search(line) is not None, _PUBLISHED.search(line) is None)
    )


def _possible(moment: datetime, now: datetime | None) -> bool:
    return moment >= _EARLIEST and (now is None or moment <= now + _TOLERANCE)


def _updated(said: Statements, now: datetime | None) -> tuple[datetime | None, str]:
    values = [("json-ld", said.structured.modified)]
    values += [("meta", said.meta(name)) for name in _MODIFIED_METAS]
    for how, value in values:
        moment = parse_moment(value)
        if moment is not None and _possible(moment, now):
            return moment, how
    return None, "missing"


def _in_url(url: str) -> datetime | None:
    match = _URL_DATE.search(urlsplit(url).path)
    if match is None:
        return None
    try:
        return datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
    except ValueError:
        return None


def _by_htmldate(tree: etree._Element, url: str, now: datetime | None) -> datetime | None:
    latest = now + _TOLERANCE if now else _NO_LATEST
    if next(islice(tree.iter(), _SEARCHED_ELEMENTS, None), None) is not None:
        return None
    if len(etree.tostring(tree)) > _SEARCHED_BYTES:
        return None
    try:
        found = htmldate.find_date(
            tree,
            url=url,
            original_date=True,
            extensive_search=False,
            max_date=latest.replace(tzinfo=None),
        )
    except Exception:  # noqa: BLE001 - a library's bug on a strange page costs its evidence only
        return None
    return parse_moment(found) if found else None
